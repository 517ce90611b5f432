"""What other partners of a town cost: the same as where all pairs are listed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import run, write
from random_open import random_open
from scored_towns import programme
from seeds import seeds

from citymatch import (
    MICRO,
    InputError,
    Market,
    Result,
    TownRegrets,
    candidates,
    list_pairs,
    regret,
    regrets,
    solve,
)


def solved_open(seed: int) -> tuple[Market, Result] | None:
    """Return an open market with its result, if it has one of more than two free pairs."""
    market = random_open(seed)
    if market is None:
        return None
    result = solve(market)
    free = [pair for pair in result.pairs if not pair.locked]
    return (market, result) if result.status == "optimal" and len(free) > 2 else None


@pytest.mark.parametrize("start", [0, 150])
def test_regrets_of_a_town_cost_what_listed_pairs_do(
    start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Few pairs take part at first, so that paths lead through others.
    for name, value in (("BEST", 1), ("HIGHEST", 1), ("JOIN", 1), ("ASIDE", 1)):
        monkeypatch.setattr(candidates, name, value)
    towns = pairs = 0
    # Every tenth of 300 markets, all of which were once compared: half a minute instead of five.
    for seed in seeds(start, start + 150, 10):
        found = solved_open(seed)
        if found is None:
            continue
        market, result = found
        try:
            listed = list_pairs(market)
        except InputError:
            continue  # a lock on a pair that a rule leaves out
        known = regrets(listed, solve(listed))
        asked = TownRegrets(market, result)
        barred = {pair.key for pair in result.pairs} | {*market.vetoed}
        barred |= {p.key for p in listed.pairs if p.floor < market.policy.absolute_floor}
        for town in (*market.left, *market.right):
            expected = {
                key: one
                for key, one in known.items()
                if town.id in key and one.method == "path" and key not in barred
            }
            told = asked.of(town.id, top=None)
            assert {(one.left, one.right): one for one in told} == expected
            costs = [one.score for one in told]
            assert costs == sorted(costs, reverse=True)
            assert asked.of(town.id, top=2) == told[:2]
            towns, pairs = towns + 1, pairs + len(told)
    assert towns > 25
    assert pairs > 50


def test_regrets_of_a_town_are_those_of_solving_again() -> None:
    compared = 0
    for seed in range(60):
        found = solved_open(seed)
        if found is None:
            continue
        market, result = found
        asked = TownRegrets(market, result)
        for one in asked.of(market.left[0].id, top=3):
            again = regret(market, result, one.left, one.right)
            assert replace(again, method="path") == one
            compared += 1
    assert compared > 20


def test_regrets_of_a_town_say_what_they_cannot_answer() -> None:
    market, result = next(found for found in map(solved_open, seeds(60)) if found)
    asked = TownRegrets(market, result)
    with pytest.raises(InputError, match="there is no town Nowhere"):
        asked.of("Nowhere")
    with pytest.raises(InputError, match="lists its pairs"):
        TownRegrets(list_pairs(market), result)
    with pytest.raises(InputError, match="the result cannot be used with this market"):
        TownRegrets(market, replace(result, score=(result.score or 0) + 1))
    policy = replace(market.policy, stages=("size", "score"))
    with pytest.raises(InputError, match="other stages than the usual ones"):
        TownRegrets(replace(market, policy=policy), result)


def test_command_line_tells_other_partners_of_towns(tmp_path: Path) -> None:
    market, result = next(found for found in map(solved_open, seeds(60)) if found)
    market_file, result_file = write(tmp_path / "market.json", market), tmp_path / "result.json"
    assert run("solve", market_file, "-o", result_file).returncode == 0
    left, right = market.left[0].id, market.right[0].id
    done = run("regrets", market_file, result_file, "--for", left, "--for", right, "--top", "2")
    assert (done.returncode, done.stderr) == (0, "")
    told = {(one["left"], one["right"]): one for one in json.loads(done.stdout)["regrets"]}
    asked = TownRegrets(market, result)
    expected = [*asked.of(left, 2), *asked.of(right, 2)]
    assert set(told) == {(one.left, one.right) for one in expected}
    for one in expected:
        assert told[one.left, one.right]["d_score"] == pytest.approx((one.d_score or 0) / MICRO)
    wrong = run("regrets", market_file, result_file, "--for", "Nowhere")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "there is no town Nowhere" in wrong.stderr


def test_command_line_tells_them_of_listed_pairs_too(tmp_path: Path) -> None:
    market = programme()
    result = solve(market)
    market_file, result_file = write(tmp_path / "market.json", market), tmp_path / "result.json"
    assert run("solve", market_file, "-o", result_file).returncode == 0
    town = market.left[0].id
    done = run("regrets", market_file, result_file, "--for", town, "--top", "3")
    told = json.loads(done.stdout)["regrets"]
    known = regrets(market, result)
    forced = [one for key, one in known.items() if town in key and one.kind == "force"]
    losses = sorted((-(one.d_size or 0), -(one.d_floor or 0), -(one.d_score or 0)) for one in forced
                    if one.status == "ok")  # fmt: skip
    assert len(told) == min(3, len(losses))
    told_losses = sorted(
        (-one["d_size"], -round(one["d_floor"] * MICRO), -round(one["d_score"] * MICRO))
        for one in told
    )
    assert told_losses == losses[: len(told)]
