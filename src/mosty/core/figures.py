"""Figures as the reader writes them: rounded, with their thousands and decimals."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format


def figure(value: float | Decimal, places: int | None = None) -> str:
    """A number rounded half up to so many places (None: as it is).

    Django's `number_format` cuts the places off instead: 57.88 would be shown as 57.

    >>> figure(57.88, 0), figure(177.15, 1), figure(28500)
    ('58', '177.2', '28,500')
    """
    if places is not None:
        value = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)
