"""The stages of a solve, each fixing the one before: size, floor, score, tie key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

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
from citymatch.model import PairKey
from citymatch.network import Network, find_flow
from citymatch.quotas import Bounds, Ints
from citymatch.residual import bound_prices, on_cycles, residual_of
from citymatch.search import Search

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
    keep_prices: Ints | None = None
    levels: tuple[Level, ...] = ()
    shared: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    potential: Ints | None = None
    tie_potential: Ints | None = None

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


def run_stages(
    table: Table,
    *,
    largest: tuple[int, Ints] | None = None,
    progress: Progress = tell_nobody,
    whole: bool = False,
) -> Solved:
    """Run the stages of the policy on a market whose bounds can be met.

    ``largest`` is the size with its prices, if it is known or another one is wanted. ``whole`` says
    that pairs may still join: then all equal ones are asked for their tie numbers, also those that
    no exchange can bring in yet, and no town is settled by its locks alone.
    """
    market, stages = table.market, table.market.policy.stages
    barred = np.zeros(len(table.pairs), dtype=np.bool_) if whole else beside_locks(table)
    face = Face(table, open_network(table)).without(barred)
    search, kept = Search(face.table), kept_rows(table)
    size = floor = None
    size_prices = floor_prices = score_prices = keep_prices = None
    levels: tuple[Level, ...] = ()
    if "size" in stages or largest is not None:
        progress("size", 0.0)
        size, size_prices = largest or search.largest(face.network)
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
        # Pairs that all matches share hold the floor down.
        shared = face.table.floor[face.table.locked & table.free]
        most = int(shared.min()) if len(shared) else None
        wanted = 1 if size is None else face.open
        floor, floor_prices = own.highest(network, wanted, at_most=most)
        if floor is None and most is not None:
            floor, floor_prices = most, None
        elif floor is None and floor_prices is None and barred.any():
            # Nothing is open: each pair costs one, and those beside locks their town's price.
            floor_prices = np.zeros_like(network.low)
            floor_prices[-1] = -1
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
    feasible = search.flow(network, face.table.free).used[rows]
    used, carried, potential = search.best(network, rows, -value, feasible)
    if "score" in stages:
        score_prices = bound_prices(network, potential)
    progress("tie_key", 0.75)
    potential = settled(network, table.bounds, carried, potential)
    used, carried, tie_potential = break_ties(
        search, network, rows, value, used, carried, potential, whole=whole
    )
    progress("done", 1.0)
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
        potential,
        tie_potential,
    )


def settled(network: Network, bounds: Bounds, carried: Ints, potential: Ints) -> Ints:
    """Return potentials in which a town that stays idle is as dear as what is around it.

    They prove as much, and fewer pairs of idle towns seem to be worth exactly what they pay.
    """
    potential = potential.copy()
    idle = (carried == 0) & (network.low == 0)
    for towns, own, around in (
        (bounds.left_towns, network.head, network.tail),
        (bounds.right_towns, network.tail, network.head),
    ):
        arcs = np.arange(towns.start, towns.stop)[idle[towns] & (network.high[towns] > 0)]
        potential[own[arcs]] = potential[around[arcs]]
    return potential


def kept_rows(table: Table) -> Ints:
    """Return 1 for each row that the market wants to keep, else 0."""
    kept = np.zeros(len(table.pairs), dtype=np.int64)
    keep = table.market.keep
    for key in () if keep is None else keep.pairs:
        kept[table.row(*key)] = 1
    return kept


def tie_numbers(table: Table, rows: Ints) -> Ints:
    """Return the numbers that decide among equal rows of a table."""
    return tie_numbers_of(table.market.policy.tie_key, map(table.key, rows.tolist()))


def tie_numbers_of(tie_key: str, keys: Iterable[PairKey]) -> Ints:
    """Return the numbers that decide among equal pairs.

    The first 40 bits of the SHA-256 of tie key, left and right id, with null characters between.
    """
    begun = {}
    numbers = []
    for left, right in keys:
        if left not in begun:
            begun[left] = hashlib.sha256(f"{tie_key}\0{left}\0".encode())
        digest = begun[left].copy()
        digest.update(right.encode())
        numbers.append(int.from_bytes(digest.digest()[:5]))
    return np.array(numbers, dtype=np.int64)


def break_ties(
    search: Search,
    network: Network,
    rows: Ints,
    value: Ints,
    used: Mask,
    carried: Ints,
    potential: Ints,
    *,
    whole: bool,
) -> tuple[Mask, Ints, Ints | None]:
    """Return the optimum with the smallest sum of tie numbers, and potentials that prove it.

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
    if not whole:
        level = _loose(flat, carried, tail, head, level & ~used, level & used)
    loose = level
    if not loose.any():
        return used, carried, None
    forced = used & ~loose
    face = replace(
        flat,
        locked_tail=np.concatenate([network.locked_tail, tail[forced]]),
        locked_head=np.concatenate([network.locked_head, head[forced]]),
    )
    ties = tie_numbers(table, rows[loose])
    chosen, carried, tie_potential = search.best(face, rows[loose], ties, used[loose])
    tie_potential = settled(face, table.bounds, carried, tie_potential)
    result = forced.copy()
    result[np.flatnonzero(loose)[chosen]] = True
    return result, carried, tie_potential


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
