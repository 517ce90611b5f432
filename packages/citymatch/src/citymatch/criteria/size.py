"""Similar size: 1 for equal populations, falling with the logarithm to 0 at a factor of ten."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from citymatch.criteria.rating import (
    Context,
    Criterion,
    Ints,
    Limit,
    Limits,
    Mask,
    Rate,
    Rating,
    Singles,
    either,
)
from citymatch.model import MICRO, Reason, Town


def over(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rate:
    (one, blank), (other, blanks) = _logarithms(left), _logarithms(right)

    def rate(i: Ints, j: Ints) -> Rating:
        near = 1 - np.abs(one[i] - other[j])
        values = np.rint(np.clip(near, 0, 1) * MICRO).astype(np.int64)
        return Rating.mutual(values, either(blank, blanks, i, j))

    return rate


def limits(left: Sequence[Town], right: Sequence[Town], context: Context) -> Limits:
    (one, blank), (other, blanks) = _logarithms(left), _logarithms(right)
    single, singles = one.astype(np.float32), other.astype(np.float32)

    def deduct(rows: Ints, columns: Ints, factor: float, out: Singles) -> None:
        scale = np.float32(factor)
        np.subtract(single[rows, None] * scale, singles[None, columns] * scale, out=out)
        np.abs(out, out=out)
        np.clip(out, 0, scale, out=out)
        out[blank[rows]] = scale / 2
        out[:, blanks[columns]] = scale / 2

    plain = Limit.constant(1.0, len(left))
    limit = Limit(plain.row, plain.columns, deduct, error=2e-6)
    return Limits(limit, limit, is_mutual=True)


def facts(left: Town, right: Town, context: Context) -> Reason:
    return Reason("populations", {"left": left.population, "right": right.population})


def _logarithms(
    towns: Sequence[Town],
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], Mask]:
    people = np.fromiter((town.population or 0 for town in towns), np.float64, len(towns))
    return np.log10(np.maximum(people, 1)), people == 0


SIZE = Criterion("size", over, limits, facts)
