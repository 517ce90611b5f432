"""Bounds as arcs: the groups of each side nest, so that every bound is a bound on one arc.

Nodes: 0 source, 1 sink, then groups, left towns, right towns. Arcs lead from the source through
left groups to left towns, and from right towns through right groups to the sink; a last arc leads
back from the sink to the source and carries the number of pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from citymatch.model import Market, Problem, Quota, Town

type Ints = NDArray[np.int64]

SOURCE, SINK = 0, 1


@dataclass(frozen=True, slots=True)
class Bounds:
    """Every bound of a market as arcs ``tail → head`` with ``low`` and ``high``.

    The first ``left_arcs`` arcs are those of the left side, parents before their children on either
    side. ``names[k]`` says whose bound arc k is: (``town`` or ``group``, id); the last arc is
    (``size``, ""). ``unlimited`` is more than can ever flow; it stands for every upper bound that
    cannot bind. Where groups cross (``nested`` is False) the arcs are no tree: then only names, low
    and high mean anything, and only ``program`` can solve.
    """

    nodes: int
    left_node: int
    right_node: int
    left_arcs: int
    tail: Ints
    head: Ints
    low: Ints
    high: Ints
    names: tuple[tuple[str, str], ...]
    unlimited: int
    nested: bool = True

    @property
    def left_towns(self) -> slice:
        """The arcs of the left towns, in their order."""
        return slice(self.left_arcs - (self.right_node - self.left_node), self.left_arcs)

    @property
    def right_towns(self) -> slice:
        """The arcs of the right towns, in their order."""
        last = len(self.names) - 1
        return slice(last - (self.nodes - self.right_node), last)


def build_bounds(
    left: Sequence[Town],
    right: Sequence[Town],
    quotas: Sequence[Quota],
    *,
    whole: Mapping[str, int] | None = None,
) -> Bounds:
    """Lay out the bounds of two sides (towns in their final order). Groups must nest.

    Where only a part of the towns is given, ``whole`` has the true size of each bounded group: two
    groups may have the same towns in the part, but one is around the other in the whole.
    """
    sizes = whole or {}
    mins = [town.min for town in (*left, *right)] + [quota.min for quota in quotas]
    unlimited = max(len(left) * len(right), *mins, 0) + 1
    bounded = {quota.group: quota for quota in quotas if quota.min or quota.max is not None}
    sides = [_members(towns, bounded) for towns in (left, right)]
    orders = [_outside_in(members, sizes) for members in sides]
    node = {group: 2 + k for k, group in enumerate([*orders[0], *orders[1]])}
    left_node = 2 + len(orders[0]) + len(orders[1])
    right_node = left_node + len(left)

    arcs: list[Ints] = []
    names: list[tuple[str, str]] = []
    for towns, others, root, first, members, own in (
        (left, len(right), SOURCE, left_node, sides[0], orders[0]),
        (right, len(left), SINK, right_node, sides[1], orders[1]),
    ):
        parents = _parents(members, sizes)
        innermost = np.full(len(towns), root, dtype=np.int64)
        for group in own:
            innermost[list(members[group])] = node[group]
        most = [quota.max for quota in map(bounded.__getitem__, own)]
        most += [town.max if town.max <= others else None for town in towns]
        below = [*(node[group] for group in own), *range(first, first + len(towns))]
        above = [root if around is None else node[around] for around in map(parents.get, own)]
        low = [*(bounded[group].min for group in own), *(town.min for town in towns)]
        high = [unlimited if bound is None else min(bound, unlimited) for bound in most]
        ends = [below, [*above, *innermost.tolist()]]
        arcs.append(np.array([*(ends if root == SINK else ends[::-1]), low, high], dtype=np.int64))
        names += [("group", group) for group in own]
        names += [("town", town.id) for town in towns]
    arcs.append(np.array([[SINK], [SOURCE], [0], [unlimited]]))
    names.append(("size", ""))
    tail, head, low_of, high_of = np.concatenate(arcs, axis=1).astype(np.int64)
    return Bounds(
        nodes=right_node + len(right),
        left_node=left_node,
        right_node=right_node,
        left_arcs=len(orders[0]) + len(left),
        tail=tail,
        head=head,
        low=low_of,
        high=high_of,
        names=tuple(names),
        unlimited=unlimited,
        nested=not any(True for members in sides for _ in _crossings(members)),
    )


def find_overlaps(market: Market, source: str) -> Iterator[Problem]:
    """Yield a problem for each quota whose group crosses another group with a quota."""
    row = {quota.group: number for number, quota in enumerate(market.quotas, 1)}
    bounded = {q.group: q for q in market.quotas if q.min or q.max is not None}
    for towns in (market.left, market.right):
        for one, other in _crossings(_members(towns, bounded)):
            yield Problem(
                source,
                max(row[one], row[other]),
                "quotas.group",
                f"the groups {one} and {other} overlap",
                'use groups that lie apart or inside one another, or the policy "overlap": "milp"',
                "overlapping_groups",
                {"groups": [one, other]},
            )


def _crossings(members: Mapping[str, frozenset[int]]) -> Iterator[tuple[str, str]]:
    """Yield each two groups that share towns and of which neither lies inside the other."""
    groups = sorted(members)
    for k, one in enumerate(groups):
        for other in groups[k + 1 :]:
            common = members[one] & members[other]
            if common and common != members[one] and common != members[other]:
                yield one, other


def _members(towns: Sequence[Town], bounded: Mapping[str, Quota]) -> dict[str, frozenset[int]]:
    """Return the places of each bounded group's towns; groups of the other side are left out."""
    members: dict[str, set[int]] = {}
    for place, town in enumerate(towns):
        for group in town.groups:
            if group in bounded:
                members.setdefault(group, set()).add(place)
    return {group: frozenset(places) for group, places in members.items()}


def _outside_in(members: Mapping[str, frozenset[int]], sizes: Mapping[str, int]) -> list[str]:
    """Order groups so that each comes after those around it; equal ones by name."""
    return sorted(members, key=lambda group: (-sizes.get(group, len(members[group])), group))


def _parents(
    members: Mapping[str, frozenset[int]], sizes: Mapping[str, int]
) -> dict[str, str | None]:
    """Return the next group around each one."""
    parents: dict[str, str | None] = {}
    order = _outside_in(members, sizes)
    for k, group in enumerate(order):
        around = [other for other in order[:k] if members[group] <= members[other]]
        parents[group] = around[-1] if around else None
    return parents
