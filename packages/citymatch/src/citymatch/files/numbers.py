"""Numbers as they stand in files and as the engine counts them: in integers of one millionth."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from math import floor, isfinite

from citymatch.model import MICRO


def to_micro(value: float) -> int:
    """Return a number in millionths, rounded half to even as its decimal digits read.

    ValueError when it is not finite.
    """
    if not isfinite(value):
        raise ValueError("not a finite number")
    scaled = value * MICRO
    whole = floor(scaled)
    # Only near a half can the binary product and the decimal digits disagree.
    if abs(scaled - whole - 0.5) > 1e-3:
        return round(scaled)
    exact = Decimal(repr(value)) * MICRO
    return int(exact.to_integral_value(rounding=ROUND_HALF_EVEN))


def from_micro(value: int) -> float:
    """Return millionths as the nearest float, which prints with the same six decimals."""
    return value / MICRO
