"""Calls under review for the tests of this app."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from mosty.applications import content
from mosty.applications.models import Application
from mosty.calls.models import Call, Criterion
from mosty.core.access import SYSTEM
from mosty.core.texts import Text
from mosty.core.versions import freeze
from mosty.places.models import Affiliation, Organisation
from mosty.reviews.models import Assignment, Review, Reviewer, ReviewPhase, Score
from tests.applications.making import FULL, answer, begun, small_call
from tests.calls.making import make_phase
from tests.people import Bodies, Cast, Person

HOUR = timedelta(hours=1)
APPLICANTS = ("gulbene", "kuldiga", "korop", "chuhuiv")
EVERYTHING = [right.value for right in ReviewPhase.Right]


def make_call(bodies: Bodies, **values: Any) -> Call:
    """A call with two criteria, of which the first weighs twice as much."""
    return with_criteria(small_call(make_phase(bodies), **values))


def with_criteria(call: Call) -> Call:
    """Two criteria: need weighs 2, plan 1."""
    call.criteria.filter(key="need").update(weight=2)
    anchors = {"1": Text.of(en="Weak", uk="Слабо").dump(), "5": Text.of(en="Strong").dump()}
    Criterion.objects.create(
        call=call, key="plan", name=Text.of(en="Plan", uk="План"), order=1, anchors=anchors
    )
    return call


def sent_in(call: Call, body: Organisation, **values: Any) -> Application:
    """A full application that was sent in."""
    application = begun(call, body, **values)
    answer(application, **FULL)
    # As sending in freezes it.
    application.version = freeze(application, content.dump(application), by=SYSTEM)
    application.state, application.submitted_at = "submitted", timezone.now()
    application.save()
    return application


def make_review_phase(call: Call, **values: Any) -> ReviewPhase:
    """A phase that is open now."""
    now = timezone.now()
    given: dict[str, Any] = {
        "name": Text.of(en="First reading", uk="Перше читання"), "opens_at": now - HOUR,
        "closes_at": now + 72 * HOUR, "rights": ["read", "score"], "wanted": 2,
    }  # fmt: skip
    return ReviewPhase.objects.create(call=call, **given | values)


def reviewer(call: Call, person: Person, **values: Any) -> Reviewer:
    """Somebody who reviews for the body for which they act, and has said that all is well."""
    given: dict[str, Any] = {
        "organisation": person.organisation, "name": person.user.name,
        "declared_at": timezone.now(),
    }  # fmt: skip
    return Reviewer.objects.create(call=call, user=person.user, **given | values)


def assigned(phase: ReviewPhase, who: Reviewer, application: Application) -> Assignment:
    """That they read it."""
    return Assignment.objects.create(phase=phase, reviewer=who, application=application)


def scored(assignment: Assignment, *values: int, **more: Any) -> Review:
    """A review that was given: the scores in the order of the criteria."""
    call = assignment.phase.call
    criteria = list(call.criteria.filter(version=call.criteria_version).order_by("order", "pk"))
    total = sum(one.weight * value for one, value in zip(criteria, values, strict=True))
    review = Review.objects.create(
        assignment=assignment, state="given", given_at=timezone.now(), total=total,
        criteria_version=call.criteria_version, **more,
    )  # fmt: skip
    for one, value in zip(criteria, values, strict=True):
        Score.objects.create(review=review, criterion=one, value=value)
    return review


def joins(member: Organisation, association: Organisation, **values: Any) -> Affiliation:
    """A municipality in an association."""
    return Affiliation.objects.create(member=member, association=association, **values)


@dataclass(frozen=True)
class Panel:
    """Four applications; the association's coordinator and an expert review them."""

    call: Call
    phase: ReviewPhase
    latvia: Reviewer
    expert: Reviewer
    gulbene: Application
    kuldiga: Application
    korop: Application
    chuhuiv: Application


def make_panel(bodies: Bodies, cast: Cast, call: Call | None = None) -> Panel:
    """Gulbene is a member of the Latvian association, whose coordinator is one of the two."""
    call = call or make_call(bodies)
    joins(bodies.gulbene, bodies.latvian_association)
    return Panel(
        call, make_review_phase(call), reviewer(call, cast.latvia), reviewer(call, cast.expert),
        *(sent_in(call, getattr(bodies, one)) for one in APPLICANTS),
    )  # fmt: skip
