"""Similar size: 1 for equal populations, falling with the logarithm to 0 at a factor of ten."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from citymatch.criteria.rating import Context, Criterion, Rating, missing
from citymatch.model import MICRO, Reason, Town


def rate(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rating:
    one, other = _logarithms(left), _logarithms(right)
    near = 1 - np.abs(one[:, None] - other[None, :])
    values = np.rint(np.clip(near, 0, 1) * MICRO).astype(np.int64)
    return Rating.mutual(values, missing(left, right, lambda town: town.population is None))


def facts(left: Town, right: Town, context: Context) -> Reason:
    return Reason("populations", {"left": left.population, "right": right.population})


def _logarithms(towns: Sequence[Town]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.log10(np.array([town.population or 1 for town in towns], dtype=np.float64))


SIZE = Criterion("size", rate, facts)
