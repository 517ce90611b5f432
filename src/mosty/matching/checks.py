"""What can be seen wrong with a round before it is run: plain counting, no solving.

An infeasible market is most often a group smaller than its own minimum; that and its like are
told while the round is prepared, beside the quota that they are about.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from mosty.matching import market, queries
from mosty.matching.models import Round, RoundParticipant, RoundQuota, Side
from mosty.places.models import Need, Offer


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `stops`: no match can exist; otherwise only worth knowing.

    `code` with `params` becomes a sentence in `reasons.check`; `quota` is the id of the quota that
    it is about, `side` the side of the market.
    """

    code: str
    stops: bool
    params: dict[str, Any] = field(default_factory=dict)
    quota: int | None = None
    side: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Which facts about a participant are there for the engine; the rest takes its prior."""

    population: bool
    place: bool
    languages: bool
    profile: bool
    needs: int
    offers: int

    @property
    def unknown(self) -> list[str]:
        """The facts that are missing, by name."""
        names = ("population", "place", "languages", "profile", "needs", "offers")
        return [name for name in names if not getattr(self, name)]


def what_is_known(rows: Sequence[RoundParticipant]) -> dict[int, Known]:
    """By the participant's id; two queries whatever the number of rows."""
    needs, offers = (
        dict(
            model.objects.filter(
                organisation_id__in=[row.organisation_id for row in rows],
                level__in=market.OPEN_LEVELS,
            )
            .order_by()
            .values_list("organisation_id")
            .annotate(count=Count("pk"))
        )
        for model in (Need, Offer)
    )
    return {
        row.pk: Known(
            population=bool(row.organisation.population),
            place=market.place_of(row.organisation) is not None,
            languages=bool(row.organisation.languages),
            profile=bool(row.organisation.profile),
            needs=needs.get(row.organisation_id, 0),
            offers=offers.get(row.organisation_id, 0),
        )
        for row in rows
    }


def look(
    round_: Round,
    rows: Sequence[RoundParticipant],
    quotas: Sequence[RoundQuota],
    known: dict[int, Known],
) -> list[Check]:
    """All findings, those that stop a match first."""
    found: list[Check] = []
    if round_.policy_id is None:
        found.append(Check("no_policy", True))
    sides = {side: [row for row in rows if row.side == side] for side in (Side.LEFT, Side.RIGHT)}
    for side, towns in sides.items():
        if not towns:
            found.append(Check("no_participants", True, side=side))
    if all(sides.values()):
        found += _towns(sides)
        found += _quotas(sides, quotas)
        found += _overlaps(rows, quotas)
    found += _unknown(rows, known)
    found += _withheld(rows)
    return sorted(found, key=lambda check: not check.stops)


def _towns(sides: dict[Side, list[RoundParticipant]]) -> list[Check]:
    found = []
    for side, towns in sides.items():
        others = sides[Side(queries.other(side))]
        capacity = sum(row.most for row in others)
        wanted = sum(row.least for row in towns)
        if wanted > capacity:
            found.append(
                Check(
                    "minima_above_other_side", True, {"wanted": wanted, "room": capacity}, side=side
                )
            )
        for row in towns:
            if row.least > len(others):
                found.append(
                    Check(
                        "town_min_above_other_side",
                        True,
                        {"town": row.organisation, "least": row.least, "towns": len(others)},
                        side=side,
                    )
                )
    return found


def _members(
    towns: Sequence[RoundParticipant], quotas: Sequence[RoundQuota]
) -> dict[int, list[RoundParticipant]]:
    keys = {quota.key: quota.pk for quota in quotas}
    found: dict[int, list[RoundParticipant]] = {quota.pk: [] for quota in quotas}
    for row in towns:
        for key in market.groups(row):
            if key in keys:
                found[keys[key]].append(row)
    return found


