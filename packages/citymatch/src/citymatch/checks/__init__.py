"""What makes a market unusable, each with the row, the field and a remedy.

Only plain contradictions are refused here. Bounds that cannot be met together are no mistake of
the input: ``solve`` answers them with a conflict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from citymatch.checks.pairs import KEEPS, PairCheck
from citymatch.checks.policy import PolicyCheck
from citymatch.checks.towns import TownCheck
from citymatch.checks.wishes import WishCheck
from citymatch.model import InputError, Market, Problem
from citymatch.quotas import find_overlaps

__all__ = ["KEEPS", "MOST_CROSSED", "find_problems", "require_sound"]

MOST_CROSSED = 20_000
"""The most pairs of a market whose groups cross: its solves are whole-number programs."""


def require_sound(market: Market, *, source: str = "market") -> None:
    """Raise InputError with every problem of the market; ``source`` names it in the messages."""
    problems = list(find_problems(market, source))
    if problems:
        raise InputError(problems)


def find_problems(market: Market, source: str) -> Iterator[Problem]:
    """Yield every problem; rows count from one in the order of the market's own lists."""
    towns, pairs = TownCheck(source, market), PairCheck(source, market)
    yield from towns.towns("left", market.left)
    yield from towns.towns("right", market.right)
    yield from towns.ids()
    yield from towns.quotas(market.quotas)
    yield from pairs.pairs()
    yield from pairs.excluded()
    yield from pairs.lists()
    yield from WishCheck(source, market).wishes()
    yield from pairs.locks()
    yield from PolicyCheck(source, market).policy(market.policy)
    yield from pairs.keep()
    yield from pairs.open()
    if market.policy.overlap != "milp":
        yield from find_overlaps(market, source)
    elif market.open or len(market.pairs) > MOST_CROSSED:
        yield from map(_too_many, find_overlaps(market, source))


def _too_many(overlap: Problem) -> Problem:
    """Say that a market is too large for groups that cross."""
    return replace(
        overlap,
        message=f"{overlap.message}, and the market has more than {MOST_CROSSED} pairs",
        remedy="use groups that lie apart or inside one another, or list fewer pairs",
        code="too_many_pairs",
        params={**overlap.params, "most": MOST_CROSSED},
    )
