"""A table in a workbook (XLSX), read as a stream, like `reading.Table`.

Days come as 2022-02-24, whole numbers without a point, everything else as the text that stands
there. What a formula gave when the file was saved counts; nothing is worked out here. Ministries
put a title above the table and other sheets before it: the header is looked for.
"""

import datetime
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from mosty.places.imports.problems import Problem, Unreadable
from mosty.places.imports.reading import Line, Table, measure, open_table

STARTS = b"PK\x03\x04"
MOST_ROWS = 200_000
# How many rows with something in them may stand above the header.
ROWS_ABOVE = 20
_CHUNK = 1 << 20
# A formula that no program has worked out yet. An empty text is a result too (t="str").
_NO_RESULT = re.compile(
    rb'<c(?![^>]*t="str")(?: [^>]*)?><f(?: [^>]*)?(?:/>|>[^<]*</f>)(?:<v>\s*</v>|<v\s*/>)?</c>'
)
# What openpyxl raises at a file that is a ZIP and no workbook, or a broken one.
_BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    ParseError,
    EOFError,
    KeyError,
    ValueError,
    TypeError,
    OSError,
)
Header = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook. `open_file` gives a binary stream at its start.

    `above` is what stands above the header, `beside` are the other sheets whose header is known.
    """

    open_file: Callable[[], IO[bytes]]
    name: str
    size: int
    sha256: str
    header: Header
    title: str = ""
    header_row: int = 0
    above: tuple[str, ...] = ()
    beside: tuple["Sheet", ...] = ()
    encoding_name = "XLSX"
    separator_name = ""

    def lines(self) -> Iterator[Line]:
        """The rows below the header, numbered as programs show them; empty ones are left out."""
        for _sheet, line in lines_of([self]):
            yield line


def lines_of(sheets: Sequence[Sheet]) -> Iterator[tuple[Sheet, Line]]:
    """The rows of several sheets of one workbook, which is opened once."""
    by_title = {sheet.title: sheet for sheet in sheets}
    for title, number, cells in _rows(sheets[0].open_file, frozenset(by_title)):
        sheet = by_title[title]
        if number <= sheet.header_row or not any(cells):
            continue
        width = len(sheet.header)
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if len(cells) > width:
            yield sheet, Line(number, {}, Problem("cells", value=str(len(cells)), hint=str(width)))
            continue
        # A sheet has no cells where a row ends early.
        cells += [""] * (width - len(cells))
        yield sheet, Line(number, dict(zip(sheet.header, cells, strict=True)))


def open_any(
    open_file: Callable[[], IO[bytes]],
    *,
    name: str,
    known_columns: frozenset[str] = frozenset(),
    is_header: Callable[[Header], bool] | None = None,
) -> Table | Sheet:
    """A table in text form or a workbook, as the first bytes tell. Raises `Unreadable`.

    Of a workbook the first sheet is read whose header `is_header` knows, wherever it stands among
    the first rows; the others that it knows are told `beside`. Where it knows none, or is not
    given, the first row of the first sheet counts as the header.
    """
    with open_file() as binary:
        is_workbook = binary.read(len(STARTS)) == STARTS
    if not is_workbook:
        return open_table(open_file, name=name, known_columns=known_columns)
    with open_file() as binary:
        size, sha256 = measure(binary)
    _need_results(open_file)
    sheets: list[Sheet] = []
    plain: Sheet | None = None
    for title, rows in _tops(open_file):
        above: list[str] = []
        for number, cells in rows:
            header = tuple(" ".join(cell.lower().split()) for cell in cells)
            while header and not header[-1]:
                header = header[:-1]
            sheet = Sheet(open_file, name, size, sha256, header, title, number, tuple(above))
            plain = plain or sheet
            if is_header is None or is_header(header):
                sheets.append(sheet)
                break
            above += [cell for cell in cells if cell]
        if is_header is None:
            break
    if plain is None:
        raise Unreadable(Problem("empty"))
    return replace(sheets[0], beside=tuple(sheets[1:])) if sheets else plain


def _tops(open_file: Callable[[], IO[bytes]]) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """The first rows with something in them of every sheet."""
    found: dict[str, list[tuple[int, list[str]]]] = {}
    for title, number, cells in _rows(open_file, most=ROWS_ABOVE):
        rows = found.setdefault(title, [])
        if any(cells):
            rows.append((number, cells))
    return list(found.items())


def _need_results(open_file: Callable[[], IO[bytes]]) -> None:
    """A program that only writes workbooks leaves formulas without their results: such a cell
    would be read as empty."""
    try:
        with open_file() as binary, zipfile.ZipFile(binary) as packed:
            for part in packed.namelist():
                if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                    with packed.open(part) as stream:
                        _look_through(stream)
    except _BROKEN:
        raise Unreadable(Problem("workbook")) from None


def _look_through(stream: IO[bytes]) -> None:
    rest = b""
    while chunk := stream.read(_CHUNK):
        text = rest + chunk
        if _NO_RESULT.search(text):
            raise Unreadable(Problem("formulas"))
        # A cell may be cut in two by the end of the chunk.
        rest = text[-2000:]


def _rows(
    open_file: Callable[[], IO[bytes]], titles: frozenset[str] = frozenset(), *, most: int = 0
) -> Iterator[tuple[str, int, list[str]]]:
    """Title of the sheet, number of the row, cells as texts; of these sheets, or of all."""
    with open_file() as binary:
        try:
            book = load_workbook(binary, read_only=True, data_only=True)
            for sheet in book.worksheets:
                if titles and sheet.title not in titles:
                    continue
                # Some programs write a size that is not true.
                sheet.reset_dimensions()
                for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                    if most and number > most:
                        break
                    if number > MOST_ROWS:
                        raise Unreadable(Problem("too_many_rows", hint=str(MOST_ROWS)), row=number)
                    yield sheet.title, number, [_text(cell) for cell in row]
        except _BROKEN:
            raise Unreadable(Problem("workbook")) from None


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        is_day = cell.time() == datetime.time(0)
        return cell.date().isoformat() if is_day else cell.isoformat(" ")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
