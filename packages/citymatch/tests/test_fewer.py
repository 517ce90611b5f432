"""What fewer pairs would give, and the conflict of a market by itself."""

from dataclasses import replace

import pytest
from brute_force import least_violation, matches
from random_markets import dense_market, random_market

from citymatch import InputError, Market, Pair, Policy, Quota, Town, conflict, fewer, solve


def test_fewer_equals_brute_force() -> None:
    seen = impossible = 0
    for seed in range(200):
        market = random_market(seed, minima=0.06)
        result = solve(market)
        for by in range(1, min(2, result.size or 0) + 1):
            told = fewer(market, result, by)
            others = [match for match in matches(market) if match.size == len(result.pairs) - by]
            assert (told.input_sha256, told.by) == (result.input_sha256, by)
            if not others:
                assert (told.status, told.pairs, told.size) == ("infeasible", (), None)
                impossible += 1
                continue
            best = max(others, key=lambda m: (-1 if m.floor is None else m.floor, m.score, -m.ties))
            assert (told.size, told.floor, told.score) == (best.size, best.floor, best.score)
            assert told.pairs == best.pairs
            old = {pair.key for pair in result.pairs}
            assert {*told.leave} == old - {*best.pairs}
            assert {*told.join} == {*best.pairs} - old
            assert told.d_score == best.score - (result.score or 0)
            if best.floor is None or result.floor is None:
                assert told.d_floor is None
            else:
                assert told.d_floor == best.floor - result.floor
            seen += 1
    assert seen > 120
    assert impossible > 10


def test_fewer_shows_that_most_pairs_can_force_poor_ones() -> None:
    market = Market(
        (Town("u1"), Town("u2")),
        (Town("e1"), Town("e2")),
        (
            Pair("u1", "e1", 900_000, 900_000),
            Pair("u1", "e2", 200_000, 300_000),
            Pair("u2", "e1", 400_000, 100_000),
        ),
    )
    result = solve(market)
    assert (result.size, result.floor) == (2, 100_000)
    told = fewer(market, result)
    assert (told.size, told.floor, told.floor_all, told.d_floor) == (1, 900_000, 900_000, 800_000)
    assert told.leave == (("u1", "e2"), ("u2", "e1"))
    assert told.join == (("u1", "e1"),)


def test_fewer_repeats_floors_and_keeps_pairs_as_the_market_says() -> None:
    market = dense_market(7, 6, seed=2)
    once = fewer(market, solve(market))
    repeated = replace(market, policy=Policy(floors="repeated"))
    again = fewer(repeated, solve(repeated))
    floors = {pair.key: pair.floor for pair in market.pairs}
    assert sorted(floors[key] for key in again.pairs) >= sorted(floors[key] for key in once.pairs)
    assert again.floor == once.floor


@pytest.mark.parametrize("by", [0, -1, 4])
def test_fewer_than_there_are_is_refused(by: int) -> None:
    market = dense_market(3, 3, seed=1, quotas=False)
    with pytest.raises(InputError) as caught:
        fewer(market, solve(market), by)
    assert [problem.code for problem in caught.value.problems] == ["out_of_range"]
    assert "from 1 to 3" in str(caught.value)


def test_fewer_of_another_market_is_refused() -> None:
    market = dense_market(3, 3, seed=1, quotas=False)
    result = solve(market)
    with pytest.raises(InputError, match="cannot be used with this market"):
        fewer(replace(market, pairs=market.pairs[:4]), result)


def test_conflict_is_that_of_the_result() -> None:
    infeasible = 0
    for seed in range(120):
        market = random_market(seed, minima=0.25)
        found, result = conflict(market), solve(market)
        assert found == result.conflict
        if found is not None:
            assert found.cost == least_violation(market)
            infeasible += 1
    assert infeasible > 30


def test_conflict_of_an_unsound_market_is_refused() -> None:
    market = dense_market(2, 2, seed=1, quotas=False)
    with pytest.raises(InputError, match="no town is in the group"):
        conflict(replace(market, quotas=(Quota("nowhere", 1),)))
