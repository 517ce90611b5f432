"""Stages over again: tables that differ in their views alone, each helped by those before.

The match is that of ``stages.run_stages`` under a plain policy (nothing kept, floors once); what is
left out are the proofs of its size and floor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from citymatch.eligible import Mask, Table
from citymatch.network import Network
from citymatch.quotas import Ints
from citymatch.residual import bound_prices
from citymatch.search import Memory, Search
from citymatch.stages import Solved, break_ties, open_network, settled


class Past:
    """What solving tables that differ in their views alone has taught, for the next of them.

    ``size`` is the largest size when no pair is below the absolute floor, if the size is a stage.
    """

    def __init__(self, table: Table) -> None:
        everything = replace(table, free=~(table.locked | table.vetoed))
        search = Search(table)
        self.near = search.near
        self.size: int | None = None
        if "size" in table.market.policy.stages:
            self.size, _ = Search(everything).largest(open_network(table))
        self.has_score = "score" in table.market.policy.stages
        self.guess: Ints | None = None
        self._memories: dict[tuple[int, int], Memory] = {}

    def of(self, network: Network) -> Memory:
        """Return what is known about a network of this size."""
        size = int(network.low[-1]), int(network.high[-1])
        return self._memories.setdefault(size, Memory())

    def knows_match(self, table: Table) -> bool:
        """Whether a match is known that the table allows."""
        return any(memory.best_match(table)[1] is not None for memory in self._memories.values())


def run_again(table: Table, past: Past) -> Solved:
    """Run the stages on a market whose bounds can be met, beginning with what is known."""
    search = Search(table, past.near)
    narrowed = narrow_again(search, past)
    network, floor, rows = narrowed.network, narrowed.floor, narrowed.rows
    has_score = "score" in table.market.policy.stages
    value = table.score[rows] if has_score else np.zeros(len(rows), dtype=np.int64)
    feasible = _feasible(search, network, rows, floor or 0, past)[rows]
    used, carried, potential = search.best(network, rows, -value, feasible, guess=past.guess)
    score_prices = bound_prices(network, potential) if has_score else None
    potential = settled(network, table.bounds, carried, potential)
    used, carried, _ = break_ties(
        search, network, rows, value, used, carried, potential, whole=False
    )
    if past.guess is None:
        past.guess = potential
    past.of(network).keep(rows[used])
    return Solved(
        table,
        network,
        narrowed.size,
        floor,
        rows,
        used,
        carried,
        narrowed.size_prices,
        narrowed.floor_prices,
        score_prices,
        potential=potential,
    )


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the stages size and floor leave: a network and the free rows that reach the floor."""

    network: Network
    size: int | None
    floor: int | None
    rows: Ints
    size_prices: Ints | None
    floor_prices: Ints | None


def narrow_again(search: Search, past: Past) -> Narrowed:
    """Run the stages size and floor, as far as the policy asks for them."""
    table = search.table
    stages, network = table.market.policy.stages, open_network(table)
    size = floor = None
    size_prices = floor_prices = None
    if "size" in stages:
        size, size_prices = _largest(search, network, past)
        network = network.sized(size, size)
    sure = table.free
    if "floor" in stages:
        # Without the stage "size" the floor speaks of any match that has a free pair at all.
        some = int(table.locked.sum()) + 1
        sought = network if size is not None else network.sized(some, table.bounds.unlimited)
        wanted = 1 if size is None else size + 1 - some
        floor, floor_prices = search.highest(sought, wanted, memory=past.of(sought))
        if floor is not None:
            network, sure = sought, table.free & (table.floor >= floor)
    return Narrowed(network, size, floor, np.flatnonzero(sure), size_prices, floor_prices)


def _largest(search: Search, network: Network, past: Past) -> tuple[int, Ints | None]:
    """Return the most pairs."""
    if past.size is None:
        return search.largest(network)
    known = past.of(network.sized(past.size, past.size))
    if known.best_match(search.table)[1] is not None:
        return past.size, None
    return search.largest(network)


def _feasible(search: Search, network: Network, rows: Ints, level: int, past: Past) -> Mask:
    """Return the rows of some match within the network over some of its rows."""
    sure = np.zeros(len(search.tail), dtype=np.bool_)
    sure[rows] = True
    floor, known = past.of(network).best_match(search.table)
    if known is not None and floor >= level:
        used = np.zeros(len(sure), dtype=np.bool_)
        used[known] = True
        return used
    return search.flow(network, sure).used
