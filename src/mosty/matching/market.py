"""From a round to the market of the engine: facts, contacts, bounds, what officers decided.

Only facts that are open at least inside the programme go in, and places as the public sees them,
so that a result can be followed by everybody who may see it and gives away nothing else. What is
not known stays unknown: the engine then takes its published prior and says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from django.db.models import Q

import citymatch
from mosty.core.access import VISITOR
from mosty.core.dates import PartialDate
from mosty.core.publication import Level, Location, location
from mosty.matching import queries
from mosty.matching.models import (
    Override,
    PolicyValues,
    Round,
    RoundParticipant,
    RoundQuota,
    Side,
)
from mosty.partnerships.models import Partnership
from mosty.places.models import Need, Offer, Organisation

# Everybody inside the programme may follow a result: what is for partners only is not in it.
OPEN_LEVELS = (Level.PUBLIC, Level.PROGRAMME)
# A pair that is left out because the two towns already are partners.
EXISTING_PARTNERS = "existing_partners"


class NotReady(Exception):
    """The round lacks something without which there is no market; `code` says what."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Decision:
    """A lock or veto by the codes of both towns."""

    kind: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Built:
    """A market, and the widest circle that may read every fact in it."""

    market: citymatch.Market
    facts_level: Level
    # Whether something in it was written for illustration (demo).
    is_illustrative: bool


def decision(override: Override) -> Decision:
    """What an override says to the engine."""
    return Decision(override.kind, override.left.code, override.right.code)


def build(
    round_: Round,
    *,
    decisions: Iterable[Decision] | None = None,
    policy: PolicyValues | None = None,
) -> Built:
    """The market of a round as it stands now, or with other decisions or another policy.

    Raises `NotReady` when a side is empty or no policy is chosen, and `citymatch.InputError` when
    the engine cannot use it (quotas that overlap without nesting, for example).
    """
    chosen = policy or round_.policy
    if chosen is None:
        raise NotReady("no_policy")
    rows = list(queries.participants_of(round_))
    left = [row for row in rows if row.side == Side.LEFT]
    right = [row for row in rows if row.side == Side.RIGHT]
    if not left or not right:
        raise NotReady("no_participants")
    quotas = list(queries.quotas_of(round_))
    if decisions is None:
        decisions = [decision(row) for row in queries.overrides_in_force(round_)]
    decided = list(decisions)
    contacts = _contacts(rows, until=round_.contacts_until)
    stated = {_ordered(row.left.code, row.right.code) for row in queries.contacts_of(round_)}
    wishes = _wishes(rows)
    keys = {quota.key for quota in quotas}
    ours, theirs = {row.organisation.code for row in left}, {row.organisation.code for row in right}
    partners = {
        (one, two)
        for pair in contacts.known
        for one, two in (pair, pair[::-1])
        if one in ours and two in theirs
    }
    market = citymatch.build_market(
        [_town(row, keys, wishes) for row in left],
        [_town(row, keys, wishes) for row in right],
        weights=chosen.weights,
        quotas=[citymatch.Quota(quota.key, quota.least, quota.most) for quota in quotas],
        excluded=[
            citymatch.Excluded(one, two, EXISTING_PARTNERS)
            for one, two in sorted(partners)
            if not chosen.partners_again
        ],
        locked=[(row.left, row.right) for row in decided if row.kind == Override.Kind.LOCK],
        vetoed=[(row.left, row.right) for row in decided if row.kind == Override.Kind.VETO],
        ties=sorted(contacts.known | stated),
        policy=citymatch.Policy(
            stages=tuple(chosen.stages),
            tie_key=chosen.tie_key,
            absolute_floor=chosen.absolute_floor,
            weights=chosen.weights,
        ),
    )
    levels = [*contacts.levels, *wishes.levels, *(row.organisation.level for row in rows)]
    return Built(
        market,
        Level.narrowest(*levels),
        wishes.illustrative > 0 or any(row.organisation.is_illustrative for row in rows),
    )


@dataclass(frozen=True, slots=True)
class Contacts:
    """Pairs of codes that a partnership ties, and the levels of those partnerships."""

    known: set[tuple[str, str]]
    levels: list[str]


