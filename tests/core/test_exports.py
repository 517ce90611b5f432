"""Files of lists: what a spreadsheet would calculate is written as a text."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook

from mosty.core.exports import MOST_OF_CELL, csv_response, safe_cell, xlsx_response

ATTACKS = [
    '=HYPERLINK("https://evil.example","Click")',
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "＠SUM(A1)",
    "=cmd|' /C calc'!A0",
]


def csv_rows(response: Any) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def xlsx_cells(response: Any) -> list[list[Any]]:
    book = load_workbook(io.BytesIO(response.content))
    return [[(cell.value, cell.data_type) for cell in row] for row in book.active.iter_rows()]


@pytest.mark.unit
@pytest.mark.parametrize("attack", ATTACKS)
def test_csv_cell_that_is_a_formula_is_led_by_an_apostrophe(attack: str) -> None:
    assert safe_cell(attack) == "'" + attack


@pytest.mark.unit
@pytest.mark.parametrize(
    "text", ["Chuhuiv", "Чугуїв", "L'Aquila", "a=b", "1-2", "e@example.org", ""]
)
def test_csv_cell_of_plain_text_stays(text: str) -> None:
    assert safe_cell(text) == text


@pytest.mark.unit
def test_csv_cell_of_number_stays_a_number() -> None:
    assert safe_cell(-5) == -5
    assert safe_cell(Decimal("-0.5")) == Decimal("-0.5")
    assert safe_cell(None) == ""
    assert safe_cell(gettext_lazy("=lazy")) == "'=lazy"


@pytest.mark.parametrize("attack", ATTACKS)
def test_csv_file_holds_no_formula_in_head_rows_or_note(attack: str) -> None:
    rows = csv_rows(csv_response("list", [attack], [[attack], ["plain"]], note=attack))
    assert rows == [["'" + attack], ["'" + attack], ["plain"], ["'" + attack]]


@pytest.mark.parametrize("attack", ATTACKS)
def test_xlsx_file_holds_no_formula_in_head_rows_or_note(attack: str) -> None:
    cells = xlsx_cells(xlsx_response("list", [attack], [[attack, 7, -2.5]], note=attack))
    kinds = {kind for row in cells for _value, kind in row if _value is not None}
    assert kinds <= {"s", "n"}
    assert cells[1][1:] == [(7, "n"), (-2.5, "n")]
    for row in cells:
        assert row[0][1] == "s"
        # A carriage return does not survive XML; everything else is the text as it was.
        assert row[0][0].replace("\n", "").strip("\r") == attack.replace("\r", "").replace("\n", "")


def test_csv_file_keeps_commas_quotes_and_lines_within_cells() -> None:
    nasty = 'Torun, "Copernicus"\nPoland; Польща'
    assert csv_rows(csv_response("list", ["name"], [[nasty]])) == [["name"], [nasty]]


def test_csv_file_is_streamed_row_by_row() -> None:
    taken: list[int] = []

    def rows() -> Any:
        for number in range(3):
            taken.append(number)
            yield [number]

    response = csv_response("list", ["n"], rows())
    assert taken == []
    stream = iter(response.streaming_content)
    for _line in range(3):
        next(stream)
    assert taken == [0]


def test_file_names_cannot_break_the_header() -> None:
    for make in (csv_response, xlsx_response):
        response = make('a"; filename="evil.exe\r\nSet-Cookie: x=1/../', ["n"], [])
        header = response["Content-Disposition"]
        assert "\r" not in header
        assert "\n" not in header
        assert header.startswith("attachment")
        assert "evil.exe" in header
        assert header.count('"') == 2
    ukrainian = csv_response("громади", ["n"], [])["Content-Disposition"]
    assert ukrainian.startswith("attachment; filename*=utf-8''")
    plain = csv_response("municipalities-2026-11-23", ["n"], [])["Content-Disposition"]
    assert plain == 'attachment; filename="municipalities-2026-11-23.csv"'


def test_xlsx_file_survives_what_a_workbook_cannot_hold() -> None:
    response = xlsx_response(
        "a/b:[c]*?", ["x"], [["a\x00b\x07c"], ["y" * 40_000], [None], ["#REF!"]]
    )
    cells = xlsx_cells(response)
    assert cells[1][0] == ("abc", "s")
    assert len(cells[2][0][0]) == MOST_OF_CELL
    assert cells[3][0][0] is None
    assert cells[4][0] == ("#REF!", "s")
    book = load_workbook(io.BytesIO(response.content))
    assert book.active.title == "a-b--c---"
    assert book.active.freeze_panes == "A2"
    assert book.active["A1"].font.bold
