"""What would change it: every change works, and no smaller one does."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from random_markets import dense_market
from scored_towns import programme

from citymatch import (
    MICRO,
    Change,
    Market,
    Pair,
    Policy,
    Quota,
    Town,
    solve,
    what_would_change,
    what_would_match,
)
from citymatch.criteria import normalise


def changed(market: Market, change: Change, *, less: int = 0) -> Market:
    """Apply a change to a market, or a better rating smaller by ``less`` millionths."""
    params = change.params
    if change.code in ("lift_veto", "lift_lock"):
        name = "vetoed" if change.code == "lift_veto" else "locked"
        keys = getattr(market, name)
        return replace(market, **{name: tuple(key for key in keys if key != params["pair"])})
    if change.code == "lower_absolute_floor":
        assert market.policy.absolute_floor == params["from"]
        return replace(market, policy=replace(market.policy, absolute_floor=params["to"] + less))
    if change.code == "raise_town_max":
        return replace(market, left=raised(market.left, params), right=raised(market.right, params))
    if change.code == "raise_group_max":
        quotas = tuple(
            replace(q, max=params["to"]) if q.group == params["id"] else q for q in market.quotas
        )
        assert quotas != market.quotas
        return replace(market, quotas=quotas)
    assert change.code == "raise_criterion"
    pairs = tuple(
        rated(market, pair, params["criterion"], params["rating"] - less)
        if pair.key == (change.left, change.right)
        else pair
        for pair in market.pairs
    )
    return replace(market, pairs=pairs)


def raised(towns: tuple[Town, ...], params: dict[str, int]) -> tuple[Town, ...]:
    return tuple(
        replace(town, max=params["to"]) if town.id == params["id"] else town for town in towns
    )


def rated(market: Market, pair: Pair, criterion: str | None, rating: int) -> Pair:
    """Return a pair with one criterion rated better, as far as its weight allows."""
    if criterion is None:
        views = (min(MICRO, pair.left_view + rating), min(MICRO, pair.right_view + rating))
        return replace(pair, left_view=views[0], right_view=views[1])
    assert market.policy.weights is not None
    assert pair.parts is not None
    left = normalise(market.policy.weights["left"]).get(criterion, 0)
    right = normalise(market.policy.weights["right"]).get(criterion, 0)
    part = pair.parts[criterion]
    return Pair(
        pair.left,
        pair.right,
        pair.left_view + min(left - part.left, left * rating // MICRO),
        pair.right_view + min(right - part.right, right * rating // MICRO),
    )


def has(market: Market, key: tuple[str, str]) -> bool:
    return key in {pair.key for pair in solve(market).pairs}


def check(market: Market, change: Change) -> None:
    key = (change.left, change.right)
    after = changed(market, change)
    assert has(after, key), change
    if change.code == "raise_criterion":
        pair = next(pair for pair in after.pairs if pair.key == key)
        assert (pair.left_view, pair.right_view) == (
            change.params["left_to"],
            change.params["right_to"],
        )
        assert not has(changed(market, change, less=1), key), change


def test_change_every_pair_of_a_programme() -> None:
    market = programme()
    result = solve(market)
    chosen = {pair.key for pair in result.pairs}
    kinds: set[str] = set()
    for pair in market.pairs:
        changes = what_would_change(market, result, *pair.key)
        if pair.key in chosen:
            assert changes == ()
        for change in changes:
            assert (change.left, change.right) == pair.key
            check(market, change)
            kinds.add(change.code)
    assert kinds >= {"raise_criterion", "raise_town_max"}


def test_change_pairs_without_parts_by_their_views() -> None:
    market = dense_market(7, 6, seed=8, step=50_000)
    result = solve(market)
    seen = 0
    for pair in market.pairs:
        for change in what_would_change(market, result, *pair.key):
            check(market, change)
            seen += change.code == "raise_criterion"
    assert seen > 10


@pytest.mark.parametrize("stages", [("size", "score"), ("floor", "score"), ("score",)])
def test_change_under_other_stages(stages: tuple[str, ...]) -> None:
    market = dense_market(5, 6, seed=9, step=50_000)
    market = replace(market, policy=Policy(stages=stages))
    result = solve(market)
    seen = 0
    for pair in market.pairs:
        for change in what_would_change(market, result, *pair.key):
            check(market, change)
            seen += change.code == "raise_criterion"
    assert seen > 5


def test_change_lifts_overrides_and_lowers_the_absolute_floor() -> None:
    market = Market(
        (Town("u1"), Town("u2"), Town("u3")),
        (Town("e1"), Town("e2")),
        (
            Pair("u1", "e1", 900_000, 900_000),
            Pair("u2", "e1", 300_000, 300_000),
            Pair("u3", "e2", 400_000, 350_000),
        ),
        locked=(("u2", "e1"),),
        vetoed=(),
        policy=Policy(absolute_floor=500_000),
    )
    result = solve(market)
    assert what_would_change(market, result, "u1", "e1") == (
        Change("lift_lock", {"pair": ("u2", "e1")}, "u1", "e1"),
        Change("raise_town_max", {"id": "e1", "from": 1, "to": 2}, "u1", "e1"),
    )
    lower = Change("lower_absolute_floor", {"from": 500_000, "to": 350_000}, "u3", "e2")
    assert what_would_change(market, result, "u3", "e2") == (lower,)
    assert not has(changed(market, lower, less=1), ("u3", "e2"))
    vetoed = replace(market, locked=(), vetoed=(("u1", "e1"),))
    assert what_would_change(vetoed, solve(vetoed), "u1", "e1") == (
        Change("lift_veto", {"pair": ("u1", "e1")}, "u1", "e1"),
    )


def test_change_gives_unmatched_towns_a_partner() -> None:
    market = programme()
    result = solve(market)
    helped = 0
    for town in result.unmatched:
        for change in what_would_match(market, result, town.id):
            assert town.id in (change.left, change.right)
            check(market, change)
            partners = [
                pair for pair in solve(changed(market, change)).pairs if town.id in pair.key
            ]
            assert len(partners) == town.used + 1
            helped += 1
    assert helped > 0


def after(tries: int) -> Callable[[], bool]:
    """Over after so many tries."""
    left = iter([False] * tries)
    return lambda: next(left, True)


def test_change_stops_between_two_tries_and_keeps_what_it_found() -> None:
    market = programme()
    result = solve(market)
    town = next(town.id for town in result.unmatched if what_would_match(market, result, town.id))
    whole = what_would_match(market, result, town)
    found = set()
    for most in (0, 4, 16, 64, 1000):
        some = what_would_match(market, result, town, is_over=after(most))
        assert set(map(repr, some)) <= set(map(repr, whole))
        found.add(len(some))
    # Nothing without a try, everything with enough of them, and something in between.
    assert {0, len(whole)} <= found
    assert len(found) > 1
    left, right = whole[0].left, whole[0].right
    assert what_would_change(market, result, left, right, is_over=lambda: True) == ()


def test_change_raises_the_quota_that_holds_a_town_back() -> None:
    market = Market(
        (Town("u1"), Town("u2")),
        (Town("e1", groups=("country:LV",)), Town("e2", groups=("country:LV",))),
        (Pair("u1", "e1", 900_000, 900_000), Pair("u2", "e2", 800_000, 800_000)),
        quotas=(Quota("country:LV", 0, 1),),
    )
    result = solve(market)
    assert what_would_match(market, result, "u2")[0] == Change(
        "raise_group_max", {"id": "country:LV", "from": 1, "to": 2}, "u2", "e2"
    )


def test_change_of_a_pair_that_is_not_listed_is_none() -> None:
    market = Market((Town("u1"),), (Town("e1"), Town("e2")), (Pair("u1", "e1", 1, 1),))
    result = solve(market)
    assert what_would_change(market, result, "u1", "e2") == ()
    assert what_would_match(market, result, "e2") == ()
