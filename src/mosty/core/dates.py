"""Dates as precise as the source: 2022, 2022-06 or 2022-06-16, kept as text and said in words."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import get_language

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
FIRST_YEAR, LAST_YEAR = 1000, 2999


class DatePrecision(StrEnum):
    """How exactly a date is known."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A year, perhaps with a month, perhaps with a day; sorts like its ISO text."""

    year: int
    month: int = 0
    day: int = 0

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR or (self.day and not self.month):
            raise ValueError(f"no date: {self.year}, {self.month}, {self.day}")
        date(self.year, self.month or 1, self.day or 1)

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """From 2022, 2022-06 or 2022-06-16; `ValueError` for anything else."""
        found = _SHAPE.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"no date: {text!r}")
        year, month, day = found.groups()
        if month == "00" or day == "00":
            raise ValueError(f"no date: {text!r}")
        return cls(int(year), int(month or 0), int(day or 0))

    @property
    def precision(self) -> DatePrecision:
        if self.day:
            return DatePrecision.DAY
        return DatePrecision.MONTH if self.month else DatePrecision.YEAR

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        if self.month:
            parts.append(f"{self.month:02d}")
        if self.day:
            parts.append(f"{self.day:02d}")
        return "-".join(parts)


def say_date(text: str) -> str:
    """In the reader's words: 16 June 2022, June 2022, 2022; what is no date stays as it is.

    >>> say_date("2022-06-16"), say_date("2022-06"), say_date("2022"), say_date("about 2022")
    ('16 June 2022', 'June 2022', '2022', 'about 2022')
    """
    try:
        known = PartialDate.parse(text)
    except ValueError:
        return text
    if known.precision is DatePrecision.YEAR:
        return str(known.year)
    first = date(known.year, known.month, known.day or 1)
    if known.precision is DatePrecision.DAY:
        return date_format(first, "j E Y")
    said = date_format(first, "F Y")
    # Ukrainian writes months small; Django's names of months alone are capital.
    return said.lower() if get_language() == "uk" else said
