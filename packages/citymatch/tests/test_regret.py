"""Every regret equals what solving again gives, pair by pair."""

from collections import Counter
from dataclasses import replace

import pytest
from random_markets import dense_market, random_market
from seeds import seeds

from citymatch import (
    InputError,
    Market,
    Pair,
    Policy,
    Quota,
    Result,
    Town,
    regret,
    regrets,
    solve,
)

type PairKey = tuple[str, str]
type Figures = tuple[int | None, int | None, int | None]


def solved_again(market: Market, key: PairKey, *, is_chosen: bool) -> Figures | None:
    """Return the figures with the pair vetoed or locked, None if there is no match."""
    locked = tuple(other for other in market.locked if other != key)
    vetoed = tuple(other for other in market.vetoed if other != key)
    if is_chosen:
        changed = replace(market, locked=locked, vetoed=(*vetoed, key))
    else:
        changed = replace(market, locked=(*locked, key), vetoed=vetoed)
    for town in (*changed.left, *changed.right):
        if sum(town.id in lock for lock in changed.locked) > town.max:
            with pytest.raises(InputError, match="more partners than its max"):
                solve(changed)
            return None
    result = solve(changed)
    return None if result.status == "infeasible" else (result.size, result.floor, result.score)


def check_all(market: Market, result: Result) -> Counter[tuple[object, ...]]:
    found = regrets(market, result)
    chosen = {pair.key for pair in result.pairs}
    kinds: Counter[tuple[object, ...]] = Counter()
    assert list(found) == sorted(pair.key for pair in market.pairs)
    for key, own in found.items():
        again = solved_again(market, key, is_chosen=key in chosen)
        assert own.kind == ("forbid" if key in chosen else "force")
        assert (own.left, own.right) == key
        if again is None:
            assert own.status == "infeasible", key
            assert (own.d_size, own.d_floor, own.d_score) == (None, None, None)
        else:
            assert (own.size, own.floor, own.score) == again, key
            assert own.d_size == own.size - result.size
            assert own.d_score == own.score - result.score
            if own.floor is not None and result.floor is not None:
                assert own.d_floor == own.floor - result.floor
            else:
                assert own.d_floor is None
        kinds[own.kind, own.status, own.method, (own.d_size or 0), (own.d_floor or 0) > 0] += 1
    return kinds


def test_regrets_equal_solving_again() -> None:
    kinds: Counter[tuple[object, ...]] = Counter()
    for seed in seeds(70):
        market = random_market(seed, most_towns=7, most_pairs=30, minima=0.06)
        result = solve(market)
        if result.status == "optimal":
            kinds += check_all(market, result)
    # Both ways, by path and by solving, the size one more and one less, the floor risen.
    assert {key[:3] for key in kinds} >= {
        ("force", "ok", "path"),
        ("force", "ok", "solve"),
        ("forbid", "ok", "path"),
        ("forbid", "ok", "solve"),
        ("force", "infeasible", "solve"),
        ("forbid", "infeasible", "solve"),
    }
    assert {key[3] for key in kinds} == {-1, 0, 1}
    assert {key[4] for key in kinds if key[3] == 0} == {False, True}


def test_regrets_of_small_markets_equal_solving_again() -> None:
    for seed in seeds(60):
        market = random_market(seed)
        result = solve(market)
        if result.status == "optimal":
            check_all(market, result)


@pytest.mark.parametrize("stages", [("size", "score"), ("score",), ("floor", "score"), ("size",)])
def test_regrets_under_other_stages_equal_solving_again(stages: tuple[str, ...]) -> None:
    for seed in seeds(12):
        market = random_market(seed, minima=0.05)
        market = replace(market, policy=replace(market.policy, stages=stages))
        result = solve(market)
        if result.status == "optimal":
            check_all(market, result)


def test_regrets_of_a_round_equal_solving_again() -> None:
    """Every pair of 30 × 25: 750 times another match."""
    market = dense_market(30, 25, seed=9)
    kinds = check_all(market, solve(market))
    assert sum(kinds.values()) == 750
    assert {(kind, method) for kind, _, method, _, _ in kinds} >= {
        ("force", "path"),
        ("force", "solve"),
        ("forbid", "path"),
    }


def test_regrets_of_a_market_with_many_equals() -> None:
    market = dense_market(9, 9, seed=5, quotas=False, step=250_000)
    result = solve(market)
    check_all(market, result)
    assert any(own.is_free for own in regrets(market, result).values())


def test_regret_of_one_pair_equals_that_of_all() -> None:
    market = dense_market(8, 7, seed=6)
    result = solve(market)
    for key, own in regrets(market, result).items():
        assert replace(regret(market, result, *key), method=own.method) == own


def test_regret_vetoing_can_lower_the_floor_and_raise_the_score() -> None:
    market = Market(
        (Town("u1"), Town("u2")),
        (Town("e1"), Town("e2")),
        (
            Pair("u1", "e1", 500_000, 500_000),
            Pair("u2", "e2", 500_000, 500_000),
            Pair("u1", "e2", 450_000, 950_000),
            Pair("u2", "e1", 950_000, 950_000),
        ),
    )
    own = regret(market, solve(market), "u1", "e1")
    assert (own.d_size, own.d_floor) == (0, -50_000)
    assert own.d_score is not None
    assert own.d_score > 0


def test_regret_of_a_pair_that_is_not_listed_is_refused() -> None:
    market = Market((Town("u1"),), (Town("e1"), Town("e2")), (Pair("u1", "e1", 1, 1),))
    with pytest.raises(InputError, match="u1 – e2 is not listed"):
        regret(market, solve(market), "u1", "e2")


def test_regrets_refuse_the_result_of_another_market() -> None:
    market = dense_market(6, 6, seed=1, quotas=False)
    result = solve(market)
    others = [
        (replace(market, pairs=market.pairs[6:]), result),
        (replace(market, vetoed=(result.pairs[0].key,)), result),
        (replace(market, quotas=(Quota("region:0", 0, 0),)), result),
        (market, replace(result, score=1)),
        (market, replace(result, pairs=result.pairs[1:])),
        (market, replace(result, status="infeasible")),
    ]
    for other, told in others:
        with pytest.raises(InputError, match="cannot be used with this market"):
            regrets(other, told)


def test_regrets_refuse_a_match_that_is_not_the_best() -> None:
    market = Market(
        (Town("u1"), Town("u2"), Town("u3")),
        (Town("e1"), Town("e2"), Town("e3")),
        tuple(
            Pair(f"u{i}", f"e{j}", *([900_000] * 2 if i == j else [800_000] * 2))
            for i in (1, 2, 3)
            for j in (1, 2, 3)
        ),
        policy=Policy(absolute_floor=0),
    )
    swapped = solve(replace(market, vetoed=(("u1", "e1"), ("u2", "e2"), ("u3", "e3"))))
    with pytest.raises(InputError, match="not the best"):
        regrets(market, swapped)
