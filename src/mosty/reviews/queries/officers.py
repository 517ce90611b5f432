"""What officers see: who has what, how far it is, which applications lack readers."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import QuerySet

from mosty.applications.models import Application
from mosty.applications.queries import LONG, sent_in
from mosty.calls.models import Call
from mosty.core.access import Actor
from mosty.reviews.balancing import Plan, balance
from mosty.reviews.models import Assignment, Review, Reviewer, ReviewPhase
from mosty.reviews.queries.conflicts import Grounds, grounds

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
    """A plan that nobody has carried out yet, with what it is made of."""

    plan: Plan
    loads: dict[int, int]
    reviewers: list[Reviewer] = field(default_factory=list)
    applications: dict[int, Application] = field(default_factory=dict)

    def more(self, reviewer: int) -> int:
        """How many it would give to somebody."""
        return sum(who == reviewer for _one, who in self.plan.pairs)


def propose(phase: ReviewPhase, rule: Rule, actor: Actor) -> Proposal:
    """Who would read what in a phase: each application gets what it lacks of the wanted number."""
    call = phase.call
    them = list(Reviewer.objects.filter(call=call, until=None).select_related("organisation"))
    rows = {
        one.pk: one
        for one in applications(call, actor)
        if (not rule.languages or one.language in rule.languages)
        and (not rule.countries or one.organisation.country_id in rule.countries)
    }
    closed = grounds(call, them)
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
    allowed = {
        pk: [one.pk for one in asked if _may_read(one, application, closed[one.pk], rule)]
        for pk, application in rows.items()
    }
    lacks = {pk: phase.wanted - counts[pk] for pk in rows if phase.wanted > counts[pk]}
    most = {one.pk: one.most for one in asked}
    own = {one.pk: load[one.pk] for one in asked}
    plan = balance(lacks, allowed, own, most=most, assigned=held)
    return Proposal(plan, load, asked, rows)


def _may_read(reviewer: Reviewer, application: Application, closed: Grounds, rule: Rule) -> bool:
    if closed.of(application) is not None:
        return False
    body = reviewer.organisation
    country = body.country_id if body else None
    return not (
        rule.not_own_country
        and country is not None
        and country == application.organisation.country_id
    )


def free_reviewers(
    phase: ReviewPhase, application: Application, taken: Collection[int]
) -> list[Reviewer]:
    """Who may read an application in a phase and does not yet."""
    them = list(Reviewer.objects.filter(call=phase.call, until=None).exclude(pk__in=taken))
    closed = grounds(phase.call, them)
    return [one for one in them if closed[one.pk].of(application) is None]
