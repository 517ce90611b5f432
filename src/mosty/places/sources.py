"""Where the registers' values come from: the rows of `Source` that import and demo share.

The key never changes, so that a value which the demo brought and the import finds again is the
same value and not a second opinion.
"""

import hashlib
from dataclasses import asdict, dataclass

from mosty.core.facts import Source, find_source


@dataclass(frozen=True, slots=True)
class Listed:
    """A source with the fields of `Source`."""

    key: str
    title: str
    publisher: str
    url: str = ""
    licence: str = ""


KSE = Listed(
    "kse-loc-data-hub",
    "KSE-Loc-Data-Hub: statistics of Ukrainian hromadas",
    "Kyiv School of Economics",
    "https://github.com/kse-ua/KSE-Loc-Data-Hub",
    "MIT",
)
KYIV_TOTAL = Listed(
    "kyiv-remainder-2022",
    "Official total of 1 January 2022 less the sum of the hromadas",
    "State Statistics Service of Ukraine, our subtraction",
)
KATOTTG = Listed(
    "katottg",
    "Codifier of administrative-territorial units (KATOTTG), order 290 with its changes",
    "Ministry for Development of Communities and Territories of Ukraine",
    licence="CC BY 4.0",
)
LAU_2020 = Listed(
    "eurostat-lau-2020",
    "Local administrative units (LAU) 2020; Source: Eurostat; EDJNet",
    "Eurostat",
    "https://ec.europa.eu/eurostat/web/nuts/local-administrative-units",
    "CC BY 4.0",
)


def lau_of(year: str) -> Listed:
    """Eurostat's list of local administrative units of a year."""
    return Listed(
        f"eurostat-lau-{year}",
        f"Local administrative units (LAU) {year}; Source: Eurostat",
        "Eurostat",
        "https://ec.europa.eu/eurostat/web/nuts/local-administrative-units",
        "CC BY 4.0",
    )


NUTS_2021 = Listed(
    "eurostat-nuts-2021",
    "Nomenclature of territorial units for statistics (NUTS) 2021; Source: Eurostat",
    "Eurostat",
    "https://ec.europa.eu/eurostat/web/nuts",
    "CC BY 4.0",
)
GEONAMES = Listed(
    "geonames", "GeoNames: names of places", "GeoNames", "https://www.geonames.org", "CC BY 4.0"
)
OTHER_NAMES = Listed(
    "mosty-other-names", "Former names and names in other languages, collected for Mosty", "Mosty"
)

# How the files of the demo and of municipalities call them: the beginning of the cell -> the key.
_BEGINNINGS = {
    "KSE-Loc-Data-Hub": KSE,
    "Official total": KYIV_TOTAL,
    "Eurostat LAU": LAU_2020,
    "GeoNames": GEONAMES,
}


def known_by(words: str) -> Listed | None:
    """The listed source that a cell means, if it means one."""
    for beginning, source in _BEGINNINGS.items():
        if words.startswith(beginning):
            return source
    return None


def row_of(source: Listed) -> Source:
    """The row of a listed source, made when it is not there yet."""
    values = asdict(source)
    row, _made = Source.objects.get_or_create(key=values.pop("key"), defaults=values)
    return row


def source_for(words: str) -> Source:
    """The source that a cell names: a listed one, an address, or a title of its own."""
    known = known_by(words)
    if known is not None:
        return row_of(known)
    if words.startswith(("https://", "http://")):
        return find_source(words)
    mark = hashlib.sha256(words.encode()).hexdigest()[:12]
    row, _made = Source.objects.get_or_create(key=f"words-{mark}", defaults={"title": words[:300]})
    return row
