"""Open markets: a match found on few pairs is the match of all of them, tie key and proofs too."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from random_open import random_open
from scored_towns import WEIGHTS, towns

from citymatch import (
    InputError,
    Market,
    Policy,
    candidates,
    list_pairs,
    market_from_json,
    market_to_json,
    open_market,
    pool,
    solve,
    verify,
)
from citymatch.model import MICRO
from citymatch.pool import Pool


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks, samples and candidates so small that a small market needs many of them."""
    for module, name, value in (
        (pool, "ROWS", 2),
        (pool, "COLUMNS", 3),
        (pool, "SAMPLE", 7),
        (pool, "SOME", 2),
        (pool, "CROWD", 1),
        (candidates, "BEST", 2),
        (candidates, "HIGHEST", 1),
        (candidates, "JOIN", 1),
    ):
        monkeypatch.setattr(module, name, value)


@pytest.mark.parametrize("start", range(0, 400, 20))
def test_open_markets_have_the_match_of_all_their_pairs(start: int) -> None:
    compared = 0
    for seed in range(start, start + 20):
        market = random_open(seed)
        if market is None:
            continue
        try:
            listed = list_pairs(market)
        except InputError:
            continue  # a lock on a pair that a rule leaves out
        whole, few = solve(listed), solve(market)
        assert few.pairs == whole.pairs
        assert (few.status, few.size, few.floor, few.score) == (
            whole.status,
            whole.size,
            whole.floor,
            whole.score,
        )
        if whole.conflict is not None:
            assert few.conflict is not None
            assert few.conflict.cost == whole.conflict.cost
        assert verify(market, few).problems == ()
        compared += 1
    assert compared > 10


@pytest.mark.parametrize("seed", range(60))
def test_bounds_are_never_below_the_true_views(seed: int) -> None:
    market = random_open(seed)
    if market is None:
        pytest.skip("chance made a market that contradicts itself")
    looked = Pool(market)
    every = np.arange(len(looked.rows))
    seen = np.zeros((len(looked.rows), len(looked.columns)), dtype=np.bool_)

    def look(part: np.ndarray, rows: np.ndarray, product: np.ndarray, floor: np.ndarray) -> tuple:
        i, j = rows[:, None], part[None, :]
        one, other = looked.scorer.views(i, j)
        fits = ~looked.eligibility.bars(i, j)
        named = np.isin(
            i * len(looked.columns) + j, looked.extra[0] * len(looked.columns) + looked.extra[1]
        )
        fits &= ~named
        assert (np.minimum(one, other)[fits] <= floor.astype(np.float64)[fits] * MICRO).all()
        assert (
            (one * other).astype(np.float64)[fits] / MICRO**2
            <= product.astype(np.float64)[fits] * (1 + 1e-6)
        ).all()
        seen[i, j] = True
        return rows[:0], rows[:0]

    looked._blocks([np.arange(len(looked.columns))], every, look)
    assert seen.all()


def test_a_spoiled_result_of_an_open_market_is_refused() -> None:
    market = _some_market()
    result = solve(market)
    assert verify(market, result).ok
    first, second, *rest = result.pairs
    swapped = (
        replace(first, right=second.right),
        replace(second, right=first.right),
        *rest,
    )
    for spoiled, code in (
        (replace(result, pairs=swapped), "wrong_view"),
        (replace(result, score=(result.score or 0) + 1), "wrong_score"),
        (replace(result, pairs=result.pairs[1:]), "wrong_size"),
        (replace(result, certificate=replace(result.certificate, score=None)), "score_not_proven"),
    ):
        codes = [problem.code for problem in verify(market, spoiled).problems]
        assert code in codes


def test_a_better_pair_that_was_overlooked_is_found_by_verify() -> None:
    """The result of a market with one town fewer is no result of the market with it."""
    market = _some_market()
    result = solve(market)
    chosen = result.pairs[0]
    fewer = replace(market, right=tuple(town for town in market.right if town.id != chosen.right))
    passed_off = replace(solve(fewer), input_sha256=result.input_sha256)
    codes = {problem.code for problem in verify(market, passed_off).problems}
    assert codes & {"size_not_proven", "floor_not_proven", "score_not_proven"}


def test_open_markets_come_back_from_their_file() -> None:
    market = random_open(3)
    assert market is not None
    data = market_to_json(market)
    assert "pairs" not in data
    assert market_to_json(market_from_json(data)) == data
    assert market_from_json(data).open


def test_the_side_with_fewer_towns_leads_whichever_it_is() -> None:
    market = _some_market()
    mirrored = open_market(
        market.right,
        market.left,
        weights={"left": WEIGHTS["right"], "right": WEIGHTS["left"]},
        policy=Policy(stages=("size", "floor", "score")),
    )
    one, other = solve(market), solve(mirrored)
    assert (one.size, one.floor, one.score) == (other.size, other.floor, other.score)


def test_shuffling_rows_changes_nothing() -> None:
    market = _some_market()
    shuffled = replace(
        market,
        left=tuple(Random(1).sample(market.left, len(market.left))),
        right=tuple(Random(2).sample(market.right, len(market.right))),
    )
    assert solve(shuffled) == solve(market)


def _some_market() -> Market:
    rnd = Random(5)
    return open_market(
        towns("u", 6, ("UA",), rnd), towns("e", 19, ("DE", "LV", "PL"), rnd), weights=WEIGHTS
    )
