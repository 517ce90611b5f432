"""Exact numbers as people read them, and faults beside the fields that they speak of."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format


def rounded(value: Fraction) -> Decimal:
    """To two places, halves up.

    >>> rounded(Fraction(7, 3))
    Decimal('2.33')
    """
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def two(value: Fraction | None) -> str:
    """As the page writes it; nothing for nothing."""
    return "" if value is None else str(number_format(rounded(value), decimal_pos=2))


def put_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Put what a verb refuses beside the fields that it names."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
