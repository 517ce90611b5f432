"""Bars: parts add up to the view, widths are attributes, words are the reader's."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from citymatch.criteria import CRITERIA
from mosty.core.pictures.bars import (
    Part,
    SideValue,
    bars_legend,
    contribution_bar,
    criterion_bar,
    quota_meter,
)
from mosty.core.pictures.places import Side

pytestmark = pytest.mark.unit

STATIC = Path(__file__).resolve().parents[2] / "src/mosty/static"


def parts(**values: float) -> list[Part]:
    return [
        Part(code=code, name=code.capitalize(), value=value, maximum=0.5)
        for code, value in values.items()
    ]


def render(template: str, language: str = "en", **context: object) -> str:
    with translation.override(language):
        html = render_to_string(f"parts/{template}.html", context)
    return re.sub(r"\s+", " ", html)


def test_bar_adds_up_to_its_view() -> None:
    bar = contribution_bar(parts(needs=0.4, size=0.125, distance=0.1), label="Kovel")
    assert bar.points == pytest.approx(62.5)
    assert [(each.x, each.width) for each in bar.segments] == [
        ("0%", "40%"),
        ("40%", "12.5%"),
        ("52.5%", "10%"),
    ]
    assert bar.gaps == ("40%", "52.5%")


def test_bar_of_a_shorter_total_fills_it() -> None:
    bar = contribution_bar(parts(needs=0.25), label="Kovel", total=0.5)
    assert [each.width for each in bar.segments] == ["50%"]


def test_bar_leaves_out_parts_of_no_value() -> None:
    bar = contribution_bar(parts(needs=0.4, contact=0.0), label="Kovel")
    assert [each.code for each in bar.segments] == ["needs"]
    assert bar.gaps == ()


def test_bar_takes_thirds_that_add_up_to_one() -> None:
    thirds = [Part(code=c, name=c, value=1 / 3, maximum=1 / 3) for c in ("needs", "size", "offers")]
    assert contribution_bar(thirds, label="Kovel").points == pytest.approx(100)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"needs": -0.1}, "needs: -0.1 is not between 0 and 0.5"),
        ({"needs": 0.6}, "needs: 0.6 is not between 0 and 0.5"),
        ({"needs": 0.5, "size": 0.5, "distance": 0.5}, "the parts add up to 1.5, more than 1.0"),
    ],
)
def test_bar_refuses_parts_that_cannot_be(values: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        contribution_bar(parts(**values), label="Kovel")


def test_bars_say_each_part_and_who_they_are_for() -> None:
    bars = [
        contribution_bar(parts(needs=0.4, size=0.072), label="Kovel", side=Side.UKRAINE),
        contribution_bar(parts(needs=0.2), label="Kranj", side=Side.EU),
    ]
    html = render("bars", bars=bars)
    assert "<title>Kovel: 47.2 of 100 points</title>" in html
    assert "<desc>Needs: 40 of 50; Size: 7.2 of 50</desc>" in html
    assert "<title>Kranj: 20 of 100 points</title>" in html
    assert "<title>Ukrainian side</title>" in html
    assert "<title>European Union side</title>" in html


def test_bars_in_ukrainian_have_comma_words_and_point_widths() -> None:
    bars = [contribution_bar(parts(needs=0.333, size=0.072), label="Ковель")]
    html = render("bars", "uk", bars=bars)
    assert "Ковель: 40,5 зі 100 балів" in html
    assert re.findall(r' (?:x|width|x1|x2)="([^"]+)"', html) == [
        "100%",
        "100%",
        "0%",
        "33.3%",
        "33.3%",
        "7.2%",
        "33.3%",
        "33.3%",
    ]


def test_part_that_is_assumed_says_so() -> None:
    part = Part(code="size", name="Size", value=0.1, maximum=0.2, known=False)
    html = render("bars", bars=[contribution_bar([part], label="Kovel")])
    assert "<title>Size: 10 of 20 (not known, assumed)</title>" in html
    assert 'class="bar-part criterion-size assumed"' in html


def test_legend_names_each_criterion_once() -> None:
    legend = bars_legend([*parts(needs=0.1, size=0.1), *parts(size=0.2, contact=0.0)])
    assert [(each.code, each.name) for each in legend] == [
        ("needs", "Needs"),
        ("size", "Size"),
        ("contact", "Contact"),
    ]
    html = render("bars_legend", legend=legend)
    assert re.findall(r'rect class="criterion-(\w+)"', html) == ["needs", "size", "contact"]


def test_criterion_of_one_view_shows_value_and_note() -> None:
    bar = criterion_bar("size", "Size", values=[SideValue(0.072, 0.1)], note="28,500 inhabitants")
    assert [row.width for row in bar.rows] == ["72%"]
    html = render("criterion", criterion=bar)
    assert "<b>7.2</b>" in html
    assert '<p class="criterion-note">28,500 inhabitants</p>' in html
    assert 'class="criterion"' in html


def test_criterion_of_a_pair_has_a_row_for_each_side() -> None:
    values = [SideValue(0.4, 0.4, Side.UKRAINE), SideValue(0.1, 0.4, Side.EU)]
    bar = criterion_bar("needs", "Needs", values=values)
    assert [(row.side, row.width) for row in bar.rows] == [
        (Side.UKRAINE, "100%"),
        (Side.EU, "25%"),
    ]
    assert 'class="criterion both"' in render("criterion", criterion=bar)


def test_criterion_without_weight_is_empty() -> None:
    assert criterion_bar("size", "Size", values=[SideValue(0, 0)]).rows[0].width == "0%"


def test_criterion_refuses_a_value_beyond_its_maximum() -> None:
    with pytest.raises(ValueError, match=r"size: 0\.3 is not between 0 and 0\.2"):
        criterion_bar("size", "Size", values=[SideValue(0.3, 0.2)])


@pytest.mark.parametrize(
    ("used", "minimum", "maximum", "state", "difference", "width", "minimum_x"),
    [
        (1, 2, 5, "short", 1, "20%", "40%"),
        (3, 2, 5, "met", 0, "60%", "40%"),
        (5, 2, 5, "full", 0, "100%", "40%"),
        (6, 2, 5, "over", 1, "100%", "33.333%"),
        (0, 0, 4, "met", 0, "0%", ""),
        (4, 2, None, "met", 0, "80%", "40%"),
        (1, 4, None, "short", 3, "20%", "80%"),
        (0, 0, 0, "full", 0, "0%", ""),
        (0, 0, None, "met", 0, "0%", ""),
    ],
)
def test_meter_tells_how_far_a_quota_is_used(
    used: int,
    minimum: int,
    maximum: int | None,
    state: str,
    difference: int,
    width: str,
    minimum_x: str,
) -> None:
    meter = quota_meter("Latvia", used=used, minimum=minimum, maximum=maximum)
    assert (meter.state, meter.difference) == (state, difference)
    assert (meter.width, meter.minimum_x) == (width, minimum_x)


@pytest.mark.parametrize(("used", "minimum", "maximum"), [(-1, 0, 2), (0, -1, 2), (0, 3, 2)])
def test_meter_refuses_what_is_no_quota(used: int, minimum: int, maximum: int) -> None:
    with pytest.raises(ValueError, match="no quota"):
        quota_meter("Latvia", used=used, minimum=minimum, maximum=maximum)


@pytest.mark.parametrize(
    ("used", "minimum", "maximum", "figure", "note"),
    [
        (1, 2, 5, "<b>1</b> of 2 to 5", "1 more needed"),
        (3, 2, 5, "<b>3</b> of 2 to 5", "Minimum reached"),
        (4, 4, 4, "<b>4</b> of 4", "Full"),
        (6, 0, 4, "<b>6</b> of 4", "2 too many"),
        (3, 2, None, "<b>3</b> of at least 2", "Minimum reached"),
        (2, 0, None, "<b>2</b>", "Room left"),
    ],
)
def test_meter_says_it_in_words(
    used: int, minimum: int, maximum: int | None, figure: str, note: str
) -> None:
    html = render("meter", meter=quota_meter("Latvia", used=used, minimum=minimum, maximum=maximum))
    assert f'<span class="meter-figure">{figure}</span>' in html
    assert f'<p class="meter-note">{note}</p>' in html


def test_meter_speaks_ukrainian() -> None:
    meter = quota_meter("Латвія", used=1, minimum=3, maximum=5)
    html = render("meter", "uk", meter=meter)
    assert '<span class="meter-figure"><b>1</b> з 3–5</span>' in html
    assert '<p class="meter-note">Бракує ще 2</p>' in html


def test_every_criterion_of_the_engine_has_a_colour() -> None:
    css = (STATIC / "css/parts/bars.css").read_text(encoding="utf-8")
    coloured = set(re.findall(r"\.criterion-(\w+) \{\s+fill: var\(--criterion-\w+\);", css))
    assert set(CRITERIA) - coloured == set()


# --- icons --------------------------------------------------------------------------------------


def test_icon_draws_a_symbol_without_a_name_of_its_own() -> None:
    html = render("icon", name="lock")
    assert 'aria-hidden="true"' in html
    assert 'href="/static/img/icons.svg#lock"' in html


def test_icons_are_on_one_grid_and_take_the_colour_of_the_text() -> None:
    svg = (STATIC / "img/icons.svg").read_text(encoding="utf-8")
    symbols = re.findall(r"<symbol ([^>]+)>", svg)
    assert len(symbols) == 33
    for symbol in symbols:
        assert 'viewBox="0 0 24 24"' in symbol
        assert 'stroke="currentColor" stroke-width="1.75"' in symbol
    assert len(set(re.findall(r'symbol id="([\w-]+)"', svg))) == 33


def test_every_icon_that_a_template_asks_for_exists() -> None:
    svg = (STATIC / "img/icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'symbol id="([\w-]+)"', svg))
    asked = {
        name
        for page in STATIC.parent.rglob("*.html")
        for name in re.findall(
            r'include "parts/icon.html" with name="([\w-]+)"', page.read_text(encoding="utf-8")
        )
    }
    assert asked - drawn == set()
