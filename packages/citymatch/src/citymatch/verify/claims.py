"""What a result says about its match, checked pair by pair and bound by bound."""

from __future__ import annotations

from citymatch.model import Market, PairKey, Result, mutual_score
from citymatch.verify.findings import Findings, broken_bounds, name_of
from citymatch.verify.room import check_unmatched


def check_match(found: Findings, market: Market, result: Result) -> None:
    """The match is allowed, within all bounds, and described as it is."""
    _check_pairs(found, market, result)
    for code, name, value, bound in broken_bounds(market, [p.key for p in result.pairs], {}):
        found.fail(code, f"{name} has {value} pairs, its bound is {bound}", id=name, value=value)
    _check_figures(found, market, result)
    check_unmatched(found, market, result)


def _check_pairs(found: Findings, market: Market, result: Result) -> None:
    """Every pair is listed, allowed and shown with its own figures; every lock is in."""
    listed = {pair.key: pair for pair in market.pairs}
    locked, vetoed = {*market.locked}, {*market.vetoed}
    seen: set[PairKey] = set()
    for row, chosen in enumerate(result.pairs, 1):
        key, pair, name = chosen.key, listed.get(chosen.key), name_of(chosen.key)
        if key in seen:
            found.fail("pair_twice", f"{name} is there twice", row, pair=key)
        seen.add(key)
        if pair is None:
            found.fail("pair_not_listed", f"{name} is not eligible", row, pair=key)
            continue
        if key in vetoed:
            found.fail("pair_vetoed", f"{name} is vetoed", row, pair=key)
        if key not in locked and pair.floor < market.policy.absolute_floor:
            found.fail("pair_below_absolute_floor", f"{name} is too low", row, pair=key)
        if chosen.locked != (key in locked):
            found.fail("wrong_lock", f"{name} is marked wrongly", row, pair=key)
        if (chosen.left_view, chosen.right_view) != (pair.left_view, pair.right_view):
            found.fail("wrong_view", f"the views of {name} differ", row, pair=key)
        if chosen.score != mutual_score(pair.left_view, pair.right_view):
            found.fail("wrong_pair_score", f"the score of {name} differs", row, pair=key)
    for key in sorted(locked - seen):
        found.fail("lock_missing", f"the locked pair {name_of(key)} is missing", pair=key)


def _check_figures(found: Findings, market: Market, result: Result) -> None:
    """Size, floors, score and the pairs kept say what the pairs say."""
    keep = None if market.keep is None else {*market.keep.pairs}
    free = [pair.floor for pair in result.pairs if not pair.locked]
    for name, stated, true in (
        ("size", result.size, len(result.pairs)),
        ("floor", result.floor, min(free, default=None)),
        ("floor_all", result.floor_all, min((p.floor for p in result.pairs), default=None)),
        ("score", result.score, sum(pair.score for pair in result.pairs)),
        ("kept", result.kept, None if keep is None else sum(p.key in keep for p in result.pairs)),
    ):
        if stated != true:
            found.fail(
                f"wrong_{name}", f"the {name} does not fit the pairs", stated=stated, true=true
            )
