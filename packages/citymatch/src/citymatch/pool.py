"""All pairs of an open market: scored in blocks, never held as a whole.

A block is scored in single precision, as an upper bound (``criteria.rating.Limit``): what lies
above a price or among the best by that bound is scored again in integers. So nothing depends on
rounding, and whatever is said of the pairs that were not looked at again is proven.

The side with fewer towns makes the rows, the other the columns; ``flipped`` says that the rows are
right towns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from citymatch.criteria import CRITERIA, Context, Scorer
from citymatch.criteria.rating import Deduct, Limit, Limits, width
from citymatch.criteria.rules import Eligibility
from citymatch.eligible import Mask, mutual_scores
from citymatch.model import MICRO, Market, Pair, Part, Side, Town
from citymatch.quotas import Ints
from citymatch.score import pairs_of

type Singles = NDArray[np.float32]

ROWS, COLUMNS = 48, 2048
"""The shape of a block: small enough for the processor's cache."""

SAMPLE = 8192
"""So many columns tell how high the best of a row lie."""

THREADS = 2

SOME = 100
"""Of a group that must have pairs, about so many towns are looked at first."""

ERROR = 3e-6
"""What rounding in single precision may take off a weighted sum of bounds."""


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


@dataclass(frozen=True, slots=True)
class _View:
    """The bound of one side's view: features of rows and columns, and what is deducted."""

    row: Singles
    columns: tuple[tuple[Callable[[slice], Singles], float], ...]

    def features(self, part: slice) -> Singles:
        """Return the features of a stretch of columns, transposed for the product."""
        parts = [make(part) for make, _ in self.columns]
        return np.ascontiguousarray(np.concatenate(parts, axis=1).T)


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
        self._views = (
            _view_of({name: limits[name].left for name in shares[0]}, shares[0], len(self.rows)),
            _view_of({name: limits[name].right for name in shares[1]}, shares[1], len(self.rows)),
        )
        self._deducts = _deducts(limits, shares[0], shares[1])
        self._barred = self.eligibility.deducts()
        self.extra = _extra(limits)

    def score(self, i: Ints, j: Ints) -> Found:
        """Score the eligible ones of some pairs, in order of their places, each once."""
        keys = np.unique(i.astype(np.int64) * len(self.columns) + j)
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
        sample = slice(0, count, stride)
        ranks = [max(1, round(wanted / stride)) for wanted in (most, highest)]

        def look(part: slice, rows: Ints, product: Singles, floor: Singles) -> _Hits:
            for top, values, rank in zip(tops, (product, floor), ranks, strict=True):
                place = values.shape[1] - min(rank, values.shape[1])
                # A little below the value found, so that it is itself among the hits.
                top[rows] = np.partition(values, place, axis=1)[:, place] * (1 - 1e-6) - 1e-9
            return _over(
                part, rows, (product > tops[0][rows, None]) | (floor > tops[1][rows, None])
            )

        def sweep(part: slice, rows: Ints, product: Singles, floor: Singles) -> _Hits:
            return _over(
                part, rows, (product > tops[0][rows, None]) | (floor > tops[1][rows, None])
            )

        hits = self._blocks([sample], every, look)
        rest = _stretches(count, stride)
        hits += self._blocks(rest, every, sweep)
        i, j = _joined([*hits, self.extra])
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
        return _joined(chosen)

    def above(
        self, rows: Ints, row_price: Ints, column_price: Ints, *, floor: int, by_score: bool
    ) -> tuple[Ints, Ints]:
        """Return the pairs of some rows that may be worth at least the prices they pay.

        Worth is the score, or zero; only pairs that may reach ``floor``. Prices (millionths) are
        given for all rows and columns. Some pairs too many are possible, none is left out.
        """
        least = np.float32((floor - 1) / MICRO)
        own = (row_price / MICRO).astype(np.float64)
        pays = np.asarray((column_price - 1) / MICRO, dtype=np.float32)

        def look(part: slice, places: Ints, product: Singles, lowest: Singles) -> _Hits:
            fits = lowest >= least
            # Half a millionth for the rounding of scores, the rest for single precision.
            limit = (own[places] - 2e-6).astype(np.float32)[:, None]
            if by_score:
                np.sqrt(np.maximum(product, 0, out=product), out=product)
                np.subtract(product, pays[None, part], out=product)
                fits &= product >= limit
            else:
                fits &= -pays[None, part] >= limit
            return _over(part, places, fits)

        count = len(self.columns)
        return _joined(self._blocks(_stretches(count, 0), rows, look))

    def _blocks(
        self,
        parts: Sequence[slice],
        rows: Ints,
        look: Callable[[slice, Ints, Singles, Singles], _Hits],
    ) -> list[_Hits]:
        """Bound rows × columns block by block and collect what ``look`` finds in each.

        ``look`` is given the product of both views and the smaller of them, and may spoil both.
        """
        groups = [rows[k : k + ROWS] for k in range(0, len(rows), ROWS)]
        tasks = [(part, groups[k::THREADS]) for part in parts for k in range(THREADS)]
        if len(parts) >= THREADS:
            tasks = [(part, groups) for part in parts]

        def run(task: tuple[slice, list[Ints]]) -> list[_Hits]:
            part, own = task
            features = [view.features(part) for view in self._views]
            scratch = np.empty((4, ROWS, width(part)), dtype=np.float32)
            found = []
            for places in own:
                one, other, out, more = scratch[:, : len(places)]
                self._bound(places, part, features, one, other, out)
                np.minimum(one, other, out=more)
                np.maximum(more, -1, out=more)
                np.multiply(one, other, out=out)
                # Both views below zero would have a product above: barred pairs have none.
                out[more <= 0] = -1
                found.append(look(part, places, out, more))
            return found

        with ThreadPoolExecutor(THREADS) as threads:
            return [hit for found in threads.map(run, tasks) for hit in found]

    def _bound(
        self,
        rows: Ints,
        part: slice,
        features: Sequence[Singles],
        one: Singles,
        other: Singles,
        scratch: Singles,
    ) -> None:
        np.matmul(self._views[0].row[rows], features[0], out=one)
        np.matmul(self._views[1].row[rows], features[1], out=other)
        for deduct, first, second in self._deducts:
            deduct(rows, part, scratch)
            if first:
                scratch *= np.float32(first)
                one -= scratch
            if second:
                if first:
                    scratch *= np.float32(second / first)
                else:
                    scratch *= np.float32(second)
                other -= scratch
        for deduct in self._barred:
            deduct(rows, part, scratch)
            one -= scratch
            other -= scratch


