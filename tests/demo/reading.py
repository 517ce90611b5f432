"""Reads the files of demo/ and says what holds of all of them. No Django here."""

import csv
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "demo"
# The closed list of themes is part of the site, not of the demo; the demo's files use its slugs.
THEMES = ROOT / "src" / "mosty" / "places" / "data" / "themes.json"
SHARED = ROOT.parent / "shared" / "data"

WORD = re.compile(r"[^\W\d_]+")


def read_json(name: str | Path) -> Any:
    """The content of demo/<name> (or of a path), refused when a key stands twice in an object."""

    def keep_keys_unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), f"{name}: a key stands twice among {keys}"
        return dict(pairs)

    text = (DEMO / name).read_text(encoding="utf-8")
    return json.loads(text, object_pairs_hook=keep_keys_unique)


def split(cell: str) -> list[str]:
    """The entries of a cell that holds a list."""
    return cell.split(" | ") if cell else []


def theme_slugs() -> set[str]:
    """The slugs that needs, offers and partnerships may use."""
    return {theme["slug"] for theme in read_json(THEMES)["themes"]}


def read_csv(name: str) -> list[dict[str, str]]:
    """The rows of demo/<name>; every row has exactly the cells of the header."""
    with (DEMO / name).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, strict=True))
    for number, row in enumerate(rows, start=2):
        assert None not in row, f"{name}:{number} has too many cells"
        assert None not in row.values(), f"{name}:{number} has too few cells"
    return rows


def read_shared(path: str) -> list[dict[str, str]]:
    """The rows of an open data file kept outside the repository; skips where it is absent."""
    source = SHARED / path
    if not source.exists():
        pytest.skip(f"{source} is not on this machine; the codes cannot be compared with it")
    with source.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def walk_texts(node: Any, trail: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every {"en": …, "uk": …} in a JSON tree, with the path to it."""
    if isinstance(node, dict):
        if "en" in node or "uk" in node:
            yield trail, node
            return
        for key, value in node.items():
            yield from walk_texts(value, f"{trail}.{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk_texts(value, f"{trail}[{index}]")


def scripts_of(word: str) -> set[str]:
    """The scripts of a word's letters: {"LATIN"}, {"CYRILLIC"}, or both for a mixed word."""
    return {unicodedata.name(letter).split()[0] for letter in word}


def mixed_words(text: str) -> list[str]:
    """Words in which Latin and Cyrillic letters stand side by side: a slip nobody can see."""
    return [word for word in WORD.findall(text) if len(scripts_of(word)) > 1]


def stray_letters(text: str) -> list[str]:
    """Single Latin letters between Cyrillic words that look like a Cyrillic word of one letter."""
    return re.findall(r"(?<=[\u0400-\u04ff] )\b[aceiouyAOI]\b(?= [\u0400-\u04ff])", text)
