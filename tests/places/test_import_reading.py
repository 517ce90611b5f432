"""Any usual encoding and separator is found and told; what is no table is refused with a remedy."""

import io

import pytest
from django.utils import translation

from mosty.places.imports.problems import Unreadable
from mosty.places.imports.reading import Line
from tests.places.importing import CHUHUIV, HEAD, KULDIGA, lines, table

pytestmark = pytest.mark.unit

TEXT = lines(KULDIGA, CHUHUIV)
UKRAINIAN = "code;name;country\r\nUA63140170000087785;Чугуїв;UA\r\nUA1;Їжаків’є, Ґудзь;UA\r\n"


def cells(found: list[Line]) -> list[list[str]]:
    return [list(line.cells.values()) for line in found]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "UTF-8 (BOM)"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
    ],
)
def test_reading_finds_unicode_encodings(content: bytes, encoding: str) -> None:
    found = table(content)
    assert found.encoding_name == encoding
    assert found.header == tuple(HEAD.split(","))
    assert cells(list(found.lines())) == [KULDIGA.split(","), CHUHUIV.split(",")]


def test_reading_finds_windows_1251_with_semicolons() -> None:
    found = table(UKRAINIAN.encode("cp1251"))
    assert (found.encoding_name, found.separator_name) == ("Windows-1251", ";")
    assert cells(list(found.lines())) == [
        ["UA63140170000087785", "Чугуїв", "UA"],
        ["UA1", "Їжаків’є, Ґудзь", "UA"],
    ]


@pytest.mark.parametrize("encoding", ["cp1250", "iso-8859-2", "cp1252"])
def test_reading_refuses_other_encodings_instead_of_guessing(encoding: str) -> None:
    text = "code,name\nDE_1,München\nDE_2,Köln\nDE_3,Düren\n"
    with pytest.raises(Unreadable) as caught:
        table(text.encode(encoding))
    assert caught.value.problem.code == "encoding"
    assert "CSV UTF-8" in caught.value.problem.remedy


def test_reading_finds_a_broken_letter_far_down_before_any_row_is_taken() -> None:
    content = TEXT.encode() + b"UA1,plain\n" * 50_000 + b"UA2,\xff\xfe broken\n"
    with pytest.raises(Unreadable) as caught:
        table(content)
    assert caught.value.problem.code == "encoding"
    assert int(caught.value.problem.hint) > 500_000


@pytest.mark.parametrize(("separator", "name"), [(",", ","), (";", ";"), ("\t", "tab")])
def test_reading_finds_the_separator(separator: str, name: str) -> None:
    content = f"code{separator}name{separator}lat\nUA1{separator}Town, old; new{separator}50,5\n"
    if separator != "\t":
        content = content.replace("Town, old; new", '"Town, old; new"').replace("50,5", '"50,5"')
    found = table(content)
    assert found.separator_name == name
    assert cells(list(found.lines())) == [["UA1", "Town, old; new", "50,5"]]


def test_reading_prefers_the_separator_that_gives_known_columns() -> None:
    # More commas than semicolons stand in the first row, within one name of a column.
    found = table('code;name;"a, b, c, d, e"\n1;Town;x\n')
    assert found.header == ("code", "name", "a, b, c, d, e")


def test_reading_counts_rows_as_a_spreadsheet_does() -> None:
    content = 'code,name\n\nA1,"two\nlines"\n,\nA2,Town\n'
    assert [line.row for line in table(content).lines()] == [3, 5]


def test_reading_passes_over_excels_separator_line_and_trailing_empty_cells() -> None:
    found = table("sep=;\r\nCode ; NAME;;\r\nA1;Town;;\r\nA2;Village;;;;\r\n")
    assert found.header == ("code", "name")
    assert cells(list(found.lines())) == [["A1", "Town"], ["A2", "Village"]]


@pytest.mark.parametrize(("row", "count"), [("A1", 1), ("A1,Town,more", 3)])
def test_reading_tells_rows_with_too_few_or_too_many_cells(row: str, count: int) -> None:
    good, bad = table(f"code,name\nA0,Town\n{row}\n").lines()
    assert good.problem is None
    assert bad.problem is not None
    assert (bad.row, bad.problem.code) == (3, "cells")
    assert bad.problem.text == f"The row has {count} cells, the first row 2."


@pytest.mark.parametrize(
    "content",
    [
        'code,name\nA1,"never closed\nA2,Town\n',
        'code,name\nA1,"closed" and more\n',
        'code,name\nA1,"' + "x" * 200_000 + '"\n',
        'code,name\nA1,"' + "x" * 30_000 + '"\n',
    ],
)
def test_reading_tells_quotation_marks_that_do_not_match(content: str) -> None:
    with pytest.raises(Unreadable) as caught:
        list(table(content).lines())
    assert (caught.value.problem.code, caught.value.row) == ("quotes", 2)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n,,\n", "empty"),
        (b"PK\x03\x04\x14\x00", "binary"),
        (b"%PDF-1.7", "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "binary"),
        (b"\x00\x01\x02\x03", "binary"),
        (b"code,name\x00\x00\x00\n", "binary"),
    ],
)
def test_reading_refuses_what_is_no_table(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        table(content)
    assert caught.value.problem.code == code
    assert str(caught.value).endswith(".")


def test_reading_takes_a_file_twice_and_measures_it() -> None:
    found = table(TEXT)
    assert (found.size, len(found.sha256)) == (len(TEXT.encode()), 64)
    assert list(found.lines()) == list(found.lines())
    assert table(TEXT.encode("utf-16")).sha256 != found.sha256


def test_problems_are_said_in_the_readers_language() -> None:
    with pytest.raises(Unreadable) as caught:
        table(b"")
    assert caught.value.problem.text == "The file holds no row."
    with translation.override("uk"):
        assert caught.value.problem.text == "У файлі немає жодного рядка."


def test_reading_closes_what_it_opens() -> None:
    opened: list[io.BytesIO] = []

    def open_file() -> io.BytesIO:
        opened.append(io.BytesIO(TEXT.encode()))
        return opened[-1]

    from_table = table(TEXT)
    again = type(from_table)(
        open_file, "towns.csv", from_table.size, from_table.sha256, "utf-8", ",", from_table.header
    )
    assert len(list(again.lines())) == 2
    assert [file.closed for file in opened] == [True]
