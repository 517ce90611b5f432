"""Searches that look at few pairs and prove for all: largest size, highest floor, best sum.

Each starts from every town's best pairs. What is left out is brought in only where a proof would
fail without it: pairs across the cut, pairs that beat the prices. A result therefore holds for all.
"""

from __future__ import annotations

from itertools import count

import numpy as np

from citymatch.eligible import Mask, Table
from citymatch.network import Flow, Network, find_cheapest, find_flow
from citymatch.quotas import Ints
from citymatch.residual import cut_prices, potentials, residual_of

NEAR = 10
"""How many pairs of each town are looked at first."""

FEW = 2000
"""Up to so many pairs are simply all looked at."""

STEPS = 8
"""Steps down from above in the search for the floor before it also halves the range."""


class Search:
    """The searches over one table, which share what they know about its pairs."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.tail, self.head = table.tail, table.head
        self.left_rank = rank_within(table.i, -table.floor, table.free)
        self.right_rank = rank_within(table.j, -table.floor, table.free)
        near = np.minimum(self.left_rank, self.right_rank) < NEAR
        self.near = table.free & (near | (int(table.free.sum()) <= FEW))

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
                    continue
            used = np.zeros(len(active), dtype=np.bool_)
            used[rows[flow.used]] = True
            return Flow(flow.deficit, used, flow.carried, flow.reached)

    def largest(self, network: Network) -> tuple[int, Ints]:
        """Return the most pairs of a feasible network and the prices of the cut that proves it."""
        table = self.table
        may = table.free | table.locked
        places = [
            np.minimum([town.max for town in towns], np.bincount(ends[may], minlength=len(towns)))
            for towns, ends in ((table.left, table.i), (table.right, table.j))
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

    def highest(self, network: Network) -> tuple[int | None, Ints | None]:
        """Return the highest floor of the network's size, and the prices that prove it.

        None when there can be no free pair. From above: a cut without enough pairs at one level
        says how far down the next level must lie, so that most levels are never looked at.
        """
        table = self.table
        wanted = int(network.low[-1]) - len(network.locked_tail)
        if wanted < 1 or not table.free.any():
            return None, None
        reached, upper, prices = -1, self._level_above(wanted), None
        level = upper
        for step in count():
            flow = self.flow(network, table.free & (table.floor >= level))
            if flow.deficit:
                prices = cut_prices(network, flow.reached)
                across = flow.reached[self.tail] & ~flow.reached[self.head]
                lower = np.sort(table.floor[across & table.free & (table.floor < level)])
                if len(lower) < flow.deficit:
                    return None, prices
                upper = int(lower[-flow.deficit])
            else:
                reached = int(table.floor[flow.used].min())
            if reached == upper:
                break
            level = upper if step < STEPS or step % 2 else self._level_between(reached, upper)
        if prices is None:
            flow = self.flow(network, table.free & (table.floor > upper))
            prices = cut_prices(network, flow.reached)
        return upper, prices

    def best(self, network: Network, rows: Ints, cost: Ints, sure: Mask) -> tuple[Mask, Ints, Ints]:
        """Return the cheapest flow over some rows: which are used, what bounds carry, potentials.

        ``sure`` are rows, among them some feasible flow. Prices from a part of the rows are asked
        about all of them; those that would still lower the cost join, until none does.
        """
        tail, head = self.tail[rows], self.head[rows]
        active = sure.copy()
        if len(rows) <= FEW:
            active[:] = True
        else:
            ranks = [rank_within(ends[rows], cost) for ends in (self.table.i, self.table.j)]
            active |= np.minimum(*ranks) < NEAR
        start = None
        while True:
            look = np.flatnonzero(active)
            part = tail[look], head[look], cost[look]
            flow = find_cheapest(network, *part)
            start = potentials(residual_of(network, flow, *part), start)
            better = cost + start[tail] < start[head]
            better[look] = False
            if not better.any():
                used = np.zeros(len(rows), dtype=np.bool_)
                used[look[flow.used]] = True
                return used, flow.carried, start
            active |= better

    def _level_above(self, wanted: int) -> int:
        """Return a level that no floor can exceed, seen from each side alone."""
        table = self.table
        level = int(table.floor[table.free].max())
        for towns, ends, rank in (
            (table.left, table.i, self.left_rank),
            (table.right, table.j, self.right_rank),
        ):
            locked = np.bincount(ends[table.locked], minlength=len(towns))
            room = np.array([town.max for town in towns]) - locked
            best = np.sort(table.floor[table.free & (rank < room[ends])])
            if len(best) >= wanted:
                level = min(level, int(best[-wanted]))
            needed = np.array([town.min for town in towns]) - locked
            last = table.free & (rank == needed[ends] - 1)
            if last.any():
                level = min(level, int(table.floor[last].min()))
        return level

    def _level_between(self, reached: int, upper: int) -> int:
        floors = self.table.floor[self.table.free]
        between = np.unique(floors[(floors > reached) & (floors <= upper)])
        return int(between[len(between) // 2])


def rank_within(group: Ints, key: Ints, among: Mask | None = None) -> Ints:
    """Return each row's rank by key within its group, from 0; rows not ``among`` come last of all.

    |key| must stay below 2**62 divided by the number of groups.
    """
    rank = np.full(len(group), np.iinfo(np.int64).max)
    rows = np.arange(len(group)) if among is None else np.flatnonzero(among)
    if not len(rows):
        return rank
    keys = key[rows] - key[rows].min()
    order = rows[np.argsort(group[rows] * (keys.max() + 1) + keys, kind="stable")]
    place = np.arange(len(order))
    first = np.r_[True, group[order][1:] != group[order][:-1]]
    rank[order] = place - np.maximum.accumulate(np.where(first, place, 0))
    return rank
