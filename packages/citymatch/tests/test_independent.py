"""Larger markets against HiGHS, called directly by a process that knows nothing of this package."""

import json
import subprocess
import sys
from pathlib import Path

from random_markets import dense_market, random_market

from citymatch import Market, market_to_json, solve


def larger_markets() -> list[Market]:
    """Two hundred markets of up to 16 × 16 towns: nested groups, minima, locks, vetoes."""
    mixed = [random_market(seed, most_towns=16, most_pairs=110, minima=0.02) for seed in range(150)]
    return mixed + [
        dense_market(6 + seed % 7, 9 + seed % 4, seed=seed, step=1 + 19_999 * (seed % 2))
        for seed in range(50)
    ]


def test_solve_equals_an_independent_solver(tmp_path: Path) -> None:
    markets = larger_markets()
    program, found = Path(__file__).with_name("independent_solver.py"), tmp_path / "found.json"
    subprocess.run(
        [sys.executable, str(program), str(found)],
        input="".join(json.dumps(market_to_json(market)) + "\n" for market in markets),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    answers = json.loads(found.read_text())
    assert len(answers) == len(markets) == 200
    feasible = 0
    for number, (market, answer) in enumerate(zip(markets, answers, strict=True)):
        result = solve(market)
        if answer is None:
            assert result.status == "infeasible", number
            continue
        assert [result.size, result.floor, result.score] == answer, number
        feasible += 1
    assert feasible >= 150
