"""A match at a size and a level, and the ways in which it can still be changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from citymatch.eligible import Mask, Table
from citymatch.exchange import Exchange, find_exchanges
from citymatch.model import InputError, Problem, Result
from citymatch.network import Network
from citymatch.quotas import Ints
from citymatch.residual import FAR, Residual, pair_distances, residual_of
from citymatch.search import Search
from citymatch.stages import open_network

SEARCHES = 8
"""Up to so many single searches are quicker than all exchanges at once."""


@dataclass(frozen=True, slots=True)
class Match:
    """A flow over the free rows of a table: the ``used`` ones are chosen, all on ``level``.

    ``network`` holds the bounds that it meets, its size fixed if a stage fixed it, ``score`` is the
    sum of its free pairs' scores.
    """

    table: Table
    network: Network
    level: int
    used: Mask
    carried: Ints

    @property
    def score(self) -> int:
        return int(self.table.score[self.used].sum())

    @property
    def others(self) -> Ints:
        """The rows that are not chosen and reach the level."""
        table = self.table
        return np.flatnonzero(table.free & ~self.used & (table.floor >= self.level))

    @property
    def below(self) -> Ints:
        """The rows that are not chosen, on any level."""
        return np.flatnonzero(self.table.free & ~self.used)

    def by_cost(self) -> Residual:
        """What each change costs in score, on this level."""
        table, chosen, others = self.table, np.flatnonzero(self.used), self.others
        return residual_of(
            self.network,
            self.carried,
            more=(table.tail[others], table.head[others], -table.score[others]),
            less=(table.tail[chosen], table.head[chosen], table.score[chosen]),
        )

    def by_height(self) -> Residual:
        """How far below each change reaches: minus the floor of the pair that comes in."""
        table, chosen, others = self.table, np.flatnonzero(self.used), self.below
        return residual_of(
            self.network,
            self.carried,
            more=(table.tail[others], table.head[others], -table.floor[others]),
            less=(table.tail[chosen], table.head[chosen], np.full(len(chosen), -FAR)),
            free=-FAR,
        )

    def exchanges(self, *, by_height: bool = False) -> Exchange:
        """All least exchanges: by cost on this level, or by height on any level."""
        table, chosen = self.table, np.flatnonzero(self.used)
        others = self.below if by_height else self.others
        measure = table.floor if by_height else table.score
        return find_exchanges(
            table,
            self.network,
            self.carried,
            join=(others, -measure[others]),
            leave=(chosen, np.full(len(chosen), -FAR) if by_height else measure[chosen]),
            free=-FAR if by_height else 0,
            combine=np.maximum if by_height else np.add,
        )

    def make_way(
        self, rows: Ints, *, by_height: bool = False, exchange: Exchange | None = None
    ) -> Ints:
        """Return what must be exchanged to do without chosen rows, or to make room for others.

        By cost, what the match loses by it, without the rows themselves; by height, how far below
        the worst pair that comes in reaches. ``FAR`` and beyond when there is no way. ``exchange``
        are all exchanges by that measure, if they are known.
        """
        table, out = self.table, self.used[rows]
        if exchange is None:
            tail, head = table.tail[rows], table.head[rows]
            found = pair_distances(
                self.by_height() if by_height else self.by_cost(),
                np.where(out, tail, head),
                np.where(out, head, tail),
                np.maximum if by_height else np.add,
                nothing=-FAR if by_height else 0,
                most=SEARCHES,
            )
            if found is not None:
                return found
            exchange = self.exchanges(by_height=by_height)
        place = np.cumsum(self.used) - 1
        forbid = exchange.forbid[place[rows]]
        if not by_height:
            forbid = forbid - table.score[rows]
        return np.where(out, forbid, exchange.force[table.j[rows], table.i[rows]])


def published_match(table: Table, result: Result) -> Match:
    """Return the match of a result. InputError when it is none of this market."""
    rows = _rows(table, result)
    free = np.zeros(len(table.pairs), dtype=np.bool_)
    free[rows] = True
    score = int(table.score[free].sum())
    if (result.size, result.score) != (len(rows), score) or (table.locked & ~free).any():
        raise stranger("its figures are not those of this market")
    free &= ~table.locked
    stages, network = table.market.policy.stages, open_network(table)
    if "size" in stages:
        network = network.sized(len(rows), len(rows))
    count: Counter[tuple[str, str]] = Counter({("size", ""): len(rows)})
    for row in rows:
        left, right = table.left[table.i[row]], table.right[table.j[row]]
        for town in (left, right):
            count.update([("town", town.id), *(("group", group) for group in town.groups)])
    carried = np.array([count[name] for name in table.bounds.names], dtype=np.int64)
    if (carried < network.low).any() or (carried > network.high).any():
        raise stranger("it breaks the bounds of this market")
    level = int(table.floor[free].min()) if "floor" in stages and free.any() else 0
    return Match(table, network, level, free, carried)


def best_match(search: Search, network: Network, level: int, *, known: Match, guess: Ints) -> Match:
    """Return the match with the best score within a network's bounds, on a level.

    ``known`` is some match of that network on that level or above, ``guess`` are potentials of a
    similar match.
    """
    table = search.table
    rows = np.flatnonzero(table.free & (table.floor >= level))
    sure = known.used[rows]
    chosen, carried, _ = search.best(network, rows, -table.score[rows], sure, guess=guess)
    used = np.zeros(len(table.pairs), dtype=np.bool_)
    used[rows[chosen]] = True
    return Match(table, network, level, used, carried)


def any_match(search: Search, network: Network, level: int) -> Match:
    """Return some match within a network's bounds, on a level it can meet."""
    table = search.table
    flow = search.flow(network, table.free & (table.floor >= level))
    return Match(table, network, level, flow.used, flow.carried)


def _rows(table: Table, result: Result) -> list[int]:
    if result.status != "optimal":
        raise stranger("it says that there is no match")
    rows = [table.row(pair.left, pair.right) for pair in result.pairs]
    if -1 in rows or len(set(rows)) < len(rows):
        raise stranger("it holds pairs that this market does not list")
    if not (table.free | table.locked)[rows].all():
        raise stranger("it holds pairs that this market does not allow")
    return sorted(rows)


def stranger(why: str) -> InputError:
    """Return the error for a result that does not belong to the market."""
    return InputError(
        [
            Problem(
                "result",
                None,
                None,
                f"the result cannot be used with this market: {why}",
                "give the result that was solved from this market",
                "wrong_input",
            )
        ]
    )
