"""Proof that the bounds of a conflict cannot be met together, and that its way out is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from citymatch.model import Conflict, Market, Pair, PairKey, Prices, Result
from citymatch.verify.bound import are_prices, upper_bound
from citymatch.verify.findings import Findings, broken_bounds
from citymatch.verify.pairs import free_pairs

type BoundKey = tuple[str, str | PairKey | None]

NO_MATCH: Mapping[str, Any] = {
    "pairs": (),
    "size": None,
    "floor": None,
    "floor_all": None,
    "score": None,
    "unmatched": (),
    "kept": None,
}
"""What a result without a match says of one."""

RELAXABLE = ("group_min", "group_max", "town_min")


def check_conflict(
    found: Findings, market: Market, result: Result, *, crossed: bool
) -> dict[str, bool]:
    """Return whether the conflict's bounds alone contradict each other, and the way out works.

    Where groups cross, that they contradict each other need not be proven.
    """
    conflict, proof = result.conflict, result.certificate
    proven = {"infeasible": False, "relaxation": False}
    unproven = proof.infeasible is None
    if conflict is None or (unproven and not crossed) or proof.witness is None:
        found.fail("conflict_missing", "the result says infeasible and does not prove it")
        return proven
    if result != replace(result, **NO_MATCH):
        found.fail("conflict_missing", "the result says infeasible and shows a match")
    own = _own_bounds(market)
    named = [(bound.code, bound.id) for bound in conflict.bounds]
    for row, bound in enumerate(conflict.bounds, 1):
        if own.get(named[row - 1]) != bound.value:
            found.fail("wrong_bound", f"the market has no {bound.code} of {bound.value}", row)
        elif named[row - 1] in named[: row - 1]:
            found.fail("wrong_bound", f"this {bound.code} is there twice", row)
    if proof.infeasible is not None:
        proven["infeasible"] = _is_contradiction(market, conflict, proof.infeasible)
    proven["relaxation"] = _is_way_out(market, conflict, proof.witness, own)
    for name, is_proven in proven.items():
        if not is_proven and not (crossed and unproven and name == "infeasible"):
            found.fail(f"{name}_not_proven", f"the certificate does not prove: {name}")
    return proven


def _own_bounds(market: Market) -> dict[BoundKey, int]:
    own: dict[BoundKey, int] = {("absolute_floor", None): market.policy.absolute_floor}
    for town in (*market.left, *market.right):
        own["town_min", town.id] = town.min
        own["town_max", town.id] = town.max
    for quota in market.quotas:
        own["group_min", quota.group] = quota.min
        if quota.max is not None:
            own["group_max", quota.group] = quota.max
    own.update({("lock", key): 1 for key in market.locked})
    own.update({("veto", key): 0 for key in market.vetoed})
    return own


def _is_contradiction(market: Market, conflict: Conflict, prices: Prices) -> bool:
    """Whether a match within the conflict's bounds alone would have a sum of zeros below zero."""
    named = {(bound.code, bound.id) for bound in conflict.bounds}
    priced = {
        (code, name)
        for code in ("town_max", "town_min", "group_max", "group_min")
        for name, price in getattr(prices, code).items()
        if price
    }
    if not priced <= named or not are_prices(market, prices) or prices.size > 0:
        return False
    locked = {*market.locked}
    lowest = market.policy.absolute_floor if ("absolute_floor", None) in named else 0
    forced = [pair for pair in market.pairs if ("lock", pair.key) in named]
    barred = {*market.locked, *market.vetoed}
    barred = {key for key in barred if ("lock", key) in named or ("veto", key) in named}
    free = free_pairs(market, prices, lowest=0, value=_nothing, barred=barred)
    free = [pair for pair in free if pair.floor >= lowest or pair.key in locked]
    bound = upper_bound(market, prices, free=free, forced=forced, value=_nothing, size=0)
    return bound < 0


def _nothing(pair: Pair) -> int:
    return 0


def _is_way_out(
    market: Market,
    conflict: Conflict,
    witness: tuple[PairKey, ...],
    own: Mapping[BoundKey, int],
) -> bool:
    """Whether the witness is a match within the relaxed bounds, which cost what is said."""
    moved = {(step.code, step.id): step.end for step in conflict.relaxation}
    for step in conflict.relaxation:
        wider = step.end > step.start if step.code == "group_max" else 0 <= step.end < step.start
        if step.code not in RELAXABLE or not wider or own.get((step.code, step.id)) != step.start:
            return False
    cost = sum(abs(step.end - step.start) for step in conflict.relaxation)
    lowest = market.policy.absolute_floor
    allowed = {pair.key for pair in market.pairs if pair.floor >= lowest}
    allowed = (allowed - {*market.vetoed}) | {*market.locked}
    keys = {*witness}
    return (
        cost == conflict.cost
        and len(moved) == len(conflict.relaxation)
        and len(keys) == len(witness)
        and {*market.locked} <= keys <= allowed
        and not list(broken_bounds(market, witness, moved))
    )
