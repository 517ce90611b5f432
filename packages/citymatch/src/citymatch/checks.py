"""What makes a market unusable, each with the row, the field and a remedy.

Only plain contradictions are refused here. Bounds that cannot be met together are no mistake of
the input: ``solve`` answers them with a conflict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from citymatch.model import (
    MICRO,
    STAGES,
    InputError,
    Market,
    PairKey,
    Policy,
    Problem,
    Quota,
    Side,
    Town,
)
from citymatch.quotas import find_overlaps

MOST = 1_000_000
"""The largest bound that is read: more than any market has pairs for one town or group."""

SCORINGS = ("given", "criteria/1")
OVERLAPS = ("refuse", "milp")
FLOORS = ("once", "repeated")
KEEPS = ("before-floor", "after-floor")


def require_sound(market: Market, *, source: str = "market") -> None:
    """Raise InputError with every problem of the market; ``source`` names it in the messages."""
    problems = list(find_problems(market, source))
    if problems:
        raise InputError(problems)


def find_problems(market: Market, source: str) -> Iterator[Problem]:
    """Yield every problem; rows count from one in the order of the market's own lists."""
    check = _Check(source, market)
    yield from check.towns("left", market.left)
    yield from check.towns("right", market.right)
    yield from check.ids()
    yield from check.quotas(market.quotas)
    yield from check.pairs()
    yield from check.excluded()
    yield from check.lists()
    yield from check.locks()
    yield from check.policy(market.policy)
    yield from check.keep()
    yield from find_overlaps(market, source)


