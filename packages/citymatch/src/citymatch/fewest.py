"""The match with the fewest blocking pairs within a budget: a MILP, for small rounds only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from citymatch.blocking import blocking_rows, broken_bounds, views_of
from citymatch.eligible import Mask, Table
from citymatch.model import MICRO, InputError, Problem, Town
from citymatch.quotas import Ints

MOST_PAIRS = 1000
"""The most pairs that may be chosen: finding the fewest blocking pairs is NP-hard."""

type Row = tuple[dict[int, int], float, float]
"""A linear constraint: whole coefficients by column, lower and upper bound."""


def fewest_blocking(table: Table, published: Mask, level: int, budget: int) -> Mask:
    """Return the rows of a match with the fewest blocking pairs, locks included.

    It has as many pairs as the published rows, all free ones on ``level`` or above, keeps the
    bounds, and falls short of their score by at most ``budget`` millionths of it. One of them where
    there are several. InputError when more than ``MOST_PAIRS`` pairs may be chosen.
    """
    rows = np.flatnonzero(table.free)
    if len(rows) > MOST_PAIRS:
        message = f"the fewest blocking pairs of {len(rows)} eligible pairs would take too long"
        remedy = f"ask only for markets of at most {MOST_PAIRS}"
        params = {"pairs": len(rows), "most": MOST_PAIRS}
        raise InputError(
            [Problem("market", None, "pairs", message, remedy, "too_many_pairs", params)]
        )
    if not len(rows):
        return published
    score = int(table.score[published].sum())
    least = -(-score * (MICRO - budget) // MICRO)
    program = _Program(table, rows)
    program.bound(int(published.sum()), level, least)
    chosen = table.locked.copy()
    chosen[rows[program.solve()]] = True
    if (
        int(chosen.sum()) != int(published.sum())
        or int(table.score[chosen].sum()) < least
        or (table.floor[chosen & ~table.locked] < level).any()
        or broken_bounds(table, chosen)
    ):
        raise RuntimeError("the mixed-integer program was not solved exactly")
    # Never worse than the match that is there, whatever the tolerances of the program.
    better = len(blocking_rows(table, chosen)) < len(blocking_rows(table, published))
    return chosen if better else published


class _Program:
    """Columns: the free rows, then whether a town has enough partners that it likes as well.

    A row blocks unless one of its towns has its maximum of partners whose view is at least as good
    (those that are locked cannot be given up and count as such; the row itself is one of them).
    """

    def __init__(self, table: Table, rows: Ints) -> None:
        self.table, self.rows = table, rows
        self.column = {int(row): place for place, row in enumerate(rows.tolist())}
        self.constraints: list[Row] = []
        self.columns = len(rows)
        self.high = np.ones(len(rows))
        views = views_of(table)
        satisfied = [
            self._satisfied(table.i, views[0], table.left),
            self._satisfied(table.j, views[1], table.right),
        ]
        self.blocks: list[int] = []
        for place in range(len(rows)):
            column = self._add()
            self.blocks.append(column)
            terms = {column: 1}
            for side in satisfied:
                terms[side[place]] = 1
            self.constraints.append((terms, 1, np.inf))

    def bound(self, size: int, level: int, least: int) -> None:
        """Hold size, level and score, and every bound of the market."""
        table, columns = self.table, range(len(self.rows))
        locked = table.locked
        self.high[: len(self.rows)] = table.floor[self.rows] >= level
        free = size - int(locked.sum())
        self.constraints.append((dict.fromkeys(columns, 1), free, free))
        scores = dict(zip(columns, table.score[self.rows].tolist(), strict=True))
        self.constraints.append((scores, least - int(table.score[locked].sum()), np.inf))
        quotas = {quota.group: (quota.min, quota.max) for quota in table.market.quotas}
        for ends, towns in ((table.i, table.left), (table.j, table.right)):
            limits: dict[str, tuple[int, int | None]] = {t.id: (t.min, t.max) for t in towns}
            limits |= quotas
            for name, places in _members(towns, limits):
                inside = np.isin(ends, places)
                used = int((inside & locked).sum())
                low, high = limits[name]
                terms = {self.column[row]: 1 for row in self.rows[inside[self.rows]].tolist()}
                most = np.inf if high is None else high - used
                self.constraints.append((terms, low - used, most))

    def solve(self) -> Mask:
        """Return which of the rows are chosen."""
        # Only here: rounds that do not ask for it need not wait for this import.
        from scipy.optimize import LinearConstraint, milp
        from scipy.sparse import coo_array

        triples = [
            (number, column, factor)
            for number, (terms, _, _) in enumerate(self.constraints)
            for column, factor in terms.items()
        ]
        numbers, columns, factors = np.array(triples, dtype=np.int64).reshape(-1, 3).T
        shape = len(self.constraints), self.columns
        matrix = coo_array((factors.astype(np.float64), (numbers, columns)), shape=shape)
        cost = np.zeros(self.columns)
        cost[self.blocks] = 1
        answer = milp(
            cost,
            constraints=LinearConstraint(
                matrix.tocsr(),
                [low for _, low, _ in self.constraints],
                [high for _, _, high in self.constraints],
            ),
            integrality=np.ones(self.columns),
            bounds=(np.zeros(self.columns), self.high),
            options={"mip_rel_gap": 0},
        )
        if answer.x is None:
            raise RuntimeError(f"the mixed-integer program ended with {answer.message}")
        return np.asarray(answer.x[: len(self.rows)] > 0.5)

    def _add(self) -> int:
        self.columns += 1
        self.high = np.append(self.high, 1)
        return self.columns - 1

    def _satisfied(self, ends: Ints, view: Ints, towns: Sequence[Town]) -> list[int]:
        """Return for each row the column that may be 1 only when its town would not have it."""
        table, columns = self.table, np.zeros(len(self.rows), dtype=np.int64)
        locked = np.bincount(ends[table.locked], minlength=len(towns))
        for place, town in enumerate(towns):
            own = np.flatnonzero(ends[self.rows] == place)
            room = town.max - int(locked[place])
            own_views = view[self.rows[own]]
            for value in np.unique(own_views).tolist():
                column = self._add()
                columns[own[own_views == value]] = column
                terms = {int(k): -1 for k in own[own_views >= value].tolist()}
                # At most one room-th of the partners: 1 only when all the room is taken by them.
                self.constraints.append((terms | {column: max(0, room)}, -np.inf, 0))
        return columns.tolist()


def _members(
    towns: Sequence[Town], limits: dict[str, tuple[int, int | None]]
) -> Iterator[tuple[str, list[int]]]:
    """Yield each town and each limited group of a side with the places of its towns."""
    members: dict[str, list[int]] = {}
    for place, town in enumerate(towns):
        for name in {town.id, *town.groups} & limits.keys():
            members.setdefault(name, []).append(place)
    yield from sorted(members.items())
