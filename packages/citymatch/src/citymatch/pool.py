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
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from citymatch.criteria import CRITERIA, Context, Scorer
from citymatch.criteria.rating import Deduct, Limit, Limits
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

WIDE = 16
"""A product of more features than this is computed once for both views."""

SOME = 100
"""Of a group that must have pairs, about so many towns are looked at first."""

CROWD = 16
"""Of a block in which on average more than so many pairs of a row are above, the best are taken."""

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
class _Product:
    """A sum of bounds as one matrix product: features of rows, and what makes those of columns."""

    row: Singles
    columns: tuple[Callable[[Ints], Singles], ...]

    def features(self, part: Ints) -> Singles:
        """Return the features of some columns, turned round for the product."""
        return np.concatenate([make(part).T for make in self.columns])


@cache
def _blas() -> ThreadpoolController:
    """The libraries that multiply, found once."""
    return ThreadpoolController()


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
        self._products, self._shared = _products(limits, shares[0], shares[1], len(self.rows))
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
        columns = np.arange(count)
        # Scattered, not every so many: registers have rhythms of their own.
        is_sample = (columns * 2_654_435_761) % 2**32 < 2**32 // stride
        ranks = [max(1, round(wanted / stride)) for wanted in (most, highest)]

        def look(part: Ints, rows: Ints, product: Singles, floor: Singles) -> Hits:
            for top, values, rank in zip(tops, (product, floor), ranks, strict=True):
                place = values.shape[1] - min(rank, values.shape[1])
                # A little below the value found, so that it is itself among the hits.
                top[rows] = np.partition(values, place, axis=1)[:, place] * (1 - 1e-6) - 1e-9
            return _over(
                part, rows, (product > tops[0][rows, None]) | (floor > tops[1][rows, None])
            )

        def sweep(part: Ints, rows: Ints, product: Singles, floor: Singles) -> Hits:
            return _over(
                part, rows, (product > tops[0][rows, None]) | (floor > tops[1][rows, None])
            )

        hits = self._blocks([columns[is_sample]], every, look)
        hits += self._blocks(_stretches(columns[~is_sample]), every, sweep)
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
        least = np.float32((floor - 1) / MICRO)
        prices = np.unique(column_price[columns])
        # A millionth and a half for the rounding of scores, the rest for single precision.
        own, pays = row_price - 3, prices if len(prices) == 1 else column_price

        def look(part: Ints, places: Ints, product: Singles, lowest: Singles) -> Hits:
            fits = lowest >= least
            limit = own[places, None] + (pays if len(prices) == 1 else pays[part])[None, :]
            if by_score:
                share = np.maximum(limit, 0).astype(np.float32) / np.float32(MICRO)
                share *= share * np.float32(1 - 1e-6)
                fits &= (product >= share) | (limit <= 0)
            else:
                fits &= limit <= 0
            if some and np.count_nonzero(fits) > CROWD * len(places):
                crowded.append(True)
                return _over(part, places, _best_of(fits, product, CROWD))
            return _over(part, places, fits)

        crowded: list[bool] = []
        i, j = joined(self._blocks(_stretches(columns), rows, look))
        return i, j, bool(crowded)

    def _blocks(
        self,
        parts: Sequence[Ints],
        rows: Ints,
        look: Callable[[Ints, Ints, Singles, Singles], Hits],
    ) -> list[Hits]:
        """Bound rows × columns block by block and collect what ``look`` finds in each.

        ``look`` is given the product of both views and the smaller of them, and may spoil both.
        """

        def split(part: Ints) -> list[Ints]:
            step = max(1, ROWS * COLUMNS // max(len(part), COLUMNS))
            return [rows[k : k + step] for k in range(0, len(rows), step)]

        def features_of(part: Ints) -> list[Singles]:
            products = (*self._products, *(product for product, _ in self._shared))
            return [product.features(part) for product in products]

        def whole(part: Ints) -> list[Hits]:
            return run(part, features_of(part), split(part))

        def run(part: Ints, features: list[Singles], own: list[Ints]) -> list[Hits]:
            most = max((len(places) for places in own), default=0)
            scratch = np.empty((4, most, len(part)), dtype=np.float32)
            found = []
            for places in own:
                one, other, out, more = scratch[:, : len(places)]
                self._bound(places, part, features, one, other, out)
                np.minimum(one, other, out=more)
                np.multiply(one, other, out=out)
                if self._barred:
                    # Two views below zero would have a product above: barred pairs have none.
                    np.maximum(more, -1, out=more)
                    out[more <= 0] = -1
                found.append(look(part, places, out, more))
            return found

        # The blocks are the threads' work: a product that spread over threads of its own would only
        # wait for them.
        with _blas().limit(limits=1, user_api="blas"), ThreadPoolExecutor(THREADS) as threads:
            if len(parts) >= THREADS:
                found = list(threads.map(whole, parts))
            else:
                found = []
                for part in parts:
                    own = split(part)
                    some = partial(run, part, features_of(part))
                    found += threads.map(some, [own[k::THREADS] for k in range(THREADS)])
        return [hit for hits in found for hit in hits]

    def _bound(
        self,
        rows: Ints,
        part: Ints,
        features: Sequence[Singles],
        one: Singles,
        other: Singles,
        scratch: Singles,
    ) -> None:
        np.matmul(self._products[0].row[rows], features[0], out=one)
        np.matmul(self._products[1].row[rows], features[1], out=other)
        for (product, ratio), columns in zip(self._shared, features[2:], strict=True):
            np.matmul(product.row[rows], columns, out=scratch)
            one += scratch
            scratch *= ratio
            other += scratch
        for deduct, first, second in self._deducts:
            deduct(rows, part, first or second, scratch)
            if first:
                one -= scratch
            if first and second and first != second:
                scratch *= np.float32(second / first)
            if second:
                other -= scratch
        for deduct in self._barred:
            deduct(rows, part, 1.0, scratch)
            one -= scratch
            other -= scratch


type Hits = tuple[Ints, Ints]


def _products(
    limits: Mapping[str, Limits],
    ours: Mapping[str, float],
    theirs: Mapping[str, float],
    rows: int,
) -> tuple[tuple[_Product, _Product], list[tuple[_Product, np.float32]]]:
    """Return the products of either view, and wide ones that both share, with their ratio."""
    used: dict[int, tuple[Limit, float, float]] = {}
    errors = [ERROR, ERROR]
    for name, both in limits.items():
        for side, limit, share in (
            (0, both.left, ours.get(name, 0.0)),
            (1, both.right, theirs.get(name, 0.0)),
        ):
            _, first, second = used.get(id(limit), (limit, 0.0, 0.0))
            more = (share, 0.0) if side == 0 else (0.0, share)
            used[id(limit)] = limit, first + more[0], second + more[1]
            errors[side] += share * limit.error
    ones = Limit.constant(1.0, rows)
    parts: list[list[tuple[Limit, float]]] = [[(ones, errors[0])], [(ones, errors[1])]]
    shared = []
    for limit, first, second in used.values():
        if first and second and limit.row.shape[1] > WIDE:
            alone = _Product(limit.row * np.float32(first), (limit.columns,))
            shared.append((alone, np.float32(second / first)))
            continue
        for part, share in zip(parts, (first, second), strict=True):
            if share:
                part.append((limit, share))
    one, other = (
        _Product(
            np.concatenate([limit.row * np.float32(share) for limit, share in part], axis=1),
            tuple(limit.columns for limit, _ in part),
        )
        for part in parts
    )
    return (one, other), shared


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


def _extra(limits: Mapping[str, Limits]) -> Hits:
    """Return the single pairs that may lie above their bounds: always looked at."""
    return joined([both.extra for both in limits.values() if both.extra is not None])


def _stretches(columns: Ints) -> list[Ints]:
    """Return columns in stretches of the width of a block."""
    return [columns[k : k + COLUMNS] for k in range(0, len(columns), COLUMNS)]


def _over(part: Ints, rows: Ints, fits: Mask) -> Hits:
    """Return the places of what fits in a block."""
    flat = np.flatnonzero(fits)
    i, j = np.divmod(flat, fits.shape[1])
    return rows[i], part[j]


def _best_of(fits: Mask, value: Singles, most: int) -> Mask:
    """Return about so many of what fits in each row, the highest; spoils ``value``."""
    if fits.shape[1] <= most:
        return fits
    value[~fits] = -1
    place = fits.shape[1] - most
    return np.asarray(fits & (value >= np.partition(value, place, axis=1)[:, place, None]))


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
