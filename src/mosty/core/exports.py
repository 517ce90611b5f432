"""CSV and XLSX of exactly what a list shows, safe to open in a spreadsheet.

Cells that a spreadsheet would take for a formula are led by an apostrophe (CSV) or written as text
(XLSX); see OWASP, "CSV Injection".
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

# Spreadsheets of East Asian languages read the full-width signs too.
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
MOST_OF_CELL = 32_767
_BAD_IN_TITLE = re.compile(r"[\\/*?:\[\]]")
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
    # Some programs pass over spaces before the sign.
    is_formula = text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)
    return "'" + text if is_formula else text


def _plain_text(value: Any) -> str:
    """A text that a workbook can hold: without control characters, not longer than a cell."""
    text: str = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    return text[:MOST_OF_CELL]


def _attachment(filename: str) -> str:
    """The header for a file to keep, whatever letters its name has."""
    plain = "".join(letter for letter in filename if letter.isprintable() and letter not in '/\\"')
    return content_disposition_header(True, plain) or "attachment"


class _Echo:
    """A file that hands each written row back, for streaming."""

    def write(self, row: str) -> str:
        return row


File = HttpResponse | StreamingHttpResponse


def maker(suffix: str) -> Callable[..., File]:
    """What makes files of that suffix, `csv` or `xlsx`; 404 for any other."""
    makers: dict[str, Callable[..., File]] = {"csv": csv_response, "xlsx": xlsx_response}
    if suffix not in makers:
        raise Http404
    return makers[suffix]


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
        headers={"Content-Disposition": _attachment(f"{name}.csv")},
    )


def xlsx_response(
    name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]], *, note: str = ""
) -> HttpResponse:
    """One sheet with a bold, frozen heading; texts are texts, never formulas."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_BAD_IN_TITLE.sub("-", name)[:31] or "-")
    sheet.freeze_panes = "A2"

    def cell(value: Any, *, bold: bool = False) -> Any:
        if value is None or isinstance(value, int | float | Decimal):
            return value
        text = _plain_text(value)
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
        headers={"Content-Disposition": _attachment(f"{name}.xlsx")},
    )
