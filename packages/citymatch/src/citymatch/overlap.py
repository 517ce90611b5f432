"""Markets whose groups cross: the same stages, by whole-number programs instead of flows.

No prices prove such a match: ``verify`` can check that it is one, not that none is better.
"""

from __future__ import annotations

import numpy as np

from citymatch.eligible import Mask, Table
from citymatch.program import Rows, choose
from citymatch.quotas import Ints
from citymatch.stages import Progress, Solved, open_network, tell_nobody, tie_numbers


def rows_of_bounds(table: Table) -> Rows:
    """Return every bound of a market as a bound on a sum of pairs; the last is on all of them."""
    place = {name: arc for arc, name in enumerate(table.bounds.names)}
    own = [
        [
            place[name]
            for name in (("town", town.id), *(("group", group) for group in town.groups))
            if name in place
        ]
        for town in (*table.left, *table.right)
    ]
    last = len(table.bounds.names) - 1
    rows, columns = [], []
    for column, (i, j) in enumerate(zip(table.i.tolist(), table.j.tolist(), strict=True)):
        arcs = [*own[i], *own[len(table.left) + j], last]
        rows += arcs
        columns += [column] * len(arcs)
    return Rows(
        np.array(rows, dtype=np.int64),
        np.array(columns, dtype=np.int64),
        len(table.pairs),
        table.bounds.low,
        table.bounds.high,
    )


def run_program(table: Table, *, progress: Progress = tell_nobody) -> Solved | None:
    """Run the stages of the policy on a market whose groups may cross; None without any match."""
    return _Course(table).run(progress)


def worth_of_room(table: Table, row: int, level: int, size: int | None, score: int) -> int | None:
    """Return what a match with this score of its free pairs loses to make room for a free pair.

    At the same size and level, without the pair's own score; None when there is no way.
    """
    course = _Course(table)
    course.fix_size(size)
    room = np.arange(len(table.pairs)) == row
    course.rows = course.rows.given(room)
    allowed = table.free & (table.floor >= level) & ~room
    used = course.best(table.score, allowed)
    return None if used is None else score - int(table.score[used].sum())


class _Course:
    """The bounds that are left to the free pairs of one table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.locked = int(table.locked.sum())
        self.rows = rows_of_bounds(table).given(table.locked)

    def fix_size(self, size: int | None) -> None:
        if size is not None:
            self.between(size, size)

    def between(self, low: int, high: int) -> None:
        """Bound the number of pairs, locked ones included."""
        lows, highs = self.rows.low.copy(), self.rows.high.copy()
        lows[-1], highs[-1] = low - self.locked, high - self.locked
        self.rows = self.rows.bounded(lows, highs)

    def best(
        self, value: Ints, allowed: Mask, *, least: tuple[Ints, int] | None = None
    ) -> Mask | None:
        """Return the best choice of allowed pairs, or None."""
        columns = np.flatnonzero(allowed)
        more = None if least is None else (least[0][columns], least[1])
        chosen = choose(value[columns], self.rows.among(columns), least=more)
        if chosen is None:
            return None
        used = np.zeros(len(allowed), dtype=np.bool_)
        used[columns[chosen]] = True
        return used

    def run(self, progress: Progress) -> Solved | None:
        table, stages = self.table, self.table.market.policy.stages
        nothing = np.zeros(len(table.pairs), dtype=np.int64)
        size = floor = None
        progress("size", 0.0)
        some = self.best(nothing + ("size" in stages), table.free)
        if some is None:
            return None
        if "size" in stages:
            size = self.locked + int(some.sum())
            self.between(size, size)
        allowed = table.free
        if "floor" in stages:
            floor = self._highest(None if size is None else some, progress)
            if floor is not None:
                allowed = allowed & (table.floor >= floor)
        progress("score", 0.5)
        least = None
        if "score" in stages:
            some = self._sure(self.best(table.score, allowed))
            least = table.score, int(table.score[some].sum())
        progress("tie_key", 0.75)
        columns = np.flatnonzero(allowed)
        ties = nothing.copy()
        ties[columns] = tie_numbers(table, columns)
        used = self._sure(self.best(-ties, allowed, least=least))
        progress("done", 1.0)
        network = open_network(table)
        return Solved(
            table=table,
            network=network if size is None else network.sized(size, size),
            size=size,
            floor=floor,
            rows=columns,
            used=used[columns],
            carried=rows_of_bounds(table).sums(used | table.locked),
            size_prices=None,
            floor_prices=None,
            score_prices=None,
        )

    def _highest(self, known: Mask | None, progress: Progress) -> int | None:
        """Return the highest floor, by halving; ``known`` is a match of the fixed size."""
        table = self.table
        nothing = np.zeros(len(table.pairs), dtype=np.int64)
        if known is None:
            # Without the stage "size" the floor speaks of any match that has a free pair at all.
            open_rows = self.rows
            self.between(self.locked + 1, table.bounds.unlimited)
            known = self.best(nothing, table.free)
            if known is None:
                self.rows = open_rows
                return None
        if not known.any():
            return None
        levels = np.unique(table.floor[table.free])
        low, high = int(np.searchsorted(levels, table.floor[known].min())), len(levels) - 1
        first = max(1, high - low)
        while low < high:
            progress("floor", 0.25 + 0.25 * (1 - (high - low) / first))
            middle = (low + high + 1) // 2
            found = self.best(nothing, table.free & (table.floor >= levels[middle]))
            if found is None:
                high = middle - 1
            else:
                low = int(np.searchsorted(levels, table.floor[found].min()))
        return int(levels[low])

    def _sure(self, used: Mask | None) -> Mask:
        if used is None:
            raise RuntimeError("a match was lost between two stages")
        return used
