"""Eurostat's own workbook of LAU (EU-27-LAU-2024-NUTS-2021.xlsx): one sheet for each country.

Its rows are those of `lau.csv` under other names, without points; everything else is `lau`'s.
"""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from mosty.places import countries
from mosty.places.imports.layouts.lau import Lau
from mosty.places.imports.layouts.reader import Files
from mosty.places.imports.problems import Problem, Unreadable
from mosty.places.imports.reading import Line
from mosty.places.imports.workbooks import Header, Sheet, lines_of
from mosty.places.models import Organisation
from mosty.places.sources import Listed, lau_of

_COLUMNS = (
    (re.compile(r"nuts 3 code(?: \d{4})?"), "nuts3"),
    (re.compile(r"lau code"), "lau_code"),
    (re.compile(r"lau name national"), "name"),
    (re.compile(r"lau name latin"), "name_latin"),
    (re.compile(r"population"), "population"),
    (re.compile(r"total area ?\(m2\)"), "area_m2"),
    (re.compile(r"total area ?\(km2\)"), "area_km2"),
    (re.compile(r"degurba"), "degurba"),
    (re.compile(r"coastal area(?: ?\(yes/no\))?"), "coastal"),
)
_NEEDED = frozenset(["nuts3", "lau_code", "name"])
# A spreadsheet makes numbers of codes and loses the zeros at their beginning. How long they are,
# where all of a country are equally long.
_LENGTHS = {
    "AT": 5, "BE": 5, "BG": 5, "CY": 4, "CZ": 6, "DE": 8, "DK": 3, "EE": 4, "ES": 5, "FI": 3,
    "FR": 5, "HR": 5, "IT": 6, "LU": 4, "PT": 6, "SE": 4, "SI": 3, "SK": 6,
}  # fmt: skip
_NOTHING = frozenset(["n.a.", "n.a", "na", "n/a", ":", "-", "–", "nan"])
_YES = {"yes": "1", "y": "1", "1": "1", "no": "0", "n": "0", "0": "0"}
_YEAR = re.compile(r"LAU[ _-]?(20\d\d)", re.IGNORECASE)
_KNOWN_AS = {"EL": "GR"}
# Latvia reformed its municipalities in 2021; later lists hold the present ones.
_REFORM_OF_LATVIA = 2021


class LauWorkbook(Lau):
    """The workbook, all its countries at once."""

    name = "lau_workbook"

    def __init__(self, files: Files) -> None:
        said = _YEAR.search(files.main.name)
        if said is None:
            raise Unreadable(Problem("lau_year", value=files.main.name))
        self._year = said[1]
        super().__init__(files)

    @classmethod
    def matches(cls, header: Header) -> bool:
        return set(_named(header)) >= _NEEDED

    @property
    def year(self) -> str:
        return self._year

    def source_of_figures(self) -> Listed:
        return lau_of(self._year)

    def counted(self, country: str) -> str:
        """The workbook says no more than its year."""
        return self._year

    def standing(self, country: str) -> str:
        is_former = country == "LV" and int(self._year) < _REFORM_OF_LATVIA
        return Organisation.Standing.FORMER if is_former else ""

    def expected(self) -> dict[str, int]:
        """Units change from year to year: nobody has counted this one."""
        return {}

    def unread(self) -> None:
        """Its further columns are Eurostat's cities and zones, which are not kept."""
        main = self.files.main
        others = [sheet.title for sheet in _sheets(main) if not _country(sheet.title)]
        if others:
            self.notices.append(Problem("sheets_unread", value=", ".join(others)))

    def lines(self) -> Iterator[Line]:
        sheets = [sheet for sheet in _sheets(self.files.main) if _country(sheet.title)]
        if not sheets:
            raise Unreadable(Problem("lau_sheets"))
        named = {sheet.title: _named(sheet.header) for sheet in sheets}
        for sheet, line in lines_of(sheets):
            columns, country = named[sheet.title], _country(sheet.title)
            cells = {column: _cell(line.cells.get(given, "")) for column, given in columns.items()}
            # Eurostat ends some sheets with a line about the sources.
            if not line.problem and not cells["lau_code"] and not cells["nuts3"]:
                continue
            yield Line(line.row, _as_lau(sheet.title.strip().upper(), country, cells), line.problem)


def _sheets(main: object) -> tuple[Sheet, ...]:
    return (main, *main.beside) if isinstance(main, Sheet) else ()


def _country(title: str) -> str:
    """The country of a sheet, by its name; empty for sheets about several."""
    code = title.strip().upper()
    code = _KNOWN_AS.get(code, code)
    return code if code in countries.listed() and code != "UA" else ""


def _named(header: Header) -> dict[str, str]:
    """Our column -> the workbook's; where it stands for several years, the newest counts."""
    found: dict[str, str] = {}
    for cell in header:
        for pattern, column in _COLUMNS:
            if pattern.fullmatch(cell) and cell > found.get(column, ""):
                found[column] = cell
    return found


def _cell(text: str) -> str:
    return "" if text.lower() in _NOTHING else text


def _as_lau(prefix: str, country: str, cells: dict[str, str]) -> dict[str, str]:
    """A row in the columns of `lau.csv`."""
    code = cells["lau_code"]
    length = _LENGTHS.get(country, 0)
    if code.isdigit():
        code = code.zfill(length)
    return {
        "gisco_id": f"{prefix}_{code}" if code else "",
        "iso2": country,
        "lau_code": code,
        "name": cells["name"],
        "name_latin": cells.get("name_latin", ""),
        "population": cells.get("population", ""),
        "area_km2": cells.get("area_km2") or _square_kilometres(cells.get("area_m2", "")),
        "degurba": cells.get("degurba", ""),
        "coastal": _YES.get(cells.get("coastal", "").lower(), ""),
        "lat": "",
        "lon": "",
        "nuts3": cells["nuts3"],
    }


def _square_kilometres(cell: str) -> str:
    """From square metres; what is no number stays as it is, so that it is said."""
    try:
        return f"{Decimal(cell.replace(' ', '')) / 1_000_000:f}" if cell else ""
    except InvalidOperation:
        return cell
