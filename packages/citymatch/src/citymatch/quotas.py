"""Bounds as arcs: the groups of each side nest, so that every bound is a bound on one arc.

Nodes: 0 source, 1 sink, then groups, left towns, right towns. Arcs lead from the source through
left groups to left towns, and from right towns through right groups to the sink; a last arc leads
back from the sink to the source and carries the number of pairs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, repeat
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citymatch.model import Market, Problem, Quota, Town

type Ints = NDArray[np.int64]

SOURCE, SINK = 0, 1


class _Names(Sequence[tuple[str, str]]):
    """Whose bound each arc is, put together only when asked for: registers have many towns."""

    def __init__(self, *sides: tuple[Sequence[str], Sequence[Town]]) -> None:
        self._runs: list[tuple[str, Sequence[Any]]] = []
        for groups, towns in sides:
            self._runs += [("group", groups), ("town", towns)]
        self._runs.append(("size", ("",)))
        self._ends = list(accumulate(len(run) for _, run in self._runs))

    def __len__(self) -> int:
        return self._ends[-1]

    def __getitem__(self, arc: Any) -> Any:
        if isinstance(arc, slice):
            return [self[k] for k in range(*arc.indices(len(self)))]
        arc = range(len(self))[arc]
        own = bisect_right(self._ends, arc)
        kind, run = self._runs[own]
        found = run[arc - self._ends[own]]
        return kind, found.id if kind == "town" else found

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for kind, run in self._runs:
            yield from zip(repeat(kind), map(attrgetter("id"), run) if kind == "town" else run)


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
    names: Sequence[tuple[str, str]]
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

    @property
    def group_arcs(self) -> dict[str, int]:
        """The arc of each group, by its name."""
        arcs = chain(range(self.left_towns.start), range(self.left_arcs, self.right_towns.start))
        return {self.names[arc][1]: arc for arc in arcs}


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
    limits = [_limits(towns) for towns in (left, right)]
    mins = [quota.min for quota in quotas]
    mins += [int(least.max(initial=0)) for least, _ in limits]
    unlimited = max(len(left) * len(right), *mins) + 1
    bounded = {quota.group: quota for quota in quotas if quota.min or quota.max is not None}
    sides = [_members(towns, bounded) for towns in (left, right)]
    orders = [_outside_in(members, sizes) for members in sides]
    node = {group: 2 + k for k, group in enumerate([*orders[0], *orders[1]])}
    left_node = 2 + len(orders[0]) + len(orders[1])
    right_node = left_node + len(left)

    arcs: list[Ints] = []
    for towns, (least, most), others, root, first, members, own in (
        (left, limits[0], len(right), SOURCE, left_node, sides[0], orders[0]),
        (right, limits[1], len(left), SINK, right_node, sides[1], orders[1]),
    ):
        parents = _parents(members, sizes)
        innermost = np.full(len(towns), root, dtype=np.int64)
        for group in own:
            innermost[list(members[group])] = node[group]
        around = [root if group is None else node[group] for group in map(parents.get, own)]
        highs = [quota.max for quota in map(bounded.__getitem__, own)]
        high = [unlimited if bound is None else min(bound, unlimited) for bound in highs]
        below = np.r_[[node[group] for group in own], first : first + len(towns)]
        above = np.r_[around, innermost]
        ends = [below, above] if root == SINK else [above, below]
        low = np.r_[[bounded[group].min for group in own], least]
        high = np.r_[high, np.where(most <= others, np.minimum(most, unlimited), unlimited)]
        arcs.append(np.stack([*ends, low, high]).astype(np.int64))
    arcs.append(np.array([[SINK], [SOURCE], [0], [unlimited]]))
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
        names=_Names((orders[0], left), (orders[1], right)),
        unlimited=unlimited,
        nested=not any(True for members in sides for _ in _crossings(members)),
    )


def _limits(towns: Sequence[Town]) -> tuple[Ints, Ints]:
    """Return the least and the most partners of each town."""
    least, most = (
        np.fromiter(map(attrgetter(name), towns), np.int64, len(towns)) for name in ("min", "max")
    )
    return least, most


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
    groups_of = list(map(attrgetter("groups"), towns))
    # Towns of the same groups are one kind: registers have few kinds.
    own = {groups: [g for g in groups if g in bounded] for groups in dict.fromkeys(groups_of)}
    if not any(own.values()):
        return {}
    members: dict[str, set[int]] = {}
    for place, groups in enumerate(map(own.__getitem__, groups_of)):
        for group in groups:
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
