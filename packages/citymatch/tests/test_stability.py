"""Blocking pairs by their definition, deferred acceptance, and the fewest blocking pairs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from brute_force import Match, bounds_of, matches
from random_markets import dense_market, random_market
from seeds import seeds

from citymatch import (
    MICRO,
    Bound,
    InputError,
    Market,
    Pair,
    Policy,
    Quota,
    Result,
    Town,
    solve,
    stability,
)

type Key = tuple[str, str]


def solved(seeds: range, **shape: int) -> Iterator[tuple[Market, Result]]:
    for seed in seeds:
        market = random_market(seed, minima=0.06, **shape)
        result = solve(market)
        if result.status == "optimal":
            yield market, result


def allowed(market: Market) -> list[Pair]:
    return [
        pair
        for pair in market.pairs
        if pair.key not in {*market.locked, *market.vetoed}
        and pair.floor >= market.policy.absolute_floor
    ]


def would_give_up(market: Market, chosen: set[Key], town: Town, pair: Pair) -> list[Key | None]:
    """Return what a town would give up for a pair, by the words of the definition."""
    side = 0 if town.id == pair.left else 1
    views = {own.key: (own.left_view, own.right_view)[side] for own in market.pairs}
    own = [key for key in chosen if key[side] == town.id]
    if len(own) < town.max:
        return [None]
    worse = [key for key in own if key not in market.locked and views[key] < views[pair.key]]
    if not worse:
        return []
    worst = min(views[key] for key in own if key not in market.locked)
    return [key for key in worse if views[key] == worst]


def blocking(market: Market, chosen: set[Key]) -> dict[Key, bool]:
    """Return the blocking pairs of a match, and whether all bounds would let them form."""
    towns = {town.id: town for town in (*market.left, *market.right)}
    low, high = bounds_of(market)
    found: dict[Key, bool] = {}
    for pair in allowed(market):
        if pair.key in chosen:
            continue
        ways = [would_give_up(market, chosen, towns[end], pair) for end in pair.key]
        if not all(ways):
            continue
        found[pair.key] = False
        for one in ways[0]:
            for other in ways[1]:
                then = (chosen | {pair.key}) - {one, other}
                count = Counter(
                    name for key in then for end in key for name in (end, *towns[end].groups)
                )
                found[pair.key] |= all(
                    low.get(name, 0) <= count[name] <= high.get(name, count[name])
                    for name in {*low, *high}
                )
    return found


def test_blocking_pairs_are_those_of_the_definition() -> None:
    seen = forbidden = 0
    for market, result in solved(seeds(250)):
        told = stability(market, result)
        true = blocking(market, {pair.key for pair in result.pairs})
        assert {pair.key: not pair.forbidden_by for pair in told.blocking} == true
        seen += len(true)
        forbidden += sum(not could for could in true.values())
    assert seen > 100
    assert forbidden > 20


def test_blocking_pair_names_the_bounds_that_forbid_it() -> None:
    market = Market(
        (Town("u1"), Town("u2")),
        (Town("e1", groups=("a",)), Town("e2", groups=("b",))),
        (
            Pair("u1", "e1", 900_000, 900_000),
            Pair("u1", "e2", 300_000, 300_000),
            Pair("u2", "e2", 200_000, 200_000),
        ),
        quotas=(Quota("a", 0, 0), Quota("b", 1, 1)),
    )
    result = solve(market)
    assert [pair.key for pair in result.pairs] == [("u1", "e2")]
    told = stability(market, result)
    assert [(pair.key, pair.left_view) for pair in told.blocking] == [(("u1", "e1"), 900_000)]
    assert told.blocking[0].forbidden_by == (
        Bound("group_max", "a", 0),
        Bound("group_min", "b", 1),
    )
    assert told.deferred_acceptance.pairs == (("u1", "e1"), ("u2", "e2"))
    assert told.deferred_acceptance.breaks == (Bound("group_max", "a", 0),)
    assert told.fewest is None
    assert told.budget is None


def test_deferred_acceptance_is_never_blocked() -> None:
    for market, result in solved(seeds(250)):
        told = stability(market, result).deferred_acceptance
        assert told.blocking == 0
        chosen = {*told.pairs}
        assert blocking(market, chosen) == {}
        assert chosen >= {*market.locked}
        used = Counter(end for key in chosen for end in key)
        assert all(used[town.id] <= town.max for town in (*market.left, *market.right))
        listed = {pair.key: pair for pair in market.pairs}
        free = [listed[key].floor for key in chosen if key not in market.locked]
        figures = len(chosen), min(free, default=None), sum(listed[key].score for key in chosen)
        assert (told.size, told.floor, told.score) == figures


def test_deferred_acceptance_breaks_just_the_bounds_it_names() -> None:
    named = 0
    for market, result in solved(seeds(150)):
        told = stability(market, result).deferred_acceptance
        groups = {town.id: town.groups for town in (*market.left, *market.right)}
        count = Counter(name for key in told.pairs for end in key for name in (end, *groups[end]))
        low, high = bounds_of(market)
        wrong = {("min", name) for name, least in low.items() if count[name] < least}
        wrong |= {("max", name) for name, most in high.items() if count[name] > most}
        assert {(bound.code[-3:], bound.id) for bound in told.breaks} == wrong
        named += len(wrong)
    assert named > 20


def test_deferred_acceptance_gives_left_towns_their_best_stable_partners() -> None:
    """One to one and with views all different, against every stable match there is."""
    several = 0
    for seed in seeds(60):
        market = replace(
            dense_market(4, 4, seed=seed, quotas=False),
            left=tuple(Town(f"u00{k}") for k in range(4)),
        )
        told = {*stability(market, solve(market)).deferred_acceptance.pairs}
        views = {pair.key: pair.left_view for pair in market.pairs}
        keys = [pair.key for pair in market.pairs]
        stable = [
            {*chosen}
            for size in range(5)
            for chosen in combinations(keys, size)
            if len({end for key in chosen for end in key}) == 2 * size
            and not blocking(market, {*chosen})
        ]
        assert told in stable
        for other in stable:
            assert all(
                views[key] >= views[own] for key in told for own in other if own[0] == key[0]
            )
        several += len(stable) > 1
    assert several >= 2


def test_fewest_blocking_pairs_equal_brute_force() -> None:
    better = 0
    dense = [
        replace(dense_market(4, 4, seed=seed), policy=Policy(stages=("size", "score")))
        for seed in range(30)
    ]
    rounds = [*solved(range(50), most_pairs=9), *((market, solve(market)) for market in dense)]
    for number, (market, result) in enumerate(rounds):
        budget = (0, 20_000, 300_000)[number % 3]
        told = stability(market, result, fewest=True, budget=budget)
        least = -(-(result.score or 0) * (MICRO - budget) // MICRO)

        def counts(match: Match, least: int = least, result: Result = result) -> bool:
            return (
                match.size == result.size
                and match.score >= least
                and (result.floor is None or match.floor is None or match.floor >= result.floor)
            )

        best = min(
            len(blocking(market, {*match.pairs})) for match in matches(market) if counts(match)
        )
        fewest = told.fewest
        assert fewest is not None
        assert told.budget == budget
        assert fewest.blocking == best == len(blocking(market, {*fewest.pairs}))
        assert (fewest.size, fewest.breaks) == (result.size, ())
        assert fewest.score >= least
        better += fewest.blocking < len(told.blocking)
    assert better >= 3


def test_fewest_blocking_pairs_of_a_small_round() -> None:
    market = dense_market(14, 12, seed=2)
    result = solve(market)
    told = stability(market, result, fewest=True, budget=50_000)
    assert told.fewest is not None
    assert told.fewest.size == result.size
    assert told.fewest.blocking < len(told.blocking)


def test_fewest_blocking_pairs_of_too_many_pairs_are_refused() -> None:
    market = dense_market(40, 40, seed=1)
    with pytest.raises(InputError) as caught:
        stability(market, solve(market), fewest=True)
    problem = caught.value.problems[0]
    assert (problem.code, problem.params) == ("too_many_pairs", {"pairs": 1600, "most": 1000})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("budget", [-1, MICRO + 1])
def test_budget_that_is_no_share_is_refused(budget: int) -> None:
    market = dense_market(3, 3, seed=1, quotas=False)
    with pytest.raises(InputError, match="is not a share"):
        stability(market, solve(market), fewest=True, budget=budget)


def test_stability_of_an_empty_market_is_empty() -> None:
    market = Market((), (), ())
    told = stability(market, solve(market), fewest=True)
    assert told.blocking == ()
    assert told.deferred_acceptance.pairs == ()
    assert told.fewest is not None
    assert told.fewest.size == 0


def test_stability_of_another_market_is_refused() -> None:
    market = dense_market(3, 3, seed=1, quotas=False)
    result = solve(market)
    with pytest.raises(InputError, match="cannot be used with this market"):
        stability(replace(market, pairs=market.pairs[:4]), result)
