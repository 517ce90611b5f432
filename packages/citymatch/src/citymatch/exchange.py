"""What exchanging pairs costs, for all pairs at once: shortest paths through the chosen pairs.

In the residual network of a match a path leads from a right town to a left town by giving up chosen
pairs and taking others in their place; towns of groups with room can step in for one another. All
such paths run through chosen pairs, so that one closure over those is enough.

Two measures: by cost (``np.add``) the least loss of score, by height (``np.maximum``) the path
whose worst new pair is best, where a pair's height is its floor turned downwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from citymatch.eligible import Table
from citymatch.network import Network
from citymatch.quotas import Ints
from citymatch.residual import FAR, Combine


@dataclass(frozen=True, slots=True)
class Exchange:
    """Least exchanges of one match.

    ``force[j, i]`` leads from right town j to left town i: what must be exchanged to make room for
    a pair (i, j). ``forbid[k]`` leads round through the k-th chosen pair: what must be exchanged
    to do without it. ``FAR`` and beyond means that there is no way.
    """

    force: Ints
    forbid: Ints


def find_exchanges(
    table: Table,
    network: Network,
    carried: Ints,
    *,
    join: tuple[Ints, Ints],
    leave: tuple[Ints, Ints],
    free: int,
    combine: Combine,
) -> Exchange:
    """Compute all least exchanges at once.

    ``join`` are rows of the table that may come in and the measure of each, ``leave`` the chosen
    free rows and the measure of giving each up; ``free`` is the measure of moving along bounds
    (0 for costs, less than any height for heights).
    """
    left, right = _trees(table, network, carried)
    i, j = table.i, table.j
    step = np.full((len(table.left), len(table.right)), FAR)
    step[i[join[0]], j[join[0]]] = join[1]
    step = right.backwards().spread(left.spread(step).T).T

    chosen, loss = leave
    through = combine(loss[:, None], step[i[chosen]][:, j[chosen]])
    _close(through, combine)
    forbid = np.diagonal(through).copy()
    np.fill_diagonal(through, np.minimum(forbid, free))
    through = combine(through, loss[None, :])

    by_left = np.full((len(table.left), len(chosen)), FAR)
    np.minimum.at(by_left, i[chosen], through.T)
    by_left = left.backwards().spread(by_left)
    by_right = np.full((len(table.right), len(table.left)), FAR)
    np.minimum.at(by_right, j[chosen], by_left.T)
    return Exchange(force=right.spread(by_right), forbid=forbid)


def _close(matrix: Ints, combine: Combine) -> None:
    """Turn steps into shortest walks, in place, by Floyd and Warshall's method."""
    step = np.empty_like(matrix)
    for k in range(len(matrix)):
        combine(matrix[:, k, None], matrix[None, k, :], out=step)
        np.minimum(matrix, step, out=matrix)


@dataclass(frozen=True, slots=True)
class _Tree:
    """One side's bounds as a tree: which steps its flow still allows, at no cost.

    ``families`` are (parent, its children, may one step down, may one step up), outermost first.
    """

    nodes: int
    first_town: int
    towns: int
    families: tuple[tuple[int, Ints, np.ndarray, np.ndarray], ...]

    def backwards(self) -> _Tree:
        """Return the tree with all its steps turned round."""
        families = tuple((parent, kids, up, down) for parent, kids, down, up in self.families)
        return _Tree(self.nodes, self.first_town, self.towns, families)

    def spread(self, values: Ints) -> Ints:
        """Return for each town the least value of all towns that it can step to."""
        reach = np.full((self.nodes, values.shape[1]), FAR)
        towns = slice(self.first_town, self.first_town + self.towns)
        reach[towns] = values
        for parent, kids, down, _ in reversed(self.families):
            if down.any():
                np.minimum(reach[parent], reach[kids[down]].min(axis=0), out=reach[parent])
        for parent, kids, _, up in self.families:
            if up.any():
                reach[kids[up]] = np.minimum(reach[kids[up]], reach[parent])
        return reach[towns]


def _trees(table: Table, network: Network, carried: Ints) -> tuple[_Tree, _Tree]:
    bounds = table.bounds
    more, less = carried < network.high, carried > network.low
    sides = (
        # On the left arcs lead down from parents to children, on the right up.
        (slice(0, bounds.left_arcs), network.tail, network.head, more, less),
        (slice(bounds.left_arcs, len(bounds.names) - 1), network.head, network.tail, less, more),
    )
    trees = []
    for (arcs, parent, child, down, up), first, towns in zip(
        sides,
        (bounds.left_node, bounds.right_node),
        (len(table.left), len(table.right)),
        strict=True,
    ):
        above, below = parent[arcs], child[arcs]
        families = tuple(
            (int(node), below[kids], down[arcs][kids], up[arcs][kids])
            for node in np.unique(above)
            for kids in [np.flatnonzero(above == node)]
        )
        trees.append(_Tree(network.nodes, first, towns, families))
    return trees[0], trees[1]