class _Check:
    def __init__(self, source: str, market: Market) -> None:
        self.source = source
        self.market = market
        self.left = {town.id: town for town in market.left}
        self.right = {town.id: town for town in market.right}
        self.listed = {pair.key for pair in market.pairs}

    def problem(
        self, code: str, row: int | None, field: str, message: str, remedy: str, **params: Any
    ) -> Problem:
        return Problem(self.source, row, field, message, remedy, code, params)

    def towns(self, side: Side, towns: Sequence[Town]) -> Iterator[Problem]:
        for row, town in enumerate(towns, 1):
            yield from self._town(side, row, town)

    def _town(self, side: Side, row: int, town: Town) -> Iterator[Problem]:
        if not town.id or "\0" in town.id:
            yield self.problem(
                "empty_id", row, f"{side}.id", "a town has no id", "give every town a unique id"
            )
        for field, value in (("min", town.min), ("max", town.max)):
            if not 0 <= value <= MOST:
                yield self.problem(
                    "out_of_range",
                    row,
                    f"{side}.{field}",
                    f"the {field} {value} of {town.id} cannot be used",
                    f"give a whole number from 0 to {MOST}",
                    value=value,
                )
        if town.min > town.max:
            yield self.problem(
                "min_above_max",
                row,
                f"{side}.min",
                f"min {town.min} is above max {town.max} for {town.id}",
                "lower min or raise max",
                id=town.id,
                min=town.min,
                max=town.max,
            )
        countries = [group for group in town.groups if group.startswith("country:")]
        if len(countries) > 1:
            yield self.problem(
                "two_countries",
                row,
                f"{side}.groups",
                f"{town.id} is in two countries, {countries[0]} and {countries[1]}",
                "keep one country per town",
                id=town.id,
                countries=countries,
            )
        for field, wrong, remedy in (
            ("lat", town.lat is not None and not -90 <= town.lat <= 90, "from -90 to 90"),
            ("lon", town.lon is not None and not -180 <= town.lon <= 180, "from -180 to 180"),
            ("population", town.population is not None and town.population < 1, "of 1 or more"),
            ("needs", not _are_weights(town.needs), "of 0 or more"),
            ("offers", not _are_weights(town.offers), "of 0 or more"),
        ):
            if wrong:
                yield self.problem(
                    "out_of_range",
                    row,
                    f"{side}.{field}",
                    f"the {field} of {town.id} cannot be used",
                    f"give numbers {remedy} or leave it empty",
                    id=town.id,
                )

    def ids(self) -> Iterator[Problem]:
        seen: dict[str, str] = {}
        for side, towns in (("left", self.market.left), ("right", self.market.right)):
            for row, town in enumerate(towns, 1):
                if town.id in seen:
                    where = f"{side}.id"
                    yield self.problem(
                        "duplicate_id",
                        row,
                        where,
                        f"the id {town.id} is used twice",
                        "give each town, on both sides together, an id of its own",
                        id=town.id,
                    )
                seen[town.id] = side

    def quotas(self, quotas: Sequence[Quota]) -> Iterator[Problem]:
        left = {group for town in self.market.left for group in town.groups}
        right = {group for town in self.market.right for group in town.groups}
        seen: set[str] = set()
        for row, quota in enumerate(quotas, 1):
            named = {"group": quota.group}
            if quota.group in seen:
                yield self.problem(
                    "duplicate_quota",
                    row,
                    "quotas.group",
                    f"the group {quota.group} has two quotas",
                    "keep one line per group",
                    **named,
                )
            seen.add(quota.group)
            for field, value in (("min", quota.min), ("max", quota.max)):
                if value is not None and not 0 <= value <= MOST:
                    yield self.problem(
                        "out_of_range",
                        row,
                        f"quotas.{field}",
                        f"the {field} {value} of {quota.group} cannot be used",
                        f"give a whole number from 0 to {MOST}",
                        **named,
                    )
            if quota.max is not None and quota.min > quota.max:
                yield self.problem(
                    "min_above_max",
                    row,
                    "quotas.min",
                    f"min {quota.min} is above max {quota.max} for {quota.group}",
                    "lower min or raise max",
                    id=quota.group,
                    min=quota.min,
                    max=quota.max,
                )
            if quota.group not in left and quota.group not in right:
                yield self.problem(
                    "unknown_group",
                    row,
                    "quotas.group",
                    f"no town is in the group {quota.group}",
                    "correct its name, add its towns or take the quota out",
                    **named,
                )
            if quota.group in left and quota.group in right:
                yield self.problem(
                    "group_on_both_sides",
                    row,
                    "quotas.group",
                    f"the group {quota.group} has towns on both sides",
                    "name the groups of the two sides apart",
                    **named,
                )

    def pairs(self) -> Iterator[Problem]:
        if len(self.listed) < len(self.market.pairs):
            yield from self._twice("pairs", [pair.key for pair in self.market.pairs])
        for row, pair in enumerate(self.market.pairs, 1):
            if pair.left not in self.left or pair.right not in self.right:
                yield from self._ends("pairs", row, pair.key)
            if not (0 <= pair.left_view <= MICRO and 0 <= pair.right_view <= MICRO):
                side = "right" if 0 <= pair.left_view <= MICRO else "left"
                value = pair.right_view if side == "right" else pair.left_view
                yield self.problem(
                    "out_of_range",
                    row,
                    f"pairs.{side}_view",
                    f"the view {value / MICRO:.6f} is not between 0 and 1",
                    "give a view from 0 to 1",
                    value=value,
                )
            if pair.parts is None:
                continue
            for field, view, total in (
                ("left", pair.left_view, sum(part.left for part in pair.parts.values())),
                ("right", pair.right_view, sum(part.right for part in pair.parts.values())),
            ):
                if view != total:
                    yield self.problem(
                        "parts_do_not_add_up",
                        row,
                        f"pairs.parts.{field}",
                        f"the parts add up to {total / MICRO:.6f}, the view is {view / MICRO:.6f}",
                        f"make the {field} parts add up to {field}_view",
                        parts=total,
                        view=view,
                    )

    def excluded(self) -> Iterator[Problem]:
        items = self.market.excluded
        yield from self._twice("excluded", [(item.left, item.right) for item in items])
        for row, item in enumerate(items, 1):
            key = (item.left, item.right)
            yield from self._ends("excluded", row, key)
            if key in self.listed:
                yield self.problem(
                    "listed_and_excluded",
                    row,
                    "excluded",
                    f"the pair {item.left} – {item.right} is both listed and excluded",
                    "take it out of pairs or out of excluded",
                    pair=key,
                )

    def lists(self) -> Iterator[Problem]:
        for name, keys in (("locked", self.market.locked), ("vetoed", self.market.vetoed)):
            yield from self._twice(name, keys)
            for row, key in enumerate(keys, 1):
                yield from self._ends(name, row, key)

    def locks(self) -> Iterator[Problem]:
        vetoed = set(self.market.vetoed)
        used: Counter[str] = Counter()
        for row, key in enumerate(self.market.locked, 1):
            name = f"{key[0]} – {key[1]}"
            if key in vetoed:
                yield self.problem(
                    "locked_and_vetoed",
                    row,
                    "locked",
                    f"the pair {name} is both locked and vetoed",
                    "take the lock or the veto off",
                    pair=key,
                )
            elif key not in self.listed and key[0] in self.left and key[1] in self.right:
                yield self.problem(
                    "locked_not_listed",
                    row,
                    "locked",
                    f"the locked pair {name} is not among the eligible pairs",
                    "list it under pairs with its views or take the lock off",
                    pair=key,
                )
            for town in (self.left.get(key[0]), self.right.get(key[1])):
                if town is None:
                    continue
                used[town.id] += 1
                if used[town.id] == town.max + 1:
                    yield self.problem(
                        "locked_over_max",
                        row,
                        "locked",
                        f"the lock {name} gives {town.id} more partners than its max {town.max}",
                        "raise its max or take a lock off",
                        pair=key,
                        id=town.id,
                        max=town.max,
                    )

    def policy(self, policy: Policy) -> Iterator[Problem]:
        if not policy.stages or list(policy.stages) != [s for s in STAGES if s in policy.stages]:
            yield self.problem(
                "wrong_stages",
                None,
                "policy.stages",
                f"the stages are {list(policy.stages)}",
                f"name some of {', '.join(STAGES)}, each once and in this order",
            )
        if not 0 <= policy.absolute_floor <= MICRO:
            yield self.problem(
                "out_of_range",
                None,
                "policy.absolute_floor",
                f"{policy.absolute_floor / MICRO:.6f} is not between 0 and 1",
                "give a view from 0 to 1",
                value=policy.absolute_floor,
            )
        if "\0" in policy.tie_key:
            yield self.problem(
                "wrong_value",
                None,
                "policy.tie_key",
                "the tie key holds a null character",
                "use plain text",
            )
        for field, value, known in (
            ("overlap", policy.overlap, OVERLAPS),
            ("scoring", policy.scoring, SCORINGS),
            ("floors", policy.floors, FLOORS),
        ):
            if value not in known:
                yield self.problem(
                    "wrong_value",
                    None,
                    f"policy.{field}",
                    f"{value!r} is not known",
                    f"use one of {', '.join(known)}",
                    value=value,
                )
        if policy.floors == "repeated" and not {"size", "floor"} <= {*policy.stages}:
            yield self.problem(
                "floors_without_stages",
                None,
                "policy.floors",
                "floors can only be repeated after the stages size and floor",
                'name both stages or use "once"',
            )
        yield from self._weights(policy)

    def keep(self) -> Iterator[Problem]:
        """Pairs to be kept are listed, and the number of pairs is settled before any is."""
        keep = self.market.keep
        if keep is None:
            return
        yield from self._twice("keep.pairs", keep.pairs)
        for row, key in enumerate(keep.pairs, 1):
            yield from self._ends("keep.pairs", row, key)
            if key not in self.listed and key[0] in self.left and key[1] in self.right:
                yield self.problem(
                    "keep_not_listed",
                    row,
                    "keep.pairs",
                    f"the pair {key[0]} – {key[1]} to be kept is not among the eligible pairs",
                    "list it under pairs with its views or take it out of keep",
                    pair=key,
                )
        if keep.when not in KEEPS:
            yield self.problem(
                "wrong_value",
                None,
                "keep.when",
                f"{keep.when!r} is not known",
                f"use one of {', '.join(KEEPS)}",
                value=keep.when,
            )
        if "size" not in self.market.policy.stages:
            yield self.problem(
                "keep_without_size",
                None,
                "policy.stages",
                "pairs can only be kept where the size comes first",
                "name the stage size first",
            )

    def _weights(self, policy: Policy) -> Iterator[Problem]:
        if policy.weights is None:
            if policy.scoring != "given":
                yield self.problem(
                    "missing",
                    None,
                    "policy.weights",
                    f"the scoring {policy.scoring} needs weights",
                    "give the weights of both sides",
                )
            return
        for side in ("left", "right"):
            weights = policy.weights.get(side, {})
            if not _are_weights(weights) or not any(weights.values()):
                yield self.problem(
                    "wrong_weights",
                    None,
                    f"policy.weights.{side}",
                    f"the weights of the {side} side are not usable",
                    "give numbers of 0 or more, at least one of them above 0",
                    side=side,
                )

    def _twice(self, field: str, keys: Sequence[PairKey]) -> Iterator[Problem]:
        seen: set[PairKey] = set()
        for row, key in enumerate(keys, 1):
            if key in seen:
                yield self.problem(
                    "duplicate_pair",
                    row,
                    field,
                    f"the pair {key[0]} – {key[1]} is given twice",
                    "keep one line per pair",
                    pair=key,
                )
            seen.add(key)

    def _ends(self, field: str, row: int, key: PairKey) -> Iterator[Problem]:
        sides: tuple[tuple[Side, str, dict[str, Town], dict[str, Town]], ...] = (
            ("left", key[0], self.left, self.right),
            ("right", key[1], self.right, self.left),
        )
        for side, town, own, other in sides:
            if town in own:
                continue
            if town in other:
                message = f"the town {town} is on the other side"
                remedy = "give the left town first and the right town second"
            else:
                message = f"there is no {side} town {town}"
                remedy = f"add it under {side} or take the line out"
            yield self.problem(
                "wrong_side" if town in other else "unknown_town",
                row,
                f"{field}.{side}",
                message,
                remedy,
                id=town,
            )


def _are_weights(weights: Mapping[str, float]) -> bool:
    return all(0 <= weight < float("inf") for weight in weights.values())
