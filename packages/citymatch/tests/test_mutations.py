"""Every value of a result, changed in turn: refused when read or by ``verify``, for its reason.

What may change without harm is what a result does not claim: the versions that it names, and a
certificate that is another proof of the same thing.
"""

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from random_markets import dense_market, random_market
from random_open import random_open
from scored_towns import programme
from seeds import seeds

from citymatch import (
    InputError,
    Market,
    Pair,
    Prices,
    Rematch,
    Result,
    list_pairs,
    rematch,
    rematch_from_json,
    rematch_to_json,
    result_from_json,
    result_to_json,
    solve,
    verify,
    verify_rematch,
)

type Path = tuple[str | int, ...]

MOST = 250
"""So many changes of one result are tried, by chance where there are more."""

REASONS = {
    ("pairs", "left"): {"pair_not_listed", "wrong_view", "pair_twice"},
    ("pairs", "right"): {"pair_not_listed", "wrong_view", "pair_twice"},
    ("pairs", "left_view"): {"wrong_view"},
    ("pairs", "right_view"): {"wrong_view"},
    ("pairs", "score"): {"wrong_pair_score"},
    ("pairs", "locked"): {"wrong_lock"},
    ("pairs",): {"wrong_size", "pair_twice"},
    ("size",): {"wrong_size"},
    ("floor",): {"wrong_floor"},
    ("floor_all",): {"wrong_floor_all"},
    ("score",): {"wrong_score"},
    ("kept",): {"wrong_kept"},
    ("unmatched",): {"wrong_unmatched"},
    ("input_sha256",): {"wrong_input"},
    ("certificate",): {"size_not_proven", "floor_not_proven", "score_not_proven"},
    ("certificate", "size"): {"size_not_proven"},
    ("certificate", "keep"): {"keep_not_proven", "levels_not_proven", "score_not_proven"},
    ("certificate", "floor"): {"floor_not_proven", "levels_not_proven", "score_not_proven"},
    ("certificate", "levels"): {"levels_not_proven", "score_not_proven"},
    ("certificate", "score"): {"score_not_proven"},
}
"""Which codes a change in a place must meet, one of them at least."""


