"""Which pairs block a match, and which bounds would not let them form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from citymatch.answers import Blocking
from citymatch.eligible import Mask, Table
from citymatch.model import MICRO, Bound, Town
from citymatch.quotas import Ints

type Name = tuple[str, str]
type Limits = dict[Name, tuple[int, int | None]]


def blocking_rows(table: Table, chosen: Mask) -> Ints:
    """Return the rows that block a match of some rows (``stability`` says what that means)."""
    left_view, right_view = views_of(table)
    blocks = table.free & ~chosen
    for ends, view, towns in (
        (table.i, left_view, table.left),
        (table.j, right_view, table.right),
    ):
        most = np.array([town.max for town in towns], dtype=np.int64)
        full = np.bincount(ends[chosen], minlength=len(towns)) >= most
        # What a partner must exceed: nothing where there is room, everything where none can go.
        worst = np.where(full, MICRO, -1)
        given = chosen & ~table.locked
        np.minimum.at(worst, ends[given & full[ends]], view[given & full[ends]])
        blocks &= view > worst[ends]
    return np.flatnonzero(blocks)


def find_blocking(table: Table, chosen: Mask) -> Iterator[Blocking]:
    """Yield the blocking pairs of a match, each with the bounds that would not let it form."""
    left_view, right_view = views_of(table)
    count, limits, rows = _count(table, chosen), _limits(table), np.flatnonzero(chosen)
    for row in blocking_rows(table, chosen).tolist():
        i, j = table.i[row], table.j[row]
        given_up = product(
            _could_go(table, rows[table.i[rows] == i], left_view, table.left[i]),
            _could_go(table, rows[table.j[rows] == j], right_view, table.right[j]),
        )
        broken = [_broken(table, count, limits, row, gone) for gone in given_up]
        least = () if () in broken else broken[0]
        yield Blocking(*table.key(row), int(left_view[row]), int(right_view[row]), least)


def broken_bounds(table: Table, chosen: Mask) -> tuple[Bound, ...]:
    """Return the minima and maxima that a match breaks."""
    return _outside(_count(table, chosen), _limits(table))


def views_of(table: Table) -> tuple[Ints, Ints]:
    """Return the views of the left and of the right towns, per row."""
    views = np.array([(pair.left_view, pair.right_view) for pair in table.pairs], dtype=np.int64)
    left, right = views.reshape(-1, 2).T
    return left, right


def _could_go(table: Table, own: Ints, view: Ints, town: Town) -> list[int | None]:
    """Return the rows, equally bad, that a town with these rows would give up; None for room."""
    if len(own) < town.max:
        return [None]
    rows = own[~table.locked[own]]
    return [*rows[view[rows] == view[rows].min()].tolist()]


def _limits(table: Table) -> Limits:
    """Return minimum and maximum of every town and every group with a quota."""
    towns = (*table.left, *table.right)
    limits: Limits = {("town", town.id): (town.min, town.max) for town in towns}
    return limits | {("group", q.group): (q.min, q.max) for q in table.market.quotas}


def _names(table: Table, row: int) -> list[Name]:
    towns = table.left[table.i[row]], table.right[table.j[row]]
    return [
        name
        for town in towns
        for name in (("town", town.id), *(("group", group) for group in town.groups))
    ]


def _count(table: Table, chosen: Mask) -> Counter[Name]:
    return Counter(name for row in np.flatnonzero(chosen).tolist() for name in _names(table, row))


def _outside(count: Counter[Name], limits: Limits) -> tuple[Bound, ...]:
    """Return the limits that these numbers of pairs break."""
    broken = []
    for (kind, name), (low, high) in sorted(limits.items()):
        if count[kind, name] < low:
            broken.append(Bound(f"{kind}_min", name, low))
        elif high is not None and count[kind, name] > high:
            broken.append(Bound(f"{kind}_max", name, high))
    return tuple(broken)


def _broken(
    table: Table, count: Counter[Name], limits: Limits, row: int, gone: Sequence[int | None]
) -> tuple[Bound, ...]:
    """Return the limits that a pair would break by forming while others are given up."""
    change = Counter(_names(table, row))
    for other in gone:
        if other is not None:
            change.subtract(_names(table, other))
    own = {name: limits[name] for name in change if name in limits}
    return _outside(Counter({name: count[name] + change[name] for name in own}), own)
