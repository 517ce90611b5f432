"""Dates as precise as the source: 2022, 2022-06 or 2022-06-16, kept as text and said in words."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

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

    @property
    def first_day(self) -> date:
        """The first day that it may mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        """The last day that it may mean."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

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
    first = known.first_day
    if known.precision is DatePrecision.DAY:
        return date_format(first, "j E Y")
    said = date_format(first, "F Y")
    # Ukrainian writes months small; Django's names of months alone are capital.
    return said.lower() if get_language() == "uk" else said


class PartialDateWidget(forms.MultiWidget):
    """Day, month and year, of which the first two may stay empty."""

    template_name = "core/date_widget.html"
    use_fieldset = True

    def __init__(self, attrs: Any = None) -> None:
        number = {"inputmode": "numeric", "autocomplete": "off"}
        months = [("", "–"), *((str(key), str(name)) for key, name in MONTHS.items())]
        super().__init__(
            {
                "day": forms.TextInput(attrs={**number, "maxlength": 2, "size": 2}),
                "month": forms.Select(choices=months),
                "year": forms.TextInput(attrs={**number, "maxlength": 4, "size": 4}),
            },
            attrs,
        )

    def decompress(self, value: Any) -> list[str]:
        return _boxes(value)

    def id_for_label(self, id_: str) -> str:
        # Where the list of faults leads to: the year. The boxes have labels of their own.
        return f"{id_}_2" if id_ else ""


def _boxes(value: Any) -> list[str]:
    try:
        known = PartialDate.parse(str(value or ""))
    except ValueError:
        return ["", "", ""]
    return [str(known.day or ""), str(known.month or ""), str(known.year)]


class PartialDateField(forms.MultiValueField):
    """Gives `2022`, `2022-06`, `2022-06-16`, or an empty text."""

    widget = PartialDateWidget
    default_error_messages = {
        "no_year": _("Write the year as well: four figures."),
        "no_month": _("A day needs its month. Choose the month, or leave the day empty."),
        "no_date": _("There is no such date. Look at the day, the month and the year again."),
    }

    def __init__(self, **kwargs: Any) -> None:
        parts = [forms.CharField(required=False, max_length=4) for _part in range(3)]
        super().__init__(fields=parts, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> str:
        day, month, year = [str(part or "").strip() for part in (value or ["", "", ""])]
        if not (day or month or year):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return ""
        if not year:
            raise ValidationError(self.error_messages["no_year"], code="no_year")
        if day and not month:
            raise ValidationError(self.error_messages["no_month"], code="no_month")
        try:
            return str(PartialDate(int(year), int(month or 0), int(day or 0)))
        except ValueError as error:
            raise ValidationError(self.error_messages["no_date"], code="no_date") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = initial if isinstance(initial, list) else _boxes(initial)
        return [str(part or "").lstrip("0") for part in before] != [
            str(part or "").strip().lstrip("0") for part in (data or ["", "", ""])
        ]
