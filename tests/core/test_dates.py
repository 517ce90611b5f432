"""Dates as precise as their source: read, said, written into a form."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from mosty.core.dates import DatePrecision, PartialDate, PartialDateField, say_date

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("2022", DatePrecision.YEAR, date(2022, 1, 1), date(2022, 12, 31)),
        ("2024-02", DatePrecision.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        ("2022-06-16", DatePrecision.DAY, date(2022, 6, 16), date(2022, 6, 16)),
    ],
)
def test_partial_date_knows_its_precision_and_the_days_it_may_mean(
    text: str, precision: DatePrecision, first: date, last: date
) -> None:
    known = PartialDate.parse(text)

    assert (known.precision, known.first_day, known.last_day) == (precision, first, last)
    assert str(known) == text


@pytest.mark.parametrize(
    "text",
    ["", "22", "2022-13", "2022-00", "2022-02-30", "2022-06-00", "June 2022", "0999", "3000"],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        PartialDate.parse(text)


def test_partial_date_with_a_day_but_no_month_is_refused() -> None:
    with pytest.raises(ValueError):
        PartialDate(2022, 0, 16)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["2022", "June 2022", "16 June 2022", "about 2022", ""]),
        ("uk", ["2022", "червень 2022", "16 червня 2022", "about 2022", ""]),
    ],
)
def test_date_is_said_in_the_reader_s_words(language: str, said: list[str]) -> None:
    with override(language):
        assert [
            say_date(text) for text in ("2022", "2022-06", "2022-06-16", "about 2022", "")
        ] == said


@pytest.mark.parametrize(
    ("boxes", "kept"),
    [
        (["", "", "2022"], "2022"),
        (["", "6", "2022"], "2022-06"),
        ([" 16 ", "6", "2022"], "2022-06-16"),
        (["", "", ""], ""),
        (None, ""),
    ],
)
def test_date_field_keeps_the_precision_that_was_written(boxes: list[str], kept: str) -> None:
    assert PartialDateField(required=False).clean(boxes) == kept


@pytest.mark.parametrize(
    ("boxes", "code"),
    [
        (["", "6", ""], "no_year"),
        (["16", "", ""], "no_year"),
        (["16", "", "2022"], "no_month"),
        (["31", "2", "2022"], "no_date"),
        (["", "", "22"], "no_date"),
        (["", "", "last"], "no_date"),
    ],
)
def test_date_field_says_what_is_missing(boxes: list[str], code: str) -> None:
    with pytest.raises(ValidationError) as error:
        PartialDateField(required=False).clean(boxes)
    assert error.value.code == code


def test_date_field_that_is_needed_wants_a_year() -> None:
    with pytest.raises(ValidationError) as error:
        PartialDateField().clean(["", "", ""])
    assert error.value.code == "required"


def test_date_field_sees_a_change_but_not_a_leading_zero() -> None:
    field = PartialDateField(required=False)

    assert field.has_changed("2022-06-06", ["06", "6", "2022"]) is False
    assert field.has_changed("2022-06", ["6", "6", "2022"]) is True
    assert field.has_changed(None, ["", "", ""]) is False


def test_no_page_names_a_month_alone_where_a_day_stands_before_it() -> None:
    """In Ukrainian "26 листопада", never "26 листопад": E, not F."""
    root = Path(__file__).resolve().parents[2] / "src/mosty"
    files = [*root.rglob("*.html"), *root.rglob("*.txt")]
    wrong = [str(file) for file in files if re.search(r'date:"[^"]*[jd] F', file.read_text())]
    assert wrong == []
