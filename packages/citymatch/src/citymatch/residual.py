"""Distances in the residual network of a flow: the prices of a match, in integers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from citymatch.eligible import Mask
from citymatch.network import Flow, Network
from citymatch.quotas import Ints


@dataclass(frozen=True, slots=True)
class Residual:
    """The arcs along which a flow can still be changed, and what a unit along each costs."""

    nodes: int
    tail: Ints
    head: Ints
    cost: Ints


def residual_of(network: Network, flow: Flow, tail: Ints, head: Ints, cost: Ints) -> Residual:
    """Return the residual arcs of a flow over bounds (at no cost) and pairs."""
    more = flow.carried < network.high
    less = flow.carried > network.low
    used = flow.used
    free = np.zeros(int(more.sum() + less.sum()), dtype=np.int64)
    return Residual(
        nodes=network.nodes,
        tail=np.concatenate([network.tail[more], network.head[less], tail[~used], head[used]]),
        head=np.concatenate([network.head[more], network.tail[less], head[~used], tail[used]]),
        cost=np.concatenate([free, cost[~used], -cost[used]]),
    )


def potentials(residual: Residual, start: Ints | None = None) -> Ints:
    """Return a potential per node under which no residual arc has a negative reduced cost.

    Bellman and Ford's method, a whole round of arcs at a time, from ``start`` (by default zero
    everywhere). ValueError when some cycle is negative: the flow was not a cheapest one.
    """
    reach = np.zeros(residual.nodes, dtype=np.int64) if start is None else start.copy()
    if not len(residual.tail):
        return reach
    order = np.argsort(residual.head, kind="stable")
    tail, cost, head = residual.tail[order], residual.cost[order], residual.head[order]
    first = np.flatnonzero(np.r_[True, head[1:] != head[:-1]])
    ends = head[first]
    for _ in range(residual.nodes + 1):
        best = np.minimum.reduceat(reach[tail] + cost, first)
        nearer = best < reach[ends]
        if not nearer.any():
            return reach
        reach[ends[nearer]] = best[nearer]
    raise ValueError("the flow is not a cheapest one")


def bound_prices(network: Network, potential: Ints) -> Ints:
    """Return what one more unit of each bound is worth: positive for a maximum that binds.

    Negative is what a minimum costs. A minimum of zero costs nothing: it is no bound.
    """
    price = potential[network.head] - potential[network.tail]
    return np.where((price < 0) & (network.low == 0), 0, price)


def cut_prices(network: Network, reached: Mask) -> Ints:
    """Return the bounds across a cut: 1 where a maximum holds back, -1 where a minimum draws."""
    price = reached[network.tail].astype(np.int64) - reached[network.head]
    return np.where((price < 0) & (network.low == 0), 0, price)