def _contacts(rows: Sequence[RoundParticipant], *, until: date | None) -> Contacts:
    """Every two members of a partnership in which a participant stands.

    With `until` only those that surely are older; one without a date may be younger.
    """
    ids = {row.organisation_id for row in rows}
    found = (
        Partnership.objects.filter(
            Q(members__in=ids), level__in=OPEN_LEVELS, status__in=["reported", "agreed"]
        )
        .distinct()
        .prefetch_related("members")
    )
    known: set[tuple[str, str]] = set()
    levels: list[str] = []
    for partnership in found:
        if until is not None and not _is_before(partnership.since, until):
            continue
        members = [body for body in partnership.members.all() if body.level in OPEN_LEVELS]
        pairs = [
            (min(one.code, two.code), max(one.code, two.code))
            for one, two in combinations(members, 2)
            if one.pk in ids or two.pk in ids
        ]
        if pairs:
            known.update(pairs)
            levels += [partnership.level, *(body.level for body in members)]
    return Contacts(known, levels)


def _is_before(since: str, day: date) -> bool:
    return bool(since) and PartialDate.parse(since).last_day < day


@dataclass(frozen=True, slots=True)
class Wishes:
    """Needs and offers by organisation: theme → weight; the levels of those entries, and how many
    were written for illustration."""

    needs: dict[int, dict[str, float]]
    offers: dict[int, dict[str, float]]
    levels: list[str]
    illustrative: int


def _wishes(rows: Sequence[RoundParticipant]) -> Wishes:
    ids = [row.organisation_id for row in rows]
    needs: dict[int, dict[str, float]] = defaultdict(dict)
    offers: dict[int, dict[str, float]] = defaultdict(dict)
    levels: list[str] = []
    illustrative = 0
    for model, into in ((Need, needs), (Offer, offers)):
        entries: Any = model.objects.filter(organisation_id__in=ids, level__in=OPEN_LEVELS)
        for body, theme, weight, level, is_illustrative in entries.values_list(
            "organisation_id", "theme_id", "weight", "level", "is_illustrative"
        ):
            into[body][theme] = float(weight)
            levels.append(level)
            illustrative += is_illustrative
    return Wishes(needs, offers, levels, illustrative)


def _town(row: RoundParticipant, quota_keys: set[str], wishes: Wishes) -> citymatch.Town:
    body = row.organisation
    place = place_of(body)
    return citymatch.Town(
        id=body.code,
        groups=tuple(sorted(quota_keys & set(groups(row)))),
        min=row.least,
        max=row.most,
        name=body.label_en,
        country=body.country_id,
        population=body.population or None,
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        languages=languages(body),
        needs=wishes.needs.get(body.pk, {}),
        offers=wishes.offers.get(body.pk, {}),
        profile=tuple(sorted(body.profile)),
    )


def place_of(body: Organisation) -> Location | None:
    """Where the public sees it: what is withheld from the public stays unknown to the engine."""
    return location(body, VISITOR)


def groups(row: RoundParticipant) -> list[str]:
    """Every group that a quota could be for, as the engine calls them."""
    body = row.organisation
    found = []
    if row.association:
        found.append(f"{RoundQuota.Kind.ASSOCIATION}:{row.association.code}")
    if body.country_id:
        found.append(f"{RoundQuota.Kind.COUNTRY}:{body.country_id}")
    if body.region:
        found.append(f"{RoundQuota.Kind.REGION}:{body.region.code}")
    return found


def languages(body: Organisation) -> tuple[str, ...]:
    """Working languages: those stated and, beside them, the country's own; none stated: unknown.

    A town that has said nothing must not be taken for one that works in its own language only.
    """
    if not body.languages:
        return ()
    own = body.country.languages if body.country else []
    return tuple(sorted({*body.languages, *own}))


def themes_met(left: citymatch.Town, right: citymatch.Town) -> dict[str, list[str]]:
    """Themes that one side needs and the other offers, the heaviest need first."""

    def met(needs: citymatch.Town, offers: citymatch.Town) -> list[str]:
        both = [theme for theme in needs.needs if theme in offers.offers]
        return sorted(both, key=lambda theme: (-needs.needs[theme], theme))

    return {"left": met(left, right), "right": met(right, left)}


def eligible(market: citymatch.Market) -> set[tuple[str, str]]:
    """The pairs that may be matched at all, by codes."""
    return {pair.key for pair in market.pairs}


__all__ = [
    "EXISTING_PARTNERS",
    "Built",
    "Decision",
    "NotReady",
    "build",
    "decision",
    "eligible",
    "groups",
    "languages",
    "place_of",
    "themes_met",
]


def _ordered(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)
