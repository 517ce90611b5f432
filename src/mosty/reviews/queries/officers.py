"""What officers see: who has what, how far it is, which applications lack readers."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from mosty.applications.models import Application
from mosty.applications.queries import LONG, sent_in
from mosty.calls.models import Call
from mosty.core.access import Actor
from mosty.reviews.balancing import Plan, balance
from mosty.reviews.models import Assignment, Review, Reviewer, ReviewPhase
from mosty.reviews.queries.conflicts import Applied, grounds

Open = Assignment.State.OPEN


def applications(call: Call, actor: Actor) -> QuerySet[Application]:
    """What was sent in, for officers alone."""
    if not actor.is_officer:
        return Application.objects.none()
    return sent_in(call).select_related("organisation__country", "association")


def listed(call: Call, actor: Actor) -> QuerySet[Application]:
    """The same for a list that only names the bodies: without what they say of themselves."""
    return applications(call, actor).select_related(None).select_related("organisation").defer(
        *LONG
    )  # fmt: skip


def assignments(call: Call, actor: Actor) -> QuerySet[Assignment]:
    """All that were ever made, for officers alone."""
    if not actor.is_officer:
        return Assignment.objects.none()
    rows = Assignment.objects.filter(phase__call=call)
    return rows.select_related("phase__call", "reviewer", "application__organisation", "review")


def set_aside(actor: Actor) -> QuerySet[Review]:
    """Reviews that were set aside and of which no officer has taken note yet."""
    if not actor.is_officer:
        return Review.objects.none()
    rows = Review.objects.filter(state=Review.State.SET_ASIDE, noted_at=None)
    return rows.select_related("assignment__phase__call", "assignment__reviewer")


@dataclass(slots=True)
class Load:
    """How far one reviewer is: assigned and open, of these given, declined."""

    reviewer: Reviewer
    assigned: int = 0
    given: int = 0
    outdated: int = 0
    declined: int = 0

    @property
    def waiting(self) -> int:
        return self.assigned - self.given


def loads(call: Call, actor: Actor) -> list[Load]:
    """Each reviewer of the call, those taken out last."""
    rows = assignments(call, actor).order_by().values_list(
        "reviewer_id", "state", "review__state", "review__criteria_version"
    )  # fmt: skip
    found: dict[int, Load] = {}
    if actor.is_officer:
        reviewers = Reviewer.objects.filter(call=call).select_related("organisation", "user")
        found = {one.pk: Load(one) for one in reviewers}
    for who, state, review, version in rows:
        load = found[who]
        load.declined += state == Assignment.State.DECLINED
        if state != Open:
            continue
        load.assigned += 1
        if review == Review.State.GIVEN:
            is_current = version == call.criteria_version
            load.given += is_current
            load.outdated += not is_current
    return sorted(
        found.values(), key=lambda one: (one.reviewer.until is not None, one.reviewer.name)
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """Of which applications, and to whom; empty: of all, to all."""

    reviewers: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    # Nobody reads applications of the country of the body for which they review.
    not_own_country: bool = False

    @property
    def is_whole(self) -> bool:
        return not (self.reviewers or self.languages or self.countries or self.not_own_country)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan that nobody has carried out yet. `loads`: what each reviewer has in this phase by
    now; `more`: how many it would give to each. `applications`: ids of those the rule names."""

    plan: Plan
    loads: Mapping[int, int]
    more: Mapping[int, int]
    reviewers: list[Reviewer]
    applications: list[int]


@dataclass(frozen=True, slots=True)
class _Sent:
    """As much of an application as a plan asks of it: there are thousands."""

    pk: int
    language: str
    country: str | None


def propose(phase: ReviewPhase, rule: Rule, actor: Actor) -> Proposal:
    """Who would read what in a phase: each application gets what it lacks of the wanted number."""
    call = phase.call
    them = list(Reviewer.objects.filter(call=call, until=None).select_related("organisation"))
    sent = _sent(call, actor)
    rows = [
        one
        for one in sent
        if (not rule.languages or one.language in rule.languages)
        and (not rule.countries or one.country in rule.countries)
    ]
    held: dict[int, set[int]] = defaultdict(set)
    counts: dict[int, int] = defaultdict(int)
    load: dict[int, int] = {one.pk: 0 for one in them}
    made = Assignment.objects.filter(phase=phase).order_by()
    for who, one, state in made.values_list("reviewer_id", "application_id", "state"):
        # Who declined is not asked again.
        held[who].add(one)
        if state == Open:
            counts[one] += 1
            if who in load:
                load[who] += 1
    asked = [one for one in them if not rule.reviewers or one.pk in rule.reviewers]
    closed = _closed(call, asked, sent, rule)
    allowed = {one.pk: [who for who, shut in closed.items() if one.pk not in shut] for one in rows}
    lacks = {one.pk: phase.wanted - counts[one.pk] for one in rows if phase.wanted > counts[one.pk]}
    most = {one.pk: one.most for one in asked}
    own = {one.pk: load[one.pk] for one in asked}
    plan = balance(lacks, allowed, own, most=most, assigned=held)
    return Proposal(plan, load, Counter(who for _one, who in plan.pairs), asked, list(allowed))


def _sent(call: Call, actor: Actor) -> list[_Sent]:
    rows = applications(call, actor).order_by("pk")
    return [_Sent(*row) for row in rows.values_list("pk", "language", "organisation__country_id")]


def _closed(
    call: Call, asked: list[Reviewer], sent: list[_Sent], rule: Rule
) -> dict[int, set[int]]:
    """Reviewer → the applications that they must not read, or shall not by the rule."""
    applied = Applied.of(sent_in(call))
    found = {pk: those.among(applied) for pk, those in grounds(call, asked).items()}
    if rule.not_own_country:
        for one in asked:
            country = one.organisation.country_id if one.organisation else None
            if country is not None:
                found[one.pk].update(row.pk for row in sent if row.country == country)
    return found


def free_reviewers(
    phase: ReviewPhase, application: Application, taken: Collection[int]
) -> list[Reviewer]:
    """Who may read an application in a phase and does not yet."""
    them = list(Reviewer.objects.filter(call=phase.call, until=None).exclude(pk__in=taken))
    closed = grounds(phase.call, them)
    return [one for one in them if closed[one.pk].of(application) is None]
