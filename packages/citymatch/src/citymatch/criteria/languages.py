"""Common working languages: none 0, one 0.75, two or more 1. The first one matters most."""

from __future__ import annotations

from collections.abc import Sequence

from citymatch.criteria.rating import Context, Criterion, Rating, grid_of, missing
from citymatch.model import Reason, Town

VALUES = (0, 750_000, 1_000_000)
"""Value by number of common languages; the last holds for more."""


def rate(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rating:
    sets = {town.id: frozenset(town.languages) for town in (*left, *right)}

    def value(one: Town, other: Town) -> int:
        return VALUES[min(len(sets[one.id] & sets[other.id]), len(VALUES) - 1)]

    unknown = missing(left, right, lambda town: not town.languages)
    return Rating.mutual(grid_of(left, right, value), unknown)


def facts(left: Town, right: Town, context: Context) -> Reason:
    return Reason(
        "common_languages", {"languages": sorted(set(left.languages) & set(right.languages))}
    )


LANGUAGES = Criterion("languages", rate, facts)
