"""All pairs of an open market: scored in blocks, never held as a whole.

A block is scored in single precision, as an upper bound (``criteria.rating.Limit``): what lies
above a price or among the best by that bound is scored again in integers. So nothing depends on
rounding, and whatever is said of the pairs that were not looked at again is proven.

The side with fewer towns makes the rows, the other the columns; ``flipped`` says that the rows are
right towns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np

from citymatch.criteria import CRITERIA, Context, Scorer
from citymatch.criteria.rating import Limits
from citymatch.criteria.rules import Eligibility
from citymatch.eligible import Mask, mutual_scores
from citymatch.model import MICRO, Market, Pair, Part, Side, Town
from citymatch.pool.blocks import Hits, Search, best_by_mean, find, stretches
from citymatch.pool.bounds import Bounds, Singles
from citymatch.quotas import Ints
from citymatch.score import pairs_of
from citymatch.sets import distinct, first_of_each

SAMPLE = 8192
"""At most so many columns tell how high the best of a row lie."""

MANY = 2048
"""Of more columns than this a quarter is enough to tell."""

FAR = 10.0
"""Beyond any product of views, which are at most one."""

KNOWN = 16
"""So many of a row's best pairs in the sample are scored to know."""

SOME = 100
"""Of a group that must have pairs, about so many towns are looked at first."""


@dataclass(frozen=True, slots=True)
class Found:
    """Pairs by place, scored in integers."""

    i: Ints
    j: Ints
    row_view: Ints
    column_view: Ints

    @property
    def floor(self) -> Ints:
        return np.minimum(self.row_view, self.column_view)

    @property
    def score(self) -> Ints:
        return mutual_scores(self.row_view, self.column_view)


