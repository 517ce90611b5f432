"""Solves markets by HiGHS alone: reads them as lines of JSON, and knows nothing of this package.

A process of its own, since HiGHS and OR-Tools cannot be loaded together. It writes a list to the
file that it is given: for each market ``[size, floor, score]`` in millionths, or null when the
bounds cannot be met.
"""

import json
import sys
from decimal import Decimal
from math import isqrt
from pathlib import Path
from typing import Any

import highspy

type Row = tuple[dict[int, float], float, float]


class Program:
    """Zero or one for each pair, under bounds on towns and groups."""

    def __init__(self, market: dict[str, Any]) -> None:
        towns = {town["id"]: town for side in ("left", "right") for town in market[side]}
        locked = {tuple(key) for key in market["locked"]}
        vetoed = {tuple(key) for key in market["vetoed"]}
        lowest = micro(market["policy"]["absolute_floor"])
        self.floors: list[int] = []
        self.scores: list[int] = []
        self.fixed: list[bool] = []
        members: dict[str, dict[int, float]] = {}
        for pair in market["pairs"]:
            key = (pair["left"], pair["right"])
            one, other = micro(pair["left_view"]), micro(pair["right_view"])
            if key in vetoed or (key not in locked and min(one, other) < lowest):
                continue
            for town in key:
                for name in {town, *towns[town]["groups"]}:
                    members.setdefault(name, {})[len(self.floors)] = 1.0
            self.floors.append(min(one, other))
            self.scores.append((isqrt(4 * one * other) + 1) // 2)
            self.fixed.append(key in locked)
        self.rows: list[Row] = [
            (members.get(town, {}), facts["min"], facts["max"]) for town, facts in towns.items()
        ]
        for quota in market["quotas"]:
            most = highspy.kHighsInf if quota["max"] is None else quota["max"]
            self.rows.append((members.get(quota["group"], {}), quota["min"], most))

    def best(self, value: list[int], *, floor: int, size: int | None) -> list[int] | None:
        """Return the pairs of the highest sum of values, or None when there is no match."""
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", 0.5)
        solver.setOptionValue("threads", 1)
        for worth, own, fixed in zip(value, self.floors, self.fixed, strict=True):
            allowed = fixed or own >= floor
            solver.addCol(-float(worth), float(fixed), float(allowed), 0, [], [])
        for column in range(len(value)):
            solver.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        rows = self.rows
        if size is not None:
            rows = [*rows, (dict.fromkeys(range(len(value)), 1.0), size, size)]
        for members, low, high in rows:
            solver.addRow(
                float(low), float(high), len(members), list(members), list(members.values())
            )
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if not value:
            return [] if all(low <= 0 for _, low, _ in rows) else None
        assert status == highspy.HighsModelStatus.kOptimal, status
        return [k for k, taken in enumerate(solver.getSolution().col_value) if taken > 0.5]

    def solve(self) -> list[int | None] | None:
        """Return size, floor and score, each stage fixing the one before."""
        ones = [1] * len(self.floors)
        match = self.best(ones, floor=0, size=None)
        if match is None:
            return None
        size = len(match)
        floor = None
        if size > sum(self.fixed):
            free = {own for own, fixed in zip(self.floors, self.fixed, strict=True) if not fixed}
            levels = sorted(free)
            low, high = 0, len(levels) - 1
            while low < high:
                middle = (low + high + 1) // 2
                if self.best(ones, floor=levels[middle], size=size) is None:
                    high = middle - 1
                else:
                    low = middle
            floor = levels[low]
        above = max(self.floors, default=0) + 1 if floor is None else floor
        chosen = self.best(self.scores, floor=above, size=size)
        assert chosen is not None
        return [size, floor, sum(self.scores[k] for k in chosen)]


def micro(value: float) -> int:
    return int((Decimal(repr(value)) * 1_000_000).to_integral_value())


if __name__ == "__main__":
    found = [Program(json.loads(line)).solve() for line in sys.stdin]
    Path(sys.argv[1]).write_text(json.dumps(found))
