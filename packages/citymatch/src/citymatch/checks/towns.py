"""Towns, their ids and the quotas of their groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from citymatch.checks.check import MOST, Check, are_weights
from citymatch.model import Problem, Quota, Side, Town


class TownCheck(Check):
    """Checks of towns and quotas."""

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
            ("capacity", not 0 <= (town.capacity or 0) <= 1, "from 0 to 1"),
            ("experience", not 0 <= (town.experience or 0) <= MOST, "of 0 or more"),
            ("needs", not are_weights(town.needs), "of 0 or more"),
            ("offers", not are_weights(town.offers), "of 0 or more"),
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
