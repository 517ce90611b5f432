"""The columns of a list of partnerships: a row is what one source tells of two towns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mosty.places.imports import checks
from mosty.places.imports.problems import Problem, Unreadable
from mosty.places.imports.reading import Line, Table
from mosty.places.imports.workbooks import Header, Sheet
from mosty.places.models import Organisation

# Column -> what stands in it; for the page and the documentation.
COLUMNS: dict[str, str | Promise] = {
    "ua_name": _("the Ukrainian town in Latin letters; this or the next is needed"),
    "ua_name_uk": _("the same in Ukrainian"),
    "oblast": _("its oblast, in English or Ukrainian; needed where several are called so"),
    "ua_code": _("its KATOTTG; may be missing, and counts more than the names"),
    "partner_name": _("the partner, in any of its names"),
    "country_iso2": _("the country of the partner, such as LV"),
    "partner_code": _("its GISCO_ID; may be missing, and counts more than the name"),
    "programme": _("programmes that count it, parted by |; “bilateral” is none"),
    "phase": _("phases of the programme, such as 1;2"),
    "theme": _("what the source says it is about"),
    "date": _("as precisely as the source gives it: 2022, 2022-06 or 2022-06-16"),
    "source": _("web address of the page where it was read"),
}
NEEDED = frozenset(["partner_name", "country_iso2", "source"])
KNOWN_COLUMNS = frozenset(COLUMNS)
MOST_OF_THEME = 1000
_WEB = re.compile(r"https?://[^\s/]+\.[^\s]+")


@dataclass(frozen=True, slots=True)
class Town:
    """How a row names a town: `names` in several languages, a country, perhaps more."""

    names: tuple[str, ...]
    country: str
    region: str = ""
    code: str = ""

    @property
    def label(self) -> str:
        return self.names[0] if self.names else self.code


@dataclass(frozen=True, slots=True)
class Entry:
    """A sound row of the file; whether the register knows the towns is not looked at yet."""

    row: int
    left: Town
    right: Town
    programmes: tuple[str, ...]
    phases: tuple[str, ...]
    theme: str
    date: str
    source: str

    @property
    def label(self) -> str:
        return f"{self.left.label} – {self.right.label}"


@dataclass(frozen=True, slots=True)
class Faulty:
    """A row that cannot be taken, whatever the register says."""

    row: int
    label: str
    country: str
    problems: tuple[Problem, ...]


def is_header(header: Header) -> bool:
    """Whether a row names the columns of such a list."""
    return set(header) >= NEEDED and not {"ua_name", "ua_name_uk"}.isdisjoint(header)


def need_columns(table: Table | Sheet) -> tuple[str, ...]:
    """The columns that are not read. Raises `Unreadable`."""
    for column in table.header:
        if column and table.header.count(column) > 1:
            raise Unreadable(Problem("twice_column", field=column), row=1)
    if not is_header(table.header):
        raise Unreadable(Problem("pairs_layout", value=", ".join(table.header[:8])), row=1)
    return tuple(column for column in table.header if column and column not in KNOWN_COLUMNS)


def read(table: Table | Sheet) -> Iterator[Entry | Faulty]:
    """The rows of the file in its order. Raises `Unreadable`."""
    for line in table.lines():
        yield _entry(line)


def _entry(line: Line) -> Entry | Faulty:
    if line.problem:
        return Faulty(line.row, "", "", (line.problem,))
    found: list[Problem] = []
    cells = {column: " ".join(line.cells.get(column, "").split()) for column in COLUMNS}
    names = tuple(dict.fromkeys(filter(None, (cells["ua_name"], cells["ua_name_uk"]))))
    if not names:
        found.append(Problem("missing", "ua_name"))
    if not cells["partner_name"]:
        found.append(Problem("missing", "partner_name"))
    for column in ("ua_name", "ua_name_uk", "partner_name", "oblast"):
        checks.fits(cells[column], column, 200, found)
        checks.one_alphabet(cells[column], column, found)
    country = checks.country_of("", Organisation.Scheme.OWN, cells["country_iso2"], found)
    if cells["ua_code"]:
        checks.check_code(cells["ua_code"], Organisation.Scheme.KATOTTG, found, field="ua_code")
    theme = checks.fits(cells["theme"], "theme", MOST_OF_THEME, found)
    date = checks.date(cells["date"], "date", found)
    source = checks.fits(cells["source"], "source", 500, found)
    if not cells["source"]:
        found.append(Problem("missing", "source"))
    elif source and not _WEB.fullmatch(source):
        found.append(Problem("address", "source", source))
    left = Town(names, "UA", cells["oblast"], cells["ua_code"])
    partner = filter(None, [cells["partner_name"]])
    right = Town(tuple(partner), country, code=cells["partner_code"])
    if found:
        label = f"{left.label} – {right.label}"[:200]
        return Faulty(line.row, label, country, tuple(found))
    return Entry(
        row=line.row,
        left=left,
        right=right,
        programmes=_parts(cells["programme"], r"\||\s/\s"),
        phases=_parts(cells["phase"], r"[;,|]"),
        theme=theme,
        date=date,
        source=source,
    )


def _parts(cell: str, separator: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(separator, cell) if part.strip())
