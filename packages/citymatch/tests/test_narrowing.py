"""The checker on stages that narrow: sound whatever is claimed, and whoever made the prices."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from brute_force import best_match, matches
from random_markets import dense_market, random_market
from test_verify import SPOILERS, told_as

from citymatch import (
    Certificate,
    InputError,
    Keep,
    LevelProof,
    Market,
    Pair,
    Prices,
    Result,
    result_from_json,
    result_to_json,
    solve,
    verify,
)
from citymatch.verify.face import Face


def narrowing(seeds: range, *, minima: float = 0.03) -> Iterator[Market]:
    """Yield random markets that keep pairs, repeat floors, or both."""
    for seed in seeds:
        market, rnd = random_market(seed, minima=minima, most_pairs=9), Random(seed)
        keys = [pair.key for pair in market.pairs]
        kept = tuple(rnd.sample(keys, rnd.randint(0, len(keys))))
        when = rnd.choice(("before-floor", "after-floor"))
        if seed % 3:
            market = replace(market, keep=Keep(kept, when))
        if seed % 3 != 1:
            market = replace(market, policy=replace(market.policy, floors="repeated"))
        yield market


def test_verify_refuses_every_match_that_is_not_best() -> None:
    refused = 0
    for market in narrowing(range(150)):
        result, best = solve(market), best_match(market)
        if best is None:
            continue
        for match in matches(market):
            told = told_as(market, match.pairs, result.certificate)
            if market.keep is not None:
                told = replace(told, kept=match.kept)
            figures = [
                (own.size, own.kept, own.floor, own.score, repeated_levels(market, own.levels))
                for own in (match, best)
            ]
            assert verify(market, told).ok == (figures[0] == figures[1]), match
            refused += figures[0] != figures[1]
    assert refused > 300


def repeated_levels(market: Market, levels: tuple[int, ...]) -> tuple[int, ...]:
    return levels if market.policy.floors == "repeated" else ()


def test_verify_borrowed_prices_prove_nothing_untrue() -> None:
    """Prices of other markets, of other stages, or shuffled can only fail to prove."""
    rnd = Random(7)
    donors = [result.certificate for m in narrowing(range(150, 230)) if (result := solve(m)).pairs]
    proven = tried = 0
    for market in narrowing(range(230, 300)):
        best = best_match(market)
        if best is None or not market.pairs:
            continue
        own = solve(market).certificate
        for match in list(matches(market))[:40]:
            proof = mixed(rnd, own, rnd.choice(donors))
            told = told_as(market, match.pairs, proof)
            if market.keep is not None:
                told = replace(told, kept=match.kept)
            if verify(market, told).ok:
                assert (match.size, match.kept, match.floor, match.score) == (
                    best.size,
                    best.kept,
                    best.floor,
                    best.score,
                )
                proven += 1
            tried += 1
    assert tried > 250
    assert proven > 0


def mixed(rnd: Random, own: Certificate, other: Certificate) -> Certificate:
    """Return a certificate put together of two, some of its prices in the wrong place."""
    parts = {name: getattr(rnd.choice((own, own, other)), name) for name in ("size", "floor")}
    given = [proof for proof in (own.score, own.keep, own.floor, other.score) if proof is not None]
    return Certificate(
        **parts,
        score=rnd.choice([own.score, *given]),
        keep=rnd.choice([own.keep, own.keep, *given]),
        levels=tuple(
            LevelProof(level.level, rnd.choice([level.prices, level.prices, *given, Prices()]))
            for level in rnd.choice((own, other)).levels
        ),
    )


def test_face_holds_every_best_match() -> None:
    """What is narrowed away is in no match that meets the bound: for any prices that are tight."""
    narrowed = 0
    for market in narrowing(range(120), minima=0):
        locked, barred = {*market.locked}, {*market.locked, *market.vetoed}
        lowest = market.policy.absolute_floor
        best, certificate = best_match(market), solve(market).certificate
        if best is None or certificate.size is None:
            continue
        face = Face(
            market,
            best.size,
            tuple(p for p in market.pairs if p.key not in barred and p.floor >= lowest),
            tuple(p for p in market.pairs if p.key in locked),
        )

        def one(pair: Pair) -> int:
            return 1

        assert face.has_at_most(certificate.size, one) == best.size
        after = face.of_best(certificate.size, one)
        shared = {pair.key for pair in after.forced}
        still = shared | {pair.key for pair in after.free}
        for match in matches(market):
            if match.size == best.size:
                assert shared <= {*match.pairs} <= still
        narrowed += len(after.free) < len(face.free)
    assert narrowed > 10


def spoil_kept(market: Market, data: dict[str, Any], rnd: Random) -> bool:
    data["kept"] = data.get("kept", -1) + 1
    return True


def drop_a_level(market: Market, data: dict[str, Any], rnd: Random) -> bool:
    levels = data["certificate"].get("levels")
    if not levels:
        return False
    # The lowest level has its pairs among the open ones; a later one may have become plain.
    levels.pop(0)
    return True


@pytest.mark.parametrize(
    "spoiler",
    [*SPOILERS, spoil_kept, drop_a_level],
    ids=lambda spoiler: spoiler.__name__,
)
def test_verify_refuses_a_spoiled_result_of_narrowing_stages(
    spoiler: Callable[[Market, dict[str, Any], Random], bool],
) -> None:
    spoiled = 0
    for seed, market in enumerate(narrowing(range(100))):
        result = solve(market)
        data = result_to_json(result)
        if result.status == "infeasible" or not spoiler(market, data, Random(seed)):
            continue
        try:
            told = result_from_json(data)
        except InputError:
            spoiled += 1
            continue
        if told == result:
            continue
        assert not verify(market, told).ok, seed
        spoiled += 1
    assert spoiled >= 8


def test_narrowing_of_a_dense_market_is_proven() -> None:
    for seed, when in ((1, "before-floor"), (2, "after-floor")):
        market = dense_market(40, 36, seed=seed)
        keys = tuple(pair.key for pair in solve(market).pairs)
        later = replace(
            market,
            pairs=tuple(pair for pair in market.pairs if pair.key not in keys[::9]),
            keep=Keep(tuple(key for key in keys if key not in keys[::9]), when),
            policy=replace(market.policy, floors="repeated"),
        )
        result: Result = solve(later)
        verdict = verify(later, result)
        assert verdict.ok
        assert verdict.proven == dict.fromkeys(("size", "keep", "floor", "levels", "score"), True)
