"""Calls with applications and reviews for the tests of this app."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connections
from django.utils import timezone

from mosty.applications import content
from mosty.applications.models import Application
from mosty.calls.models import Call, Criterion, Quota
from mosty.core.access import SYSTEM
from mosty.core.texts import Text
from mosty.core.versions import freeze
from mosty.people.models import User
from mosty.places.models import Organisation
from mosty.reviews.models import Assignment, Review, Reviewer, ReviewPhase, Score
from tests.calls.making import make_phase, published
from tests.people import Bodies

DAY = timedelta(days=1)


@dataclass
class World:
    """A call that is over, with what was sent in."""

    call: Call
    applications: dict[str, Application] = field(default_factory=dict)
    reviewers: dict[str, Reviewer] = field(default_factory=dict)

    def pk(self, name: str) -> int:
        return self.applications[name].pk


def closed_call(bodies: Bodies, **values: Any) -> Call:
    """A call whose deadline was yesterday; two criteria, scores from 1 to 5."""
    now = timezone.now()
    call = published(make_phase(bodies), opens_at=now - 9 * DAY, closes_at=now + DAY, **values)
    Call.objects.filter(pk=call.pk).update(closes_at=now - DAY, places=2)
    call.criteria.all().delete()
    call.quotas.all().delete()
    for order, (key, name, weight) in enumerate(
        [("need", Text.of(en="Need", uk="Потреба"), 1), ("plan", Text.of(en="Plan", uk="План"), 3)]
    ):
        Criterion.objects.create(
            call=call, key=key, name=name, weight=weight, order=order,
            version=call.criteria_version,
            anchors={"1": Text.of(en="weak", uk="слабко").dump(),
                     "5": Text.of(en="strong", uk="сильно").dump()},
        )  # fmt: skip
    call.refresh_from_db()
    return call


def apply(
    call: Call, body: Organisation, *, by: User | None = None, association: Any = None
) -> Application:
    """An application that was sent in."""
    made = Application.objects.create(call=call, organisation=body, association=association)
    version = freeze(made, content.dump(made), by=SYSTEM)
    Application.objects.filter(pk=made.pk).update(
        state="submitted", version=version, submitted_at=timezone.now(), submitted_by=by
    )
    made.refresh_from_db()
    return made


def reviewer(call: Call, user: User) -> Reviewer:
    """Somebody who reviews."""
    return Reviewer.objects.create(call=call, user=user, name=str(user))


def phase_of(call: Call) -> ReviewPhase:
    """The one phase of its review."""
    now = timezone.now()
    found, _made = ReviewPhase.objects.get_or_create(
        call=call, defaults={"name": Text.of(en="Review"), "opens_at": now - DAY,
                             "closes_at": now + DAY, "rights": ["read", "score"]},
    )  # fmt: skip
    return found


def review(
    who: Reviewer, application: Application, need: int, plan: int, comment: Text | None = None
) -> Review:
    """A review that was given."""
    assignment = Assignment.objects.create(
        phase=phase_of(application.call), reviewer=who, application=application
    )
    made = Review.objects.create(
        assignment=assignment, state="given", given_at=timezone.now(),
        criteria_version=application.call.criteria_version, to_applicant=comment or Text(),
        total=need + 3 * plan,
    )  # fmt: skip
    for criterion in application.call.criteria.all():
        value = {"need": need, "plan": plan}[criterion.key]
        Score.objects.create(review=made, criterion=criterion, value=value)
    return made


def make_world(bodies: Bodies, cast: Any) -> World:
    """Four towns of which two can be accepted; the Ukrainian ones come through their association.

    By means: Kuldīga 5, Chuhuiv 4, Gulbene 3, Korop 2. The expert and the funder review.
    """
    world = World(closed_call(bodies))
    for name, association in (
        ("kuldiga", bodies.latvian_association),
        ("chuhuiv", bodies.ukrainian_association),
        ("gulbene", bodies.latvian_association),
        ("korop", bodies.ukrainian_association),
    ):
        world.applications[name] = apply(
            world.call, getattr(bodies, name), by=getattr(cast, name).user, association=association
        )
    for name in ("expert", "funder"):
        world.reviewers[name] = reviewer(world.call, getattr(cast, name).user)
    for name, score in (("kuldiga", 5), ("chuhuiv", 4), ("gulbene", 3), ("korop", 2)):
        for who in ("expert", "funder"):
            comment = Text.of(en=f"Comment of {who} on {name}", uk=f"Відгук про {name}")
            review(world.reviewers[who], world.applications[name], score, score, comment)
    return world


def quota(call: Call, by: str, key: str = "", **bounds: int) -> Quota:
    """A quota of the call."""
    return Quota.objects.create(call=call, by=by, key=key, order=call.quotas.count(), **bounds)


def without_tokens(page: str) -> str:
    """The page but for what is new in every answer."""
    marks = ("csrfmiddlewaretoken", "X-CSRFToken", "nonce")
    return "\n".join(line for line in page.splitlines() if not any(one in line for one in marks))


def at_once(*deeds: Callable[[], object]) -> None:
    """Do these in threads that begin together, each with a connection of its own."""
    start = threading.Barrier(len(deeds))

    def go(deed: Callable[[], object]) -> None:
        try:
            start.wait(timeout=20)
            deed()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
