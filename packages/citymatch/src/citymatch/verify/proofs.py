"""Proofs of the stages: no match has more pairs, then a higher floor, then a better score."""

from __future__ import annotations

from citymatch.model import Market, Prices, Result
from citymatch.verify.bound import are_prices, upper_bound
from citymatch.verify.findings import Findings
from citymatch.verify.narrowing import prove_narrowing


def prove_stages(found: Findings, market: Market, result: Result) -> dict[str, bool]:
    """Return for each stage whether the certificate proves it; stages not asked for are not."""
    locked, barred = {*market.locked}, {*market.locked, *market.vetoed}
    lowest = market.policy.absolute_floor
    forced = [pair for pair in market.pairs if pair.key in locked]
    free = [pair for pair in market.pairs if pair.key not in barred and pair.floor >= lowest]
    stages, proof = market.policy.stages, result.certificate
    proven = dict.fromkeys(("size", "floor", "score"), False)

    if market.keep is not None or market.policy.floors != "once":
        return prove_narrowing(found, market, result)
    if "size" in stages and (prices := _usable(market, proof.size, is_open=True)):
        bound = upper_bound(market, prices, free=free, forced=forced, value=lambda pair: 1, size=0)
        proven["size"] = bound == len(result.pairs)

    # Once the size is fixed, the price of a pair may have any sign. While it is open, only a least
    # number of pairs is known, and the price must not be positive.
    is_open, floor = "size" not in stages, result.floor
    least = len(result.pairs)
    if is_open:
        least = len(forced) + 1 if "floor" in stages and floor is not None else 0
    if "floor" in stages:
        above = [pair for pair in free if floor is None or pair.floor > floor]
        some = len(forced) + 1 if is_open else least
        if some == len(forced) or not above:
            # No free pair fits beside the locks, or none lies above: nothing could be higher.
            proven["floor"] = floor is None or some > len(forced)
        elif prices := _usable(market, proof.floor, is_open=is_open):
            bound = upper_bound(
                market, prices, free=above, forced=forced, value=lambda pair: 0, size=some
            )
            proven["floor"] = bound < 0
        free = [pair for pair in free if floor is not None and pair.floor >= floor]

    if "score" in stages and (prices := _usable(market, proof.score, is_open=is_open)):
        bound = upper_bound(
            market,
            prices,
            free=free,
            forced=forced,
            value=lambda pair: pair.score,
            size=least,
        )
        proven["score"] = bound == result.score

    for stage in stages:
        if not proven[stage]:
            found.fail(f"{stage}_not_proven", f"the certificate does not prove the {stage}")
    return proven


def _usable(market: Market, prices: Prices | None, *, is_open: bool) -> Prices | None:
    """Return the prices if they can prove anything."""
    if prices is None or not are_prices(market, prices) or (is_open and prices.size > 0):
        return None
    return prices
