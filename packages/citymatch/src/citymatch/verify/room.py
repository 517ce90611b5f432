"""Whether the list of towns with room left is complete, and gives for each its true reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from citymatch.model import Market, Result, Town, Unmatched
from citymatch.verify.findings import Findings, count_partners


def check_unmatched(found: Findings, market: Market, result: Result) -> None:
    """All towns with fewer partners than their maximum are listed, each with its reason."""
    used = count_partners(market, [pair.key for pair in result.pairs])
    sides = {town.id: "left" for town in market.left} | {town.id: "right" for town in market.right}
    towns = {town.id: town for town in (*market.left, *market.right)}
    partners = {name: used["town", name] for name in towns}
    true = sorted(
        (name, sides[name], partners[name], town.max)
        for name, town in towns.items()
        if partners[name] < town.max
    )
    stated = sorted((told.id, told.side, told.used, told.max) for told in result.unmatched)
    if stated != true:
        found.fail("wrong_unmatched", "the list of unmatched towns does not fit the pairs")
        return
    full = {
        quota.group: quota.max
        for quota in market.quotas
        if quota.max is not None and used["group", quota.group] >= quota.max
    }
    reasons = None if market.open else _Reasons(market, result, full)
    for row, told in enumerate(result.unmatched, 1):
        town = towns[told.id]
        is_so = _may_be(town, told, full) if reasons is None else reasons.is_so(town, told)
        if not is_so:
            text = f"{town.id} has room left for another reason"
            found.fail("wrong_unmatched", text, row, id=town.id)


def _may_be(town: Town, told: Unmatched, full: Mapping[str, int]) -> bool:
    """Whether a reason may be that of a town of an open market, whose pairs are not listed."""
    if told.code == "others_preferred":
        return not told.params
    group = told.params.get("group")
    is_full = group in town.groups and group in full
    return told.code == "group_full" and is_full and told.params == _full(group, full)


def _full(group: Any, full: Mapping[str, int]) -> dict[str, Any]:
    return {"group": group, "max": full[group]}


class _Reasons:
    """The pairs that each town of a listed market could have had."""

    def __init__(self, market: Market, result: Result, full: Mapping[str, int]) -> None:
        self.full = full
        self.floor = result.floor if "floor" in market.policy.stages else None
        chosen, vetoed = {pair.key for pair in result.pairs}, {*market.vetoed}
        lowest, locked = market.policy.absolute_floor, {*market.locked}
        self.listed, self.low, self.rest = Counter[str](), Counter[str](), Counter[str]()
        self.best: dict[str, int] = {}
        for pair in market.pairs:
            self.listed.update(pair.key)
            if pair.key not in locked and pair.floor < lowest:
                self.low.update(pair.key)
            elif pair.key not in chosen | vetoed:
                self.rest.update(pair.key)
                for name in pair.key:
                    self.best[name] = max(pair.floor, self.best.get(name, 0))
        self.excluded = Counter(name for x in market.excluded for name in (x.left, x.right))
        self.vetoed = Counter(name for key in market.vetoed for name in key)

    def is_so(self, town: Town, told: Unmatched) -> bool:
        return (told.code, dict(told.params)) == self._of(town)

    def _of(self, town: Town) -> tuple[str, dict[str, Any]]:
        """Return the first reason that applies, in the order of docs/codes.md."""
        if not self.rest[town.id]:
            return "no_eligible_pair", {
                "listed": self.listed[town.id],
                "excluded": self.excluded[town.id],
                "vetoed": self.vetoed[town.id],
                "below_absolute_floor": self.low[town.id],
            }
        for group in town.groups:
            if group in self.full:
                return "group_full", _full(group, self.full)
        if self.floor is not None and self.best[town.id] < self.floor:
            return "below_floor", {"best": self.best[town.id], "floor": self.floor}
        return "partners_taken", {"partners": self.rest[town.id]}