type _Hits = tuple[Ints, Ints]


def _view_of(limits: Mapping[str, Limit], shares: Mapping[str, float], rows: int) -> _View:
    error = sum(shares[name] * limit.error for name, limit in limits.items()) + ERROR
    row = [limit.row * np.float32(shares[name]) for name, limit in limits.items()]
    row.append(np.full((rows, 1), error, dtype=np.float32))
    ones = Limit.constant(1.0, 0).columns
    columns = [(limit.columns, 1.0) for limit in limits.values()]
    return _View(np.concatenate(row, axis=1), (*columns, (ones, 1.0)))


def _deducts(
    limits: Mapping[str, Limits], ours: Mapping[str, float], theirs: Mapping[str, float]
) -> list[tuple[Deduct, float, float]]:
    """Return what is deducted from either view, computed once where both sides' are the same."""
    found: list[tuple[Deduct, float, float]] = []
    for name, both in limits.items():
        first, second = ours.get(name, 0.0), theirs.get(name, 0.0)
        if both.is_mutual and both.left.deduct is not None:
            found.append((both.left.deduct, first, second))
            continue
        if both.left.deduct is not None and first:
            found.append((both.left.deduct, first, 0.0))
        if both.right.deduct is not None and second:
            found.append((both.right.deduct, 0.0, second))
    return found


def _extra(limits: Mapping[str, Limits]) -> _Hits:
    """Return the single pairs that may lie above their bounds: always looked at."""
    return _joined([both.extra for both in limits.values() if both.extra is not None])


def _stretches(count: int, stride: int) -> list[slice]:
    """Return stretches of all columns; with a stride, of those that a sample of it leaves out."""
    if not stride:
        step = max(1, -(-count // COLUMNS))
        return [slice(k, count, step) for k in range(min(step, count))]
    fine = max(1, SAMPLE // COLUMNS)
    return [
        slice(k + stride * m, count, stride * fine)
        for k in range(1, stride)
        for m in range(fine)
        if k + stride * m < count
    ]


def _over(part: slice, rows: Ints, fits: Mask) -> _Hits:
    """Return the places of what fits in a block."""
    flat = np.flatnonzero(fits)
    i, j = np.divmod(flat, fits.shape[1])
    return rows[i], part.start + j * (part.step or 1)


def _joined(hits: Sequence[_Hits]) -> _Hits:
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
