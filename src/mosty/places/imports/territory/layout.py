"""The columns and words of the official list, in English and Ukrainian.

No copy of the official file was at hand when this was made: the layout is our own, after what the
law says that a row holds. A row is a code, a class, a first and perhaps a last day, and the act.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mosty.places.imports import checks
from mosty.places.imports.problems import Problem, Unreadable
from mosty.places.imports.reading import Line, Table
from mosty.places.imports.workbooks import Sheet
from mosty.places.models import Organisation
from mosty.places.territory.tables import TerritoryClass

# Column -> what stands in it; for the page and the documentation.
COLUMNS: dict[str, str | Promise] = {
    "code": _("KATOTTG of the hromada (or код)"),
    "name": _("only for whoever reads the file; may be missing (or найменування)"),
    "class": _("in English or Ukrainian words, as below (or клас, категорія)"),
    "from": _("the first day, 2022-02-24 or 24.02.2022 (or дата початку)"),
    "to": _("the last day; empty or a dash while it holds (or дата завершення)"),
    "act": _("the legal act; an empty cell leaves the one in the register (or акт)"),
}
NEEDED = frozenset(["code", "class", "from"])
_HEADERS: dict[str, tuple[str, ...]] = {
    "code": ("code", "katottg", "код", "код катоттг", "катоттг", "код території", "код за катоттг"),
    "name": ("name", "найменування", "назва", "найменування території", "назва території"),
    "class": ("class", "status", "клас", "категорія", "клас/категорія", "статус"),
    "from": (
        "from", "since", "start date", "дата початку", "дата початку бойових дій",
        "дата початку тимчасової окупації", "з",
    ),
    "to": (
        "to", "until", "end date", "дата завершення", "дата закінчення", "дата припинення",
        "дата завершення бойових дій", "дата завершення тимчасової окупації", "по",
    ),
    "act": ("act", "legal act", "акт", "правовий акт", "підстава", "наказ"),
}  # fmt: skip
_COLUMN_OF = {word: column for column, words in _HEADERS.items() for word in words}
KNOWN_COLUMNS = frozenset(_COLUMN_OF)

CLASS_WORDS: dict[str, tuple[str, ...]] = {
    TerritoryClass.POSSIBLE: ("possible", "possible hostilities", "можливі бойові дії",
                              "можливих бойових дій"),
    TerritoryClass.ACTIVE_SERVICES: (
        "services",
        "active hostilities state electronic resources work",
        "active hostilities where state electronic resources work",
        "active hostilities where state electronic information resources work",
        "активні бойові дії державні електронні ресурси працюють",
        "активних бойових дій на яких функціонують державні електронні ресурси",
        "активних бойових дій на яких функціонують державні електронні інформаційні ресурси",
        "активні бойові дії на яких функціонують державні електронні інформаційні ресурси",
    ),
    TerritoryClass.ACTIVE: ("active", "active hostilities", "активні бойові дії",
                            "активних бойових дій"),
    TerritoryClass.OCCUPIED: (
        "occupied",
        "temporarily occupied",
        "temporarily occupied territory",
        "temporarily occupied territories",
        "тимчасово окупована",
        "тимчасово окуповані",
        "тимчасова окупація",
        "тимчасово окупована територія",
        "тимчасово окуповані території",
        "тимчасово окуповані російською федерацією",
        "тимчасово окуповані російською федерацією території україни",
    ),
}  # fmt: skip
_CLASS_OF = {words: kind for kind, each in CLASS_WORDS.items() for words in each}
_TERRITORY = re.compile(r"^(?:території|територія|territories of|territory of) ")
_OPEN = frozenset(["", "-", "–", "—"])
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{1,2})\.(\d{1,2})\.(\d{4})")
FIRST_YEAR, LAST_YEAR = 2014, 2099


@dataclass(frozen=True, slots=True)
class Entry:
    """A sound row of the file; whether the register knows the code is not looked at yet."""

    row: int
    code: str
    label: str
    kind: str
    since: date
    until: date | None
    act: str


@dataclass(frozen=True, slots=True)
class Faulty:
    """A row that cannot be taken, whatever the register says."""

    row: int
    code: str
    label: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of the file holds what: our name -> the file's; and those that are not read."""

    named: dict[str, str]
    unread: tuple[str, ...]


def columns_of(table: Table | Sheet) -> Columns:
    """Knows the header. Raises `Unreadable`."""
    named: dict[str, str] = {}
    unread = []
    for cell in table.header:
        column = _COLUMN_OF.get(_plain(cell))
        if column is None:
            if cell:
                unread.append(cell)
        elif column in named:
            raise Unreadable(Problem("twice_column", field=cell), row=1)
        else:
            named[column] = cell
    if not named.keys() >= NEEDED:
        raise Unreadable(Problem("territory_layout", value=", ".join(table.header[:8])), row=1)
    return Columns(named, tuple(unread))


def read(table: Table | Sheet, columns: Columns) -> Iterator[Entry | Faulty]:
    """The rows of the file in its order. Raises `Unreadable`."""
    for line in table.lines():
        yield _entry(line, columns.named)


def _entry(line: Line, named: dict[str, str]) -> Entry | Faulty:
    cells = {column: line.cells.get(named.get(column, ""), "") for column in COLUMNS}
    found: list[Problem] = []
    code = cells["code"]
    if line.problem:
        return Faulty(line.row, code, cells["name"], (line.problem,))
    checks.check_code(code, Organisation.Scheme.KATOTTG, found, field=named["code"])
    kind = class_of(cells["class"])
    if not cells["class"]:
        found.append(Problem("missing", named["class"]))
    elif not kind:
        found.append(Problem("class_unknown", named["class"], cells["class"]))
    since = _day(cells["from"], named["from"], found)
    if not cells["from"]:
        found.append(Problem("missing", named["from"]))
    until = None
    if cells["to"] not in _OPEN:
        until = _day(cells["to"], named["to"], found)
    if since and until and until < since:
        found.append(Problem("until_before", named["to"], until.isoformat(), since.isoformat()))
    act = checks.fits(cells["act"], named.get("act", "act"), 300, found)
    label = cells["name"][:200]
    if found or since is None:
        return Faulty(line.row, code, label, tuple(found))
    return Entry(line.row, code, label, kind, since, until, act)


def class_of(words: str) -> str:
    """The class that the words mean; empty when they mean none."""
    plain = _TERRITORY.sub("", _plain(words))
    return str(_CLASS_OF.get(plain, ""))


def _plain(text: str) -> str:
    """Small letters, single spaces, without commas, points and quotation marks."""
    return " ".join(re.sub(r"[,.;:()\"«»“”\u00a0\ufeff]", " ", text.casefold()).split())


def _day(cell: str, field: str, found: list[Problem]) -> date | None:
    """A whole day; 2022-02 is none, since a law begins on a day."""
    if not cell:
        return None
    match = _DAY.fullmatch(cell.removesuffix(" р.").strip())
    if match:
        year, month, day = (int(part) for part in match.groups() if part is not None)
        if match[1] is None:
            year, day = day, year
        try:
            made = date(year, month, day)
        except ValueError:
            made = None
        if made and FIRST_YEAR <= made.year <= LAST_YEAR:
            return made
    found.append(Problem("day", field, cell))
    return None
