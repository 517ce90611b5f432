"""Re-matches: exact, never with a declined pair, provable both ways, and refused when spoiled."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from brute_force import best_match
from random_markets import dense_market, random_market

from citymatch import (
    InputError,
    Market,
    Pair,
    Quota,
    Rematch,
    Result,
    Town,
    dumps,
    input_sha256,
    market_after,
    market_from_json,
    market_to_json,
    regret,
    rematch,
    rematch_from_json,
    rematch_to_json,
    solve,
    verify,
    verify_rematch,
)
from citymatch.files import input_sha256s

type Key = tuple[str, str]

WAYS = ("before-floor", "after-floor")


def answered(
    seeds: range, *, minima: float = 0.05
) -> Iterator[tuple[Market, Result, list[Key], list[Key], str]]:
    """Yield solved random markets with random answers to their pairs."""
    for seed in seeds:
        market, rnd = random_market(seed, minima=minima), Random(seed)
        result = solve(market)
        keys = [pair.key for pair in result.pairs]
        if not keys:
            continue
        rnd.shuffle(keys)
        no = rnd.randint(0, min(2, len(keys)))
        yes = rnd.randint(0, len(keys) - no)
        yield market, result, keys[no : no + yes], keys[:no], WAYS[seed % 2]


def test_rematch_equals_brute_force_both_ways() -> None:
    seen = 0
    for market, result, yes, no, keep in answered(range(250)):
        found = rematch(market, result, accepted=yes, declined=no, keep=keep)
        assert found.chosen.keep == keep
        assert {found.chosen.keep, found.other.keep} == {*WAYS}
        for way in (found.chosen, found.other):
            after = market_after(market, result, accepted=yes, declined=no, keep=way.keep)
            assert way.result == solve(after)
            best, told = best_match(after), way.result
            if best is None:
                assert told.status == "infeasible"
                continue
            assert tuple(pair.key for pair in told.pairs) == best.pairs
            assert (told.size, told.floor, told.score) == (best.size, best.floor, best.score)
            assert told.kept == best.kept
            seen += 1
        verdict = verify_rematch(market, result, found)
        assert verdict.ok, verdict.problems
        assert all(verdict.proven.values())
    assert seen > 300


def test_rematch_keeps_answers_and_puts_first_what_was_asked() -> None:
    gave_way = 0
    for market, result, yes, no, _ in answered(range(250, 500), minima=0):
        found = rematch(market, result, accepted=yes, declined=no)
        early, late = found.chosen.result, found.other.result
        for told in (early, late):
            keys = {pair.key for pair in told.pairs}
            assert {*yes} <= keys
            assert keys.isdisjoint(no)
        assert early.size == late.size
        assert early.kept is not None
        assert late.kept is not None
        assert early.kept >= late.kept
        assert (early.floor or 0) <= (late.floor or 0)
        gave_way += early.kept > late.kept
    assert gave_way >= 3


def test_rematch_without_answers_changes_nothing() -> None:
    for market, result, _, _, keep in answered(range(40)):
        found = rematch(market, result, accepted=(), declined=(), keep=keep)
        for way in (found.chosen, found.other):
            assert [pair.key for pair in way.result.pairs] == [pair.key for pair in result.pairs]
            assert (way.changes.gained, way.changes.lost, way.changes.towns) == ((), (), ())


def test_rematch_of_a_rematch_goes_on_from_there() -> None:
    seen = 0
    for market, result, yes, no, keep in answered(range(120), minima=0):
        way = rematch(market, result, accepted=yes, declined=no, keep=keep).chosen
        second = market_after(market, result, accepted=yes, declined=no, keep=keep)
        open_keys = [pair.key for pair in way.result.pairs if not pair.locked]
        if not open_keys:
            continue
        again = rematch(second, way.result, accepted=open_keys[1:], declined=open_keys[:1])
        assert verify_rematch(second, way.result, again).ok
        keys = {pair.key for pair in again.chosen.result.pairs}
        assert keys.isdisjoint([*no, open_keys[0]])
        assert {*yes, *open_keys[1:]} <= keys
        seen += 1
    assert seen > 50


def test_rematch_of_a_large_market_with_many_locks_is_proven() -> None:
    market = dense_market(60, 50, seed=3)
    result = solve(market)
    keys = [pair.key for pair in result.pairs]
    Random(3).shuffle(keys)
    for yes in (0, 20, 40):
        found = rematch(market, result, accepted=keys[:yes], declined=keys[yes : yes + 4])
        assert verify_rematch(market, result, found).ok
        assert found.chosen.result.kept is not None
        assert found.chosen.result.kept >= len(keys) - yes - 4 - 8


def two_by_two() -> tuple[Market, Result]:
    """Three towns a side; if u1–e1 fails, keeping u2–e2 costs the floor."""
    market = Market(
        (Town("u1"), Town("u2"), Town("u3", max=0)),
        (Town("e1"), Town("e2"), Town("e3")),
        (
            Pair("u1", "e1", 900_000, 900_000),
            Pair("u2", "e2", 800_000, 800_000),
            Pair("u1", "e2", 700_000, 700_000),
            Pair("u2", "e3", 600_000, 600_000),
            Pair("u1", "e3", 100_000, 100_000),
        ),
    )
    return market, solve(market)


def test_rematch_shows_what_each_town_gains_and_loses() -> None:
    market, result = two_by_two()
    found = rematch(market, result, accepted=[], declined=[("u1", "e1")])
    early, late = found.chosen, found.other
    assert [pair.key for pair in early.result.pairs] == [("u1", "e3"), ("u2", "e2")]
    assert (early.result.kept, early.result.floor) == (1, 100_000)
    assert [pair.key for pair in late.result.pairs] == [("u1", "e2"), ("u2", "e3")]
    assert (late.result.kept, late.result.floor) == (0, 600_000)
    assert rematch_to_json(found)["chosen"]["changes"] == {
        "kept": [["u2", "e2"]],
        "gained": [["u1", "e3"]],
        "lost": [["u1", "e1"]],
        "towns": [
            {"id": "u1", "side": "left", "lost": ["e1"], "gained": ["e3"]},
            {"id": "e1", "side": "right", "lost": ["u1"], "gained": []},
            {"id": "e3", "side": "right", "lost": [], "gained": ["u1"]},
        ],
    }
    assert [town.id for town in late.changes.towns] == ["u1", "u2", "e1", "e2", "e3"]


def test_rematch_lifts_the_lock_of_a_declined_pair() -> None:
    market, _ = two_by_two()
    market = replace(market, locked=(("u1", "e1"),))
    found = rematch(market, solve(market), accepted=[], declined=[("u1", "e1")])
    assert ("u1", "e1") not in {pair.key for pair in found.chosen.result.pairs}
    assert found.chosen.result.status == "optimal"


def test_rematch_that_cannot_be_met_shows_the_conflict() -> None:
    market, _ = two_by_two()
    market = replace(market, left=(Town("u1", min=1), Town("u2", min=1), Town("u3", max=0)))
    market = replace(market, pairs=market.pairs[:2])
    result = solve(market)
    found = rematch(market, result, accepted=[("u2", "e2")], declined=[("u1", "e1")])
    assert found.chosen.result.status == found.other.result.status == "infeasible"
    conflict = found.chosen.result.conflict
    assert conflict is not None
    assert [(bound.code, bound.id) for bound in conflict.bounds] == [("town_min", "u1")]
    assert verify_rematch(market, result, found).ok


@pytest.mark.parametrize(
    ("answers", "code", "file", "row"),
    [
        ({"declined": [("u1", "e2")]}, "answer_not_in_result", "declined", 1),
        (
            {"declined": [("u1", "e1"), ("u9", "e9")]},
            "answer_not_in_result",
            "declined",
            2,
        ),
        ({"accepted": [("u1", "e2")]}, "answer_not_in_result", "accepted", 1),
        (
            {"accepted": [("u1", "e1")], "declined": [("u1", "e1")]},
            "accepted_and_declined",
            "declined",
            1,
        ),
        ({"accepted": [("u1", "e1"), ("u1", "e1")]}, "duplicate_pair", "accepted", 2),
        ({"keep": "sometimes"}, "wrong_value", "arguments", None),
    ],
)
def test_rematch_bad_answers_are_named(
    answers: dict[str, Any], code: str, file: str, row: int | None
) -> None:
    market, result = two_by_two()
    with pytest.raises(InputError) as caught:
        rematch(market, result, **{"accepted": [], "declined": [], **answers})
    assert [(p.code, p.file, p.row) for p in caught.value.problems] == [(code, file, row)]
    assert "\n" not in str(caught.value)


def test_rematch_of_another_market_is_refused() -> None:
    market, result = two_by_two()
    other = replace(market, pairs=market.pairs[2:])
    with pytest.raises(InputError, match="cannot be used with this market"):
        rematch(other, result, accepted=[], declined=[])


@pytest.mark.parametrize(
    ("keep", "code"),
    [
        ({"pairs": [["u1", "e7"]]}, "unknown_town"),
        ({"pairs": [["e1", "u1"]]}, "wrong_side"),
        ({"pairs": [["u2", "e1"]]}, "keep_not_listed"),
        ({"pairs": [["u1", "e1"], ["u1", "e1"]]}, "duplicate_pair"),
        ({"pairs": [], "when": "never"}, "wrong_value"),
        ({"pairs": "u1"}, "wrong_type"),
        ({"pairs": [], "how": 1}, "unknown_field"),
    ],
)
def test_market_with_a_bad_keep_is_refused(keep: dict[str, Any], code: str) -> None:
    market, _ = two_by_two()
    data = market_to_json(market) | {"keep": keep}
    with pytest.raises(InputError) as caught:
        market_from_json(data)
    assert {problem.code for problem in caught.value.problems} == (
        {"unknown_town"} if code == "unknown_town" else {code}
    )


def test_market_that_keeps_without_a_size_is_refused() -> None:
    market, result = two_by_two()
    after = market_after(market, result, accepted=[], declined=[])
    with pytest.raises(InputError) as caught:
        solve(replace(after, policy=replace(after.policy, stages=("floor", "score"))))
    assert [problem.code for problem in caught.value.problems] == ["keep_without_size"]


def test_market_after_answers_round_trip_and_digests() -> None:
    for market, result, yes, no, _ in answered(range(30)):
        ways = [market_after(market, result, accepted=yes, declined=no, keep=keep) for keep in WAYS]
        assert input_sha256s(ways) == [input_sha256(way) for way in ways]
        for way in ways:
            text = dumps(market_to_json(way))
            assert dumps(market_to_json(market_from_json(json.loads(text)))) == text
    assert input_sha256s([]) == []


def test_regrets_of_a_rematch_equal_solving_again() -> None:
    """A forced pair is measured against the re-match, with pairs kept as a stage."""
    for market, result, yes, no, keep in answered(range(30), minima=0):
        after = market_after(market, result, accepted=yes, declined=no, keep=keep)
        told = solve(after)
        chosen = {pair.key for pair in told.pairs}
        for pair in after.pairs:
            own = regret(after, told, *pair.key)
            again = (
                solve(
                    replace(
                        after,
                        locked=tuple(key for key in after.locked if key != pair.key),
                        vetoed=(*after.vetoed, pair.key),
                    )
                )
                if pair.key in chosen
                else solve(
                    replace(
                        after,
                        locked=(*after.locked, pair.key),
                        vetoed=tuple(key for key in after.vetoed if key != pair.key),
                    )
                )
                if fits(after, pair.key)
                else None
            )
            if again is None or again.status == "infeasible":
                assert own.status == "infeasible"
                continue
            assert (own.size, own.floor, own.score) == (again.size, again.floor, again.score)


def fits(market: Market, key: Key) -> bool:
    """Whether one more lock is within the maxima of both towns."""
    most = {town.id: town.max for town in (*market.left, *market.right)}
    return all(sum(end in lock for lock in market.locked) < most[end] for end in key)


# Spoiled re-matches: each of these must be refused.


def move_a_pair_back(data: dict[str, Any]) -> None:
    data["chosen"]["result"]["pairs"] = deepcopy(data["other"]["result"]["pairs"])


def swap_the_ways(data: dict[str, Any]) -> None:
    data["chosen"]["result"], data["other"]["result"] = (
        data["other"]["result"],
        data["chosen"]["result"],
    )


def rename_the_way(data: dict[str, Any]) -> None:
    data["chosen"]["keep"], data["other"]["keep"] = data["other"]["keep"], data["chosen"]["keep"]


def show_one_way_twice(data: dict[str, Any]) -> None:
    data["other"] = deepcopy(data["chosen"])


def hide_a_no(data: dict[str, Any]) -> None:
    data["declined"] = []


def invent_a_no(data: dict[str, Any]) -> None:
    data["declined"].append(["u1", "e3"])


def turn_a_no_into_a_yes(data: dict[str, Any]) -> None:
    data["accepted"] = data["declined"]


def spoil_kept(data: dict[str, Any]) -> None:
    data["chosen"]["result"]["kept"] += 1


def forget_kept(data: dict[str, Any]) -> None:
    del data["chosen"]["result"]["kept"]


def lose_the_proof_of_keeping(data: dict[str, Any]) -> None:
    del data["other"]["result"]["certificate"]["keep"]


def cheapen_the_proof_of_keeping(data: dict[str, Any]) -> None:
    data["chosen"]["result"]["certificate"]["keep"] = {"town_max": {"e2": -1}}


def borrow_the_proof_of_the_floor(data: dict[str, Any]) -> None:
    proof = data["chosen"]["result"]["certificate"]
    proof["score"] = proof["keep"]


def change_the_digest(data: dict[str, Any]) -> None:
    data["input_sha256"] = data["input_sha256"][::-1]


def forget_a_change(data: dict[str, Any]) -> None:
    data["chosen"]["changes"]["gained"] = []


def forget_a_town(data: dict[str, Any]) -> None:
    data["other"]["changes"]["towns"].pop()


def call_it_infeasible(data: dict[str, Any]) -> None:
    data["chosen"]["result"] |= {"status": "infeasible", "pairs": [], "size": None}


@pytest.mark.parametrize(
    "spoil",
    [
        move_a_pair_back,
        swap_the_ways,
        rename_the_way,
        show_one_way_twice,
        hide_a_no,
        invent_a_no,
        turn_a_no_into_a_yes,
        spoil_kept,
        forget_kept,
        lose_the_proof_of_keeping,
        cheapen_the_proof_of_keeping,
        borrow_the_proof_of_the_floor,
        change_the_digest,
        forget_a_change,
        forget_a_town,
        call_it_infeasible,
    ],
    ids=lambda spoil: spoil.__name__,
)
def test_verify_refuses_a_spoiled_rematch(spoil: Callable[[dict[str, Any]], None]) -> None:
    market, result = two_by_two()
    market = replace(market, quotas=(Quota("all", 0, 9),), left=tuple(map(grouped, market.left)))
    result = solve(market)
    found = rematch(market, result, accepted=[], declined=[("u1", "e1")])
    data = json.loads(dumps(rematch_to_json(found)))
    assert verify_rematch(market, result, rematch_from_json(data)) == verify_rematch(
        market, result, found
    )
    spoil(data)
    verdict = verify_rematch(market, result, rematch_from_json(data))
    assert not verdict.ok
    assert verdict.problems


def grouped(town: Town) -> Town:
    return replace(town, groups=("all",))


def test_verify_refuses_every_other_rematch() -> None:
    """A result of one way can stand for the other only where both are the same match."""
    refused = 0
    for seed in range(20):
        market, keep = dense_market(9, 9, seed=seed), WAYS[seed % 2]
        result = solve(market)
        no = [pair.key for pair in result.pairs[:2]]
        found = rematch(market, result, accepted=[], declined=no, keep=keep)
        own, other = found.chosen.result, found.other.result
        claimed = replace(other, input_sha256=own.input_sha256)
        after = market_after(market, result, accepted=[], declined=no, keep=keep)
        figures = [(told.size, told.kept, told.floor, told.score) for told in (own, other)]
        if figures[0] != figures[1]:
            assert not verify(after, claimed).ok
            assert not verify(after, replace(claimed, certificate=own.certificate)).ok
            refused += 1
    assert refused >= 5


def test_rematch_same_answers_in_any_order_same_bytes() -> None:
    def told(found: Rematch) -> str:
        return dumps(rematch_to_json(found))

    for market, result, yes, no, keep in answered(range(20)):
        first = rematch(market, result, accepted=yes, declined=no, keep=keep)
        turned = replace(market, pairs=market.pairs[::-1], left=market.left[::-1])
        again = rematch(turned, result, accepted=yes[::-1], declined=no[::-1], keep=keep)
        assert told(first) == told(again)
