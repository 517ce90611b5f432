"""Common working languages: none 0, one 0.75, two or more 1. The first one matters most."""

from __future__ import annotations

from citymatch.criteria.kinds import limits_of_kinds, over_kinds
from citymatch.criteria.rating import Context, Criterion
from citymatch.model import Reason, Town

VALUES = (0, 750_000, 1_000_000)
"""Value by number of common languages; the last holds for more."""


def facts(left: Town, right: Town, context: Context) -> Reason:
    return Reason(
        "common_languages", {"languages": sorted(set(left.languages) & set(right.languages))}
    )


def _tags(town: Town) -> tuple[str, ...]:
    return town.languages


def _value(one: frozenset[str], other: frozenset[str]) -> int:
    return VALUES[min(len(one & other), len(VALUES) - 1)]


LANGUAGES = Criterion("languages", over_kinds(_tags, _value), limits_of_kinds(_tags, _value), facts)
