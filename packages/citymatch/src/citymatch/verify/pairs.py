"""The free pairs of a market: those listed, or in an open market those that a proof must look at.

Of an open market every pair is scored, in integers and without any shortcut of the solver, block by
block; only those that are worth more than they pay are kept, since no other counts in a bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from citymatch.criteria import CRITERIA, Context, Scorer
from citymatch.criteria.rules import Eligibility
from citymatch.model import Market, Pair, PairKey, Prices, Result
from citymatch.verify.bound import payments

type Ints = NDArray[np.int64]

BLOCK = 400_000
"""So many pairs are scored at once."""


def with_pairs(market: Market, result: Result) -> Market:
    """Return an open market with those pairs listed that its result speaks of."""
    keys = {pair.key for pair in result.pairs} | {*market.locked}
    keys |= {*(result.certificate.witness or ())}
    return replace(market, pairs=tuple(OpenPairs(market).listed(sorted(keys))))


class OpenPairs:
    """All pairs of an open market."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.scorer = Scorer(
            market.left,
            market.right,
            criteria=CRITERIA,
            weights=market.policy.weights or {},
            context=Context.of(market.ties, market.wishes),
        )
        self.eligibility = Eligibility(
            market.left,
            market.right,
            rules=market.policy.rules,
            wishes=market.wishes,
            ties=market.ties,
            excluded=market.excluded,
        )

    def listed(self, keys: Sequence[PairKey]) -> Iterator[Pair]:
        """Yield the eligible ones of some pairs, and locked ones in any case, with their views."""
        one = {town.id: k for k, town in enumerate(self.market.left)}
        other = {town.id: k for k, town in enumerate(self.market.right)}
        known = [key for key in keys if key[0] in one and key[1] in other]
        i = np.array([one[key[0]] for key in known], dtype=np.int64)
        j = np.array([other[key[1]] for key in known], dtype=np.int64)
        yield from self._pairs(i, j)

    def worth_more(
        self, prices: Prices, *, lowest: int, value: Callable[[Pair], int], is_score: bool
    ) -> Iterator[Pair]:
        """Yield the pairs that reach a floor and are worth more than they pay.

        ``is_score`` says that the value is the score, else it is the same for all pairs.
        """
        pays = payments(self.market, prices)
        ours = np.array([pays[town.id] for town in self.market.left], dtype=np.int64)
        theirs = np.array([pays[town.id] for town in self.market.right], dtype=np.int64)
        plain = value(Pair("", "", 0, 0))
        step = max(1, BLOCK // max(1, len(theirs)))
        for start in range(0, len(ours), step):
            rows = np.arange(start, min(start + step, len(ours)))[:, None]
            columns = np.arange(len(theirs))[None, :]
            spare = -(prices.size + ours[rows] + theirs[columns])
            if not is_score:
                i, j = np.nonzero(spare + plain > 0)
                if not len(i):
                    continue
                i, j = i + start, j
            else:
                i, j = self._scored_above(rows, columns, -spare, lowest)
            for pair in self._pairs(i, j):
                if pair.floor >= lowest:
                    yield pair

    def _scored_above(
        self, rows: Ints, columns: Ints, pays: Ints, lowest: int
    ) -> tuple[Ints, Ints]:
        """Return the pairs of a block whose product of views may be that of more than they pay."""
        left, right = self.scorer.views(rows, columns)
        # A score above p, rounded from a root, means a product of at least (p + 1/2)².
        limit = np.maximum(pays, 0)
        fits = (left * right >= limit * limit) & (np.minimum(left, right) >= lowest)
        i, j = np.nonzero(fits)
        return rows[i, 0], columns[0, j]

    def _pairs(self, i: Ints, j: Ints) -> Iterator[Pair]:
        if not len(i):
            return
        left, right = self.scorer.views(i, j)
        barred = self.eligibility.bars(i, j)
        locked = {*self.market.locked}
        rows = zip(
            i.tolist(), j.tolist(), left.tolist(), right.tolist(), barred.tolist(), strict=True
        )
        for one, other, left_view, right_view, is_barred in rows:
            pair = Pair(
                self.market.left[one].id, self.market.right[other].id, left_view, right_view
            )
            if not is_barred or pair.key in locked:
                yield pair


def free_pairs(
    market: Market,
    prices: Prices,
    *,
    lowest: int,
    value: Callable[[Pair], int],
    is_score: bool = False,
    barred: Iterable[PairKey] | None = None,
) -> list[Pair]:
    """Return the pairs that count in a bound: neither barred nor below the lowest floor.

    ``barred`` are by default the locked and the vetoed pairs.
    """
    out = {*market.locked, *market.vetoed} if barred is None else {*barred}
    if market.open:
        pairs: Iterable[Pair] = OpenPairs(market).worth_more(
            prices, lowest=lowest, value=value, is_score=is_score
        )
    else:
        pairs = market.pairs
    return [pair for pair in pairs if pair.floor >= lowest and pair.key not in out]


def any_free(market: Market, lowest: int) -> bool:
    """Whether any free pair reaches a floor. Of an open market it is taken for granted.

    A floor that no pair exceeds is proven by prices too; only the shortcut is not taken then.
    """
    out = {*market.locked, *market.vetoed}
    return market.open or any(p.floor >= lowest and p.key not in out for p in market.pairs)
