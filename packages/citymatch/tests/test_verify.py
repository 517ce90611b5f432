"""A true result is proven; every spoiled one is refused; no prices can prove what is not true."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from brute_force import best_match, matches
from random_markets import dense_market, random_market

from citymatch import (
    Certificate,
    Chosen,
    InputError,
    Market,
    Pair,
    Policy,
    Prices,
    Result,
    Town,
    Unmatched,
    build_market,
    input_sha256,
    market_from_json,
    market_to_json,
    result_from_json,
    result_to_json,
    solve,
    verify,
)
from citymatch.eligible import build_table
from citymatch.unmatched import find_unmatched
from citymatch.verify.bound import upper_bound


def codes(market: Market, result: Result) -> list[str]:
    return [problem.code for problem in verify(market, result).problems]


def test_verify_proves_every_solved_market() -> None:
    for seed in range(300):
        market = random_market(seed)
        verdict = verify(market, solve(market))
        assert verdict.ok, (seed, verdict.problems)
        assert all(verdict.proven.values()), seed


def test_verify_proves_a_large_market() -> None:
    market = dense_market(60, 50, seed=5)
    verdict = verify(market, solve(market))
    assert verdict.ok
    assert verdict.proven == {"size": True, "floor": True, "score": True}


def told_as(market: Market, pairs: tuple[tuple[str, str], ...], proof: Certificate) -> Result:
    """Describe any match honestly, with a borrowed certificate."""
    listed = {pair.key: pair for pair in market.pairs}
    chosen = tuple(
        Chosen(*key, pair.left_view, pair.right_view, pair.score, key in market.locked)
        for key in pairs
        for pair in [listed[key]]
    )
    free = [pair.floor for pair in chosen if not pair.locked]
    floor = min(free, default=None)
    table = build_table(market)
    rows = np.array(sorted(table.row(*key) for key in pairs), dtype=np.int64)
    has_level = "floor" in market.policy.stages
    return Result(
        "optimal",
        input_sha256(market),
        {},
        chosen,
        len(chosen),
        floor,
        min((pair.floor for pair in chosen), default=None),
        sum(pair.score for pair in chosen),
        find_unmatched(table, rows, floor if has_level else None),
        proof,
    )


def test_verify_refuses_every_other_match() -> None:
    """Whatever match within the bounds is shown, only an optimal one can be proven."""
    refused = 0
    for seed in range(100):
        market = random_market(seed, minima=0.05)
        result, best = solve(market), best_match(market)
        if best is None:
            continue
        for match in matches(market):
            told = told_as(market, match.pairs, result.certificate)
            same = (match.size, match.floor, match.score) == (best.size, best.floor, best.score)
            assert verify(market, told).ok == same, (seed, match)
            refused += not same
    assert refused > 300


def test_verify_no_prices_prove_too_much() -> None:
    """The sum of any prices is an upper bound: soundness does not hang on how they were found."""
    for seed in range(150):
        market, rnd = random_market(seed, most_pairs=8), Random(seed)
        best = best_match(replace(market, policy=Policy(stages=("size", "score"))))
        if best is None or market.policy.absolute_floor:
            continue
        locked = {*market.locked}
        barred = locked | {*market.vetoed}
        towns = [town.id for town in (*market.left, *market.right)]
        for _ in range(10):
            prices = Prices(
                rnd.randint(-400_000, 400_000),
                {name: rnd.randint(0, 600_000) for name in towns},
                {name: rnd.randint(0, 300_000) for name in towns},
                {q.group: rnd.randint(0, 400_000) for q in market.quotas if q.max is not None},
                {q.group: rnd.randint(0, 400_000) for q in market.quotas},
            )
            bound = upper_bound(
                market,
                prices,
                free=[pair for pair in market.pairs if pair.key not in barred],
                forced=[pair for pair in market.pairs if pair.key in locked],
                value=lambda pair: pair.score,
                size=best.size,
            )
            assert bound >= best.score, seed


# Spoiled results: each of these must be refused, on every market where it changes anything.


def swap_partners(market: Market, data: dict[str, Any], rnd: Random) -> bool:
    pairs = data["pairs"]
    if len(pairs) < 2:
        return False
    one, other = rnd.sample(pairs, 2)
    one["right"], other["right"] = other["right"], one["right"]
    return bool(one["right"] != other["right"])


def drop_a_pair(market: Market, data: dict[str, Any], rnd: Random) -> bool:
    if not data["pairs"]:
        return False
    data["pairs"].pop(rnd.randrange(len(data["pairs"])))
    return True


def show_a_pair_twice(market: Market, data: dict[str, Any], rnd: Random) -> bool:
    if not data["pairs"]:
        return False
    data["pairs"].append(dict(rnd.choice(data["pairs"])))
    return True


def add_a_pair(market: Market, data: dict[str, Any], rnd: Random) -> bool:
    chosen = {(pair["left"], pair["right"]) for pair in data["pairs"]}
    others = [(u.id, e.id) for u in market.left for e in market.right if (u.id, e.id) not in chosen]
    if not others:
        return False
    left, right = rnd.choice(others)
    data["pairs"].append(
        {"left": left, "right": right, "left_view": 1.0, "right_view": 1.0, "score": 1.0}
    )
    return True


def spoil(name: str, by: float) -> Callable[[Market, dict[str, Any], Random], bool]:
    def change(market: Market, data: dict[str, Any], rnd: Random) -> bool:
        if data[name] is None:
            data[name] = 0
        else:
            data[name] += by
        return True

    change.__name__ = f"spoil_{name}"
    return change


def spoil_pair(name: str) -> Callable[[Market, dict[str, Any], Random], bool]:
    def change(market: Market, data: dict[str, Any], rnd: Random) -> bool:
        if not data["pairs"]:
            return False
        pair = rnd.choice(data["pairs"])
        pair[name] = pair[name] - 0.000001 if pair[name] > 0.5 else pair[name] + 0.000001
        return True

    change.__name__ = f"spoil_pair_{name}"
    return change


def flip_a_lock(market: Market, data: dict[str, Any], rnd: Random) -> bool:
    if not data["pairs"]:
        return False
    pair = rnd.choice(data["pairs"])
    pair["locked"] = not pair["locked"]
    return True


def lose_a_proof(market: Market, data: dict[str, Any], rnd: Random) -> bool:
    if not data["certificate"]:
        return False
    del data["certificate"][rnd.choice(sorted({*data["certificate"]} - {"floor"}))]
    return True


def empty_a_proof(market: Market, data: dict[str, Any], rnd: Random) -> bool:
    """Without prices the bound is the sum of all pairs that could be chosen."""
    eligible = len(market.pairs) - len({*market.vetoed} & {pair.key for pair in market.pairs})
    if market.policy.absolute_floor or eligible == data["size"]:
        return False
    data["certificate"]["size"] = {}
    return True


def price_an_unknown_bound(market: Market, data: dict[str, Any], rnd: Random) -> bool:
    data["certificate"]["size"]["town_max"]["nobody"] = 0
    return True


def use_a_negative_price(market: Market, data: dict[str, Any], rnd: Random) -> bool:
    data["certificate"]["score"]["town_max"][market.left[0].id] = -1
    return True


def forget_an_unmatched_town(market: Market, data: dict[str, Any], rnd: Random) -> bool:
    if not data["unmatched"]:
        return False
    data["unmatched"].pop()
    return True


def change_the_digest(market: Market, data: dict[str, Any], rnd: Random) -> bool:
    data["input_sha256"] = data["input_sha256"][::-1]
    return True


SPOILERS = [
    swap_partners,
    drop_a_pair,
    show_a_pair_twice,
    add_a_pair,
    spoil("size", 1),
    spoil("floor", 0.000001),
    spoil("floor_all", -0.000001),
    spoil("score", 0.000001),
    spoil_pair("left_view"),
    spoil_pair("right_view"),
    spoil_pair("score"),
    flip_a_lock,
    lose_a_proof,
    empty_a_proof,
    price_an_unknown_bound,
    use_a_negative_price,
    forget_an_unmatched_town,
    change_the_digest,
]


@pytest.mark.parametrize("spoiler", SPOILERS, ids=lambda spoiler: spoiler.__name__)
def test_verify_refuses_a_spoiled_result(
    spoiler: Callable[[Market, dict[str, Any], Random], bool],
) -> None:
    spoiled = 0
    for seed in range(90):
        market, rnd = random_market(seed, minima=0.05), Random(seed)
        result = solve(market)
        data = result_to_json(result)
        if result.status == "infeasible" or not spoiler(market, data, rnd):
            continue
        try:
            told = result_from_json(data)
        except InputError:
            spoiled += 1
            continue
        if told == result:
            continue
        verdict = verify(market, told)
        assert not verdict.ok, seed
        assert verdict.problems, seed
        spoiled += 1
    assert spoiled >= 10


def broken_market(**changes: Any) -> tuple[Market, Result]:
    """Return a result and the market that it was solved from, before the market was changed."""
    market = Market(
        (Town("u1"), Town("u2")),
        (Town("e1"), Town("e2")),
        (
            Pair("u1", "e1", 900_000, 800_000),
            Pair("u2", "e2", 700_000, 600_000),
            Pair("u2", "e1", 300_000, 500_000),
        ),
    )
    return replace(market, **changes), solve(market)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"vetoed": (("u1", "e1"),)}, "pair_vetoed"),
        ({"locked": (("u2", "e1"),)}, "lock_missing"),
        ({"policy": Policy(absolute_floor=650_000)}, "pair_below_absolute_floor"),
        ({"left": (Town("u1", max=0), Town("u2"))}, "town_over_max"),
        ({"left": (Town("u1", min=2, max=2), Town("u2"))}, "town_under_min"),
        ({"pairs": (Pair("u1", "e1", 900_000, 800_000),)}, "pair_not_listed"),
    ],
)
def test_verify_names_the_broken_rule(changes: dict[str, Any], code: str) -> None:
    market, result = broken_market(**changes)
    told = replace(result, input_sha256=input_sha256(market))
    assert code in codes(market, told)
    assert codes(market, result)[0] == "wrong_input"


def test_verify_refuses_a_wrong_reason_for_room_left() -> None:
    seen: set[str] = set()
    for seed in range(60):
        market = random_market(seed, minima=0)
        result = solve(market)
        for row, town in enumerate(result.unmatched):
            seen.add(town.code)
            for told in (
                replace(town, code="group_full"),
                replace(town, code="others_preferred", params={}),
                replace(town, params={**town.params, "more": 1}),
                replace(town, params={}),
            ):
                if told == town:
                    continue
                unmatched = (*result.unmatched[:row], told, *result.unmatched[row + 1 :])
                problems = verify(market, replace(result, unmatched=unmatched)).problems
                assert [(p.code, p.row, p.params) for p in problems] == [
                    ("wrong_unmatched", row + 1, {"id": town.id})
                ]
    assert seen == {"no_eligible_pair", "group_full", "below_floor", "partners_taken"}


def test_verify_unsound_markets_are_refused() -> None:
    market, result = broken_market()
    for unsound in (
        replace(market, pairs=(*market.pairs, market.pairs[0])),
        replace(market, right=(*market.right, Town("u1"))),
        replace(market, locked=(("u1", "e1"),), vetoed=(("u1", "e1"),)),
        replace(market, pairs=(*market.pairs, Pair("u9", "e1", 1, 1))),
    ):
        told = replace(result, input_sha256=input_sha256(unsound))
        assert codes(unsound, told) == ["unsound_market"]


def scored_market() -> Market:
    left = tuple(
        Town(f"u{k}", population=1000 * k + 500, needs={"water": 1, "energy": k}) for k in range(3)
    )
    right = tuple(Town(f"e{k}", population=900 * k + 800, offers={"water": 2}) for k in range(3))
    weights = {"needs": 2.0, "size": 1.0}
    return build_market(left, right, weights={"left": weights, "right": weights})


def test_verify_scores_again_what_the_package_scored() -> None:
    market = scored_market()
    assert verify(market, solve(market)).ok
    pair = market.pairs[4]
    assert pair.parts is not None
    needs = replace(pair.parts["needs"], left=pair.parts["needs"].left + 40_000)
    better = replace(pair, left_view=pair.left_view + 40_000, parts={**pair.parts, "needs": needs})
    forged = replace(market, pairs=(*market.pairs[:4], better, *market.pairs[5:]))
    assert codes(forged, solve(forged)) == ["wrong_scoring"]


def test_verify_scores_again_after_a_round_trip_through_files() -> None:
    market = scored_market()
    again = market_from_json(market_to_json(market))
    assert verify(again, solve(market)).ok


def test_verify_parts_must_add_up() -> None:
    market, result = broken_market()
    parted = scored_market().pairs[0].parts
    uneven = replace(market, pairs=(replace(market.pairs[0], parts=parted), *market.pairs[1:]))
    told = replace(result, input_sha256=input_sha256(uneven))
    assert "parts_do_not_add_up" in codes(uneven, told)


def infeasible(seed_from: int = 0) -> Iterator[tuple[Market, Result]]:
    for seed in range(seed_from, seed_from + 120):
        market = random_market(seed, minima=0.3)
        result = solve(market)
        if result.status == "infeasible":
            yield market, result


def test_verify_proves_conflicts() -> None:
    seen = 0
    for market, result in infeasible():
        verdict = verify(market, result)
        assert verdict.ok, verdict.problems
        assert verdict.proven == {"infeasible": True, "relaxation": True}
        seen += 1
    assert seen >= 30


def test_verify_refuses_spoiled_conflicts() -> None:
    for market, result in infeasible():
        conflict, proof = result.conflict, result.certificate
        assert conflict is not None
        assert proof.infeasible is not None
        assert proof.witness is not None
        fewer = replace(conflict, bounds=conflict.bounds[1:])
        dearer = replace(conflict, cost=conflict.cost + 1)
        free = replace(conflict, relaxation=(), cost=0)
        stricter = replace(
            conflict.bounds[0], value=conflict.bounds[0].value + 1, id=conflict.bounds[0].id
        )
        wrong = replace(conflict, bounds=(stricter, *conflict.bounds[1:]))
        for told in (
            replace(result, conflict=None),
            replace(result, conflict=fewer),
            replace(result, conflict=dearer),
            replace(result, conflict=free),
            replace(result, conflict=wrong),
            replace(result, conflict=replace(conflict, bounds=conflict.bounds * 2)),
            replace(result, size=0),
            replace(result, floor=1),
            replace(result, unmatched=(Unmatched("u0", "left", 0, 1, "group_full"),)),
            replace(result, certificate=replace(proof, infeasible=None)),
            replace(result, certificate=replace(proof, infeasible=Prices())),
            replace(result, certificate=replace(proof, witness=None)),
            replace(result, certificate=replace(proof, witness=(*proof.witness, ("u0", "nobody")))),
        ):
            assert not verify(market, told).ok


def test_verify_refuses_to_call_a_feasible_market_infeasible() -> None:
    donors = [result for _, result in infeasible()]
    for seed in range(40):
        market = random_market(seed, minima=0)
        if solve(market).status == "infeasible":
            continue
        told = replace(donors[seed % len(donors)], input_sha256=input_sha256(market))
        assert not verify(market, told).ok
