"""A table in a workbook (XLSX): its first sheet, read as a stream, like `reading.Table`.

Days come as 2022-02-24, whole numbers without a point, everything else as the text that stands
there. What a formula gave when the file was saved counts; nothing is worked out here.
"""

import datetime
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from mosty.places.imports.problems import Problem, Unreadable
from mosty.places.imports.reading import Line, Table, measure, open_table

STARTS = b"PK\x03\x04"
MOST_ROWS = 200_000
# What openpyxl raises at a file that is a ZIP and no workbook, or a broken one.
_BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    OSError,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first sheet of a workbook. `open_file` gives a binary stream at its start."""

    open_file: Callable[[], IO[bytes]]
    name: str
    size: int
    sha256: str
    header: tuple[str, ...]
    encoding_name = "XLSX"
    separator_name = ""

    def lines(self) -> Iterator[Line]:
        """The rows below the header, numbered as programs show them; empty ones are left out."""
        width = len(self.header)
        header_seen = False
        for number, cells in _rows(self.open_file):
            if not any(cells):
                continue
            if not header_seen:
                header_seen = True
                continue
            while len(cells) > width and not cells[-1]:
                cells.pop()
            if len(cells) > width:
                problem = Problem("cells", value=str(len(cells)), hint=str(width))
                yield Line(number, {}, problem)
                continue
            # A sheet has no cells where a row ends early.
            cells += [""] * (width - len(cells))
            yield Line(number, dict(zip(self.header, cells, strict=True)))


def open_any(
    open_file: Callable[[], IO[bytes]], *, name: str, known_columns: frozenset[str] = frozenset()
) -> Table | Sheet:
    """A table in text form or a workbook, as the first bytes tell. Raises `Unreadable`."""
    with open_file() as binary:
        is_workbook = binary.read(len(STARTS)) == STARTS
    if not is_workbook:
        return open_table(open_file, name=name, known_columns=known_columns)
    with open_file() as binary:
        size, sha256 = measure(binary)
    for _number, cells in _rows(open_file):
        if any(cells):
            header = [cell.lower() for cell in cells]
            while header and not header[-1]:
                header.pop()
            return Sheet(open_file, name, size, sha256, tuple(header))
    raise Unreadable(Problem("empty"))


def _rows(open_file: Callable[[], IO[bytes]]) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers, cells as texts."""
    with open_file() as binary:
        try:
            book = load_workbook(binary, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            # Some programs write a size that is not true.
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                if number > MOST_ROWS:
                    raise Unreadable(Problem("too_many_rows", hint=str(MOST_ROWS)), row=number)
                yield number, [_text(cell) for cell in row]
        except IndexError:
            raise Unreadable(Problem("empty")) from None
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
