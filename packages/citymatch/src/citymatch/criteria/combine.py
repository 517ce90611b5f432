"""From ratings and weights to parts that add up to each side's view, all in integers.

A side's view is the weighted mean of its ratings, rounded half to even to a millionth; its parts
are the weighted ratings, rounded by largest remainder so that they add up to the view exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

import numpy as np
from numpy.typing import NDArray

from citymatch.criteria.rating import Context, Criterion, Grid, divide
from citymatch.model import MICRO, PairKey, Town


@dataclass(frozen=True, slots=True)
class Scored:
    """Parts and flags of all pairs: arrays of criteria × left × right; views are the sums.

    A criterion without weight on one side is not flagged there: nothing was guessed for that side.
    """

    names: tuple[str, ...]
    left_parts: Grid
    right_parts: Grid
    left_unknown: NDArray[np.bool_]
    right_unknown: NDArray[np.bool_]


def normalise(weights: Mapping[str, float]) -> dict[str, int]:
    """Return weights as millionths that add up to one exactly, by largest remainder.

    Scaling all weights changes nothing. ValueError unless they are 0 or more with a positive sum.
    """
    exact = {name: Fraction(weight) for name, weight in weights.items()}
    total = sum(exact.values(), Fraction(0))
    if total <= 0 or min(exact.values()) < 0:
        raise ValueError("weights must be 0 or more, at least one of them above 0")
    shares = {name: weight * MICRO / total for name, weight in sorted(exact.items())}
    whole = {name: floor(share) for name, share in shares.items()}
    left_over = MICRO - sum(whole.values())
    for name in sorted(shares, key=lambda n: (whole[n] - shares[n], n))[:left_over]:
        whole[name] += 1
    return whole


def score_all(
    left: Sequence[Town],
    right: Sequence[Town],
    *,
    criteria: Mapping[str, Criterion],
    weights: Mapping[str, Mapping[str, float]],
    ties: Sequence[PairKey],
) -> Scored:
    """Rate every left town against every right town under the criteria that have a weight."""
    left_weights, right_weights = normalise(weights["left"]), normalise(weights["right"])
    named = sorted({*left_weights, *right_weights})
    names = tuple(n for n in named if left_weights.get(n, 0) or right_weights.get(n, 0))
    context = Context.of(ties)
    ratings = [criteria[name].rate(left, right, context) for name in names]
    return Scored(
        names=names,
        left_parts=_parts([r.left for r in ratings], [left_weights.get(n, 0) for n in names]),
        right_parts=_parts([r.right for r in ratings], [right_weights.get(n, 0) for n in names]),
        left_unknown=np.stack(
            [
                r.left_unknown & (left_weights.get(n, 0) > 0)
                for n, r in zip(names, ratings, strict=True)
            ]
        ),
        right_unknown=np.stack(
            [
                r.right_unknown & (right_weights.get(n, 0) > 0)
                for n, r in zip(names, ratings, strict=True)
            ]
        ),
    )


def _parts(ratings: Sequence[Grid], weights: Sequence[int]) -> Grid:
    raw = np.stack(ratings) * np.array(weights, dtype=np.int64)[:, None, None]
    parts, rest = np.divmod(raw, MICRO)
    missing = divide(raw.sum(axis=0), MICRO) - parts.sum(axis=0)
    order = np.argsort(-rest, axis=0, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(len(ratings))[:, None, None], axis=0)
    return np.asarray(parts + (rank < missing), dtype=np.int64)
