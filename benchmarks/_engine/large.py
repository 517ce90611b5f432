"""Whole registers: scored and proven on all pairs, beside the bare pass and a dense baseline."""

from __future__ import annotations

import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import numpy as np

from _engine.inputs import whole_market
from _engine.measure import Report, alternately, median, peak_mb, timed
from citymatch import Market, Suggester, TownRegrets, regret, solve, verify
from citymatch.candidates import BEST, HIGHEST, Candidates
from citymatch.pool import Pool
from citymatch.pool.blocks import ROWS, THREADS, stretches
from citymatch.stages import Solved

RUNS, MANY = 3, 15


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
    wanted_ratio: float | None = None,
    asked: bool = False,
    wanted_town_ms: float | None = None,
) -> Report:
    """Measure a market; its towns are made first and not counted in the times.

    ``asked``: measure also what may be asked of the result. The bare scoring pass bounds both views
    of every pair; the engine's own pass over the best pairs looks at few of them so closely.
    """
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
    whole, bare, best = alternately(
        RUNS,
        lambda: solved(market),
        lambda: score_all(pool),
        lambda: pool.best(BEST, HIGHEST),
    )
    report.time("scored, solved and proven", whole, wanted_ms)
    report.time("bare scoring pass, both views of all pairs", bare)
    report.time("the engine's pass for the best pairs", best)
    report.at_most(
        "whole solve ÷ bare scoring pass", whole.processor / bare.processor, wanted_ratio
    )
    report.at_most("the same on the clock", whole.clock / bare.clock, wanted_ratio)
    report.at_most("whole solve ÷ pass for the best pairs", whole.processor / best.processor)
    report.at_most("the same pass, on the clock", whole.clock / best.clock)
    if asked:
        _ask(report, market, found.size, wanted_town_ms)
    return report


def score_all(pool: Pool) -> None:
    """Bound both views of every pair in single precision and multiply them: no shortcut, no result.

    In the engine's own blocks and threads.
    """
    bounds = pool._bounds
    every = np.arange(len(pool.rows))

    def fill(part: np.ndarray) -> None:
        features = bounds.features(part)
        one, other, scratch = np.empty((3, ROWS, len(part)), dtype=np.float32)
        for start in range(0, len(every), ROWS):
            rows = every[start : start + ROWS]
            views = one[: len(rows)], other[: len(rows)], scratch[: len(rows)]
            bounds.begin(rows, features, *views)
            for step in range(bounds.steps):
                bounds.deduct(step, rows, part, *views)
            np.multiply(views[0], views[1], out=views[0])

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(fill, stretches(np.arange(len(pool.columns)), len(pool.rows))))


def _ask(report: Report, market: Market, size: int | None, wanted_town_ms: float | None) -> None:
    result, whole = timed(lambda: solve(market))
    assert result.size == size
    report.time("solve() with checks, digest and reasons", whole)
    chosen = result.pairs[0]
    report.time(
        "regret of one pair: solved again",
        median(RUNS, lambda: regret(market, result, chosen.left, chosen.right)),
    )
    towns = cycle(town.id for town in market.left)
    regrets, looked = timed(lambda: TownRegrets(market, result))
    report.time("regrets of single towns: looking at the pairs, once", looked)
    report.time(
        "20 least regrets of one town of the left",
        median(MANY, lambda: regrets.of(next(towns))),
        wanted_town_ms,
    )
    others = cycle(town.id for town in market.right)
    report.time(
        "20 least regrets of one town of the right",
        median(RUNS, lambda: regrets.of(next(others))),
    )
    suggester, looked = timed(lambda: Suggester(market.left, market.right))
    report.time("suggestions: looking at the facts, once", looked)
    report.time("20 suggestions for one town", median(MANY, lambda: suggester.of(next(towns))), 100)


def proof(left: int, right: int) -> Report:
    """Measure the independent check of a whole market, beside the solve."""
    report, market = Report(), whole_market(left, right)
    result, whole = timed(lambda: solve(market))
    verdict, took = timed(lambda: verify(market, result))
    assert verdict.ok
    report.time("solve() with checks, digest and reasons", whole)
    report.time("verify(), all pairs", took)
    report.peak("both, with their towns", peak_mb())
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
