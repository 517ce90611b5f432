"""Similar size: 1 for equal populations, falling with the logarithm to 0 at a factor of ten."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

import numpy as np

from citymatch.criteria.rating import (
    Context,
    Criterion,
    Deduct,
    Ints,
    Limit,
    Limits,
    Mask,
    Rate,
    Rating,
    Singles,
    either,
    fill_blanks,
)
from citymatch.model import MICRO, Reason, Town

type Known = tuple[np.ndarray[tuple[int], np.dtype[np.float64]], Mask]


def over(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rate:
    (one, blank), (other, blanks) = context.once("size", left, right, _logarithms_of)

    def rate(i: Ints, j: Ints) -> Rating:
        near = 1 - np.abs(one[i] - other[j])
        values = np.rint(np.clip(near, 0, 1) * MICRO).astype(np.int64)
        return Rating.mutual(values, either(blank, blanks, i, j))

    return rate


def limits(left: Sequence[Town], right: Sequence[Town], context: Context) -> Limits:
    (one, blank), (other, blanks) = context.once("size", left, right, _logarithms_of)
    single, singles = one.astype(np.float32), other.astype(np.float32)

    def fill(rows: Ints, columns: Ints, factor: float, out: Singles) -> None:
        scale = np.float32(factor)
        np.subtract(single[rows, None] * scale, singles[None, columns] * scale, out=out)
        np.abs(out, out=out)
        np.clip(out, 0, scale, out=out)
        fill_blanks(out, blank[rows], blanks[columns], scale / 2)

    def of(i: Ints, j: Ints) -> Singles:
        apart = np.minimum(np.abs(single[i] - singles[j]), np.float32(1))
        return np.where(either(blank, blanks, i, j), np.float32(0.5), apart)

    plain = Limit.constant(1.0, len(left))
    limit = Limit(plain.row, plain.columns, Deduct(fill, of), error=2e-6)
    return Limits(limit, limit, is_mutual=True)


def facts(left: Town, right: Town, context: Context) -> Reason:
    return Reason("populations", {"left": left.population, "right": right.population})


def _logarithms_of(left: Sequence[Town], right: Sequence[Town]) -> tuple[Known, Known]:
    return _logarithms(left), _logarithms(right)


def _logarithms(towns: Sequence[Town]) -> Known:
    # An unknown number, None, is no number.
    people = np.array(list(map(attrgetter("population"), towns)), dtype=np.float64)
    people = np.nan_to_num(people, nan=0.0)
    return np.log10(np.maximum(people, 1)), people == 0


SIZE = Criterion("size", over, limits, facts)
