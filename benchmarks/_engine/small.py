"""Programmes of 30 × 25 and 300 × 300: the stages, what a page shows besides, and the peers."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from _engine.inputs import dense_market, scored_market
from _engine.measure import Report, Times, median, timed
from _engine.peers import (
    assignment,
    matrix,
    pairs_by_matching,
    pairs_by_reference,
    preferences,
    score_by_cp_sat,
    score_by_milp,
    score_by_networkx,
)
from citymatch import (
    Market,
    Policy,
    Result,
    dumps,
    market_after,
    market_to_json,
    next_best,
    regrets,
    robust,
    solve,
    verify,
)
from citymatch.eligible import build_table
from citymatch.search import Search
from citymatch.stages import open_network, run_stages

RUNS = 5
SHAKEN = 500
SLOW = 3

COMMAND = """
import sys
from pathlib import Path
from citymatch.__main__ import main
assert main(sys.argv[1:]) == 0
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""
"""The command line in a process of its own, which then tells what memory it used. Linux only."""


def measure(left: int, right: int) -> Report:
    """Measure one size; ``wanted`` figures are those of the engine's design."""
    is_large = left > 100
    report, market = Report(), dense_market(left, right)
    table, result = build_table(market), solve(market)
    assert verify(market, result).ok
    report.facts |= {"pairs": len(market.pairs), "size": result.size, "score": result.score}

    wanted = 60 if is_large else 5
    report.time("stages 1 to 4 + prices", median(RUNS, lambda: run_stages(table)), wanted)
    alike = build_table(dense_market(left, right, kinds=12))
    report.time("the same, 12 kinds of towns", median(RUNS, lambda: run_stages(alike)))
    for keep, after in answered(market, result).items():
        later = build_table(after)
        name = f"re-match, kept {keep}"
        report.time(name, median(RUNS, partial(run_stages, later)), 60 if is_large else None)
    found = median(RUNS, lambda: regrets(market, result))
    report.time("regrets of all pairs", found, 500 if is_large else None)
    report.time("one town's alternatives", median(RUNS, lambda: next_best(market, result, "u000")))
    _shake(report, left, right)
    report.time("solve() with checks and digest", median(RUNS, lambda: solve(market)))
    report.time("verify()", median(RUNS, lambda: verify(market, result)))
    report.peak("solve, file to file", _file_to_file(market), 130 if is_large else 110)
    _score_alone(report, market, result)
    _bare(report, market, left, right)
    _stable(report, market)
    return report


def cp_sat(left: int, right: int) -> Report:
    """Solve the stage score with CP-SAT; alone, for it and others bring libraries that clash."""
    report, market = Report(), dense_market(left, right)
    result = solve(market)
    assert result.size is not None
    assert result.floor is not None
    (low, high), took = timed(partial(score_by_cp_sat, market, result.floor, result.size))
    is_proven = low == high
    assert low <= (result.score or 0) <= high
    report.time("stage score by CP-SAT" + ("" if is_proven else ", stopped"), took)
    report.facts |= {"CP-SAT found": low, "CP-SAT bound": high, "score": result.score}
    return report


def answered(market: Market, result: Result) -> dict[str, Market]:
    """Return the market after 30 % yes and 10 % no to a result, for both ways to keep the rest."""
    keys = [pair.key for pair in result.pairs]
    random.Random(1).shuffle(keys)
    yes, no = 3 * len(keys) // 10, len(keys) // 10
    answers = {"accepted": keys[:yes], "declined": keys[yes : yes + no]}
    return {
        keep: market_after(market, result, **answers, keep=keep)
        for keep in ("before-floor", "after-floor")
    }


def _shake(report: Report, left: int, right: int) -> None:
    """Robustness needs parts, so its market is scored from towns; regrets of the same one."""
    market = scored_market(left, right)
    result, is_large = solve(market), left > 100
    runs = 1 if is_large else RUNS
    shaken = median(runs, lambda: robust(market, result, runs=SHAKEN))
    report.time(f"robust, {SHAKEN} runs", shaken, 10_000 if is_large else None)
    if not is_large:
        found = median(RUNS, lambda: regrets(market, result))
        both = Times(found.clock + shaken.clock, found.processor + shaken.processor)
        report.time(f"regrets + {SHAKEN} runs together", both, 300)


def _file_to_file(market: Market) -> float:
    """Return the peak megabytes of ``solve`` from file to file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "market.json"
        path.write_text(dumps(market_to_json(market)))
        command = [sys.executable, "-c", COMMAND, "solve", str(path), "-o", f"{folder}/result.json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


def _score_alone(report: Report, market: Market, result: Result) -> None:
    """The stage score at the published size and floor, against a general solver."""
    table = build_table(market)
    assert result.size is not None
    assert result.floor is not None
    search = Search(table)
    network = open_network(table).sized(result.size, result.size)
    rows = np.flatnonzero(table.free & (table.floor >= result.floor))
    sure = np.isin(rows, run_stages(table).chosen)
    used, _, _ = search.best(network, rows, -table.score[rows], sure)
    assert table.score[rows[used]].sum() == result.score
    alone = median(RUNS, lambda: search.best(network, rows, -table.score[rows], sure))
    assert score_by_milp(market, result.floor, result.size) == result.score
    general = median(SLOW, partial(score_by_milp, market, result.floor, result.size))
    report.time("stage score alone", alone)
    report.time("stage score by scipy milp (HiGHS)", general)
    is_large = len(market.left) > 100
    report.at_least(
        "scipy milp ÷ stage score", general.processor / alone.processor, 30 if is_large else None
    )


def _bare(report: Report, market: Market, left: int, right: int) -> None:
    """Size and score without quotas and floor: what plain assignment and flows can hold."""
    bare = replace(market, quotas=(), policy=Policy(stages=("size", "score")))
    table, best = build_table(bare), solve(bare)
    scores = matrix(bare.pairs, left, right)
    assert assignment(scores) == best.score
    ours = median(RUNS, lambda: run_stages(table))
    theirs = median(RUNS, lambda: assignment(scores))
    report.time("bare: this engine (with prices and tie key)", ours)
    report.time("bare: scipy linear_sum_assignment", theirs)
    report.at_least("bare: scipy assignment ÷ this engine", theirs.processor / ours.processor)
    assert best.size is not None
    total, slow = timed(partial(score_by_networkx, bare, best.size))
    assert total == best.score
    report.time("bare: networkx network_simplex", slow)
    report.at_least("bare: networkx ÷ this engine", slow.processor / ours.processor)


def _stable(report: Report, market: Market) -> None:
    """Deferred acceptance, the reference: the same pairs from the package ``matching``."""
    table = build_table(market)
    orders = preferences(table)
    theirs, slow = timed(partial(pairs_by_matching, orders))
    assert theirs == pairs_by_reference(table)
    own = median(RUNS, lambda: pairs_by_reference(table))
    report.time("deferred acceptance: this engine", own)
    report.time("deferred acceptance: PyPI matching", slow)
    report.at_least("matching ÷ our deferred acceptance", slow.processor / own.processor)
