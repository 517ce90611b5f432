"""Reviews and assignments over which a conflict has come are set aside, and officers are told.

They count no more from the moment on at which the conflict stands (`queries.conflicts` is asked
each time); what is done here keeps that in the record, with the reason.
"""

from django.db.models import Q
from django.utils import timezone

from mosty.applications.models import Application
from mosty.calls.models import Call
from mosty.core.access import SYSTEM, Actor, require
from mosty.core.history import record
from mosty.reviews.domain.holding import holding
from mosty.reviews.models import Assignment, Review, Reviewer
from mosty.reviews.queries.conflicts import grounds


def recuse(call: Call) -> int:
    """Take back the assignments of this call under a conflict and set their reviews aside; how
    many. Running twice changes nothing more."""
    reviewers = Reviewer.objects.filter(call=call)
    closed = grounds(call, reviewers)
    standing = Q(state=Assignment.State.OPEN) | Q(review__state=Review.State.GIVEN)
    rows = Assignment.objects.filter(standing, phase__call=call).order_by("pk")
    found = [
        pk
        for pk, who, body, through in rows.values_list(
            "pk", "reviewer_id", "application__organisation_id", "application__association_id"
        )
        if closed[who].of_ids(body, through) is not None
    ]
    if found:
        with holding(call.pk):
            for pk in found:
                _set_aside(pk, call)
    return len(found)


def _set_aside(pk: int, call: Call) -> None:
    assignment = Assignment.objects.select_related("reviewer", "application").get(pk=pk)
    application: Application = assignment.application
    ground = grounds(call, [assignment.reviewer])[assignment.reviewer_id].of(application)
    if ground is None:
        return
    reason = ground.kept
    if assignment.state == Assignment.State.OPEN:
        assignment.state, assignment.reason = Assignment.State.TAKEN_BACK, reason
        assignment.save(update_fields=["state", "reason"])
        record("reviews.recuse", assignment, by=SYSTEM, reason=reason)
    review = Review.objects.filter(assignment=assignment).exclude(state="set_aside").first()
    if review is not None:
        review.state, review.reason = Review.State.SET_ASIDE, reason
        review.noted_at = None
        review.save(update_fields=["state", "reason", "noted_at"])
        record("reviews.set_aside", review, by=SYSTEM, reason=reason)


def note(review: Review, *, by: Actor) -> None:
    """An officer has taken note that a review was set aside; it leaves the desk."""
    require("reviews.run", by, review)
    Review.objects.filter(pk=review.pk, state="set_aside", noted_at=None).update(
        noted_at=timezone.now()
    )
