"""The closed list of themes: read from data/themes.json, kept in the table.

A slug never changes and never goes: needs and offers stand on it. `load_themes` follows a later
edition of the file; the first one is loaded by the migrations.
"""

import difflib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mosty.core.search import fold
from mosty.places.models import Theme

FILE = Path(__file__).parent / "data" / "themes.json"


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the list, with the fields of `Theme`."""

    slug: str
    name_en: str
    name_uk: str
    about_en: str
    about_uk: str
    sector: str
    order: int


@cache
def listed() -> dict[str, Listed]:
    """The list by slug, in its order."""
    rows: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["themes"]
    return {
        row["slug"]: Listed(
            slug=row["slug"],
            name_en=row["name"]["en"],
            name_uk=row["name"]["uk"],
            about_en=row["explanation"]["en"],
            about_uk=row["explanation"]["uk"],
            sector=row["sector"]["code"],
            order=row["order"],
        )
        for row in rows
    }


def load_themes() -> int:
    """Bring the table to the state of the list; how many themes were made or changed."""
    known = {theme.slug: theme for theme in Theme.objects.all()}
    written = 0
    for entry in listed().values():
        theme = known.get(entry.slug, Theme(slug=entry.slug))
        before = {field: getattr(theme, field) for field in Listed.__dataclass_fields__}
        after = {field: getattr(entry, field) for field in Listed.__dataclass_fields__}
        if entry.slug in known and before == after:
            continue
        for field, value in after.items():
            setattr(theme, field, value)
        theme.save()
        written += 1
    return written


def nearest(word: str, *, most: int = 3) -> list[str]:
    """The slugs that somebody may have meant by a word that is none, the likeliest first."""
    wanted = fold(word)
    spelt: dict[str, str] = {}
    for entry in listed().values():
        for name in (entry.slug, entry.name_en, entry.name_uk):
            for part in (fold(name), *fold(name).split()):
                spelt.setdefault(part, entry.slug)
    # Endings differ ("вода", "водопостачання"): the beginning counts.
    stem = wanted[: max(3, min(len(wanted) - 1, 6))]
    begun = [part for part in spelt if len(stem) > 2 and part.startswith(stem)]
    close = difflib.get_close_matches(wanted, spelt, n=20, cutoff=0.7)
    return list(dict.fromkeys(spelt[part] for part in [*close, *begun]))[:most]
