"""Whole registers: scored and proven on all pairs, beside the bare pass and a dense baseline."""

from __future__ import annotations

import gc
from collections.abc import Callable

import numpy as np

from _engine.dense import assign, matrix_of
from _engine.inputs import whole_market
from _engine.measure import Report, Times, alternately, peak_mb, timed
from citymatch import Market, solve, verify
from citymatch.candidates import BEST, HIGHEST, Candidates
from citymatch.pool import Pool
from citymatch.stages import Solved

RUNS = 3


def solved(market: Market) -> Solved:
    """Score, solve and prove a whole market."""
    found = Candidates(market).solve()
    assert found is not None
    return found


def measure(
    make: Callable[[], Market],
    *,
    wanted_ms: float | None,
    wanted_mb: float | None,
    verified: bool = False,
) -> Report:
    """Measure a market; its towns are made first and not counted in the times."""
    report, market = Report(), make()
    gc.collect()
    before = peak_mb()
    found = solved(market)
    report.peak("one solve, with its towns", peak_mb(), wanted_mb)
    report.peak("before the solve: imports and towns", before)
    report.facts |= {
        "left": len(market.left),
        "right": len(market.right),
        "size": found.size,
        "floor": found.floor,
        "score": int(found.table.score[found.chosen].sum()),
        "pairs looked at": len(found.table.pairs),
    }
    pool = Pool(market)
    whole, bare, scoring = alternately(
        RUNS,
        lambda: solved(market),
        lambda: pool.best(BEST, HIGHEST),
        lambda: Pool(market).best(BEST, HIGHEST),
    )
    report.time("scored, solved and proven", whole, wanted_ms)
    report.time("bare scoring pass", bare)
    report.time("bare scoring pass and its preparation", scoring)
    report.at_most("whole solve ÷ bare scoring pass", whole.processor / bare.processor, 2)
    report.at_most("the same on the clock", whole.clock / bare.clock, 2)
    if verified:
        result = solve(market)
        assert result.size == found.size
        verdict, took = timed(lambda: verify(market, result))
        assert verdict.ok
        report.time("verify(), all pairs", took)
    return report


def engine_bare(left: int, right: int) -> Report:
    """Measure size and score without quotas and floor: the problem of the dense baseline."""
    report, market = Report(), whole_market(left, right, bare=True)
    before = peak_mb()
    first = solved(market)
    report.peak("one solve, with its towns", peak_mb())
    report.peak("before the solve: imports and towns", before)
    report.facts |= {"score": int(first.table.score[first.chosen].sum()), "size": first.size}
    (whole,) = alternately(RUNS, lambda: solved(market))
    report.time("scored, solved and proven", whole)
    return report


def dense(left: int, right: int) -> Report:
    """Measure the dense baseline; its pairs are scored again by the engine, in integers."""
    report, market = Report(), whole_market(left, right, bare=True)
    before = peak_mb()
    fills, assigns = [], []
    for _ in range(RUNS):
        values, fill = timed(lambda: matrix_of(market))
        (i, j), took = timed(lambda values=values: assign(values))  # type: ignore[misc]
        fills.append(fill)
        assigns.append(took)
        total = int(-values[i, j].sum())
        del values
    report.peak("matrix and assignment, with the towns", peak_mb())
    report.peak("before: imports and towns", before)
    both = sorted(
        (
            Times(a.clock + b.clock, a.processor + b.processor)
            for a, b in zip(fills, assigns, strict=True)
        ),
        key=lambda one: one.processor,
    )[RUNS // 2]
    report.time("dense: matrix and assignment", both)
    report.time("dense: matrix alone", sorted(fills, key=lambda one: one.processor)[RUNS // 2])
    report.time(
        "dense: assignment alone", sorted(assigns, key=lambda one: one.processor)[RUNS // 2]
    )
    by_id = [np.argsort([town.id for town in side]) for side in (market.left, market.right)]
    assert all((order == np.arange(len(order))).all() for order in by_id)
    again = Pool(market).score(i, j)
    assert int(again.score.sum()) == total
    report.facts |= {"score": total, "size": len(i)}
    return report
