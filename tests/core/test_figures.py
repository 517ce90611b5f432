"""Figures are rounded, not cut, in the reader's own digits."""

from decimal import Decimal

import pytest
from django.utils import translation

from mosty.core.figures import figure


@pytest.mark.unit
@pytest.mark.parametrize(
    ("value", "places", "said"),
    [
        (57.88, 0, "58"),
        (39.743, 0, "40"),
        (177.15, 1, "177.2"),
        (2.5, 0, "3"),
        (-7.06, 1, "-7.1"),
        (0, 1, "0.0"),
        (28500, None, "28,500"),
        (1234567.891, 2, "1,234,567.89"),
        (Decimal("0.05"), 1, "0.1"),
    ],
)
def test_figure_is_rounded_half_up(value: float, places: int | None, said: str) -> None:
    assert figure(value, places) == said


@pytest.mark.unit
def test_figure_in_ukrainian_has_a_comma_and_spaces() -> None:
    with translation.override("uk"):
        assert figure(28500.25, 1) == "28\u00a0500,3"
