"""Why towns with room for more partners did not get them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from citymatch.eligible import Table
from citymatch.model import Side, Town, Unmatched
from citymatch.quotas import Ints


def find_unmatched(table: Table, chosen: Ints, floor: int | None) -> tuple[Unmatched, ...]:
    """Return the towns with fewer partners than their maximum, each with a reason.

    ``chosen`` are the rows of the match, ``floor`` the level that its free pairs had to reach.
    """
    reasons = _Reasons(table, chosen, floor)
    found: list[Unmatched] = []
    sides: tuple[tuple[Side, Sequence[Town], Ints], ...] = (
        ("left", table.left, table.i),
        ("right", table.right, table.j),
    )
    for side, towns, ends in sides:
        used = np.bincount(ends[chosen], minlength=len(towns))
        order = np.argsort(ends, kind="stable")
        first = np.searchsorted(ends[order], np.arange(len(towns) + 1))
        for place, town in enumerate(towns):
            if used[place] < town.max:
                code, params = reasons.of(town, order[first[place] : first[place + 1]])
                found.append(Unmatched(town.id, side, int(used[place]), town.max, code, params))
    return tuple(found)


class _Reasons:
    def __init__(self, table: Table, chosen: Ints, floor: int | None) -> None:
        self.table, self.floor = table, floor
        self.open = table.free.copy()
        self.open[chosen] = False
        self.excluded = Counter(
            end for item in table.market.excluded for end in (item.left, item.right)
        )
        self.vetoed = Counter(end for key in table.market.vetoed for end in key)
        towns = [table.left[i] for i in table.i[chosen]] + [table.right[j] for j in table.j[chosen]]
        count = Counter(group for town in towns for group in town.groups)
        self.full = {
            quota.group: quota.max
            for quota in table.market.quotas
            if quota.max is not None and count[quota.group] >= quota.max
        }

    def of(self, town: Town, own: Ints) -> tuple[str, dict[str, Any]]:
        """Return the first reason that applies to a town with these rows."""
        table, rest = self.table, own[self.open[own]]
        if not len(rest):
            return "no_eligible_pair", {
                "listed": len(own),
                "excluded": self.excluded[town.id],
                "vetoed": self.vetoed[town.id],
                "below_absolute_floor": int(table.low[own].sum()),
            }
        for group in town.groups:
            if group in self.full:
                return "group_full", {"group": group, "max": self.full[group]}
        best = int(table.floor[rest].max())
        if self.floor is not None and best < self.floor:
            return "below_floor", {"best": best, "floor": self.floor}
        return "partners_taken", {"partners": len(rest)}
