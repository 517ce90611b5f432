"""Pairs: listed, excluded, locked, vetoed and kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from citymatch.checks.check import Check
from citymatch.model import MICRO, Problem

KEEPS = ("before-floor", "after-floor")


class PairCheck(Check):
    """Checks of all lists of pairs."""

    def pairs(self) -> Iterator[Problem]:
        if len(self.listed) < len(self.market.pairs):
            yield from self.twice("pairs", [pair.key for pair in self.market.pairs])
        for row, pair in enumerate(self.market.pairs, 1):
            if pair.left not in self.left or pair.right not in self.right:
                yield from self.ends("pairs", row, pair.key)
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
        yield from self.twice("excluded", [(item.left, item.right) for item in items])
        for row, item in enumerate(items, 1):
            key = (item.left, item.right)
            yield from self.ends("excluded", row, key)
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
            yield from self.twice(name, keys)
            for row, key in enumerate(keys, 1):
                yield from self.ends(name, row, key)

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
            elif (
                not self.market.open
                and key not in self.listed
                and key[0] in self.left
                and key[1] in self.right
            ):
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

    def open(self) -> Iterator[Problem]:
        """Some questions are only answered where every pair is listed."""
        market = self.market
        if market.open and (market.keep is not None or market.policy.floors != "once"):
            yield self.problem(
                "pairs_not_listed",
                None,
                "pairs",
                "pairs can only be kept, or floors repeated, where the pairs are listed",
                "list the pairs with their views",
            )

    def keep(self) -> Iterator[Problem]:
        """Pairs to be kept are listed, and the number of pairs is settled before any is."""
        keep = self.market.keep
        if keep is None:
            return
        yield from self.twice("keep.pairs", keep.pairs)
        for row, key in enumerate(keep.pairs, 1):
            yield from self.ends("keep.pairs", row, key)
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
