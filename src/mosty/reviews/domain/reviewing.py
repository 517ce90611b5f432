"""What a reviewer does: declares conflicts, gives a review, changes it, declines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor, require
from mosty.core.history import plain, record
from mosty.core.texts import Text
from mosty.places.models import Organisation
from mosty.reviews.domain.holding import holding
from mosty.reviews.domain.recusing import recuse
from mosty.reviews.models import Assignment, Conflict, Review, Reviewer, Score
from mosty.reviews.queries import reading
from mosty.reviews.statistics import total_of


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody makes of an application. `version`: of the criteria that they were shown."""

    version: int
    scores: Mapping[str, int] = field(default_factory=dict)
    confidence: int | None = None
    is_abstention: bool = False
    reason: str = ""
    to_applicant: Text = field(default_factory=Text)
    to_panel: Text = field(default_factory=Text)


def give(assignment: Assignment, opinion: Opinion, *, by: Actor, at: datetime) -> Review:
    """Give the review, or change it while the phase allows; the same twice changes nothing.

    Raises `ValidationError` when the time is over, when a score is missing or not of the call, and
    with code `criteria` when these have changed since the form was shown.
    """
    require("reviews.score", by, assignment)
    with holding(assignment.phase.call_id) as call:
        fresh = reading.assignment_of(by, assignment.mark, at)
        if fresh is None or not reading.may_score(fresh, at):
            raise ValidationError(_("Scores are not taken any more for this application."))
        criteria = {one.key: one for one in reading.criteria(call)}
        if opinion.version != call.criteria_version:
            raise ValidationError(
                _("The criteria have changed meanwhile. Look at the scores again."),
                code="criteria",
            )
        scores = {} if opinion.is_abstention else dict(opinion.scores)
        _check(opinion, scores, set(criteria), call.lowest, call.highest)
        review = Review.objects.filter(assignment=fresh).first() or Review(assignment=fresh)
        before = _said(review) if review.pk else {}
        weights = {key: one.weight for key, one in criteria.items()}
        review.total = None if opinion.is_abstention else total_of(scores, weights)
        review.is_abstention = opinion.is_abstention
        review.reason = opinion.reason.strip() if opinion.is_abstention else ""
        review.confidence = None if opinion.is_abstention else opinion.confidence
        review.to_applicant, review.to_panel = opinion.to_applicant, opinion.to_panel
        review.criteria_version = call.criteria_version
        after = _said(review) | {"scores": scores}
        if before == after:
            return review
        review.state = Review.State.GIVEN
        review.given_at = review.given_at or at
        review.changed_at = at
        review.full_clean(exclude=["assignment"])
        review.save()
        # Those of earlier versions of the criteria stay as they were given.
        review.scores.filter(criterion__version=call.criteria_version).delete()
        Score.objects.bulk_create(
            Score(review=review, criterion=criteria[key], value=value)
            for key, value in scores.items()
        )
        record("reviews.give", review, by=by, before=before, after=after)
    return review


def _check(
    opinion: Opinion, scores: Mapping[str, int], keys: set[str], lowest: int, highest: int
) -> None:
    if opinion.is_abstention:
        if not opinion.reason.strip():
            raise ValidationError({"reason": _("Say why you abstain.")})
        return
    if not keys:
        raise ValidationError(_("The call has no criteria yet."))
    if set(scores) - keys:
        raise ValidationError(_("A score belongs to no criterion of this call."))
    missing = {f"score_{key}": _("Give a score.") for key in keys - set(scores)}
    if missing:
        raise ValidationError(missing)
    if any(not lowest <= value <= highest for value in scores.values()):
        raise ValidationError(_("A score lies outside of the scale of the call."))


def _said(review: Review) -> dict[str, object]:
    """What history keeps of a review."""
    return {
        "scores": reading.scores_of(review) if review.pk else {},
        "version": review.criteria_version,
        "abstains": review.is_abstention,
        "confidence": review.confidence,
        "reason": review.reason,
        "to_applicant": plain(review.to_applicant),
        "to_panel": plain(review.to_panel),
    }


def decline(assignment: Assignment, *, by: Actor, reason: str, at: datetime) -> None:
    """Hand an application back to the secretariat, with the reason."""
    require("reviews.decline", by, assignment)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that somebody else is found.")})
    with holding(assignment.phase.call_id):
        fresh = reading.assignment_of(by, assignment.mark, at)
        if fresh is None:
            # Declined or taken back already.
            return
        if reading.is_done(fresh):
            raise ValidationError(_("Your review is given. If a conflict came up, declare it."))
        fresh.state, fresh.reason = Assignment.State.DECLINED, reason.strip()
        fresh.save(update_fields=["state", "reason"])
        record("reviews.decline", fresh, by=by, reason=reason.strip())


def declare(
    reviewer: Reviewer, body: Organisation, *, by: Actor, reason: str, at: datetime
) -> Conflict:
    """Say that one has a conflict with a body: from now on nothing of it is shown, and what was
    said of it is set aside. Twice is once."""
    require("reviews.declare", by, reviewer)
    if not reason.strip():
        raise ValidationError({"reason": _("Say in a few words what ties you to it.")})
    with holding(reviewer.call_id):
        conflict, is_new = Conflict.objects.get_or_create(
            reviewer=reviewer, organisation=body,
            defaults={"reason": reason.strip(), "at": at, "by_name": by.name},
        )  # fmt: skip
        if is_new:
            record("reviews.declare", reviewer, by=by, reason=reason.strip(),
                   after={"body": body.code})  # fmt: skip
            recuse(reviewer.call)
    return conflict


def finish_declaring(reviewer: Reviewer, *, by: Actor, at: datetime) -> None:
    """Say that nothing more ties one to those who may apply; only then applications are read."""
    require("reviews.declare", by, reviewer)
    with holding(reviewer.call_id):
        updated = Reviewer.objects.filter(pk=reviewer.pk, declared_at=None).update(declared_at=at)
        if updated:
            record("reviews.finish_declaring", reviewer, by=by)
