"""Ukraine and the EU-27: read from data/countries.json, kept in the table.

Names and official languages follow Unicode CLDR. The boxes, in degrees, tell a point in a country
from one whose latitude and longitude were swapped; overseas parts have boxes of their own.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mosty.core.search import sort_key
from mosty.places.models import Country

FILE = Path(__file__).parent / "data" / "countries.json"
Box = tuple[float, float, float, float]  # south, west, north, east
_FIELDS = ("name_en", "name_uk", "side", "languages", "sort_en", "sort_uk")


@dataclass(frozen=True, slots=True)
class Listed:
    """One country, with the fields of `Country`, and where its municipalities may stand."""

    code: str
    name_en: str
    name_uk: str
    side: str
    languages: list[str]
    sort_en: str
    sort_uk: str
    boxes: tuple[Box, ...]

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point (WGS 84) may lie in the country."""
        return any(
            south <= lat <= north and west <= lon <= east for south, west, north, east in self.boxes
        )


@cache
def listed() -> dict[str, Listed]:
    """The countries by ISO 3166-1 code."""
    rows: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["countries"]
    return {
        row["code"]: Listed(
            code=row["code"],
            name_en=row["name"]["en"],
            name_uk=row["name"]["uk"],
            side=row["side"],
            languages=row["languages"],
            sort_en=sort_key(row["name"]["en"], "en"),
            sort_uk=sort_key(row["name"]["uk"], "uk"),
            boxes=tuple((box[0], box[1], box[2], box[3]) for box in row["boxes"]),
        )
        for row in rows
    }


def load_countries() -> int:
    """Bring the table to the state of the list; how many countries were made or changed."""
    known = Country.objects.in_bulk()
    written = 0
    for entry in listed().values():
        country = known.get(entry.code, Country(code=entry.code))
        before = [getattr(country, field) for field in _FIELDS]
        after = [getattr(entry, field) for field in _FIELDS]
        if entry.code in known and before == after:
            continue
        for field, value in zip(_FIELDS, after, strict=True):
            setattr(country, field, value)
        country.save()
        written += 1
    return written
