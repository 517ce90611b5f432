"""CSV and XLSX of exactly what a list shows, safe to open in a spreadsheet.

Cells that a spreadsheet would take for a formula are led by an apostrophe (CSV) or written as text
(XLSX); see OWASP, "CSV Injection".
"""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# What openpyxl would write as a formula or as an error instead of a text.
_NOT_PLAIN = ("=", "#")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def safe_cell(value: Any) -> Any:
    """Numbers stay numbers; a text that would be a formula gets a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal):
        return value
    text = str(value)
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


class _Echo:
    """A file that hands each written row back, for streaming."""

    def write(self, row: str) -> str:
        return row


def csv_response(
    name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]], *, note: str = ""
) -> StreamingHttpResponse:
    """UTF-8 with a byte-order mark (spreadsheets need it), rows streamed; `note` is a last row."""
    writer = csv.writer(_Echo())

    def lines() -> Iterable[str]:
        yield "\ufeff"
        yield writer.writerow([safe_cell(cell) for cell in head])
        for row in rows:
            yield writer.writerow([safe_cell(cell) for cell in row])
        if note:
            yield writer.writerow([safe_cell(note)])

    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def xlsx_response(
    name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]], *, note: str = ""
) -> HttpResponse:
    """One sheet with a bold, frozen heading; texts are texts, never formulas."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"

    def cell(value: Any, *, bold: bool = False) -> Any:
        if value is None or isinstance(value, int | float | Decimal):
            return value
        text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
        if not bold and not text.startswith(_NOT_PLAIN):
            return text
        made = WriteOnlyCell(sheet, value="")
        made.value, made.data_type = text, "s"
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(str(value), bold=True) for value in head])
    for row in rows:
        sheet.append([cell(value) for value in row])
    if note:
        sheet.append([cell(note)])
    out = io.BytesIO()
    book.save(out)
    return HttpResponse(
        out.getvalue(),
        content_type=_XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'},
    )
