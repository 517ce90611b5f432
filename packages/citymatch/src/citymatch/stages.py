"""The stages of a solve, each fixing the one before: size, floor, score, tie key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from citymatch.eligible import Mask, Table
from citymatch.faces import (
    Face,
    Level,
    beside_locks,
    narrow,
    on_level,
    price_out,
    raise_floors,
)
from citymatch.network import Network, find_flow
from citymatch.quotas import Ints
from citymatch.residual import bound_prices, cut_prices, on_cycles, residual_of
from citymatch.search import Memory, Search

type Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Solved:
    """What the stages found, before it is put into words.

    ``network`` has the size fixed as far as the policy fixes it; ``rows`` are the free rows of the
    table that are still open then, ``used`` says which of them are chosen; ``shared`` are free rows
    that a stage before has settled. Prices are per bound arc.
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
    keep_prices: Ints | None
    levels: tuple[Level, ...]
    shared: Ints

    @property
    def chosen(self) -> Ints:
        """The rows of the match, locked ones included, in the table's order."""
        locked = np.flatnonzero(self.table.locked)
        return np.sort(np.concatenate([self.rows[self.used], self.shared, locked]))


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
    table: Table,
    *,
    largest: tuple[int, Ints] | None = None,
    progress: Progress = tell_nobody,
    past: Past | None = None,
) -> Solved:
    """Run the stages of the policy on a market whose bounds can be met.

    ``largest`` is the size with its prices, if it is known or another one is wanted. With a
    ``past`` it begins with what that knows; the match is the same, but it comes without the prices
    that prove its size and floor.
    """
    market, stages = table.market, table.market.policy.stages
    barred = beside_locks(table)
    face = Face(table, open_network(table)).without(barred)
    search = Search(face.table, None if past is None else past.near)
    kept = kept_rows(table)
    size = floor = None
    size_prices: Ints | None = None
    floor_prices = score_prices = keep_prices = None
    levels: tuple[Level, ...] = ()
    if "size" in stages or largest is not None:
        progress("size", 0.0)
        size, size_prices = largest or _largest(search, face.network, past)
        face = Face(face.table, face.network.sized(size, size))
    if market.keep is not None and market.keep.when == "before-floor":
        progress("keep", 0.15)
        face, keep_prices = narrow(search, face, kept)
    if "floor" in stages:
        progress("floor", 0.25)
        network = face.network
        if size is None:
            # Without the stage "size" the floor speaks of any match that has a free pair at all.
            network = network.sized(int(table.locked.sum()) + 1, table.bounds.unlimited)
        own = search if keep_prices is None else Search(face.table)
        memory = past.of(network) if past is not None and keep_prices is None else None
        wanted = 1 if size is None else face.open
        floor, floor_prices = own.highest(network, wanted, memory=memory)
        if size is None and not face.table.free.any() and barred.any():
            # Only pairs beside locks are left: the cut shows that none of them can be had.
            floor_prices = cut_prices(network, search.flow(network, face.table.free).reached)
        shared = face.table.floor[face.table.locked & table.free]
        if len(shared) and (floor is None or shared.min() <= floor):
            floor, floor_prices = int(shared.min()), None
        if floor is not None:
            face = Face(face.table, network).without(face.table.floor < floor)
            if market.policy.floors == "repeated":
                face, levels = raise_floors(search, face, floor, table.free)
    if market.keep is not None and market.keep.when == "after-floor":
        progress("keep", 0.4)
        face, keep_prices = narrow(search, face, kept)
    network, rows = face.network, np.flatnonzero(face.table.free)
    value = table.score[rows] if "score" in stages else np.zeros(len(rows), dtype=np.int64)
    progress("score", 0.5)
    # Of matches that stages have narrowed, the past knows nothing.
    known = past if keep_prices is None and not levels else None
    feasible = _feasible(search, network, face.table.free, floor or 0, known)[rows]
    guess = None if known is None else known.guess
    used, carried, potential = search.best(network, rows, -value, feasible, guess=guess)
    if "score" in stages:
        score_prices = bound_prices(network, potential)
    progress("tie_key", 0.75)
    used, carried = _break_ties(search, network, rows, value, used, carried, potential)
    progress("done", 1.0)
    if known is not None:
        known.guess = potential
        known.of(network).keep(rows[used])
    rest = np.flatnonzero(barred)

    def proof(prices: Ints | None, value: Ints) -> Ints | None:
        return prices if prices is None or not len(rest) else price_out(table, rest, prices, value)

    zero = np.zeros_like(kept)
    return Solved(
        table,
        network,
        size,
        floor,
        rows,
        used,
        carried,
        proof(size_prices, zero + 1),
        proof(floor_prices, zero),
        proof(score_prices, table.score),
        proof(keep_prices, kept),
        tuple(
            Level(level.floor, proof(level.prices, on_level(table, level.floor)))
            for level in levels
        ),
        np.flatnonzero(face.table.locked & ~table.locked),
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


def kept_rows(table: Table) -> Ints:
    """Return 1 for each row that the market wants to keep, else 0."""
    kept = np.zeros(len(table.pairs), dtype=np.int64)
    keep = table.market.keep
    for key in () if keep is None else keep.pairs:
        kept[table.row(*key)] = 1
    return kept


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
