"""Similar profile: common tags (urban, rural, mountain, coast, border …) as a share of all tags."""

from __future__ import annotations

from citymatch.criteria.kinds import limits_of_kinds, over_kinds
from citymatch.criteria.rating import Context, Criterion
from citymatch.model import MICRO, Reason, Town


def facts(left: Town, right: Town, context: Context) -> Reason:
    return Reason("common_profile", {"tags": sorted(set(left.profile) & set(right.profile))})


def _tags(town: Town) -> tuple[str, ...]:
    return town.profile


def _value(one: frozenset[str], other: frozenset[str]) -> int:
    return round(len(one & other) * MICRO / len(one | other)) if one or other else 0


PROFILE = Criterion("profile", over_kinds(_tags, _value), limits_of_kinds(_tags, _value), facts)
