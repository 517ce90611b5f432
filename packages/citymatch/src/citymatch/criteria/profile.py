"""Similar profile: common tags (urban, rural, mountain, coast, border …) as a share of all tags."""

from __future__ import annotations

from collections.abc import Sequence

from citymatch.criteria.rating import Context, Criterion, Rating, grid_of, missing
from citymatch.model import MICRO, Reason, Town


def rate(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rating:
    def value(one: Town, other: Town) -> int:
        tags = {*one.profile, *other.profile}
        common = set(one.profile) & set(other.profile)
        return round(len(common) * MICRO / len(tags)) if tags else 0

    unknown = missing(left, right, lambda town: not town.profile)
    return Rating.mutual(grid_of(left, right, value), unknown)


def facts(left: Town, right: Town, context: Context) -> Reason:
    return Reason("common_profile", {"tags": sorted(set(left.profile) & set(right.profile))})


PROFILE = Criterion("profile", rate, facts)
