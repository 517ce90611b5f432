"""Reads single cells and says what is wrong with them.

Every function takes the list to which it adds its problems and gives the value, or what stands for
"nothing" when the cell is empty or wrong.
"""

import re
from decimal import Decimal, InvalidOperation

from mosty.core.alphabets import ALPHABETS, mixture_in
from mosty.core.facts import FactKind
from mosty.places import countries, themes
from mosty.places.imports.problems import Problem
from mosty.places.imports.records import WishEntry
from mosty.places.models import Organisation

Scheme = Organisation.Scheme
_FORMS = {
    Scheme.KATOTTG: re.compile(r"UA\d{17}"),
    Scheme.GISCO: re.compile(r"[A-Z]{2}_[0-9A-Z]{1,20}"),
    Scheme.OWN: re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,39}"),
}
# Words of addresses: a body stands at its code.
_TAKEN = frozenset(["add", "import", "organisations", "territory"])
_DATE = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_REGION = re.compile(r"UA\d{17}|[A-Z]{2}[0-9A-Z]{3}")
MOST_PEOPLE = 50_000_000
_MOST = Decimal(10) ** 12

Problems = list[Problem]


def scheme_of(code: str, given: str, found: Problems) -> str:
    """The code list: as the file says, else as the form of the code shows."""
    if given:
        if given.lower() in _FORMS:
            return given.lower()
        found.append(Problem("scheme", "scheme", given))
        return ""
    if code.startswith("UA") and code[2:3].isdigit():
        return Scheme.KATOTTG
    return Scheme.GISCO if code[2:3] == "_" else Scheme.OWN


def check_code(code: str, scheme: str, found: Problems, *, field: str = "code") -> None:
    """Adds a problem when the code has not the form of its list."""
    if not code:
        found.append(Problem("missing", field))
    elif not code.isascii():
        found.append(Problem("code_letters", field, code))
    elif scheme and (not _FORMS[Scheme(scheme)].fullmatch(code) or code.lower() in _TAKEN):
        found.append(Problem("code_form", field, code, scheme))


def country_of(code: str, scheme: str, given: str, found: Problems) -> str:
    """ISO code of the country: from the code where it tells, compared with the column."""
    said = {"EL": "GR"}.get(given.upper(), given.upper())
    told = ""
    if scheme == Scheme.KATOTTG:
        told = "UA"
    elif scheme == Scheme.GISCO:
        told = {"EL": "GR"}.get(code[:2], code[:2])
    if said and told and said != told:
        found.append(Problem("country_other", "country", given, told))
        return ""
    country = told or said
    if not country:
        found.append(Problem("missing", "country"))
    elif country not in countries.listed():
        found.append(Problem("country_unknown", "country" if said else "code", country))
        return ""
    return country


def decimal(cell: str, field: str, found: Problems) -> Decimal | None:
    """A number with a point or a comma; spaces between thousands are passed over."""
    plain = _SPACES.sub("", cell)
    if not plain:
        return None
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        found.append(Problem("number", field, cell))
        return None
    if not number.is_finite() or abs(number) >= _MOST:
        found.append(Problem("number", field, cell))
        return None
    return number


def people(cell: str, field: str, found: Problems) -> str:
    """A number of people in decimal spelling; "37962.0" of a spreadsheet is whole."""
    number = decimal(cell, field, found)
    if number is None:
        return ""
    if number != number.to_integral_value() or not 0 <= number <= MOST_PEOPLE:
        found.append(Problem("whole", field, cell))
        return ""
    return str(int(number))


def date(cell: str, field: str, found: Problems) -> str:
    """A year, month or day."""
    plain = cell.removesuffix(".0")
    if plain and not _DATE.fullmatch(plain):
        found.append(Problem("date", field, cell))
        return ""
    return plain


def language(cell: str, field: str, found: Problems) -> str:
    """ISO 639-1 (or -3) in small letters."""
    low = cell.lower()
    if low and not _LANGUAGE.fullmatch(low):
        found.append(Problem("language", field, cell))
        return ""
    return low


def region(cell: str, found: Problems) -> str:
    """KATOTTG of an oblast or a NUTS 3 code."""
    if cell and not _REGION.fullmatch(cell):
        found.append(Problem("region", "region", cell))
        return ""
    return cell


def point(
    lat_cell: str, lon_cell: str, country: str, found: Problems
) -> tuple[float, float] | tuple[None, None]:
    """Latitude and longitude; a swap is told by the box of the country."""
    if not lat_cell and not lon_cell:
        return None, None
    if not lat_cell or not lon_cell:
        found.append(Problem("place_half", "lat" if not lat_cell else "lon"))
        return None, None
    before = len(found)
    lat, lon = decimal(lat_cell, "lat", found), decimal(lon_cell, "lon", found)
    if lat is None or lon is None or len(found) > before:
        return None, None
    north, east = float(lat), float(lon)
    shown = f"{north:g}, {east:g}"
    box = countries.listed().get(country)
    if box and not box.holds(north, east) and box.holds(east, north):
        found.append(Problem("swapped", "lat", shown, country))
    elif not -90 <= north <= 90:
        found.append(Problem("lat_range", "lat", lat_cell))
    elif not -180 <= east <= 180:
        found.append(Problem("lon_range", "lon", lon_cell))
    elif box and not box.holds(north, east):
        found.append(Problem("outside", "lat", shown, country))
    else:
        return round(north, 6), round(east, 6)
    return None, None


def wishes(cell: str, field: str, found: Problems) -> tuple[WishEntry, ...]:
    """Needs or offers: `water:3 | energy`; a theme without a weight weighs 2."""
    entries: list[WishEntry] = []
    for part in (part.strip() for part in cell.split("|")):
        if not part:
            continue
        word, _colon, weight = (bit.strip() for bit in part.partition(":"))
        slug = _theme(word, field, found)
        if weight not in {"", "1", "2", "3"}:
            found.append(Problem("weight", field, part))
        elif slug and slug in {entry.theme for entry in entries}:
            found.append(Problem("theme_twice", field, slug))
        elif slug:
            entries.append(WishEntry(slug, int(weight or 2)))
    return tuple(entries)


def _theme(word: str, field: str, found: Problems) -> str:
    slug = word.lower().replace(" ", "-")
    listed = themes.listed()
    if slug in listed:
        return slug
    for entry in listed.values():
        if word.lower() in {entry.name_en.lower(), entry.name_uk.lower()}:
            return entry.slug
    near = themes.nearest(word)
    if near:
        found.append(Problem("theme_unknown", field, word, ", ".join(near)))
    else:
        found.append(Problem("theme_unknown_far", field, word, ", ".join(listed)))
    return ""


def fits(text: str, field: str, most: int, found: Problems) -> str:
    """A text that its column can hold."""
    if len(text) > most:
        found.append(Problem("too_long", field, text[:40], str(most)))
        return ""
    return text


def one_alphabet(text: str, field: str, found: Problems) -> None:
    """Adds a problem where a word holds letters of two alphabets, which look the same."""
    if mixed := mixture_in(text):
        letters = f"{', '.join(mixed.letters)} ({ALPHABETS[mixed.alphabet]})"
        found.append(Problem("mixed", field, mixed.word, letters))


def figure(kind: FactKind, cell: str, field: str, found: Problems) -> str:
    """A figure that is no number of people, in decimal spelling without needless zeros."""
    number = decimal(cell, field, found)
    if number is None:
        return ""
    if kind == FactKind.AREA and number < 0:
        found.append(Problem("number", field, cell))
        return ""
    return f"{number.quantize(Decimal('0.001')).normalize():f}"
