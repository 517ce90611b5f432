"""Bounds that cannot be met together: an irreducible conflict and the cheapest relaxation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from citymatch.eligible import Mask, Table
from citymatch.model import Bound, Certificate, Conflict, PairKey, Prices, Relaxation
from citymatch.network import Flow, Network, find_flow, find_nearest
from citymatch.overlap import rows_of_bounds
from citymatch.prices import prices_of
from citymatch.program import choose, nearest
from citymatch.quotas import Ints
from citymatch.residual import cut_prices

ORDER = ("absolute_floor", "veto", "lock", "town_max", "group_max", "town_min", "group_min")
"""Which bounds are tried first to be left out: what stays is what a programme set on purpose."""


def find_conflict(table: Table) -> tuple[Conflict, Certificate]:
    """Return the conflict of a market whose bounds cannot be met, its way out, and their proof.

    No town may have more locks than its maximum: that no relaxation could mend.
    """
    bounds, prices = contradiction(table)
    relaxation, witness = _relax(table) if table.bounds.nested else _relax_crossed(table)
    cost = sum(abs(step.end - step.start) for step in relaxation)
    keys = tuple(table.key(row) for row in np.flatnonzero(witness).tolist())
    return Conflict(bounds, relaxation, cost), Certificate(infeasible=prices, witness=keys)


def contradiction(table: Table) -> tuple[tuple[Bound, ...], Prices | None]:
    """Return bounds that cannot be met together, none of them needlessly, and the proof.

    There is no proof where groups cross.

    A group that is too small for its own minimum is looked for first, among the bounds of its own
    side if they suffice: that is the usual case, and the clearest to read.
    """
    if not table.bounds.nested:
        crossed = _CrossedTrial(table)
        return _in_order(irreducible(crossed.every_bound(), crossed.fails)), None
    trial = _Trial(table)
    start = next(filter(trial.fails, trial.simple_sets()), trial.every_bound())
    bounds = irreducible(trial.across(start), trial.fails)
    reached = trial.flow(bounds).reached
    prices = prices_of(table.bounds, cut_prices(trial.network(bounds), reached))
    return _in_order(bounds), prices


def _in_order(bounds: Iterable[Bound]) -> tuple[Bound, ...]:
    order = {code: place for place, code in enumerate(reversed(ORDER))}
    return tuple(sorted(bounds, key=lambda bound: (order[bound.code], str(bound.id))))


@dataclass(frozen=True, slots=True)
class _Trial:
    """The market under some of its bounds only."""

    table: Table

    def every_bound(self) -> list[Bound]:
        table, found = self.table, []
        if table.low.any():
            found.append(Bound("absolute_floor", None, table.market.policy.absolute_floor))
        found += [Bound("veto", table.key(row), 0) for row in np.flatnonzero(table.vetoed).tolist()]
        found += [Bound("lock", table.key(row), 1) for row in np.flatnonzero(table.locked).tolist()]
        low, high = table.bounds.low.tolist(), table.bounds.high.tolist()
        for arc, (kind, name) in enumerate(table.bounds.names[:-1]):
            if high[arc] < table.bounds.unlimited:
                found.append(Bound(f"{kind}_max", name, high[arc]))
            if low[arc] > 0:
                found.append(Bound(f"{kind}_min", name, low[arc]))
        return sorted(found, key=lambda bound: ORDER.index(bound.code))

    def simple_sets(self) -> Iterator[list[Bound]]:
        """Yield each group's minimum with what holds pairs back: on its side, then on both."""
        arcs, last = self.table.bounds.names, self.table.bounds.left_arcs
        left = {name for arc, (_, name) in enumerate(arcs) if arc < last}
        every = self.every_bound()
        upper = [b for b in every if b.code not in ("group_min", "town_min", "lock")]
        lower = [b for b in every if b.code == "group_min"]
        for bound in lower:
            is_left = bound.id in left
            yield [*(b for b in upper if b.code[-3:] != "max" or (b.id in left) == is_left), bound]
        for bound in lower:
            yield [*upper, bound]

    def network(self, bounds: Iterable[Bound]) -> Network:
        table = self.table
        named = {(bound.code, bound.id) for bound in bounds}
        arcs = table.bounds.names
        keep_low = np.array([(f"{kind}_min", name) in named for kind, name in arcs])
        keep_high = np.array([(f"{kind}_max", name) in named for kind, name in arcs])
        forced = self._rows("lock", bounds)
        return Network(
            table.bounds.nodes,
            table.bounds.tail,
            table.bounds.head,
            np.where(keep_low, table.bounds.low, 0),
            np.where(keep_high, table.bounds.high, table.bounds.unlimited),
            table.tail[forced],
            table.head[forced],
        )

    def free(self, bounds: Iterable[Bound]) -> Mask:
        """The pairs that may be chosen under these bounds: also those of dropped locks."""
        free = ~(self._rows("veto", bounds) | self._rows("lock", bounds))
        if any(bound.code == "absolute_floor" for bound in bounds):
            free &= ~self.table.low
        return free

    def flow(self, bounds: Iterable[Bound]) -> Flow:
        free = self.free(bounds)
        return find_flow(self.network(bounds), self.table.tail[free], self.table.head[free])

    def fails(self, bounds: Iterable[Bound]) -> bool:
        return self.flow(bounds).deficit > 0

    def across(self, bounds: list[Bound]) -> list[Bound]:
        """Return those of some failing bounds that the cut needs; they fail alone too."""
        table, reached = self.table, self.flow(bounds).reached
        prices = cut_prices(self.network(bounds), reached)
        across = reached[table.tail] & ~reached[table.head]
        back = reached[table.head] & ~reached[table.tail]
        needed: set[tuple[str, str | PairKey | None]] = {
            (f"{kind}_{'max' if price > 0 else 'min'}", name)
            for price, (kind, name) in zip(prices.tolist(), table.bounds.names, strict=True)
            if price
        }
        needed |= {
            ("veto", table.key(row)) for row in np.flatnonzero(across & table.vetoed).tolist()
        }
        needed |= {("lock", table.key(row)) for row in np.flatnonzero(back & table.locked).tolist()}
        if (across & table.low).any():
            needed.add(("absolute_floor", None))
        return [bound for bound in bounds if (bound.code, bound.id) in needed]

    def _rows(self, code: str, bounds: Iterable[Bound]) -> Mask:
        keys = {bound.id for bound in bounds if bound.code == code}
        mask = self.table.locked if code == "lock" else self.table.vetoed
        rows = np.zeros(len(mask), dtype=np.bool_)
        for row in np.flatnonzero(mask).tolist() if keys else ():
            rows[row] = self.table.key(row) in keys
        return rows


