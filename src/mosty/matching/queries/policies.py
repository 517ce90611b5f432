"""Versions of a policy, and what differs between two."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from mosty.matching.models import Policy, PolicyValues
from mosty.programmes.models import Programme


def policies_of(programme: Programme) -> QuerySet[Policy]:
    """The versions of a programme's policy, newest first, with how many rounds use each."""
    return (
        Policy.objects.filter(programme=programme)
        .annotate(rounds_count=Count("rounds"))
        .order_by("-number")
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs between two versions of a policy. `share` values are of one."""

    code: str
    side: str
    criterion: str
    before: Any
    after: Any


def policy_diff(old: PolicyValues | None, new: PolicyValues) -> list[Difference]:
    """What changed, in a fixed order; all weights when there is no older version."""
    found: list[Difference] = []
    before = shares(old.weights) if old else {}
    after = shares(new.weights)
    for side in ("left", "right"):
        was, now = before.get(side, {}), after.get(side, {})
        for criterion in [*now, *(name for name in was if name not in now)]:
            if was.get(criterion) != now.get(criterion):
                found.append(
                    Difference(
                        "weight", side, criterion, was.get(criterion, 0.0), now.get(criterion, 0.0)
                    )
                )
    for name in ("stages", "absolute_floor", "tie_key", "partners_again"):
        previous, present = getattr(old, name) if old else None, getattr(new, name)
        if previous != present:
            found.append(Difference(name, "", "", previous, present))
    return found


def shares(weights: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """The weights of each side as shares of one, rounded to six decimals."""
    made: dict[str, dict[str, float]] = {}
    for side, rows in weights.items():
        total = sum(rows.values()) or 1
        made[side] = {name: round(value / total, 6) for name, value in rows.items()}
    return made
