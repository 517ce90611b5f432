"""What the checker has found so far, and how it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from citymatch.model import Market, PairKey, Problem


class Findings:
    """The problems found, each with a code and numbers."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def fail(self, code: str, message: str, row: int | None = None, **params: Any) -> None:
        remedy = "do not use this result; solve the market again"
        self.problems.append(Problem("result", row, None, message, remedy, code, params))


def name_of(key: PairKey) -> str:
    return f"{key[0]} – {key[1]}"


def count_partners(market: Market, keys: Iterable[PairKey]) -> Counter[tuple[str, str]]:
    """Return the number of pairs of every (``town``, id) and (``group``, name)."""
    groups = {town.id: town.groups for town in (*market.left, *market.right)}
    count: Counter[tuple[str, str]] = Counter()
    for key in keys:
        for town in key:
            count["town", town] += 1
            count.update(("group", group) for group in groups.get(town, ()))
    return count


def broken_bounds(
    market: Market, keys: Iterable[PairKey], moved: Mapping[tuple[str, str], int]
) -> Iterator[tuple[str, str, int, int]]:
    """Yield each bound that a match breaks: code, town or group, its pairs, the bound.

    ``moved`` are bounds to be taken at another value, by code and id.
    """
    count = count_partners(market, keys)
    towns = (*market.left, *market.right)
    bounds: list[tuple[str, str, int, int | None]] = [("town", t.id, t.min, t.max) for t in towns]
    bounds += [("group", quota.group, quota.min, quota.max) for quota in market.quotas]
    for kind, name, low, high in bounds:
        pairs = count[kind, name]
        least = moved.get((f"{kind}_min", name), low)
        most = moved.get((f"{kind}_max", name), high)
        if pairs < least:
            yield f"{kind}_under_min", name, pairs, least
        if most is not None and pairs > most:
            yield f"{kind}_over_max", name, pairs, most
