"""Open markets: a match found on few pairs is the match of all of them, tie key and proofs too."""

import json
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from random import Random
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from random_open import random_open
from scored_towns import WEIGHTS, towns
from seeds import seeds

from citymatch import (
    InputError,
    Market,
    Policy,
    Reason,
    candidates,
    conflict,
    dumps,
    explain,
    fewer,
    list_pairs,
    market_from_json,
    market_to_json,
    next_best,
    open_market,
    regret,
    regrets,
    result_to_json,
    robust,
    solve,
    stability,
    verify,
)
from citymatch.model import MICRO
from citymatch.pool import Pool, blocks, pairs


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks, samples and candidates so small that a small market needs many of them."""
    for module, name, value in (
        (blocks, "ROWS", 2),
        (blocks, "COLUMNS", 3),
        (blocks, "CROWD", 1),
        (pairs, "SAMPLE", 7),
        (pairs, "SOME", 2),
        (candidates, "BEST", 2),
        (candidates, "HIGHEST", 1),
        (candidates, "JOIN", 1),
    ):
        monkeypatch.setattr(module, name, value)


@pytest.mark.parametrize("start", seeds(0, 400, 20))
def test_open_markets_have_the_match_of_all_their_pairs(
    start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = 0
    for seed in range(start, start + 20):
        # Rough bounds lead on to single pairs always, now and then, or never.
        monkeypatch.setattr(blocks, "FEW", (1, 2, 1000)[seed % 3])
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


@pytest.mark.parametrize("seed", seeds(60))
def test_bounds_are_never_below_the_true_views(seed: int) -> None:
    market = random_open(seed)
    if market is None:
        pytest.skip("chance made a market that contradicts itself")
    looked = Pool(market)
    bounds, every = looked._bounds, np.arange(len(looked.rows))
    part = np.arange(len(looked.columns))
    i, j = every[:, None], part[None, :]
    true = [view / MICRO for view in looked.scorer.views(i, j)]
    # Single pairs of an earlier contact or a wish may lie above: they are always looked at.
    fits = ~looked.eligibility.bars(i, j)
    fits[looked.extra] = False
    views = one, other, scratch = np.empty((3, len(every), len(part)), dtype=np.float32)

    def are_above(values: Sequence[np.ndarray]) -> bool:
        both = zip(values, true, strict=True)
        return all((value[fits] >= view[fits]).all() for value, view in both)

    features = bounds.features(part)
    # The score, the geometric mean of the views, is never above their mean.
    score, mean = np.sqrt(true[0] * true[1]), np.empty_like(one)
    bounds.begin_mean(every, bounds.mean_features(part), mean)
    assert (mean[fits] >= score[fits]).all()
    for step in range(bounds.steps):
        bounds.deduct_mean(step, every, part, mean, scratch)
        assert (mean[fits] >= score[fits]).all()
    bounds.begin(every, features, one, other, scratch)
    assert are_above((one, other))
    for step in range(bounds.steps):
        bounds.deduct(step, every, part, one, other, scratch)
        assert are_above((one, other))
    bounds.bar(every, part, one, other, scratch)
    assert are_above((one, other))

    # The same for single pairs, whose barred ones are told apart.
    rows, columns = np.divmod(np.arange(fits.size), len(part))
    alone = bounds.begin_of(rows, part, columns)
    for step in range(bounds.steps):
        bounds.deduct_of(step, rows, columns, *alone)
    mean_alone = np.empty(fits.size, dtype=np.float32)
    bounds.begin_mean(every, bounds.mean_features(part), mean_alone.reshape(fits.shape))
    for step in range(bounds.steps):
        bounds.deduct_mean_of(step, rows, columns, mean_alone)
    assert np.allclose(mean_alone.reshape(fits.shape)[fits], mean[fits], atol=1e-5)
    single = [value.reshape(fits.shape) for value in alone]
    assert are_above(single)
    for value, view in zip(single, views, strict=False):
        assert (value[fits] <= view[fits] + 1e-5).all()
    barred = bounds.bars(rows, columns).reshape(fits.shape)
    assert (barred == looked.eligibility.bars(i, j)).all()


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
    compared = 0
    for seed in range(40):
        market = random_open(seed)
        if market is None:
            continue
        result = solve(market)
        assert dumps(result_to_json(solve(shuffled(market, seed)))) == dumps(result_to_json(result))
        compared += bool(result.pairs)
    assert compared > 20


def shuffled(market: Market, seed: int) -> Market:
    rnd = Random(seed)

    def mixed[T](items: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(rnd.sample(items, len(items)))

    return replace(
        market,
        left=mixed(market.left),
        right=mixed(market.right),
        quotas=mixed(market.quotas),
        ties=mixed(market.ties),
        wishes=mixed(market.wishes),
        excluded=mixed(market.excluded),
    )


def test_scaling_all_weights_changes_nothing() -> None:
    rnd = Random(5)
    sides = towns("u", 6, ("UA",), rnd), towns("e", 19, ("DE", "LV", "PL"), rnd)
    scaled = {
        side: {name: weight * factor for name, weight in WEIGHTS[side].items()}
        for side, factor in (("left", 40), ("right", 0.125))
    }
    market, other = (open_market(*sides, weights=weights) for weights in (WEIGHTS, scaled))
    assert dumps(market_to_json(other)) == dumps(market_to_json(market))
    assert solve(list_pairs(other)) == solve(list_pairs(market))
    assert solve(other) == solve(market)


def test_one_more_right_town_never_lowers_the_size() -> None:
    grown = 0
    for seed in range(60):
        market = random_open(seed)
        if market is None or any(quota.min for quota in market.quotas):
            continue
        if any(town.min for town in market.right):
            continue
        new = replace(market.right[0], id="new", country="EE", groups=())
        before, after = solve(market), solve(replace(market, right=(*market.right, new)))
        assert (after.size or 0) >= (before.size or 0), seed
        grown += (after.size or 0) > (before.size or 0)
    assert grown > 3


def test_open_markets_and_their_results_fit_their_schemas() -> None:
    folder = files("citymatch").joinpath("schemas")
    shapes = {
        name: Draft202012Validator(
            json.loads(folder.joinpath(f"{name}.schema.json").read_text(encoding="utf-8"))
        )
        for name in ("market", "result")
    }
    codes: set[str] = set()
    for seed in range(30):
        market = random_open(seed)
        if market is None:
            continue
        result = solve(market)
        shapes["market"].validate(json.loads(dumps(market_to_json(market))))
        shapes["result"].validate(json.loads(dumps(result_to_json(result))))
        codes |= {town.code for town in result.unmatched}
    assert codes == {"group_full", "others_preferred"}


def _some_market() -> Market:
    rnd = Random(5)
    return open_market(
        towns("u", 6, ("UA",), rnd), towns("e", 19, ("DE", "LV", "PL"), rnd), weights=WEIGHTS
    )


@pytest.mark.parametrize("seed", seeds(0, 60, 3))
def test_explanations_are_those_of_the_listed_market(seed: int) -> None:
    market = random_open(seed)
    if market is None or market.locked:
        return
    listed = list_pairs(market)
    result = solve(listed)
    if result.status != "optimal":
        found, known = conflict(market), conflict(listed)
        assert found is not None
        assert known is not None
        assert found.cost == known.cost
        return
    assert conflict(market) is None
    of_open = replace(result, input_sha256=solve(market).input_sha256)
    rnd = Random(seed)
    for _ in range(4):
        left, right = rnd.choice(market.left).id, rnd.choice(market.right).id
        one = explain(listed, result, left, right)
        other = explain(market, of_open, left, right)
        # How many equal pairs there are besides is only counted where all are listed.
        reasons = [
            Reason(r.code, {k: v for k, v in r.params.items() if k != "count"}) for r in one.reasons
        ]
        assert list(other.reasons) == reasons
        assert replace(other, reasons=one.reasons) == one
        if one.regret is not None:
            assert regret(market, of_open, left, right) == regret(listed, result, left, right)


@pytest.mark.parametrize(
    "ask", [regrets, fewer, stability, robust, lambda m, r: next_best(m, r, m.left[0].id)]
)
def test_questions_about_all_pairs_are_refused_where_none_is_listed(ask: Any) -> None:
    market = _some_market()
    result = solve(market)
    with pytest.raises(InputError) as caught:
        ask(market, result)
    assert [problem.code for problem in caught.value.problems] == ["pairs_not_listed"]
