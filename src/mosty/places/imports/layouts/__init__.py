"""The layouts that are understood: each knows its header and makes records of its rows."""

from mosty.places.imports.layouts.codifier import Codifier
from mosty.places.imports.layouts.hromadas import Hromadas
from mosty.places.imports.layouts.lau import Lau
from mosty.places.imports.layouts.lau_workbook import LauWorkbook
from mosty.places.imports.layouts.own import Own
from mosty.places.imports.layouts.reader import Files, Reader, Refused
from mosty.places.imports.problems import Problem, Unreadable
from mosty.places.imports.reading import Table
from mosty.places.imports.workbooks import Header, Sheet

# The most particular header first: the own layout asks for least.
LAYOUTS: tuple[type[Reader], ...] = (Codifier, LauWorkbook, Hromadas, Lau, Own)
KNOWN_COLUMNS = frozenset().union(*(layout.known for layout in LAYOUTS))

__all__ = ["KNOWN_COLUMNS", "LAYOUTS", "Files", "Reader", "Refused", "is_header", "reader_for"]


def is_header(cells: Header) -> bool:
    """Whether a row of a workbook names the columns of a layout."""
    return any(layout.matches(cells) for layout in LAYOUTS)


def reader_for(files: Files) -> Reader:
    """The reader that knows the header of the main file. Raises `Unreadable`."""
    header = files.main.header
    for column in header:
        if column and header.count(column) > 1:
            raise Unreadable(Problem("twice_column", field=column), row=1)
    if {"group_id", "group_code"} <= set(header):
        raise Unreadable(Problem("groups_alone"), row=1)
    for layout in LAYOUTS:
        if layout.matches(header):
            return layout(files)
    raise Unreadable(_unknown(files.main), row=1)


def _unknown(main: Table | Sheet) -> Problem:
    code = "layout_book" if isinstance(main, Sheet) else "layout"
    return Problem(code, value=", ".join(main.header[:8]))
