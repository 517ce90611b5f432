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

import numpy as np

from citymatch.criteria import CRITERIA, Context, Scorer
from citymatch.criteria.rating import Limits
from citymatch.criteria.rules import Eligibility
from citymatch.eligible import Mask, mutual_scores
from citymatch.model import MICRO, Market, Pair, Part, Side, Town
from citymatch.pool.blocks import Hits, Search, find, stretches
from citymatch.pool.bounds import Bounds, Singles
from citymatch.quotas import Ints
from citymatch.score import pairs_of
from citymatch.sets import distinct

SAMPLE = 8192
"""So many columns tell how high the best of a row lie."""

FAR = 10.0
"""Beyond any product of views, which are at most one."""

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
        left = tuple(sorted(market.left, key=lambda town: town.id))
        right = tuple(sorted(market.right, key=lambda town: town.id))
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
        every = np.arange(len(self.rows))
        count = len(self.columns)
        stride = max(1, -(-count // SAMPLE))
        tops = np.full((2, len(self.rows)), -1.0, dtype=np.float32)
        columns = np.arange(count)
        # Scattered, not every so many: registers have rhythms of their own.
        is_sample = (columns * 2_654_435_761) % 2**32 < 2**32 // stride
        ranks = [max(1, round(wanted / stride)) for wanted in (most, highest)]

        def learn(rows: Ints, product: Singles, floor: Singles) -> None:
            for top, values, rank in zip(tops, (product, floor), ranks, strict=True):
                place = values.shape[1] - min(rank, values.shape[1])
                # A little below the value found, so that it is itself among the hits.
                top[rows] = np.partition(values, place, axis=1)[:, place] * (1 - 1e-6) - 1e-9

        def fits(i: Ints, _j: Ints, product: Singles, floor: Singles) -> Mask:
            return np.asarray((product > tops[0][i]) | (floor > tops[1][i]))

        def least(i: Ints, _j: Ints) -> Singles:
            # If the smaller view is above, so is the product above its square.
            return np.asarray(np.minimum(tops[0], np.square(np.maximum(tops[1], 0)))[i])

        hits = find(self._bounds, every, [columns[is_sample]], Search(fits, least, learn))
        hits += find(self._bounds, every, stretches(columns[~is_sample]), Search(fits, least))
        i, j = joined([*hits, self.extra])
        score = np.ceil(np.sqrt(np.maximum(tops[0], 0).astype(np.float64)) * MICRO)
        floor = np.ceil(tops[1].astype(np.float64) * MICRO)
        return i, j, score.astype(np.int64), floor.astype(np.int64)

    def some_of(self, columns: Ints, most: int) -> tuple[Ints, Ints]:
        """Return a few good pairs of each row among some columns, of which a part is looked at."""
        part = columns[:: max(1, len(columns) // SOME)]
        every = np.arange(len(self.rows))
        i, j = np.repeat(every, len(part)), np.tile(part, len(every))
        found = self.score(i, j)
        chosen = []
        for value in (found.score, found.floor):
            order = np.lexsort((-value, found.i))
            own = found.i[order]
            few = np.arange(len(own)) - np.searchsorted(own, own) < most
            chosen.append((own[few], found.j[order][few]))
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
        i, j = joined(find(self._bounds, rows, stretches(columns), search))
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
