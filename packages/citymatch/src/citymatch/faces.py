"""Narrowing a market to the best matches of a stage: what they share, and what is still open.

By complementary slackness all best matches have the pairs worth more than they pay, none of those
worth less, and meet every bound that has a price. So the best matches of one stage are the matches
of a smaller market, on which the next stage runs as on any other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from citymatch.eligible import Mask, Table
from citymatch.network import Network
from citymatch.quotas import Bounds, Ints
from citymatch.residual import bound_prices
from citymatch.search import Search

SETTLED = 2**40
"""The floor of pairs on levels that are settled: above every view, so that all of them may stay."""


@dataclass(frozen=True, slots=True)
class Face:
    """The matches that the stages so far leave.

    Of ``table`` the free rows are still open; its locked ones are in, those of the market itself
    and those that all the matches share. ``network`` holds the bounds, fixed where they are met.
    """

    table: Table
    network: Network

    @property
    def open(self) -> int:
        """How many open pairs each match has; the size must be fixed."""
        return int(self.network.low[-1]) - int(self.table.locked.sum())

    def without(self, rows: Mask) -> Face:
        """Return the matches that have none of these open rows."""
        return replace(self, table=replace(self.table, free=self.table.free & ~rows))


@dataclass(frozen=True, slots=True)
class Level:
    """A floor that is settled, and the prices that prove that no match has fewer pairs on it.

    None where no open pair is on it: all matches have the same ones there.
    """

    floor: int
    prices: Ints | None


def narrow(search: Search, face: Face, value: Ints) -> tuple[Face, Ints]:
    """Return the matches with the highest sum of values, one per row of the table, and its prices.

    Prices are per arc of the bounds, positive for a maximum that binds. The bounds can be met;
    ``search`` is one over the same rows or more.
    """
    table, network = face.table, face.network
    rows = np.flatnonzero(table.free)
    sure = search.flow(network, table.free).used[rows]
    _, carried, potential = search.best(network, rows, -value[rows], sure)
    prices = bound_prices(network, potential)
    pays = _pays(table.bounds, prices)
    worth = value[rows] - prices[-1] - pays[table.tail[rows]] - pays[table.head[rows]]
    shared, still = rows[worth > 0], rows[worth == 0]
    locked, free = table.locked.copy(), np.zeros(len(table.pairs), dtype=np.bool_)
    locked[shared] = free[still] = True
    met = prices != 0
    fixed = Network(
        network.nodes,
        network.tail,
        network.head,
        np.where(met, carried, network.low),
        np.where(met, carried, network.high),
        np.concatenate([network.locked_tail, table.tail[shared]]),
        np.concatenate([network.locked_head, table.head[shared]]),
    )
    return Face(replace(table, locked=locked, free=free), fixed), prices


def raise_floors(
    search: Search, face: Face, floor: int, among: Mask
) -> tuple[Face, tuple[Level, ...]]:
    """Return the matches that are best from their worst pair up, and how each level was settled.

    After the floor as few pairs as possible are on it, then the next floor is as high as possible,
    and so on. ``floor`` is the first one, reached by all matches; ``among`` are the rows whose
    floors count (not the locks of the market).
    """
    levels: list[Level] = []
    while face.open:
        prices = None
        if (face.table.free & (face.table.floor == floor)).any():
            face, prices = narrow(search, face, on_level(face.table, floor))
        levels.append(Level(floor, prices))
        above = next_floor(face, floor, among)
        if above is None:
            break
        floors = face.table.floor
        face = face.without((floors > floor) & (floors < above))
        floor = above
    return face, tuple(levels)


def on_level(table: Table, floor: int) -> Ints:
    """Return the values of which the highest sum has the fewest pairs on a floor."""
    return np.where(table.floor == floor, -1, 0)


def next_floor(face: Face, settled: int, among: Mask) -> int | None:
    """Return the highest level that all pairs above the ``settled`` one can reach together.

    None when no pair is left above it, or nothing is open.
    """
    if not face.open:
        return None
    table = face.table
    rest = replace(table, floor=np.where(table.floor <= settled, SETTLED, table.floor))
    level, _ = Search(rest).highest(face.network, face.open)
    shared = table.floor[table.locked & among & (table.floor > settled)]
    lowest = min(SETTLED if level is None else level, *shared.tolist(), SETTLED)
    return None if lowest == SETTLED else lowest


def beside_locks(table: Table) -> Mask:
    """Return the free rows that cannot be chosen, because locks fill one of their towns."""
    full = np.zeros(len(table.pairs), dtype=np.bool_)
    if table.locked.any():
        for ends, arcs in ((table.i, table.bounds.left_towns), (table.j, table.bounds.right_towns)):
            high = table.bounds.high[arcs]
            full |= (np.bincount(ends[table.locked], minlength=len(high)) >= high)[ends]
    return table.free & full


def price_out(table: Table, rows: Ints, prices: Ints, value: Ints) -> Ints:
    """Return prices under which rows ``beside_locks`` are worth less than they pay.

    To raise the price of a town that its locks fill changes no proof: it pays for its maximum what
    its locks pay.
    """
    pays = _pays(table.bounds, prices)
    excess = value[rows] - prices[-1] - pays[table.tail[rows]] - pays[table.head[rows]] + 1
    i, j = table.i[rows], table.j[rows]
    raised = prices.copy()
    for ends, own, arcs in (
        (table.i, i, table.bounds.left_towns),
        (table.j, j, table.bounds.right_towns),
    ):
        high = table.bounds.high[arcs]
        full = (np.bincount(ends[table.locked], minlength=len(high)) >= high)[own]
        more = np.zeros(len(high), dtype=np.int64)
        np.maximum.at(more, own[full], excess[full])
        raised[arcs] += more
    return raised


def _pays(bounds: Bounds, prices: Ints) -> Ints:
    """Return what a pair pays for all bounds of a town, per node; the price of the size apart."""
    tail, head = bounds.tail.tolist(), bounds.head.tolist()
    paid = [0] * bounds.nodes
    for arc, price in enumerate(prices[:-1].tolist()):
        # Parents come before their children: above them on the left, below them on the right.
        is_left = arc < bounds.left_arcs
        parent, child = (tail[arc], head[arc]) if is_left else (head[arc], tail[arc])
        paid[child] = paid[parent] + price
    return np.array(paid, dtype=np.int64)
