"""Distances in the residual network of a flow: the prices of a match, in integers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from citymatch.eligible import Mask
from citymatch.network import Network
from citymatch.quotas import Ints

FAR = 2**60
"""Further than any path: the distance of what cannot be reached."""

type Combine = np.ufunc
"""How the arcs of a path add up: ``np.add`` for costs, ``np.maximum`` for the worst arc."""


@dataclass(frozen=True, slots=True)
class Residual:
    """The arcs along which a flow can still be changed, and what a unit along each costs."""

    nodes: int
    tail: Ints
    head: Ints
    cost: Ints

    def reversed(self) -> Residual:
        return Residual(self.nodes, self.head, self.tail, self.cost)


def residual_of(
    network: Network,
    carried: Ints,
    *,
    more: tuple[Ints, Ints, Ints],
    less: tuple[Ints, Ints, Ints],
    free: int = 0,
) -> Residual:
    """Return the residual arcs of a flow.

    ``more`` are pairs that can join (tail, head, cost), ``less`` those that can leave (tail and
    head as in the network, and the cost of leaving). Moving along bounds costs ``free``.
    """
    up = carried < network.high
    down = carried > network.low
    return Residual(
        nodes=network.nodes,
        tail=np.concatenate([network.tail[up], network.head[down], more[0], less[1]]),
        head=np.concatenate([network.head[up], network.tail[down], more[1], less[0]]),
        cost=np.concatenate([np.full(int(up.sum() + down.sum()), free), more[2], less[2]]),
    )


def distances(residual: Residual, start: Ints, combine: Combine = np.add) -> Ints:
    """Return the shortest distance to every node when node v begins at ``start[v]``.

    Bellman and Ford's method, a whole round of arcs at a time. ``FAR`` and more is out of reach.
    ValueError when some cycle is negative: the flow was not a cheapest one.
    """
    reach = start.copy()
    if not len(residual.tail):
        return reach
    # Sixteen bits, where they suffice, are sorted without comparing.
    small = np.uint16 if residual.nodes < 2**16 else np.int64
    order = np.argsort(residual.head.astype(small), kind="stable")
    tail, cost, head = residual.tail[order], residual.cost[order], residual.head[order]
    first = np.flatnonzero(np.r_[True, head[1:] != head[:-1]])
    ends = head[first]
    for _ in range(residual.nodes + 1):
        best = np.minimum.reduceat(combine(reach[tail], cost), first)
        nearer = best < reach[ends]
        if not nearer.any():
            return reach
        reach[ends[nearer]] = best[nearer]
    raise ValueError("the flow is not a cheapest one")


def pair_distances(
    residual: Residual,
    starts: Ints,
    ends: Ints,
    combine: Combine,
    *,
    nothing: int,
    most: int,
) -> Ints | None:
    """Return the distance from ``starts[k]`` to ``ends[k]`` for each k.

    ``nothing`` is the measure of an empty path. Goes out from the nodes that most pairs share, so
    that a row or a column of pairs costs one search; None when more than ``most`` would be needed.
    """
    searches = []
    left = np.arange(len(starts))
    while len(left):
        tails, heads = np.bincount(starts[left]), np.bincount(ends[left])
        forward = bool(tails.max() >= heads.max())
        node = int((tails if forward else heads).argmax())
        own = (starts if forward else ends)[left] == node
        searches.append((forward, node, left[own]))
        left = left[~own]
        if len(searches) > most:
            return None
    found = np.full(len(starts), FAR)
    for forward, node, pairs in searches:
        start = np.full(residual.nodes, FAR)
        start[node] = nothing
        reach = distances(residual if forward else residual.reversed(), start, combine)
        found[pairs] = reach[(ends if forward else starts)[pairs]]
    return found


def on_cycles(residual: Residual, tail: Ints, head: Ints) -> Mask:
    """Return the arcs that may lie on a cycle: all that do, and some on ways between cycles.

    Nodes that the given arcs join, which are there in both directions, count as one; then arcs
    that nothing leads to, or from which nothing leads on, fall away until none is left to fall.
    """
    label = np.arange(residual.nodes)
    while True:
        least = label.copy()
        np.minimum.at(least, head, label[tail])
        np.minimum.at(least, tail, label[head])
        if (least == label).all():
            break
        label = least
    ins, outs = label[residual.head], label[residual.tail]
    inside = ins == outs
    left = np.flatnonzero(~inside)
    while len(left):
        entered, left_again = np.zeros((2, residual.nodes), dtype=np.bool_)
        entered[ins[left]] = True
        left_again[outs[left]] = True
        stay = entered[outs[left]] & left_again[ins[left]]
        if stay.all():
            break
        left = left[stay]
    inside[left] = True
    return np.asarray(inside, dtype=np.bool_)


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
