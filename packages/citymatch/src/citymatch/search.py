"""Searches that look at few pairs and prove for all: largest size, highest floor, best sum.

Each starts from every town's best pairs. What is left out is brought in only where a proof would
fail without it: pairs across the cut, pairs that beat the prices. A result therefore holds for all.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property
from itertools import count

import numpy as np

from citymatch.eligible import Mask, Table
from citymatch.network import Flow, Network, find_cheapest, find_flow
from citymatch.quotas import Ints
from citymatch.residual import cut_prices, distances, residual_of

NEAR = 10
"""How many pairs of each town are looked at first."""

FEW = 2000
"""Up to so many pairs are simply all looked at."""

STEPS = 8
"""Steps down from above in the search for the floor before it also halves the range."""


CUTS, MATCHES = 6, 64
"""How many cuts and matches are remembered from one table to the next."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Rows of which every match of a network takes at least ``need``, whatever their views."""

    rows: Ints
    need: int


class Memory:
    """Matches and cuts of one network, which say something about its floor under any views.

    Views alone differ from one table to the next: not the bounds, locks and vetoes.
    """

    def __init__(self) -> None:
        self.cuts: deque[Cut] = deque(maxlen=CUTS)
        self._rows = np.zeros((MATCHES, 0), dtype=np.int64)
        self._kept = 0
        self._asked: tuple[Table, int, Ints | None] | None = None

    def keep(self, match: Ints) -> None:
        """Remember the free rows of a match."""
        if not len(match):
            return
        short = len(match) - self._rows.shape[1]
        if short > 0:
            # Rows of a shorter match fill up with its first one: the worst stays the worst.
            self._rows = (
                np.pad(self._rows, ((0, 0), (0, short)), "edge")
                if self._kept
                else (np.zeros((MATCHES, len(match)), dtype=np.int64))
            )
        place = self._kept % MATCHES
        self._rows[place] = match[0]
        self._rows[place, : len(match)] = match
        self._kept += 1
        self._asked = None

    def best_match(self, table: Table) -> tuple[int, Ints | None]:
        """Return the highest floor of a remembered match under a table's views, and its rows.

        (-1, None) where none of them is allowed.
        """
        if self._asked is None or self._asked[0] is not table:
            self._asked = (table, *self._best_match(table))
        return self._asked[1:]

    def _best_match(self, table: Table) -> tuple[int, Ints | None]:
        if not self._kept:
            return -1, None
        floors = table.floor[self._rows[: self._kept]].min(axis=1)
        best = int(floors.argmax())
        if floors[best] < table.market.policy.absolute_floor:
            return -1, None
        return int(floors[best]), self._rows[best].copy()

    def level_above(self, table: Table) -> int | None:
        """Return a level that no floor can exceed, as far as the cuts say; None without any."""
        return min((_at_most(table.floor[cut.rows], cut.need) for cut in self.cuts), default=None)


def _at_most(floors: Ints, need: int) -> int:
    """Return the highest floor that so many of some rows can reach; -1 when they are fewer."""
    if len(floors) < need:
        return -1
    return int(np.partition(floors, len(floors) - need)[len(floors) - need])


