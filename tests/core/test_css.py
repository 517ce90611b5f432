"""The rules of the interface that a machine can hold: colours, inline code, foreign addresses."""

import re
from itertools import product
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

SITE = Path(__file__).resolve().parents[2] / "src/mosty"
CSS = SITE / "static/css"
TOKENS = CSS / "tokens.css"
SHEETS = sorted(CSS.rglob("*.css"))
TEMPLATES = sorted([*SITE.rglob("templates/**/*.html"), *SITE.rglob("templates/**/*.svg")])

COMMENT = re.compile(r"/\*.*?\*/|\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.S)
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix)\("
    r"|(?<=[:\s,])(?:white|black|red|green|blue|gr[ae]y|silver|navy|yellow|orange|gold|purple"
    r"|brown|pink|teal|maroon|olive|lime|aqua|fuchsia)(?=[\s;,)])",
    re.I,
)
SHOUT = re.compile(r"!\s*important", re.I)
INLINE = re.compile(
    r"\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*[\"']|\shx-on\b|[\"']js:|javascript:"
    r"|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")",
    re.I,
)
PAINT = re.compile(r"\b(?:fill|stroke|color|stop-color)=\"(?:#|rgb|hsl|white|black)", re.I)
# A link that a person follows may lead anywhere; nothing is fetched from anywhere else.
FOREIGN_CSS = re.compile(r"(?:https?:)?//[a-z]", re.I)
FOREIGN = re.compile(
    r"<(?!a\b)[a-z]+[^>]*\s(?:src|srcset|href|action|data|poster|hx-get|hx-post)="
    r"[\"'](?:https?:)?//",
    re.I,
)


def found(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """`file: what` for every match outside comments."""
    return [
        f"{path.relative_to(SITE)}: {match[0].strip()}"
        for path in paths
        for match in pattern.finditer(COMMENT.sub("", path.read_text(encoding="utf-8")))
    ]


def test_css_has_no_colour_outside_tokens() -> None:
    assert found(COLOUR, [path for path in SHEETS if path != TOKENS]) == []


def test_css_never_shouts() -> None:
    assert found(SHOUT, SHEETS) == []


def test_css_and_templates_fetch_nothing_from_elsewhere() -> None:
    assert found(FOREIGN_CSS, SHEETS) + found(FOREIGN, TEMPLATES) == []


def test_templates_have_no_inline_style_script_or_colour() -> None:
    assert found(INLINE, TEMPLATES) + found(PAINT, TEMPLATES) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (COLOUR, "a { color: #fff }"),
        (COLOUR, "a { background: rgb(1 2 3 / 5%) }"),
        (COLOUR, "a { border: 1px solid white; }"),
        (SHOUT, "a { margin: 0 ! important }"),
        (INLINE, '<p style="margin:0">'),
        (INLINE, '<button onclick="go()">'),
        (INLINE, '<button hx-on:click="go()">'),
        (INLINE, "<script>go()</script>"),
        (INLINE, '<div hx-vals="js:{a: 1}">'),
        (PAINT, '<path fill="#fff"/>'),
        (FOREIGN_CSS, '@import url("//fonts.example/x.css");'),
        (FOREIGN, '<script src="https://cdn.example/x.js"></script>'),
        (FOREIGN, '<link rel="stylesheet" href="//cdn.example/x.css">'),
    ],
)
def test_rules_of_the_interface_catch_what_they_forbid(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text) is not None


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (COLOUR, "a { color: var(--blue); background: var(--map-sea); fill: currentcolor }"),
        (INLINE, '<script src="x.js" type="module"></script>'),
        (INLINE, '<script type="application/json" id="x">{}</script>'),
        (FOREIGN, '<a class="x" href="https://www.u-lead.org.ua/">U-LEAD</a>'),
    ],
)
def test_rules_of_the_interface_let_pass_what_they_allow(
    pattern: re.Pattern[str], text: str
) -> None:
    assert pattern.search(text) is None


def test_css_uses_only_tokens_that_exist() -> None:
    defined = set(re.findall(r"(--[\w-]+)\s*:", TOKENS.read_text(encoding="utf-8")))
    unknown = []
    for path in SHEETS:
        text = COMMENT.sub("", path.read_text(encoding="utf-8"))
        own = set(re.findall(r"(--[\w-]+)\s*:", text))
        used = set(re.findall(r"var\((--[\w-]+)\)", text))
        unknown += [f"{path.name}: {name}" for name in sorted(used - defined - own)]
    assert unknown == []


def test_css_parts_are_all_imported_once() -> None:
    text = (CSS / "mosty.css").read_text(encoding="utf-8")
    imported = re.findall(r'@import url\("parts/([\w-]+\.css)"\) layer\(parts\);', text)
    assert sorted(imported) == sorted(path.name for path in (CSS / "parts").glob("*.css"))


# --- contrast -------------------------------------------------------------------------------------

PAIRS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);",
        TOKENS.read_text(encoding="utf-8"),
    )
}
GROUNDS = ("paper", "card", "sunken", "track", "blue-soft")
TEXTS = ("ink", "ink-soft", "blue", "blue-deep", "good", "warn", "bad", "quiet", "wheat-deep")
TONES = ("good", "warn", "bad", "quiet", "blue")
TEXT_ON_GROUND = [
    *product(TEXTS, GROUNDS),
    *((tone, f"{tone}-soft") for tone in TONES),
    *product(("ink", "ink-soft"), (f"{tone}-soft" for tone in TONES)),
    *product(("ink", "ink-soft", "wheat-deep"), ("wheat-soft",)),
    *product(("ink",), ("wheat", "mark")),
    *product(("map-label",), ("map-sea", "map-eu", "map-ua", "map-other")),
    ("on-blue", "blue"),
    ("on-blue", "blue-deep"),
    ("on-bad", "bad"),
]
CRITERIA = tuple(name for name in PAIRS if name.startswith("criterion-"))
BRIDGES = tuple(name for name in PAIRS if name.startswith("bridge-"))
SHAPE_ON_GROUND = [
    *product(("edge", "focus"), ("paper", "card", "sunken")),
    ("focus", "blue-soft"),
    *product(CRITERIA, ("card", "paper", "track")),
    *product(BRIDGES, ("map-sea", "map-eu", "map-ua", "map-other", "card")),
]


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2, 0 to 1."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def too_weak(pairs: list[tuple[str, str]], least: float) -> list[str]:
    """Pairs of tokens below the ratio, in either scheme."""
    return [
        f"{front} on {ground}, {scheme}: {ratio:.2f}"
        for front, ground in pairs
        for scheme, one, other in zip(("light", "dark"), PAIRS[front], PAIRS[ground], strict=True)
        if (ratio := contrast(one, other)) < least
    ]


def test_contrast_of_black_on_white_is_the_greatest() -> None:
    assert round(contrast("#000000", "#ffffff"), 6) == 21


def test_contrast_of_text_holds_in_both_schemes() -> None:
    assert too_weak(TEXT_ON_GROUND, 4.5) == []


def test_contrast_of_shapes_holds_in_both_schemes() -> None:
    assert len(CRITERIA) >= 8
    assert len(BRIDGES) >= 4
    assert too_weak(SHAPE_ON_GROUND, 3) == []
