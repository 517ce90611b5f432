"""The bounded groups of an open market's columns."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter

import numpy as np

from citymatch.model import Market
from citymatch.pool import Pool
from citymatch.quotas import Ints

GROUPS = attrgetter("groups")

SPARE = 3
"""A group that must have pairs is given more if fewer than so many times its minimum take part."""


class _Last(str):
    """Text in the opposite order."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)


class Groups:
    """The bounded groups of the columns: their sizes, and each column's innermost one."""

    def __init__(self, market: Market, pool: Pool) -> None:
        bounded = {q.group: q for q in market.quotas if q.min or q.max is not None}
        # Towns of the same groups are one kind: registers have few kinds.
        alike = [Counter(map(GROUPS, towns)) for towns in (pool.rows, pool.columns)]
        self.sizes: dict[str, int] = {}
        for groups, towns in (pair for kinds in alike for pair in kinds.items()):
            for group in groups:
                if group in bounded:
                    self.sizes[group] = self.sizes.get(group, 0) + towns
        self.names: list[str] = []
        place: dict[str, int] = {}
        inners: list[int] = []
        for groups in alike[1]:
            own = [group for group in groups if group in bounded]
            # The smallest group is the innermost; of equal ones the last by name.
            inner = min(own, key=lambda g: (self.sizes[g], _Last(g)), default=None)
            if inner is not None and inner not in place:
                place[inner] = len(self.names)
                self.names.append(inner)
            inners.append(-1 if inner is None else place[inner])
        number = {groups: k for k, groups in enumerate(alike[1])}
        numbers = map(number.__getitem__, map(GROUPS, pool.columns))
        kind = np.fromiter(numbers, np.int64, len(pool.columns))
        innermost = np.array(inners, dtype=np.int64)[kind]
        members = {
            group: np.flatnonzero(np.isin(kind, [number[own] for own in number if group in own]))
            for group, quota in bounded.items()
            if quota.min and any(group in own for own in number)
        }
        self.innermost = innermost
        self._members = members
        self._least = {group: quota.min for group, quota in bounded.items()}
        least = np.fromiter(map(attrgetter("min"), pool.columns), np.int64, len(pool.columns))
        self._needy = np.flatnonzero(least).tolist()

    def needy(self, found: Ints) -> list[Ints]:
        """Return sets of columns of which more must take part than are found already.

        Those of groups that must have pairs, and of towns that must have partners.
        """
        is_found = np.zeros(len(self.innermost), dtype=np.bool_)
        is_found[found] = True
        sets = [
            places
            for group, places in self._members.items()
            if is_found[places].sum() < SPARE * self._least[group]
        ]
        alone = [np.array([k], dtype=np.int64) for k in self._needy if not is_found[k]]
        return sets + alone

    def kept(self) -> Ints:
        """Return columns that take part even without a pair: their minima must be seen."""
        first = [int(places[0]) for places in self._members.values()]
        return np.array(sorted({*first, *self._needy}), dtype=np.int64)
