"""Every read of decisions begins here: what an actor may know of.

Before the release officers alone see them, and of these nobody who reviews for the call or has
to do with a body that applies. Afterwards a decision is read by its body, by the association
through which it came, and by officers.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone

from mosty.applications import queries as applications
from mosty.applications.models import Application
from mosty.applications.queries import is_sent_in
from mosty.calls import queries as calls
from mosty.calls.models import Call
from mosty.core.access import Actor, Role
from mosty.decisions.models import Decision, Selection
from mosty.people import queries as people
from mosty.people.models import Membership
from mosty.reviews.models import Conflict, Reviewer


def sent_in(call: Call) -> QuerySet[Application]:
    """What is decided on."""
    return applications.sent_in(call)


def why_recused(call: Call, actor: Actor) -> str:
    """Why somebody must not see or touch what is decided in a call: `reviewer`, `body` (they act
    for a body that applies or for its association, for whichever body they act just now),
    `declared` (they have said that they have a conflict); empty for everybody else."""
    if actor.user_id is None:
        return ""
    # Whoever reviewed stays somebody who reviewed, when the review is over.
    if Reviewer.objects.filter(call=call, user_id=actor.user_id).exists():
        own = Conflict.objects.filter(reviewer__call=call, reviewer__user_id=actor.user_id)
        return "declared" if own.exists() else "reviewer"
    rows = people.in_force(
        Membership.objects.filter(user_id=actor.user_id), on=timezone.localdate()
    ).order_by()
    bodies = rows.values("organisation")
    applied = Application.objects.filter(call=call).filter(
        Q(organisation__in=bodies) | Q(association__in=bodies)
    )
    return "body" if applied.exists() else ""


def recused(call: Call, actor: Actor) -> bool:
    """Whether they must not."""
    return bool(why_recused(call, actor))


def calls_to_decide(actor: Actor) -> QuerySet[Call]:
    """The calls in whose selection the actor may look."""
    rows = calls.visible_to(actor)
    return rows.exclude(state="draft") if actor.is_officer else rows.none()


def visible_to(actor: Actor) -> QuerySet[Decision]:
    """Decisions that the actor may know of: all of them released, their own or those of bodies
    that came through their association; officers all that are released."""
    rows = Decision.objects.filter(selection__state="released")
    rows = rows.select_related(
        "selection__call", "application__organisation__country", "application__association"
    )
    if actor.is_officer:
        return rows
    own = Q(application__organisation__in=actor.organisation_ids)
    if actor.has(Role.COORDINATOR):
        own |= Q(application__association__in=actor.organisation_ids)
    return rows.filter(own)


def accepted(call: Call) -> QuerySet[Application]:
    """The applications of the bodies that take part now: none before the release."""
    inside = Decision.objects.filter(
        application=OuterRef("pk"), selection__state="released", is_in=True
    )
    return Application.objects.filter(Exists(inside), call=call)


def decided(calls: Collection[int]) -> Iterable[int]:
    """Of these calls, by their ids, those whose selection is given out."""
    rows = Selection.objects.filter(call__in=calls, state="released").order_by()
    return rows.values_list("call_id", flat=True)


@dataclass(frozen=True, slots=True)
class Applied:
    """Everybody who began an application in a call, read once: how many did, and sent it in; the
    outcomes that are drafted or decided; the bodies that take part now."""

    begun: int
    sent: int
    outcomes: Mapping[int, str]
    inside: frozenset[int]


def applied(call: Call) -> Applied:
    """For the secretariat, and to count: nothing of it is shown to others one by one."""
    is_sent = ExpressionWrapper(is_sent_in(), output_field=BooleanField())
    rows = list(
        Application.objects.filter(call=call).order_by().annotate(is_sent=is_sent)
        .values_list("pk", "organisation_id", "is_sent", "decision__outcome", "decision__is_in",
                     "decision__selection__state")
    )  # fmt: skip
    return Applied(
        len(rows),
        sum(row[2] for row in rows),
        {row[0]: row[3] for row in rows if row[2] and row[3]},
        frozenset(row[1] for row in rows if row[4] and row[5] == "released"),
    )


def released(call: Call) -> Selection | None:
    """The selection of a call once it is given out."""
    return Selection.objects.filter(call=call, state="released").first()
