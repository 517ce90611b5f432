"""Proofs of the stages: no match has more pairs, then a higher floor, then a better score."""

from __future__ import annotations

from citymatch.model import MICRO, Market, Pair, Prices, Result
from citymatch.verify.bound import are_prices, upper_bound
from citymatch.verify.findings import Findings
from citymatch.verify.narrowing import prove_narrowing
from citymatch.verify.pairs import any_free, free_pairs


def prove_stages(found: Findings, market: Market, result: Result) -> dict[str, bool]:
    """Return for each stage whether the certificate proves it; stages not asked for are not."""
    locked = {*market.locked}
    lowest = market.policy.absolute_floor
    forced = [pair for pair in market.pairs if pair.key in locked]
    stages, proof = market.policy.stages, result.certificate
    proven = dict.fromkeys(("size", "floor", "score"), False)

    if market.keep is not None or market.policy.floors != "once":
        return prove_narrowing(found, market, result)
    if "size" in stages and (prices := _usable(market, proof.size, is_open=True)):
        free = free_pairs(market, prices, lowest=lowest, value=_one)
        bound = upper_bound(market, prices, free=free, forced=forced, value=_one, size=0)
        proven["size"] = bound == len(result.pairs)

    # Once the size is fixed, the price of a pair may have any sign. While it is open, only a least
    # number of pairs is known, and the price must not be positive.
    is_open, floor = "size" not in stages, result.floor
    least = len(result.pairs)
    if is_open:
        least = len(forced) + 1 if "floor" in stages and floor is not None else 0
    if "floor" in stages:
        above = lowest if floor is None else max(lowest, floor + 1)
        some = len(forced) + 1 if is_open else least
        if some == len(forced) or not any_free(market, above):
            # No free pair fits beside the locks, or none lies above: nothing could be higher.
            proven["floor"] = floor is None or some > len(forced)
        elif prices := _usable(market, proof.floor, is_open=is_open):
            free = free_pairs(market, prices, lowest=above, value=_nothing)
            bound = upper_bound(market, prices, free=free, forced=forced, value=_nothing, size=some)
            proven["floor"] = bound < 0
        lowest = MICRO + 1 if floor is None else max(lowest, floor)

    if "score" in stages and (prices := _usable(market, proof.score, is_open=is_open)):
        free = free_pairs(market, prices, lowest=lowest, value=_score, is_score=True)
        bound = upper_bound(market, prices, free=free, forced=forced, value=_score, size=least)
        proven["score"] = bound == result.score

    for stage in stages:
        if not proven[stage]:
            found.fail(f"{stage}_not_proven", f"the certificate does not prove the {stage}")
    return proven


def _one(pair: Pair) -> int:
    return 1


def _nothing(pair: Pair) -> int:
    return 0


def _score(pair: Pair) -> int:
    return pair.score


def _usable(market: Market, prices: Prices | None, *, is_open: bool) -> Prices | None:
    """Return the prices if they can prove anything."""
    if prices is None or not are_prices(market, prices) or (is_open and prices.size > 0):
        return None
    return prices
