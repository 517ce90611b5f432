"""Many tables that differ in their views alone, solved one after the other.

Each begins with what the others taught (``Past``). Small ones share one search for prices and ties:
their residual networks side by side are one network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import batched

import numpy as np

from citymatch.again import Narrowed, Past, narrow_again, run_again
from citymatch.eligible import Mask, Table
from citymatch.network import Flow, find_cheapest
from citymatch.quotas import Ints
from citymatch.residual import Residual, distances, on_cycles, residual_of
from citymatch.search import FEW, Search
from citymatch.stages import Solved, can_be_met

AT_ONCE = 100
"""How many small tables share a search."""


def solve_alike(tables: Iterable[Table], past: Past) -> Iterator[Solved | None]:
    """Yield what running the stages on each table gives; None where the bounds cannot be met.

    The matches are those of ``run_stages``, without the prices that prove them.
    """
    if len(past.near) > FEW or not past.has_score:
        yield from (_solve(table, past) for table in tables)
        return
    for some in batched(tables, AT_ONCE):
        yield from _settled([_case_of(table, past) for table in some], past)


def _solve(table: Table, past: Past) -> Solved | None:
    if past.knows_match(table) or can_be_met(table):
        return run_again(table, past)
    return None


@dataclass(frozen=True, slots=True)
class _Case:
    """A table with some cheapest flow; other flows may be as cheap."""

    table: Table
    narrowed: Narrowed
    flow: Flow
    residual: Residual

    @property
    def pairs(self) -> int:
        """How many of the residual's arcs, the last ones, are pairs."""
        return len(self.narrowed.rows)

    def solved(self) -> Solved:
        own = self.narrowed
        return Solved(
            self.table,
            own.network,
            own.size,
            own.floor,
            own.rows,
            self.flow.used,
            self.flow.carried,
            own.size_prices,
            own.floor_prices,
            None,
        )


def _case_of(table: Table, past: Past) -> _Case | None:
    if not past.knows_match(table) and not can_be_met(table):
        return None
    search = Search(table, past.near)
    own = narrow_again(search, past)
    tail, head, cost = search.tail[own.rows], search.head[own.rows], -table.score[own.rows]
    flow = find_cheapest(own.network, tail, head, cost, past.guess)
    past.of(own.network).keep(own.rows[flow.used])
    stay, leave = ~flow.used, flow.used
    residual = residual_of(
        own.network,
        flow.carried,
        more=(tail[stay], head[stay], cost[stay]),
        less=(tail[leave], head[leave], -cost[leave]),
    )
    return _Case(table, own, flow, residual)


def _settled(cases: list[_Case | None], past: Past) -> Iterator[Solved | None]:
    """Yield the cases in their order; those that may have equals are solved with the tie key."""
    met = [case for case in cases if case is not None]
    tied = iter(_may_be_tied(met).tolist() if met else ())
    for case in cases:
        if case is None:
            yield None
        else:
            yield run_again(case.table, past) if next(tied) else case.solved()


def _may_be_tied(cases: list[_Case]) -> Mask:
    """Return which of the flows may not be the only cheapest one."""
    nodes = cases[0].residual.nodes
    first = nodes * np.arange(len(cases))
    arcs = np.array([len(case.residual.tail) for case in cases])
    start = np.repeat(first, arcs)
    tail = np.concatenate([case.residual.tail for case in cases]) + start
    head = np.concatenate([case.residual.head for case in cases]) + start
    cost = np.concatenate([case.residual.cost for case in cases])
    joined = Residual(nodes * len(cases), tail, head, cost)
    price = distances(joined, np.zeros(joined.nodes, dtype=np.int64))
    flat = np.flatnonzero(cost + price[tail] - price[head] == 0)
    is_pair = np.concatenate([_last(case) for case in cases])
    both = _both_ways(cases, price.reshape(len(cases), nodes), first)
    level = Residual(joined.nodes, tail[flat], head[flat], cost[flat])
    on_cycle = flat[on_cycles(level, *both)]
    tied = np.zeros(len(cases), dtype=np.bool_)
    tied[tail[on_cycle[is_pair[on_cycle]]] // nodes] = True
    return tied


def _last(case: _Case) -> Mask:
    mask = np.zeros(len(case.residual.tail), dtype=np.bool_)
    mask[len(mask) - case.pairs :] = True
    return mask


def _both_ways(cases: list[_Case], price: Ints, first: Ints) -> tuple[Ints, Ints]:
    """Return the ends of the bounds, without a price, that can carry one unit more or less."""
    network = cases[0].narrowed.network
    carried = np.stack([case.flow.carried for case in cases])
    low = np.stack([case.narrowed.network.low for case in cases])
    high = np.stack([case.narrowed.network.high for case in cases])
    free = (carried > low) & (carried < high)
    free &= price[:, network.tail] == price[:, network.head]
    case, arc = np.nonzero(free)
    return network.tail[arc] + first[case], network.head[arc] + first[case]
