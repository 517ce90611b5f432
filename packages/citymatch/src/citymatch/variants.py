"""The same market with one thing changed, and what it then comes to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from citymatch.eligible import Table
from citymatch.overlap import run_program
from citymatch.stages import Progress, Solved, can_be_met, run_stages, tell_nobody


def forced(table: Table, row: int) -> Table:
    """Return the market with a pair locked, whatever kept it out."""
    return _marked(table, row, "locked")


def forbidden(table: Table, row: int) -> Table:
    """Return the market with a pair vetoed, even if it was locked."""
    return _marked(table, row, "vetoed")


def without_override(table: Table, row: int) -> Table:
    """Return the market without the lock or veto of a pair."""
    low = bool(table.floor[row] < table.market.policy.absolute_floor)
    return _marked(table, row, "low" if low else "free")


def with_bound(table: Table, kind: str, name: str, *, high: int) -> Table:
    """Return the market with another maximum for a town or a group."""
    arc = table.bounds.names.index((kind, name))
    highs = table.bounds.high.copy()
    highs[arc] = high
    return replace(table, bounds=replace(table.bounds, high=highs))


def with_views(table: Table, row: int, *, score: int, floor: int) -> Table:
    """Return the market with another score and floor of one pair."""
    scores, floors, low = table.score.copy(), table.floor.copy(), table.low.copy()
    scores[row], floors[row] = score, floor
    low[row] = not table.locked[row] and floor < table.market.policy.absolute_floor
    free = ~(table.locked | table.vetoed | low)
    return replace(table, score=scores, floor=floors, low=low, free=free)


def with_absolute_floor(table: Table, level: int) -> Table:
    """Return the market with another absolute floor."""
    low = (table.floor < level) & ~table.locked
    return replace(table, low=low, free=~(table.locked | table.vetoed | low))


def solve_table(table: Table, *, progress: Progress = tell_nobody) -> Solved | None:
    """Run the stages; None when the bounds cannot be met."""
    if not table.bounds.nested:
        return run_program(table, progress=progress)
    return run_stages(table, progress=progress) if can_be_met(table) else None


def figures_of(solved: Solved) -> tuple[int, int | None, int]:
    """Return size, floor of the free pairs and sum of the scores."""
    table, rows = solved.table, solved.chosen
    free = rows[~table.locked[rows]]
    floor = int(table.floor[free].min()) if len(free) else None
    return len(rows), floor, int(table.score[rows].sum())


def _marked(table: Table, row: int, mark: str) -> Table:
    marks = {name: getattr(table, name).copy() for name in ("locked", "vetoed", "low", "free")}
    for name, mask in marks.items():
        mask[row] = np.bool_(name == mark)
    return replace(table, **marks)
