"""What officers do: name reviewers, open phases, assign, take back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from mosty.applications.queries import sent_in
from mosty.calls.models import Call
from mosty.calls.words import moment
from mosty.core import mail
from mosty.core.access import Actor, require
from mosty.core.history import edit, plain, record
from mosty.people.models import User
from mosty.places.models import Organisation
from mosty.reviews.domain.holding import holding
from mosty.reviews.models import Assignment, Review, Reviewer, ReviewPhase
from mosty.reviews.queries.conflicts import grounds

MOST_PHASES = 12


def add_reviewer(
    call: Call, user: User, *, by: Actor, organisation: Organisation | None, most: int | None
) -> Reviewer:
    """Somebody reviews for this call; who was taken out comes back as they were."""
    require("reviews.run", by, call)
    with holding(call.pk):
        known = Reviewer.objects.filter(call=call, user=user).first()
        if known is not None and known.until is None:
            raise ValidationError(_("This person reviews already."))
        if known is not None:
            known.until, known.most, known.organisation = None, most, organisation
            # What ties them to others may be new.
            known.declared_at = None
            known.save()
        reviewer = known or Reviewer.objects.create(
            call=call, user=user, organisation=organisation, name=user.name, most=most
        )
        record("reviews.add_reviewer", call, by=by, after={"name": reviewer.name})
    return reviewer


def change_reviewer(
    reviewer: Reviewer, *, by: Actor, organisation: Organisation | None, most: int | None
) -> bool:
    """How much they read at most, and for which body they review."""
    require("reviews.run", by, reviewer)
    values = {"most": most, "organisation": organisation}
    return bool(edit(reviewer, values, verb="reviews.change_reviewer", by=by))


def remove_reviewer(reviewer: Reviewer, *, by: Actor, at: datetime) -> None:
    """They review no more: what is not given goes back, what is given stays and counts."""
    require("reviews.run", by, reviewer)
    with holding(reviewer.call_id):
        gone = Reviewer.objects.filter(pk=reviewer.pk, until=None).update(until=at)
        if not gone:
            return
        rows = Assignment.objects.filter(reviewer=reviewer, state=Assignment.State.OPEN)
        rows.exclude(review__state=Review.State.GIVEN).update(state=Assignment.State.TAKEN_BACK)
        record("reviews.remove_reviewer", reviewer.call, by=by, before={"name": reviewer.name})


def save_phase(
    call: Call, values: Mapping[str, Any], *, by: Actor, phase: ReviewPhase | None = None
) -> ReviewPhase:
    """A new phase, or one changed. Who may see what others made of an application must be allowed
    to read it. Raises `ValidationError`."""
    require("reviews.run", by, call)
    rights = [one for one in ReviewPhase.Right.values if one in values["rights"]]
    if "read" not in rights:
        raise ValidationError({"rights": _("Who reviews must at least be allowed to read.")})
    if "discuss" in rights and not {"score", "others"} <= set(rights):
        raise ValidationError(
            {"rights": _("To change scores after seeing others they must score and see others.")}
        )
    if values["closes_at"] <= values["opens_at"]:
        raise ValidationError({"closes_at": _("It closes before it opens.")})
    with holding(call.pk):
        if phase is None and call.review_phases.count() >= MOST_PHASES:
            raise ValidationError(_("These are too many phases."))
        last = call.review_phases.order_by("-order").first()
        made = phase or ReviewPhase(call=call, order=last.order + 1 if last else 0)
        if phase is not None and phase.is_anonymised and not values["is_anonymised"]:
            given = Review.objects.filter(assignment__phase=phase).exclude(state="draft")
            if given.exists():
                raise ValidationError(
                    {"is_anonymised": _("Reviews were given without names. Open a new phase.")}
                )
        before = {name: plain(getattr(made, name)) for name in values} if phase else {}
        for name, value in (dict(values) | {"rights": rights}).items():
            setattr(made, name, value)
        made.full_clean(exclude=["call"])
        made.save()
        after = {name: plain(getattr(made, name)) for name in values}
        if before != after:
            record("reviews.save_phase", call, by=by, before=before, after=after)
    return made


def assign(
    phase: ReviewPhase, pairs: Iterable[tuple[int, int]], *, by: Actor, how: str, at: datetime
) -> int:
    """Have reviewers read applications; each of them gets one letter for all. How many are new.

    Pairs are ids of an application and a reviewer. One with a conflict, or of another call, is
    refused with the whole; one that stands already stays.
    """
    require("reviews.run", by, phase)
    if at > phase.closes_at:
        raise ValidationError(_("This phase is over. Let it close later, or open a new one."))
    wanted = sorted(set(pairs))
    with holding(phase.call_id) as call:
        reviewers = Reviewer.objects.filter(call=call, until=None).select_related("user")
        by_id = {one.pk: one for one in reviewers}
        applications = {one.pk: one for one in sent_in(call)}
        closed = grounds(call, by_id.values())
        for one, who in wanted:
            if one not in applications or who not in by_id:
                raise ValidationError(_("Something has changed meanwhile. Look at it again."))
            if closed[who].of(applications[one]) is not None:
                raise ValidationError(
                    _("%(name)s has a conflict with this application.") % {"name": by_id[who].name}
                )
        known = {
            (one.application_id, one.reviewer_id): one
            for one in Assignment.objects.filter(phase=phase)
        }
        new = [pair for pair in wanted if pair not in known]
        again = [known[pair] for pair in wanted if pair in known and known[pair].state != "open"]
        Assignment.objects.bulk_create(
            Assignment(phase=phase, application_id=one, reviewer_id=who, how=how, at=at)
            for one, who in new
        )
        for row in again:
            if Review.objects.filter(assignment=row, state=Review.State.SET_ASIDE).exists():
                raise ValidationError(_("This reviewer's review was set aside. Choose another."))
            row.state, row.reason, row.how, row.at = Assignment.State.OPEN, "", how, at
            row.save(update_fields=["state", "reason", "how", "at"])
        given: dict[int, int] = {}
        for _one, who in [*new, *((row.application_id, row.reviewer_id) for row in again)]:
            given[who] = given.get(who, 0) + 1
        if given:
            said = {"count": sum(given.values()), "how": how, "phase": plain(phase.name)}
            record("reviews.assign", call, by=by, after=said)
            _tell(phase, {by_id[who]: count for who, count in given.items()}, at)
    return sum(given.values())


def _tell(phase: ReviewPhase, given: Mapping[Reviewer, int], at: datetime) -> None:
    for reviewer, count in given.items():
        person = reviewer.user
        if not person.is_active:
            continue
        mail.write(
            f"reviews:assigned:{phase.pk}:{reviewer.pk}:{at:%Y%m%dT%H%M%S%f}",
            to=person.email, language=person.language or "en", template="reviews/mail/assigned",
            context={
                "person": person, "call": phase.call, "phase": phase, "count": count,
                "when": lazy(moment, str)(phase.closes_at, phase.call.zone),
                "url": mail.address(reverse("reviews:queue", args=[phase.call.slug])),
            },
        )  # fmt: skip
    mail.send_soon()


def take_back(assignment: Assignment, *, by: Actor, reason: str) -> None:
    """An officer takes an application back; a review given is set aside with the reason."""
    require("reviews.run", by, assignment)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    with holding(assignment.phase.call_id):
        fresh = Assignment.objects.get(pk=assignment.pk)
        if fresh.state != Assignment.State.OPEN:
            return
        fresh.state, fresh.reason = Assignment.State.TAKEN_BACK, reason.strip()
        fresh.save(update_fields=["state", "reason"])
        Review.objects.filter(assignment=fresh, state=Review.State.GIVEN).update(
            state=Review.State.SET_ASIDE, reason=reason.strip(), noted_at=timezone.now()
        )
        record("reviews.take_back", fresh, by=by, reason=reason.strip())
