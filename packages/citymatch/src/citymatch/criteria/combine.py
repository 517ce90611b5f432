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

from citymatch.criteria.rating import Context, Criterion, Grid, Ints, Rating, divide
from citymatch.model import MICRO, PairKey, Town, Wish


@dataclass(frozen=True, slots=True)
class Scored:
    """Parts and flags of some pairs: arrays of criteria × pairs; views are the sums over criteria.

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


class Scorer:
    """Scores pairs of two sides under weights, as many or as few as are asked for.

    The facts of all towns are looked at once; ``i`` and ``j`` are then places of left and right
    towns in arrays that broadcast, so that a grid and a list of pairs are asked for alike.
    """

    def __init__(
        self,
        left: Sequence[Town],
        right: Sequence[Town],
        *,
        criteria: Mapping[str, Criterion],
        weights: Mapping[str, Mapping[str, float]],
        context: Context,
    ) -> None:
        self.left_weights, self.right_weights = (
            normalise(weights["left"]),
            normalise(weights["right"]),
        )
        named = sorted({*self.left_weights, *self.right_weights})
        self.names = tuple(
            n for n in named if self.left_weights.get(n, 0) or self.right_weights.get(n, 0)
        )
        self._rates = [criteria[name].over(left, right, context) for name in self.names]

    def views(self, i: Ints, j: Ints) -> tuple[Grid, Grid]:
        """Return both views of pairs, in millionths."""
        ratings = [rate(i, j) for rate in self._rates]
        return (
            divide(_weighted([r.left for r in ratings], self._weights(self.left_weights)), MICRO),
            divide(_weighted([r.right for r in ratings], self._weights(self.right_weights)), MICRO),
        )

    def parts(self, i: Ints, j: Ints) -> Scored:
        """Return the parts of both views, and for which of them a fact was missing."""
        ratings = [rate(i, j) for rate in self._rates]
        left, right = self._weights(self.left_weights), self._weights(self.right_weights)
        return Scored(
            names=self.names,
            left_parts=_parts([r.left for r in ratings], left),
            right_parts=_parts([r.right for r in ratings], right),
            left_unknown=_flags([r.left_unknown for r in ratings], left),
            right_unknown=_flags([r.right_unknown for r in ratings], right),
        )

    def ratings(self, i: Ints, j: Ints) -> dict[str, Rating]:
        """Return the bare ratings of pairs by criterion."""
        return {name: rate(i, j) for name, rate in zip(self.names, self._rates, strict=True)}

    def _weights(self, weights: Mapping[str, int]) -> list[int]:
        return [weights.get(name, 0) for name in self.names]


def score_all(
    left: Sequence[Town],
    right: Sequence[Town],
    *,
    criteria: Mapping[str, Criterion],
    weights: Mapping[str, Mapping[str, float]],
    ties: Sequence[PairKey],
    wishes: Sequence[Wish] = (),
) -> Scored:
    """Rate every left town against every right town: arrays of criteria × left × right."""
    context = Context.of(ties, wishes)
    scorer = Scorer(left, right, criteria=criteria, weights=weights, context=context)
    return scorer.parts(np.arange(len(left))[:, None], np.arange(len(right))[None, :])


def _weighted(ratings: Sequence[Grid], weights: Sequence[int]) -> Grid:
    total = ratings[0] * weights[0]
    for rating, weight in zip(ratings[1:], weights[1:], strict=True):
        if weight:
            total = total + rating * weight
    return np.asarray(total, dtype=np.int64)


def _flags(unknown: Sequence[NDArray[np.bool_]], weights: Sequence[int]) -> NDArray[np.bool_]:
    return np.stack([flag & (weight > 0) for flag, weight in zip(unknown, weights, strict=True)])


def _parts(ratings: Sequence[Grid], weights: Sequence[int]) -> Grid:
    stacked = np.stack(ratings)
    each = np.array(weights, dtype=np.int64).reshape(-1, *[1] * (stacked.ndim - 1))
    raw = stacked * each
    parts, rest = np.divmod(raw, MICRO)
    missing = divide(raw.sum(axis=0), MICRO) - parts.sum(axis=0)
    order = np.argsort(-rest, axis=0, kind="stable")
    rank = np.empty_like(order)
    places = np.arange(len(ratings)).reshape(each.shape)
    np.put_along_axis(rank, order, np.broadcast_to(places, order.shape), axis=0)
    return np.asarray(parts + (rank < missing), dtype=np.int64)
