"""Flows in the network of bounds and pairs. The only module that calls OR-Tools.

Every flow is a circulation: the bounds' arcs with their lower and upper limits (``Bounds``), pairs
as arcs of capacity one, locked pairs as arcs that must carry one unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

from citymatch.eligible import Mask
from citymatch.quotas import Bounds, Ints


@dataclass(frozen=True)
class Network:
    """Bounds (perhaps tightened) with locked pairs as compulsory units from node to node."""

    nodes: int
    tail: Ints
    head: Ints
    low: Ints
    high: Ints
    locked_tail: Ints
    locked_head: Ints

    @classmethod
    def of(cls, bounds: Bounds, locked_tail: Ints, locked_head: Ints) -> Network:
        return cls(
            bounds.nodes,
            bounds.tail,
            bounds.head,
            bounds.low,
            bounds.high,
            locked_tail,
            locked_head,
        )

    def bounded(self, low: Ints, high: Ints) -> Network:
        """Return the same network under other bounds."""
        return Network(
            self.nodes, self.tail, self.head, low, high, self.locked_tail, self.locked_head
        )

    def sized(self, low: int, high: int) -> Network:
        """Return the same network with bounds on the number of pairs (locked ones included)."""
        lows, highs = self.low.copy(), self.high.copy()
        lows[-1], highs[-1] = low, high
        return self.bounded(lows, highs)

    @cached_property
    def supply(self) -> Ints:
        """What lower bounds and locks bring to each node, less what they take from it."""
        supply = np.bincount(self.head, weights=self.low, minlength=self.nodes)
        supply -= np.bincount(self.tail, weights=self.low, minlength=self.nodes)
        supply += np.bincount(self.locked_head, minlength=self.nodes)
        supply -= np.bincount(self.locked_tail, minlength=self.nodes)
        return supply.astype(np.int64)


def short_of_one(network: Network) -> Network:
    """Return a network in which every bound is met but for one unit, wherever it is cheapest.

    Two nodes more: one from which all demands are served, one to which all supplies go (the last
    two); flows that reach from one to a town or from a town to the other can still take one in.
    """
    supply = network.supply
    given, taken = np.flatnonzero(supply > 0), np.flatnonzero(supply < 0)
    start, end = network.nodes, network.nodes + 1
    all_but_one = np.array([supply[given].sum() - 1])
    none = np.zeros(0, dtype=np.int64)
    return Network(
        nodes=network.nodes + 2,
        tail=np.concatenate([network.tail, np.full(len(given), start), taken, [end]]),
        head=np.concatenate([network.head, given, np.full(len(taken), end), [start]]),
        low=np.concatenate(
            [np.zeros(len(network.low) + len(given) + len(taken)), all_but_one]
        ).astype(np.int64),
        high=np.concatenate(
            [network.high - network.low, supply[given], -supply[taken], all_but_one]
        ),
        locked_tail=none,
        locked_head=none,
    )


@dataclass(frozen=True, slots=True)
class Flow:
    """A circulation, as far as one exists.

    ``deficit`` units of lower bounds could not be met; 0 means feasible. ``used`` says which of the
    given pairs carry a unit, ``carried`` what each bound's arc carries. ``reached`` are the nodes
    on the source side of a smallest cut: where there is a deficit, the proof of it.
    """

    deficit: int
    used: Mask
    carried: Ints
    reached: Mask


def find_flow(network: Network, tail: Ints, head: Ints) -> Flow:
    """Find a circulation over the given pairs that meets all bounds, or misses as few as can be.

    Up to 10,000 arcs take about a millisecond.
    """
    supply = network.supply
    given, taken = np.flatnonzero(supply > 0), np.flatnonzero(supply < 0)
    start, end = network.nodes, network.nodes + 1
    bounds, pairs = len(network.tail), len(tail)
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(
        np.concatenate([network.tail, tail, np.full(len(given), start), taken]),
        np.concatenate([network.head, head, given, np.full(len(taken), end)]),
        np.concatenate(
            [network.high - network.low, np.ones(pairs, np.int64), supply[given], -supply[taken]]
        ),
    )
    status = solver.solve(start, end)
    if status != solver.OPTIMAL:
        raise RuntimeError(f"maximum flow ended with status {status}")
    reached = np.zeros(network.nodes + 2, dtype=np.bool_)
    flows = np.zeros(bounds + pairs, dtype=np.int64)
    if len(given):
        reached[solver.get_source_side_min_cut()] = True
        flows = solver.flows(np.arange(bounds + pairs))
    return Flow(
        deficit=int(supply[given].sum()) - solver.optimal_flow(),
        used=flows[bounds:] > 0,
        carried=network.low + flows[:bounds],
        reached=reached[: network.nodes],
    )


def find_cheapest(network: Network, tail: Ints, head: Ints, cost: Ints) -> Flow:
    """Find the circulation with the lowest sum of costs over the given pairs.

    Costs may be negative; |cost| × nodes must stay below 2**62. ValueError when the bounds cannot
    be met.
    """
    bounds, pairs = len(network.tail), len(tail)
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([network.tail, tail]),
        np.concatenate([network.head, head]),
        np.concatenate([network.high - network.low, np.ones(pairs, np.int64)]),
        np.concatenate([np.zeros(bounds, np.int64), cost]),
    )
    solver.set_nodes_supplies(np.arange(network.nodes), network.supply)
    status = solver.solve()
    if status == solver.INFEASIBLE:
        raise ValueError("the bounds cannot be met")
    if status != solver.OPTIMAL:
        raise RuntimeError(f"cheapest flow ended with status {status}")
    flows = solver.flows(np.arange(bounds + pairs))
    return Flow(
        deficit=0,
        used=flows[bounds:] > 0,
        carried=network.low + flows[:bounds],
        reached=np.zeros(network.nodes, dtype=np.bool_),
    )


def find_nearest(network: Network, tail: Ints, head: Ints, *, raisable: Mask) -> Flow:
    """Find the circulation that breaks the bounds by the fewest units.

    Any lower bound may be missed, upper bounds only where ``raisable``. Among equals those of
    groups are moved rather than those of towns, minima rather than maxima.
    """
    unit = 10**9
    low, high = network.low, network.high
    pairs = len(tail)
    open_network = network.bounded(np.zeros_like(low), high)
    miss = np.where(raisable, unit, unit + 2)
    # Three arcs for a bound: up to its minimum each unit earns, up to its maximum it is free,
    # above it costs. The more a unit costs, the later its arc is filled.
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([np.tile(network.tail, 3), tail]),
        np.concatenate([np.tile(network.head, 3), head]),
        np.concatenate(
            [low, high - low, np.where(raisable, high.max(), 0), np.ones(pairs, np.int64)]
        ),
        np.concatenate(
            [-miss, np.zeros_like(low), np.full_like(low, unit + 1), np.zeros(pairs, np.int64)]
        ),
    )
    solver.set_nodes_supplies(np.arange(network.nodes), open_network.supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"nearest flow ended with status {status}")
    flows = solver.flows(np.arange(3 * len(low) + pairs))
    return Flow(
        deficit=0,
        used=flows[3 * len(low) :] > 0,
        carried=flows[: 3 * len(low)].reshape(3, -1).sum(axis=0),
        reached=np.zeros(network.nodes, dtype=np.bool_),
    )
