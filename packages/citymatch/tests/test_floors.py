"""Repeated floors: from the worst pair up, each as good as it can be, and proven."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from brute_force import best_match, matches
from random_markets import dense_market, random_market

from citymatch import (
    Chosen,
    InputError,
    Keep,
    LevelProof,
    Market,
    Pair,
    Policy,
    Prices,
    Result,
    Town,
    dumps,
    explain,
    input_sha256,
    market_from_json,
    market_to_json,
    next_best,
    regret,
    regrets,
    result_from_json,
    result_to_json,
    solve,
    verify,
    what_would_change,
)


def repeated(market: Market) -> Market:
    return replace(market, policy=replace(market.policy, floors="repeated"))


def levels(result: Result) -> list[int]:
    return sorted(pair.floor for pair in result.pairs if not pair.locked)


def test_repeated_floors_equal_brute_force() -> None:
    seen = different = 0
    for seed in range(300):
        market = repeated(random_market(seed, minima=0.05))
        result, best = solve(market), best_match(market)
        if best is None:
            assert result.status == "infeasible"
            continue
        assert tuple(pair.key for pair in result.pairs) == best.pairs, seed
        assert (result.size, result.floor, result.score) == (best.size, best.floor, best.score)
        assert tuple(levels(result)) == best.levels
        verdict = verify(market, result)
        assert verdict.ok, (seed, verdict.problems)
        assert verdict.proven == dict.fromkeys(("size", "floor", "score", "levels"), True)
        seen += 1
        different += levels(solve(replace(market, policy=Policy(tie_key="a")))) != levels(result)
    assert seen > 200
    assert different >= 3


def test_repeated_floors_beside_pairs_to_keep_equal_brute_force() -> None:
    for seed in range(120):
        market = repeated(random_market(seed, minima=0.03))
        keys = tuple(pair.key for pair in market.pairs[seed % 3 :: 3])
        for when in ("before-floor", "after-floor"):
            kept = replace(market, keep=Keep(keys, when))
            result, best = solve(kept), best_match(kept)
            if best is None:
                continue
            assert tuple(pair.key for pair in result.pairs) == best.pairs, seed
            assert (result.kept, tuple(levels(result))) == (best.kept, best.levels)
            assert verify(kept, result).ok


def test_repeated_floors_of_a_dense_market_are_never_lower() -> None:
    market = dense_market(24, 20, seed=4)
    once, again = solve(market), solve(repeated(market))
    assert verify(repeated(market), again).ok
    assert (once.size, once.floor) == (again.size, again.floor)
    assert levels(again) > levels(once)
    assert (again.score or 0) < (once.score or 0)


def test_repeated_floors_refuse_every_other_match() -> None:
    """Only a match with the best floors and the best score of those can be proven."""
    refused = 0
    for seed in range(120):
        market = repeated(random_market(seed, minima=0, most_pairs=8))
        result, best = solve(market), best_match(market)
        if best is None:
            continue
        listed = {pair.key: pair for pair in market.pairs}
        for match in matches(market):
            if (match.size, match.levels, match.score) == (best.size, best.levels, best.score):
                continue
            chosen = tuple(
                Chosen(*key, own.left_view, own.right_view, own.score, key in market.locked)
                for key in match.pairs
                for own in [listed[key]]
            )
            claimed = replace(
                result,
                pairs=chosen,
                size=match.size,
                floor=match.floor,
                floor_all=min((pair.floor for pair in chosen), default=None),
                score=match.score,
            )
            verdict = verify(market, claimed)
            assert not all(verdict.proven.values()), (seed, match)
            refused += 1
    assert refused > 300


def three_levels() -> Market:
    """After the one bad pair that u3 must take, u1 and u2 can do better or worse."""
    return Market(
        (Town("u1"), Town("u2"), Town("u3")),
        (Town("e1"), Town("e2"), Town("e3")),
        (
            Pair("u3", "e3", 100_000, 900_000),
            Pair("u1", "e1", 200_000, 1_000_000),
            Pair("u2", "e2", 1_000_000, 1_000_000),
            Pair("u1", "e2", 500_000, 500_000),
            Pair("u2", "e1", 400_000, 600_000),
        ),
        policy=Policy(floors="repeated"),
    )


def test_repeated_floors_lift_the_second_worst_pair() -> None:
    market = three_levels()
    result = solve(market)
    assert levels(result) == [100_000, 400_000, 500_000]
    assert levels(solve(replace(market, policy=Policy()))) == [100_000, 200_000, 1_000_000]
    own = regret(market, result, "u1", "e1")
    # Forced pairs are not held to the floor, but they are no equal alternative either.
    assert (own.d_size, own.d_floor, own.d_level, own.is_free) == (0, 0, -200_000, False)
    assert [reason.code for reason in explain(market, result, "u1", "e1").reasons][-1] == (
        "would_lower_level"
    )
    assert what_would_change(market, result, "u1", "e1") == ()


def test_regrets_with_repeated_floors_equal_solving_again() -> None:
    free = 0
    for seed in range(25):
        market = repeated(random_market(seed, minima=0, most_pairs=9))
        result, best = solve(market), best_match(market)
        if best is None:
            continue
        found = regrets(market, result)
        others = [
            match
            for match in matches(market)
            if (match.size, match.levels, match.score) == (best.size, best.levels, best.score)
        ]
        for pair in market.pairs:
            own = found[pair.key]
            assert own == regret(market, result, *pair.key)
            if pair.key in {*market.locked, *market.vetoed}:
                continue
            if pair.floor < market.policy.absolute_floor:
                continue
            wanted = own.kind == "force"
            equal = any((pair.key in match.pairs) == wanted for match in others)
            # A forced pair is a lock: where it alone was at the floor, that of the others rises.
            assert own.is_free == (equal and not own.d_floor), (seed, pair)
            free += equal
        for town in (*market.left, *market.right):
            assert all(
                option.regret.status == "ok" for option in next_best(market, result, town.id)
            )
    assert free >= 2


SPOILERS: list[Callable[[Result], Result]] = [
    lambda result: replace(result, certificate=replace(result.certificate, levels=())),
    lambda result: replace(
        result,
        certificate=replace(
            result.certificate,
            levels=tuple(LevelProof(own.level, Prices()) for own in result.certificate.levels),
        ),
    ),
    lambda result: replace(
        result,
        certificate=replace(
            result.certificate,
            levels=tuple(replace(own, level=own.level + 1) for own in result.certificate.levels),
        ),
    ),
    lambda result: replace(result, certificate=replace(result.certificate, floor=None)),
    lambda result: replace(result, certificate=replace(result.certificate, size=None)),
    lambda result: replace(result, certificate=replace(result.certificate, score=Prices())),
]


@pytest.mark.parametrize("spoil", SPOILERS)
def test_verify_refuses_spoiled_levels(spoil: Callable[[Result], Result]) -> None:
    market = three_levels()
    assert verify(market, solve(market)).ok
    assert not verify(market, spoil(solve(market))).ok


def test_verify_refuses_the_plain_match_for_repeated_floors() -> None:
    market = three_levels()
    plain = solve(replace(market, policy=Policy()))
    claimed = replace(plain, input_sha256=input_sha256(market))
    codes = [problem.code for problem in verify(market, claimed).problems]
    assert codes == ["levels_not_proven"]


def test_repeated_floors_round_trip_and_old_digests_stay() -> None:
    market = three_levels()
    text = dumps(market_to_json(market))
    assert market_from_json(json.loads(text)) == market_from_json(market_to_json(market))
    assert '"floors": "repeated"' in text
    assert "floors" not in dumps(market_to_json(replace(market, policy=Policy())))
    result = solve(market)
    assert result_from_json(json.loads(dumps(result_to_json(result)))) == result


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        (Policy(floors="twice"), "wrong_value"),
        (Policy(floors="repeated", stages=("floor", "score")), "floors_without_stages"),
        (Policy(floors="repeated", stages=("size", "score")), "floors_without_stages"),
    ],
)
def test_repeated_floors_bad_policies_are_refused(policy: Policy, code: str) -> None:
    with pytest.raises(InputError) as caught:
        solve(replace(three_levels(), policy=policy))
    assert [problem.code for problem in caught.value.problems] == [code]