class Search:
    """The searches over one table, which share what they know about its pairs.

    ``near`` are the rows to look at first, where those of a similar table are known.
    """

    def __init__(self, table: Table, near: Mask | None = None) -> None:
        self.table = table
        self.tail, self.head = table.tail, table.head
        if near is None:
            near = table.free.copy()
            if int(near.sum()) > FEW:
                near &= np.minimum(self.left_rank, self.right_rank) < NEAR
        self.near = near

    @cached_property
    def left_rank(self) -> Ints:
        """Each free row's rank among those of its left town, the highest floor first."""
        return rank_within(self.table.i, -self.table.floor, self.table.free)

    @cached_property
    def right_rank(self) -> Ints:
        """Each free row's rank among those of its right town, the highest floor first."""
        return rank_within(self.table.j, -self.table.floor, self.table.free)

    def flow(self, network: Network, allowed: Mask) -> Flow:
        """Find a flow over the allowed rows of the table; ``used`` speaks of all rows.

        A deficit is proven for all allowed rows: none of them crosses the cut.
        """
        active = allowed & self.near
        while True:
            rows = np.flatnonzero(active)
            flow = find_flow(network, self.tail[rows], self.head[rows])
            if flow.deficit:
                across = flow.reached[self.tail] & ~flow.reached[self.head]
                across &= allowed & ~active
                if across.any():
                    active |= across
                    self.near |= across
                    continue
            used = np.zeros(len(active), dtype=np.bool_)
            used[rows[flow.used]] = True
            return Flow(flow.deficit, used, flow.carried, flow.reached)

    def largest(self, network: Network) -> tuple[int, Ints]:
        """Return the most pairs of a feasible network and the prices of the cut that proves it."""
        table = self.table
        may, high = table.free | table.locked, table.bounds.high
        places = [
            np.minimum(high[arcs], np.bincount(ends[may], minlength=len(high[arcs])))
            for ends, arcs, _ in self._sides()
        ]
        size = min(int(side.sum()) for side in places) + 1
        prices = np.zeros(len(network.low), dtype=np.int64)
        while True:
            flow = self.flow(network.sized(size, size), table.free)
            if not flow.deficit:
                return size, prices
            prices = cut_prices(network, flow.reached)
            prices[-1] = 0
            size -= flow.deficit

    def highest(
        self,
        network: Network,
        wanted: int,
        *,
        with_minima: bool = True,
        memory: Memory | None = None,
    ) -> tuple[int | None, Ints | None]:
        """Return the highest floor under which the network can be met, and prices that prove it.

        ``wanted`` is the least number of free pairs in it, ``with_minima`` says whether all minima
        of towns are met; None when there can be none. From above: a cut without enough pairs at
        one level says how far down the next level must lie, so that most levels are never looked
        at. With a ``memory`` the range begins where what it holds leaves it, and the prices are
        not asked for.
        """
        table = self.table
        if wanted < 1 or not table.free.any():
            return None, None
        reached, upper, prices = -1, None, None
        if memory is not None:
            (reached, _), upper = memory.best_match(table), memory.level_above(table)
        if upper is None:
            upper = self._level_above(wanted, with_minima)
        for step in count():
            if 0 <= reached == upper:
                break
            halve = step > STEPS and step % 2
            level = self._level_between(reached, upper) if halve else upper
            flow = self.flow(network, table.free & (table.floor >= level))
            if flow.deficit:
                prices = cut_prices(network, flow.reached)
                across = flow.reached[self.tail] & ~flow.reached[self.head]
                if memory is not None:
                    memory.cuts.appendleft(self._cut(across, level, flow.deficit))
                lower = np.sort(table.floor[across & table.free & (table.floor < level)])
                if len(lower) < flow.deficit:
                    return None, prices
                upper = int(lower[-flow.deficit])
            else:
                reached = int(table.floor[flow.used].min())
                if memory is not None:
                    memory.keep(np.flatnonzero(flow.used))
        if prices is None and memory is None:
            flow = self.flow(network, table.free & (table.floor > upper))
            prices = cut_prices(network, flow.reached)
        return upper, prices

    def best(
        self,
        network: Network,
        rows: Ints,
        cost: Ints,
        sure: Mask,
        *,
        guess: Ints | None = None,
    ) -> tuple[Mask, Ints, Ints]:
        """Return the cheapest flow over some rows: which are used, what bounds carry, potentials.

        ``sure`` are rows, among them some feasible flow; ``guess`` are potentials of a similar
        flow. Prices from a part of the rows are asked about all of them; those that would lower the
        cost most join, until none would.
        """
        tail, head = self.tail[rows], self.head[rows]
        some = NEAR * network.nodes // 2
        if len(rows) <= FEW:
            active = np.ones(len(rows), dtype=np.bool_)
        elif guess is None:
            ranks = [rank_within(ends[rows], cost) for ends in (self.table.i, self.table.j)]
            active = sure | (np.minimum(*ranks) < NEAR)
        else:
            active = sure | _lowest(cost + guess[tail] - guess[head], some)
        start = np.zeros(network.nodes, dtype=np.int64)
        if guess is not None:
            start[: len(guess)] = guess
        while True:
            look = np.flatnonzero(active)
            flow = find_cheapest(network, tail[look], head[look], cost[look])
            stay, leave = look[~flow.used], look[flow.used]
            residual = residual_of(
                network,
                flow.carried,
                more=(tail[stay], head[stay], cost[stay]),
                less=(tail[leave], head[leave], -cost[leave]),
            )
            start = distances(residual, start)
            gain = cost + start[tail] - start[head]
            gain[look] = 0
            if not (gain < 0).any():
                used = np.zeros(len(rows), dtype=np.bool_)
                used[look[flow.used]] = True
                return used, flow.carried, start
            active |= (gain < 0) & _lowest(gain, some)

    def _cut(self, across: Mask, level: int, deficit: int) -> Cut:
        """Return a cut of a network that misses some rows across it on a level."""
        table = self.table
        open_rows = across & ~(table.locked | table.vetoed)
        there = open_rows & table.free & (table.floor >= level)
        return Cut(np.flatnonzero(open_rows), int(there.sum()) + deficit)

    def _level_above(self, wanted: int, with_minima: bool) -> int:
        """Return a level that no floor can exceed, seen from each side alone."""
        table = self.table
        level = int(table.floor[table.free].max())
        for ends, arcs, rank in self._sides():
            low, high = table.bounds.low[arcs], table.bounds.high[arcs]
            locked = np.bincount(ends[table.locked], minlength=len(low))
            best = np.sort(table.floor[table.free & (rank < (high - locked)[ends])])
            if len(best) >= wanted:
                level = min(level, int(best[-wanted]))
            last = table.free & (rank == (low - locked)[ends] - 1)
            if with_minima and last.any():
                level = min(level, int(table.floor[last].min()))
        return level

    def _sides(self) -> tuple[tuple[Ints, slice, Ints], ...]:
        """For either side the ends of the rows, the arcs of its towns, the ranks of the rows."""
        table = self.table
        return (
            (table.i, table.bounds.left_towns, self.left_rank),
            (table.j, table.bounds.right_towns, self.right_rank),
        )

    def _level_between(self, reached: int, upper: int) -> int:
        floors = self.table.floor[self.table.free]
        between = np.unique(floors[(floors > reached) & (floors <= upper)])
        return int(between[len(between) // 2])


def _lowest(values: Ints, count: int) -> Mask:
    """Return the given number of lowest values, or some more where equal."""
    if count >= len(values):
        return np.ones(len(values), dtype=np.bool_)
    return np.asarray(values <= np.partition(values, count)[count])


def rank_within(group: Ints, key: Ints, among: Mask | None = None) -> Ints:
    """Return each row's rank by key within its group, from 0; rows not ``among`` come last of all.

    |key| must stay below 2**62 divided by the number of groups.
    """
    rank = np.full(len(group), np.iinfo(np.int64).max)
    rows = np.arange(len(group)) if among is None else np.flatnonzero(among)
    if not len(rows):
        return rank
    keys = key[rows] - key[rows].min()
    span, place = int(keys.max()) + 1, np.arange(len(rows))
    if (int(group.max()) + 1) * span * len(rows) < 2**62:
        # With its place in the number itself, each is unique: a quick sort gives one order only.
        order = rows[np.sort((group[rows] * span + keys) * len(rows) + place) % len(rows)]
    else:
        order = rows[np.argsort(group[rows] * span + keys, kind="stable")]
    first = np.r_[True, group[order][1:] != group[order][:-1]]
    rank[order] = place - np.maximum.accumulate(np.where(first, place, 0))
    return rank