def _quotas(sides: dict[Side, list[RoundParticipant]], quotas: Sequence[RoundQuota]) -> list[Check]:
    found = []
    by_side = {side: _members(towns, quotas) for side, towns in sides.items()}
    for quota in quotas:
        held = {side: members[quota.pk] for side, members in by_side.items() if members[quota.pk]}
        if not held:
            found.append(Check("quota_of_nobody", True, {"group": quota.group}, quota=quota.pk))
            continue
        if len(held) > 1:
            found.append(Check("quota_on_both_sides", True, {"group": quota.group}, quota=quota.pk))
            continue
        ((side, towns),) = held.items()
        room = sum(row.most for row in towns)
        if quota.least > room:
            params = {
                "group": quota.group, "least": quota.least, "towns": len(towns), "room": room,
            }  # fmt: skip
            found.append(Check("quota_min_above_room", True, params, quota=quota.pk, side=side))
        least = sum(row.least for row in towns)
        if quota.most is not None and least > quota.most:
            params = {"group": quota.group, "most": quota.most, "least": least}
            found.append(Check("quota_max_below_minima", True, params, quota=quota.pk, side=side))
    return found + _nested(sides, quotas, by_side)


def _nested(
    sides: dict[Side, list[RoundParticipant]],
    quotas: Sequence[RoundQuota],
    by_side: dict[Side, dict[int, list[RoundParticipant]]],
) -> list[Check]:
    """Minima of smaller groups against the maximum of a larger one that holds them, and all minima
    of one side against what the other side can take."""
    found = []
    for side, members in by_side.items():
        ids = {pk: {row.pk for row in towns} for pk, towns in members.items() if towns}
        room = sum(row.most for row in sides[Side(queries.other(side))])
        inner: dict[int, int] = defaultdict(int)
        outermost = 0
        for quota in quotas:
            if quota.pk not in ids:
                continue
            above = [
                other
                for other in quotas
                if other.pk in ids and other.pk != quota.pk and ids[quota.pk] < ids[other.pk]
            ]
            if above:
                nearest = min(above, key=lambda other: len(ids[other.pk]))
                inner[nearest.pk] += quota.least
            else:
                outermost += quota.least
        for quota in quotas:
            if quota.most is not None and inner[quota.pk] > quota.most:
                params = {"group": quota.group, "most": quota.most, "least": inner[quota.pk]}
                found.append(
                    Check("quota_max_below_inner", True, params, quota=quota.pk, side=side)
                )
        if outermost > room:
            params = {"wanted": outermost, "room": room}
            found.append(Check("quotas_above_other_side", True, params, side=side))
    return found


def _overlaps(rows: Sequence[RoundParticipant], quotas: Sequence[RoundQuota]) -> list[Check]:
    found = []
    members = {pk: {row.pk for row in towns} for pk, towns in _members(rows, quotas).items()}
    for place, one in enumerate(quotas):
        for other in quotas[place + 1 :]:
            ours, theirs = members[one.pk], members[other.pk]
            if ours & theirs and not (ours <= theirs or theirs <= ours):
                params = {"one": one.group, "other": other.group}
                found.append(Check("quotas_overlap", True, params, quota=one.pk))
    return found


def _unknown(rows: Sequence[RoundParticipant], known: dict[int, Known]) -> list[Check]:
    found = []
    silent = [row for row in rows if not known[row.pk].needs and not known[row.pk].offers]
    if silent:
        found.append(Check("nothing_said", False, {"count": len(silent)}))
    no_place = [row for row in rows if not known[row.pk].place]
    if no_place:
        found.append(Check("no_place", False, {"count": len(no_place)}))
    return found


def _withheld(rows: Sequence[RoundParticipant]) -> list[Check]:
    """Needs and offers that not everybody in the programme may see are not used."""
    ids = [row.organisation_id for row in rows]
    count = sum(
        model.objects.filter(organisation_id__in=ids).exclude(level__in=market.OPEN_LEVELS).count()
        for model in (Need, Offer)
    )
    return [Check("entries_withheld", False, {"count": count})] if count else []
