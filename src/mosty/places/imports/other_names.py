"""Names that the registers do not give: former ones, and those in other languages.

`data/other_names.csv` was collected for Mosty: what Ukrainian towns were called before they were
renamed, what their neighbours call them, and the Ukrainian and English names of large EU cities.
"""

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path

from mosty.places.imports.records import NameEntry
from mosty.places.models import Name
from mosty.places.sources import OTHER_NAMES, Listed

FILE = Path(__file__).parent.parent / "data" / "other_names.csv"


@cache
def listed() -> dict[str, list[tuple[str, str, str, str]]]:
    """Code -> (text, language, use, until)."""
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    with FILE.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle, strict=True):
            use = Name.Use(row["use"]).value
            name = (row["text"], row["language"], use, row["until"])
            found.setdefault(row["code"], []).append(name)
    return found


def other_names(code: str, use: Callable[[Listed], str]) -> list[NameEntry]:
    """The further names of one municipality; `use` remembers the source and gives its key."""
    names = listed().get(code, [])
    if not names:
        return []
    source = use(OTHER_NAMES)
    return [
        NameEntry(text, language, kind, source, until=until)
        for text, language, kind, until in names
    ]
