"""Whole registers: scored and proven on all pairs, beside the bare pass and a dense baseline."""

from __future__ import annotations

import gc
from collections.abc import Callable
from itertools import cycle

from _engine.inputs import whole_market
from _engine.measure import Report, alternately, median, peak_mb, timed
from citymatch import Market, Suggester, regret, solve, verify
from citymatch.candidates import BEST, HIGHEST, Candidates
from citymatch.pool import Pool
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
) -> Report:
    """Measure a market; its towns are made first and not counted in the times.

    ``asked``: measure also what may be asked of the result.
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
    whole, bare, scoring = alternately(
        RUNS,
        lambda: solved(market),
        lambda: pool.best(BEST, HIGHEST),
        lambda: Pool(market).best(BEST, HIGHEST),
    )
    report.time("scored, solved and proven", whole, wanted_ms)
    report.time("bare scoring pass", bare)
    report.time("bare scoring pass and its preparation", scoring)
    report.at_most(
        "whole solve ÷ bare scoring pass", whole.processor / bare.processor, wanted_ratio
    )
    report.at_most("the same on the clock", whole.clock / bare.clock, wanted_ratio)
    if asked:
        _ask(report, market, found.size)
    return report


def _ask(report: Report, market: Market, size: int | None) -> None:
    result, whole = timed(lambda: solve(market))
    assert result.size == size
    report.time("solve() with checks, digest and reasons", whole)
    chosen = result.pairs[0]
    report.time(
        "regret of one pair: solved again",
        median(RUNS, lambda: regret(market, result, chosen.left, chosen.right)),
    )
    suggester, looked = timed(lambda: Suggester(market.left, market.right))
    report.time("suggestions: looking at the facts, once", looked)
    towns = cycle(town.id for town in market.left)
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
