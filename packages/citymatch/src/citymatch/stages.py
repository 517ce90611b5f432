"""The stages of a solve, each fixing the one before: size, floor, score, tie key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from citymatch.eligible import Mask, Table
from citymatch.network import Network, find_flow
from citymatch.quotas import Ints
from citymatch.residual import bound_prices, on_cycles, residual_of
from citymatch.search import Memory, Search

type Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Solved:
    """What the stages found, before it is put into words.

    ``network`` has the size fixed as far as the policy fixes it; ``rows`` are the free rows of the
    table that reach the floor, ``used`` says which of them are chosen. Prices are per bound arc.
    """

    table: Table
    network: Network
    size: int | None
    floor: int | None
    rows: Ints
    used: Mask
    carried: Ints
    size_prices: Ints | None
    floor_prices: Ints | None
    score_prices: Ints | None

    @property
    def chosen(self) -> Ints:
        """The rows of the match, locked ones included, in the table's order."""
        return np.sort(np.concatenate([self.rows[self.used], np.flatnonzero(self.table.locked)]))


def tell_nobody(stage: str, done: float) -> None:
    """Report progress to nobody."""


def open_network(table: Table) -> Network:
    """Return the network of a market with its locks, its size still open."""
    return Network.of(table.bounds, table.tail[table.locked], table.head[table.locked])


def can_be_met(table: Table) -> bool:
    """Whether any match at all lies within the bounds."""
    network = open_network(table)
    if not network.low.any() and not len(network.locked_tail):
        return True
    return find_flow(network, table.tail[table.free], table.head[table.free]).deficit == 0


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
        self.guess: Ints | None = None
        self._memories: dict[tuple[int, int], Memory] = {}

    def of(self, network: Network) -> Memory:
        """Return what is known about a network of this size."""
        size = int(network.low[-1]), int(network.high[-1])
        return self._memories.setdefault(size, Memory())

    def knows_match(self, table: Table) -> bool:
        """Whether a match is known that the table allows."""
        return any(memory.best_match(table)[1] is not None for memory in self._memories.values())


def run_stages(
    table: Table, *, progress: Progress = tell_nobody, past: Past | None = None
) -> Solved:
    """Run the stages of the policy on a market whose bounds can be met.

    With a ``past`` it begins with what that knows; the match is the same, but it comes without the
    prices that prove its size and floor.
    """
    stages = table.market.policy.stages
    network, search = open_network(table), Search(table, None if past is None else past.near)
    size = floor = None
    size_prices = floor_prices = score_prices = None
    if "size" in stages:
        progress("size", 0.0)
        size, size_prices = _largest(search, network, past)
        network = network.sized(size, size)
    sure = table.free
    if "floor" in stages:
        progress("floor", 0.25)
        # Without the stage "size" the floor speaks of any match that has a free pair at all.
        some = int(table.locked.sum()) + 1
        sought = network if size is not None else network.sized(some, table.bounds.unlimited)
        wanted = 1 if size is None else size + 1 - some
        memory = None if past is None else past.of(sought)
        floor, floor_prices = search.highest(sought, wanted, memory=memory)
        if floor is not None:
            network, sure = sought, table.free & (table.floor >= floor)
    rows = np.flatnonzero(sure)
    value = table.score[rows] if "score" in stages else np.zeros(len(rows), dtype=np.int64)
    progress("score", 0.5)
    feasible = _feasible(search, network, sure, floor or 0, past)[rows]
    guess = None if past is None else past.guess
    used, carried, potential = search.best(network, rows, -value, feasible, guess=guess)
    if "score" in stages:
        score_prices = bound_prices(network, potential)
    progress("tie_key", 0.75)
    used, carried = _break_ties(search, network, rows, value, used, carried, potential)
    progress("done", 1.0)
    if past is not None:
        past.guess = potential
        past.of(network).keep(rows[used])
    return Solved(
        table,
        network,
        size,
        floor,
        rows,
        used,
        carried,
        size_prices,
        floor_prices,
        score_prices,
    )


def _largest(search: Search, network: Network, past: Past | None) -> tuple[int, Ints | None]:
    """Return the most pairs, and with no past the prices that prove it."""
    if past is None or past.size is None:
        return search.largest(network)
    known = past.of(network.sized(past.size, past.size))
    if known.best_match(search.table)[1] is not None:
        return past.size, None
    return search.largest(network)


def _feasible(search: Search, network: Network, sure: Mask, level: int, past: Past | None) -> Mask:
    """Return the rows of some match within the network over the rows that are sure."""
    if past is not None:
        floor, rows = past.of(network).best_match(search.table)
        if rows is not None and floor >= level:
            used = np.zeros(len(sure), dtype=np.bool_)
            used[rows] = True
            return used
    return search.flow(network, sure).used


def tie_numbers(table: Table, rows: Ints) -> Ints:
    """Return the numbers that decide among equals.

    The first 40 bits of the SHA-256 of tie key, left and right id, with null characters between.
    """
    key, begun = table.market.policy.tie_key, {}
    numbers = []
    for row in rows.tolist():
        left, right = table.key(row)
        if left not in begun:
            begun[left] = hashlib.sha256(f"{key}\0{left}\0".encode())
        digest = begun[left].copy()
        digest.update(right.encode())
        numbers.append(int.from_bytes(digest.digest()[:5]))
    return np.array(numbers, dtype=np.int64)


def _break_ties(
    search: Search,
    network: Network,
    rows: Ints,
    value: Ints,
    used: Mask,
    carried: Ints,
    potential: Ints,
) -> tuple[Mask, Ints]:
    """Return the optimum with the smallest sum of tie numbers.

    All optima of the stages before lie on one face: pairs that pay exactly their price may be in or
    out, pairs worth more are in, pairs worth less are out, and bounds with a price are met exactly.
    """
    table = search.table
    tail, head = search.tail[rows], search.head[rows]
    worth = value - (potential[tail] - potential[head])
    level = worth == 0
    price = potential[network.head] - potential[network.tail]
    flat = network.bounded(
        np.where(price != 0, carried, network.low), np.where(price != 0, carried, network.high)
    )
    loose = _loose(flat, carried, tail, head, level & ~used, level & used)
    if not loose.any():
        return used, carried
    forced = used & ~loose
    face = replace(
        flat,
        locked_tail=np.concatenate([network.locked_tail, tail[forced]]),
        locked_head=np.concatenate([network.locked_head, head[forced]]),
    )
    ties = tie_numbers(table, rows[loose])
    chosen, carried, _ = search.best(face, rows[loose], ties, used[loose])
    result = forced.copy()
    result[np.flatnonzero(loose)[chosen]] = True
    return result, carried


def _loose(
    network: Network, carried: Ints, tail: Ints, head: Ints, join: Mask, leave: Mask
) -> Mask:
    """Return the pairs that some cycle of pairs that may join or leave takes in or out.

    All others are the same in every match on the face.
    """
    nothing = np.zeros(0, dtype=np.int64)
    more, less = np.flatnonzero(join), np.flatnonzero(leave)
    residual = residual_of(
        network,
        carried,
        more=(tail[more], head[more], nothing),
        less=(tail[less], head[less], nothing),
    )
    loose = np.zeros(len(tail), dtype=np.bool_)
    free = (carried > network.low) & (carried < network.high)
    pairs = np.concatenate([more, less])
    cycles = on_cycles(residual, network.tail[free], network.head[free])
    loose[pairs] = cycles[len(cycles) - len(pairs) :]
    return loose
