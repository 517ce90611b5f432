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
    groups = [
        (side, group)
        for side, towns in (("left", left), ("right", right))
        for group in _outside_in(_members(towns, bounded), sizes)
    ]
    node = {group: 2 + k for k, (_, group) in enumerate(groups)}
    left_node = 2 + len(groups)
    right_node = left_node + len(left)

    arcs: list[tuple[int, int, int, int]] = []
    names: list[tuple[str, str]] = []
    for side, towns, others, root, first in (
        ("left", left, len(right), SOURCE, left_node),
        ("right", right, len(left), SINK, right_node),
    ):
        members = _members(towns, bounded)
        parents = _parents(members, sizes)
        children = [
            (node[group], parents[group], bounded[group].min, bounded[group].max, ("group", group))
            for own, group in groups
            if own == side
        ]
        innermost = _innermost(members, len(towns), sizes)
        children += [
            (
                first + k,
                innermost[k],
                town.min,
                town.max if town.max <= others else None,
                ("town", town.id),
            )
            for k, town in enumerate(towns)
        ]
        for child, parent, low, high, name in children:
            above = root if parent is None else node[parent]
            ends = (above, child) if side == "left" else (child, above)
            arcs.append((*ends, low, unlimited if high is None else min(high, unlimited)))
            names.append(name)
    arcs.append((SINK, SOURCE, 0, unlimited))
    names.append(("size", ""))
    tail, head, low, high = np.array(arcs, dtype=np.int64).T.copy()
    return Bounds(
        nodes=right_node + len(right),
        left_node=left_node,
        right_node=right_node,
        left_arcs=len(left) + sum(side == "left" for side, _ in groups),
        tail=tail,
        head=head,
        low=low,
        high=high,
        names=tuple(names),
        unlimited=unlimited,
        nested=not any(
            True for towns in (left, right) for _ in _crossings(_members(towns, bounded))
        ),
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


def _innermost(
    members: Mapping[str, frozenset[int]], towns: int, sizes: Mapping[str, int]
) -> list[str | None]:
    innermost: list[str | None] = [None] * towns
    for group in _outside_in(members, sizes):
        for place in members[group]:
            innermost[place] = group
    return innermost