@dataclass(frozen=True, slots=True)
class _CrossedTrial(_Trial):
    """The same where groups cross: feasibility is asked of a whole-number program."""

    def fails(self, bounds: Iterable[Bound]) -> bool:
        named, network, table = list(bounds), self.network(bounds), self.table
        rows = rows_of_bounds(table).bounded(network.low, network.high)
        columns = np.flatnonzero(self.free(named))
        rows = rows.given(self._rows("lock", named)).among(columns)
        return choose(np.zeros(len(columns), dtype=np.int64), rows) is None


def irreducible(bounds: list[Bound], fails: Callable[[list[Bound]], bool]) -> list[Bound]:
    """Return a failing part of some failing bounds, each proper part of which can be met.

    Leaves out as many as it can at once, then fewer, in the end one by one. To leave bounds out
    never does harm, so one pass with single bounds is enough.
    """
    step = max(1, len(bounds) // 2)
    while True:
        k = 0
        while k < len(bounds):
            fewer = bounds[:k] + bounds[k + step :]
            if fails(fewer):
                bounds = fewer
            else:
                k += step
        if step == 1:
            return bounds
        step //= 2


def _relax(table: Table) -> tuple[tuple[Relaxation, ...], Mask]:
    """Return the fewest units by which to move quotas and town minima, and a match within them."""
    network = Network.of(table.bounds, table.tail[table.locked], table.head[table.locked])
    groups = np.array([kind == "group" for kind, _ in table.bounds.names])
    rows = np.flatnonzero(table.free)
    flow = find_nearest(network, table.tail[rows], table.head[rows], raisable=groups)
    witness = table.locked.copy()
    witness[rows[flow.used]] = True
    return _steps(table, flow.carried), witness


def _relax_crossed(table: Table) -> tuple[tuple[Relaxation, ...], Mask]:
    """Return the same where groups cross."""
    groups = np.array([kind == "group" for kind, _ in table.bounds.names])
    columns = np.flatnonzero(table.free)
    every = rows_of_bounds(table)
    rows = every.given(table.locked).among(columns)
    chosen = nearest(rows, raisable=groups, rank=1 - groups.astype(np.int64))
    witness = table.locked.copy()
    witness[columns[chosen]] = True
    return _steps(table, every.sums(witness)), witness


def _steps(table: Table, sums: Ints) -> tuple[Relaxation, ...]:
    """Return how the bounds must move to hold the pairs that each of them counts."""
    steps = []
    for arc, (kind, name) in enumerate(table.bounds.names[:-1]):
        carried = int(sums[arc])
        low, high = int(table.bounds.low[arc]), int(table.bounds.high[arc])
        if carried < low:
            steps.append(Relaxation(f"{kind}_min", name, low, carried))
        if carried > high:
            steps.append(Relaxation(f"{kind}_max", name, high, carried))
    return tuple(sorted(steps, key=lambda step: (step.code, step.id)))
