"""What all checks share: the market by its parts, and the faults of a list of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from citymatch.model import Market, PairKey, Problem, Side, Town

MOST = 1_000_000
"""The largest bound that is read: more than any market has pairs for one town or group."""


class Check:
    """One market under check; ``source`` names it in the messages."""

    def __init__(self, source: str, market: Market) -> None:
        self.source = source
        self.market = market

    @cached_property
    def left(self) -> dict[str, Town]:
        """The towns of the left side by id."""
        return {town.id: town for town in self.market.left}

    @cached_property
    def right(self) -> dict[str, Town]:
        """The towns of the right side by id."""
        return {town.id: town for town in self.market.right}

    @cached_property
    def listed(self) -> set[PairKey]:
        """The pairs that may be chosen."""
        return {pair.key for pair in self.market.pairs}

    def problem(
        self, code: str, row: int | None, field: str, message: str, remedy: str, **params: Any
    ) -> Problem:
        """A problem of this market; ``row`` counts from one."""
        return Problem(self.source, row, field, message, remedy, code, params)

    def twice(self, field: str, keys: Sequence[PairKey]) -> Iterator[Problem]:
        """Pairs that are given twice in a list."""
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

    def ends(self, field: str, row: int, key: PairKey) -> Iterator[Problem]:
        """Whether a pair goes from a town of the left side to one of the right."""
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


def are_weights(weights: Mapping[str, float]) -> bool:
    """Whether all are numbers of 0 or more."""
    return all(0 <= weight < float("inf") for weight in weights.values())
