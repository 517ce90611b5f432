"""How fast the matching engine is, against the figures of its design and against other solvers.

    python3 dev.py bench engine

Times are processor time (the engine uses one core), medians of five; machines drift, so the ratios
within one run count. Equal results are asserted wherever two methods solve the same problem.
"""

import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from scipy.optimize import LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import coo_array

from citymatch import (
    Market,
    Pair,
    Policy,
    Quota,
    Result,
    Town,
    dumps,
    market_after,
    market_to_json,
    regrets,
    solve,
    verify,
)
from citymatch.eligible import build_table
from citymatch.search import Search
from citymatch.stages import open_network, run_stages

RUNS = 5


def dense_market(left: int, right: int, *, seed: int = 1, kinds: int | None = None) -> Market:
    """Return a market of all pairs; towns compete, or with ``kinds`` many are quite alike."""
    rng = np.random.default_rng(seed)
    shape = (left, right) if kinds is None else (kinds, kinds)
    charm = rng.random((shape[0], 1)) + rng.random((1, shape[1]))
    views = [np.rint((rng.random(shape) + charm) / 3 * 1e6).astype(int) for _ in range(2)]
    ones = tuple(Town(f"u{k:03}", groups=(f"region:{k % 8}",)) for k in range(left))
    others = tuple(
        Town(f"e{k:03}", groups=(f"association:{k % 10}", f"country:{k % 10 // 2}"))
        for k in range(right)
    )
    pairs = tuple(
        Pair(u.id, e.id, *(int(view[i % shape[0], j % shape[1]]) for view in views))
        for i, u in enumerate(ones)
        for j, e in enumerate(others)
    )
    quotas = (
        *(Quota(f"region:{k}", 1, left // 8 + 1) for k in range(8)),
        *(Quota(f"association:{k}", 1, max(2, right // 9)) for k in range(10)),
        *(Quota(f"country:{k}", 0, max(3, right // 5)) for k in range(5)),
    )
    return Market(ones, others, pairs, quotas)


def median(run: Callable[[], object]) -> float:
    """Return the median processor time in milliseconds."""
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return statistics.median(times) * 1000


def score_by_milp(market: Market, floor: int, size: int) -> int:
    """Solve the stage score with HiGHS, as a general solver would be given it."""
    pairs = [pair for pair in market.pairs if pair.floor >= floor]
    bounds = {town.id: (town.min, town.max) for town in (*market.left, *market.right)}
    bounds |= {q.group: (q.min, np.inf if q.max is None else q.max) for q in market.quotas}
    bounds["size"] = size, size
    place = {name: k for k, name in enumerate(bounds)}
    groups = {town.id: (town.id, *town.groups) for town in (*market.left, *market.right)}
    rows, columns = [], []
    for column, pair in enumerate(pairs):
        for name in (*groups[pair.left], *groups[pair.right], "size"):
            if name in place:
                rows.append(place[name])
                columns.append(column)
    matrix = coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(bounds), len(pairs)))
    low, high = np.array(list(bounds.values()), dtype=float).T
    answer = milp(
        -np.array([pair.score for pair in pairs], dtype=float),
        constraints=LinearConstraint(matrix.tocsr(), low, high),
        integrality=np.ones(len(pairs)),
        bounds=(0, 1),
        options={"mip_rel_gap": 0},
    )
    return round(-answer.fun)


COMMAND = """
import sys, time
from pathlib import Path
from citymatch.__main__ import main
assert main(sys.argv[1:]) == 0
peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
print(time.process_time() * 1000, int(peak) / 1024)
"""
"""The command line in a process of its own, which then tells what it used. Linux only."""


def in_process(market: Market) -> tuple[float, float]:
    """Return processor milliseconds and peak megabytes of ``solve`` from file to file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "market.json"
        path.write_text(dumps(market_to_json(market)))
        command = [sys.executable, "-c", COMMAND, "solve", str(path), "-o", f"{folder}/result.json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    milliseconds, megabytes = map(float, done.stdout.split())
    return milliseconds, megabytes


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


def measure(left: int, right: int) -> dict[str, object]:
    """Measure one size; the names are those of the printed table."""
    market = dense_market(left, right)
    table = build_table(market)
    result = solve(market)
    assert verify(market, result).ok
    assert result.size is not None
    assert result.floor is not None
    row: dict[str, object] = {"size": f"{left} × {right}"}
    row["stages 1 to 4 + prices, ms"] = median(lambda: run_stages(table))
    for keep, after in answered(market, result).items():
        later = build_table(after)
        row[f"re-match, kept {keep}, ms"] = median(partial(run_stages, later))
    alike = build_table(dense_market(left, right, kinds=12))
    row["same, 12 kinds of towns, ms"] = median(lambda: run_stages(alike))
    row["regrets of all pairs, ms"] = median(lambda: regrets(market, result))
    row["solve() with checks and digest, ms"] = median(lambda: solve(market))
    row["verify(), ms"] = median(lambda: verify(market, result))
    row["solve, file to file, ms"], row["same, peak MB"] = in_process(market)

    search = Search(table)
    network = open_network(table).sized(result.size, result.size)
    rows = np.flatnonzero(table.free & (table.floor >= result.floor))
    sure = np.isin(rows, run_stages(table).chosen)
    row["stage score alone, ms"] = alone = median(
        lambda: search.best(network, rows, -table.score[rows], sure)
    )
    start = time.process_time()
    assert score_by_milp(market, result.floor, result.size) == result.score
    row["HiGHS on stage score, ms"] = highs = (time.process_time() - start) * 1000
    row["HiGHS ÷ stage score alone"] = highs / alone

    bare = replace(market, quotas=(), policy=Policy(stages=("size", "score")))
    scores = np.array([pair.score for pair in bare.pairs]).reshape(left, right)
    places = linear_sum_assignment(scores, maximize=True)
    assert solve(bare).score == scores[places].sum()
    row["bare assignment (scipy), ms"] = median(
        lambda: linear_sum_assignment(scores, maximize=True)
    )
    bare_table = build_table(bare)
    row["this engine, same problem, ms"] = median(lambda: run_stages(bare_table))
    return row


def main() -> None:
    rows = [measure(30, 25), measure(300, 300)]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"load {os.getloadavg()[0]:.1f}, median of {RUNS}")
    for name in rows[0]:
        cells = [f"{v:.1f}" if isinstance(v, float) else str(v) for v in (r[name] for r in rows)]
        print(f"{name:38}" + "".join(f"{cell:>14}" for cell in cells))


if __name__ == "__main__":
    main()