class Pool:
    """The pairs of two sides under weights, rules and wishes."""

    def __init__(self, market: Market) -> None:
        by_id = attrgetter("id")
        left, right = (tuple(sorted(side, key=by_id)) for side in (market.left, market.right))
        self.market = market
        self.flipped = len(left) > len(right)
        self.rows, self.columns = (right, left) if self.flipped else (left, right)
        weights: Mapping[str, Mapping[str, float]] = market.policy.weights or {}
        if self.flipped:
            weights = {"left": weights["right"], "right": weights["left"]}
        context = Context.of(market.ties, market.wishes)
        self.scorer = Scorer(
            self.rows, self.columns, criteria=CRITERIA, weights=weights, context=context
        )
        excluded = market.excluded
        if self.flipped:
            excluded = tuple(replace(x, left=x.right, right=x.left) for x in excluded)
        self.eligibility = Eligibility(
            self.rows,
            self.columns,
            rules=market.policy.rules,
            wishes=market.wishes,
            ties=market.ties,
            excluded=excluded,
        )
        limits = {
            name: CRITERIA[name].limits(self.rows, self.columns, context)
            for name in self.scorer.names
        }
        shares = [
            {name: weight / MICRO for name, weight in side.items() if weight}
            for side in (self.scorer.left_weights, self.scorer.right_weights)
        ]
        self._bounds = Bounds(limits, shares[0], shares[1], self.eligibility)
        self.extra = _extra(limits)

    def score(self, i: Ints, j: Ints) -> Found:
        """Score the eligible ones of some pairs, in order of their places, each once."""
        keys = distinct(i.astype(np.int64) * len(self.columns) + j)
        i, j = keys // len(self.columns), keys % len(self.columns)
        fits = ~self.eligibility.bars(i, j)
        i, j = i[fits], j[fits]
        row_view, column_view = self.scorer.views(i, j)
        return Found(i, j, row_view, column_view)

    def pair(self, i: int, j: int) -> Pair:
        """Return a pair with its parts."""
        one, other = self.rows[i].id, self.columns[j].id
        scored = self.scorer.parts(np.array([[i]]), np.array([[j]]))
        (made,) = pairs_of([one], [other], scored, np.zeros((1, 1), dtype=np.bool_))
        return _swapped(made) if self.flipped else made

    def best(self, most: int, highest: int) -> tuple[Ints, Ints, Ints, Ints]:
        """Return about ``most`` best pairs of each row by score, ``highest`` by floor.

        Gives their places, and for each row the score and the floor that no other pair exceeds.
        """
        every, columns = np.arange(len(self.rows)), np.arange(len(self.columns))
        stride = max(4 if len(columns) > MANY else 1, -(-len(columns) // SAMPLE))
        # Scattered, not every so many: registers have rhythms of their own.
        sample = columns[(columns * 2_654_435_761) % 2**32 < 2**32 // stride]
        known = self.score(*joined(best_by_mean(self._bounds, every, sample, KNOWN)))
        levels = np.full((2, len(every)), -1)
        for level, value, wanted in zip(
            levels, (known.score, known.floor), (most, highest), strict=True
        ):
            few = first_of_each(known.i, -value, max(1, round(wanted / stride)))
            # Of a place that is named twice the last value stays: that of the lowest rank.
            level[known.i[few]] = value[few]
        # A little below the values found, so that these are themselves among the hits.
        level_score, level_floor = (levels - 1).astype(np.float32) / np.float32(MICRO)
        product = np.where(level_score > 0, np.square(level_score), level_score)

        def fits(i: Ints, _j: Ints, values: Singles, floor: Singles) -> Mask:
            return np.asarray((values > product[i]) | (floor > level_floor[i]))

        def least(i: Ints, _j: Ints) -> Singles:
            # If the smaller view is above, so is the product above its square.
            return np.asarray(np.minimum(product, np.square(np.maximum(level_floor, 0)))[i])

        hits = find(self._bounds, every, stretches(columns, len(every)), Search(fits, least))
        i, j = joined([*hits, self.extra])
        return i, j, np.maximum(levels[0], 0), np.maximum(levels[1], 0)

    def some_of(self, columns: Ints, most: int) -> tuple[Ints, Ints]:
        """Return a few good pairs of each row among some columns, of which a part is looked at."""
        part = columns[:: max(1, len(columns) // SOME)]
        every = np.arange(len(self.rows))
        i, j = np.repeat(every, len(part)), np.tile(part, len(every))
        found = self.score(i, j)
        few = [first_of_each(found.i, -value, most) for value in (found.score, found.floor)]
        chosen = [(found.i[own], found.j[own]) for own in few]
        return joined(chosen)

    def above(
        self,
        rows: Ints,
        columns: Ints,
        row_price: Ints,
        column_price: Ints,
        *,
        floor: int,
        by_score: bool,
        some: bool,
    ) -> tuple[Ints, Ints, bool]:
        """Return those pairs of rows × columns that may be worth at least the prices they pay.

        Worth is the score, or zero; only pairs that may reach ``floor``. Prices (millionths) are
        given for all rows and columns. Some pairs too many are possible, none is left out, but with
        ``some`` most of those of a crowd: the last answer says whether any was.
        """
        lowest_view = np.float32((floor - 1) / MICRO)
        low = np.square(np.maximum(lowest_view, 0)) * np.float32(1 - 1e-6) - np.float32(1e-9)
        prices = distinct(column_price[columns])
        # A millionth and a half for the rounding of scores, the rest for single precision.
        own, pays = row_price - 3, prices if len(prices) == 1 else column_price

        def paid(i: Ints, j: Ints) -> Singles:
            # The product that covers the prices; as good as none if there is nothing to cover.
            limit = own[i] + (pays if len(prices) == 1 else pays[j])
            if not by_score:
                return np.where(limit <= 0, np.float32(-FAR), np.float32(FAR))
            share = np.maximum(limit, 0).astype(np.float32) / np.float32(MICRO)
            return np.where(limit <= 0, np.float32(-FAR), share * share * np.float32(1 - 1e-6))

        def fits(i: Ints, j: Ints, product: Singles, lowest: Singles) -> Mask:
            return np.asarray((lowest >= lowest_view) & (product >= paid(i, j)))

        def least(i: Ints, j: Ints) -> Singles:
            return np.asarray(np.maximum(paid(i, j), low))

        search = Search(fits, least, some=some)
        i, j = joined(find(self._bounds, rows, stretches(columns, len(rows)), search))
        return i, j, search.is_crowded


def _extra(limits: Mapping[str, Limits]) -> Hits:
    """Return the single pairs that may lie above their bounds: always looked at."""
    return joined([both.extra for both in limits.values() if both.extra is not None])


def joined(hits: Sequence[Hits]) -> Hits:
    none = np.zeros(0, dtype=np.int64)
    return (
        np.concatenate([none, *(i for i, _ in hits)]),
        np.concatenate([none, *(j for _, j in hits)]),
    )


def _swapped(pair: Pair) -> Pair:
    """Return a pair of a flipped pool as the market has it."""
    sides: dict[Side, Side] = {"left": "right", "right": "left"}
    parts = {
        name: Part(part.right, part.left, tuple(sorted(sides[side] for side in part.unknown)))
        for name, part in (pair.parts or {}).items()
    }
    return Pair(pair.right, pair.left, pair.right_view, pair.left_view, parts)


def towns_of(pool: Pool) -> tuple[Sequence[Town], Sequence[Town]]:
    """Return left and right towns in the order of a pool's places."""
    return (pool.columns, pool.rows) if pool.flipped else (pool.rows, pool.columns)