def edits(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every value of a JSON value changed, dropped or doubled, with its path."""

    def spoiled(change: Any) -> Any:
        whole = deepcopy(data)
        place = whole
        for step in path[:-1]:
            place = place[step]
        change(place, path[-1])
        return whole

    value = data
    for step in path:
        value = value[step]
    if isinstance(value, dict):
        for name in value:
            yield from edits(data, (*path, name))
    elif isinstance(value, list):
        for row in range(len(value)):
            yield from edits(data, (*path, row))
        if value:
            yield path, spoiled(lambda place, name: place[name].append(deepcopy(place[name][0])))
    else:
        other: Any = {bool: not value, str: f"{value}x", type(None): 0}.get(type(value))
        if isinstance(value, float):
            other = round(value + (1e-6 if value < 1 or path[-1] == "score" else -1e-6), 6)
        elif other is None:
            other = value + 1
        yield path, spoiled(lambda place, name: place.__setitem__(name, other))
        if isinstance(value, int) and not isinstance(value, bool):
            yield path, spoiled(lambda place, name: place.__setitem__(name, value - 1))
    if path:
        yield path, spoiled(lambda place, name: place.pop(name))


def place_of(path: Path) -> tuple[str, ...]:
    """Return the names on a path that say which kind of value stands there."""
    names = tuple(step for step in path if isinstance(step, str))
    return names[:2] if names[0] in ("pairs", "certificate") else names[:1]


def bound_of(market: Market, prices: Prices, values: list[tuple[Pair, int]], size: int) -> int:
    """Return what no match of that size can exceed: the sum of the mathematics page, plainly."""
    locked = {*market.locked}
    total = prices.size * size
    pays: Counter[str] = Counter()
    for town in (*market.left, *market.right):
        high, low = prices.town_max.get(town.id, 0), prices.town_min.get(town.id, 0)
        total += high * town.max - low * town.min
        pays[town.id] += high - low
        for group in town.groups:
            pays[town.id] += prices.group_max.get(group, 0) - prices.group_min.get(group, 0)
    for quota in market.quotas:
        total += prices.group_max.get(quota.group, 0) * (quota.max or 0)
        total -= prices.group_min.get(quota.group, 0) * quota.min
    for pair, value in values:
        rest = value - prices.size - pays[pair.left] - pays[pair.right]
        total += rest if pair.key in locked else max(0, rest)
    return total


def still_proves(market: Market, result: Result) -> bool:
    """Whether the prices of a certificate prove all three stages of a listed market."""
    proof, barred = result.certificate, {*market.vetoed, *market.locked}
    locked = [pair for pair in market.pairs if pair.key in market.locked]
    lowest = market.policy.absolute_floor
    others = [p for p in market.pairs if p.key not in barred and p.floor >= lowest]
    above = [p for p in others if result.floor is None or p.floor > result.floor]
    reach = [p for p in others if result.floor is not None and p.floor >= result.floor]
    size, score = result.size or 0, result.score or 0
    if proof.size is None or proof.size.size > 0 or proof.score is None:
        return False
    if bound_of(market, proof.size, [(p, 1) for p in (*locked, *others)], 0) != size:
        return False
    if size > len(locked) and above:
        zeros = [(p, 0) for p in (*locked, *above)]
        if proof.floor is None or bound_of(market, proof.floor, zeros, size) >= 0:
            return False
    worth = [(p, p.score) for p in (*locked, *reach)]
    return bound_of(market, proof.score, worth, size) == score


def is_known(market: Market, result: Result) -> bool:
    """Whether all prices are those of bounds that there are, and none is negative."""
    towns = {town.id for town in (*market.left, *market.right)}
    groups = {quota.group for quota in market.quotas}
    high = {quota.group for quota in market.quotas if quota.max is not None}
    proof = result.certificate
    return all(
        {*prices.town_max, *prices.town_min} <= towns
        and {*prices.group_min} <= groups
        and {*prices.group_max} <= high
        and min(
            (
                *prices.town_max.values(),
                *prices.town_min.values(),
                *prices.group_max.values(),
                *prices.group_min.values(),
            ),
            default=0,
        )
        >= 0
        for prices in (proof.size, proof.floor, proof.score)
        if prices is not None
    )


def refusals(market: Market, result: Result, *, listed: Market | None) -> Counter[str]:
    """Hold ``verify`` against every edit of a result; count what was refused by place.

    With ``listed``, the same market pair by pair, edited certificates are judged by hand too.
    """
    data, refused = result_to_json(result), Counter[str]()
    found = [*edits(data)]
    for path, spoiled in Random(1).sample(found, min(len(found), MOST)):
        if path[0] == "versions":
            continue
        try:
            told = result_from_json(spoiled)
        except InputError:
            refused["reader"] += 1
            continue
        if told == result:
            continue
        place, verdict = place_of(path), verify(market, told)
        if path[0] == "certificate":
            assert replace(told, certificate=result.certificate) == result
            if listed is not None:
                sound = is_known(listed, told) and still_proves(listed, told)
                # Where nothing lies above a floor, only a list of pairs makes its proof needless.
                assert verdict.ok == sound or (market.open and sound), path
            if verdict.ok:
                continue
        assert not verdict.ok, path
        codes = {problem.code for problem in verdict.problems}
        assert codes & REASONS[place], (path, codes)
        refused[place[0]] += 1
    return refused


def test_verify_refuses_every_changed_value_of_a_listed_market() -> None:
    refused = Counter[str]()
    for seed in seeds(40):
        market = random_market(seed, minima=0.03)
        result = solve(market)
        if result.status == "optimal":
            refused += refusals(market, result, listed=market)
    for market in (programme(), dense_market(7, 6, seed=2)):
        refused += refusals(market, solve(market), listed=market)
    assert {*refused} >= {"pairs", "size", "floor", "score", "unmatched", "certificate", "reader"}
    assert min(refused.values()) > 10
    assert refused["certificate"] > 300


def test_verify_refuses_every_changed_value_of_an_open_market() -> None:
    refused = Counter[str]()
    for seed in seeds(5):
        market = random_open(seed)
        if market is None:
            continue
        try:
            listed = list_pairs(market)
        except InputError:
            continue  # a lock on a pair that a rule leaves out
        result = solve(market)
        if result.status == "optimal":
            refused += refusals(market, result, listed=listed)
    assert {*refused} >= {"pairs", "size", "floor", "score", "unmatched", "certificate"}
    assert refused["certificate"] > 50


@pytest.mark.parametrize("floors", ["once", "repeated"])
def test_verify_refuses_every_changed_value_of_narrowing_stages(floors: str) -> None:
    """Of a market that keeps pairs or repeats floors; an edited proof leaves the match alone."""
    refused = Counter[str]()
    for seed in seeds(5):
        market = random_market(seed, minima=0)
        market = replace(market, policy=replace(market.policy, floors=floors))
        result = solve(market)
        if result.status == "infeasible":
            continue
        if floors == "repeated":
            refused += refusals(market, result, listed=None)
            continue
        keys = [pair.key for pair in result.pairs]
        found = rematch(market, result, accepted=keys[2:3], declined=keys[:1])
        for path, spoiled in edits(rematch_to_json(found)):
            if "versions" not in path and path != ("chosen",) and path != ("other",):
                refused[str(path[0])] += _is_refused(market, result, found, path, spoiled)
    names = {"pairs", "certificate"} if floors == "repeated" else {"chosen", "other", "declined"}
    assert all(refused[name] > 8 for name in names)


def _is_refused(
    market: Market, result: Result, found: Rematch, path: Path, spoiled: dict[str, Any]
) -> bool:
    try:
        told = rematch_from_json(spoiled)
    except InputError:
        return True
    if told == found:
        return False
    is_ok = verify_rematch(market, result, told).ok
    # A certificate may be another proof of the same match; nothing else may be anything else.
    assert not is_ok or "certificate" in path, path
    return not is_ok


def conflicts() -> Iterator[tuple[Market, Result]]:
    for seed in seeds(60):
        market = random_market(seed, minima=0.3)
        result = solve(market)
        if result.status == "infeasible":
            yield market, result


def test_verify_refuses_every_changed_value_of_a_conflict() -> None:
    refused = 0
    for market, result in conflicts():
        for path, spoiled in edits(result_to_json(result)):
            if path[0] == "versions":
                continue
            try:
                told = result_from_json(spoiled)
            except InputError:
                continue
            if told == result:
                continue
            is_ok = verify(market, told).ok
            assert not is_ok or path[0] == "certificate", path
            refused += not is_ok
    assert refused > 200


def test_verify_refuses_two_pairs_with_partners_exchanged() -> None:
    """Exchanged partners are another match; it is refused unless it is as good."""
    refused = 0
    for seed in range(60):
        market, rnd = dense_market(6, 6, seed=seed, quotas=False), Random(seed)
        result = solve(market)
        one, other = rnd.sample(result.pairs, 2)
        told = dict.fromkeys([(one.left, other.right), (other.left, one.right)])
        own = [pair for pair in market.pairs if pair.key in told]
        chosen = [pair for pair in result.pairs if pair not in (one, other)] + [
            replace(
                one,
                right=p.right,
                left=p.left,
                left_view=p.left_view,
                right_view=p.right_view,
                score=p.score,
            )
            for p in own
        ]
        floor = min(pair.floor for pair in chosen)
        score = sum(pair.score for pair in chosen)
        spoiled = replace(result, pairs=tuple(chosen), floor=floor, floor_all=floor, score=score)
        codes = {problem.code for problem in verify(market, spoiled).problems}
        assert bool(codes) == ((floor, score) != (result.floor, result.score)), seed
        assert codes <= {"floor_not_proven", "score_not_proven"}
        refused += bool(codes)
    assert refused > 50
