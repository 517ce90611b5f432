"""Why towns with room for more partners did not get them."""

from __future__ import annotations

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
    full = _full_groups(table, chosen)
    found: list[Unmatched] = []
    sides: tuple[tuple[Side, Sequence[Town], Ints], ...] = (
        ("left", table.left, table.i),
        ("right", table.right, table.j),
    )
    for side, towns, ends in sides:
        used = np.bincount(ends[chosen], minlength=len(towns))
        for place, town in enumerate(towns):
            if used[place] < town.max:
                own = np.flatnonzero(ends == place)
                code, params = _reason(table, town, own, chosen, floor, full)
                found.append(Unmatched(town.id, side, int(used[place]), town.max, code, params))
    return tuple(found)


def _reason(
    table: Table, town: Town, own: Ints, chosen: Ints, floor: int | None, full: dict[str, int]
) -> tuple[str, dict[str, Any]]:
    excluded = sum(town.id in (item.left, item.right) for item in table.market.excluded)
    vetoed = sum(town.id in key for key in table.market.vetoed)
    low = int(table.vetoed[own].sum()), int(table.low[own].sum())
    rest = np.setdiff1d(own[table.free[own]], chosen)
    if not len(rest):
        counts = {"listed": len(own), "excluded": excluded, "vetoed": vetoed}
        return "no_eligible_pair", {**counts, "below_absolute_floor": low}
    groups = [group for group in town.groups if group in full]
    if groups:
        return "group_full", {"group": groups[0], "max": full[groups[0]]}
    best = int(table.floor[rest].max())
    if floor is not None and best < floor:
        return "below_floor", {"best": best, "floor": floor}
    return "partners_taken", {"partners": len(rest)}


def _full_groups(table: Table, chosen: Ints) -> dict[str, int]:
    """Return the groups whose maximum is reached, with it."""
    towns = [table.left[i] for i in table.i[chosen]] + [table.right[j] for j in table.j[chosen]]
    count: dict[str, int] = {}
    for town in towns:
        for group in town.groups:
            count[group] = count.get(group, 0) + 1
    return {
        quota.group: quota.max
        for quota in table.market.quotas
        if quota.max is not None and count.get(quota.group, 0) >= quota.max
    }
