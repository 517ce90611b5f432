"""What a reviewer may know of: their own open assignments, and nothing that is closed to them.

Each function begins with `assignments`, which takes away what the reviewer has a conflict with at
this moment before anything is counted, ordered or shown. Where something is not theirs it does not
exist for them.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from mosty.applications.models import Application, Attachment
from mosty.applications.queries import is_sent_in
from mosty.calls import queries as calls
from mosty.calls.models import Call, Criterion
from mosty.core.access import Actor
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.reviews.models import Assignment, Review, Reviewer, ReviewPhase
from mosty.reviews.queries.conflicts import grounds
from mosty.reviews.statistics import weighted_mean

Right = ReviewPhase.Right
# Without those that are taken for one another.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
# So long after a phase has closed what was being written is still taken in as a draft.
LATE = timedelta(days=1)


def reviewers(actor: Actor) -> QuerySet[Reviewer]:
    """As whom the actor reviews now, over all calls they may know of."""
    if actor.user_id is None:
        return Reviewer.objects.none()
    known = calls.visible_to(actor).order_by().values("pk")
    rows = Reviewer.objects.filter(user_id=actor.user_id, until=None, call__in=known)
    return rows.select_related("call")


def reviewer_of(actor: Actor, call: Call) -> Reviewer | None:
    """As whom the actor reviews in this call."""
    return reviewers(actor).filter(call=call).first()


def assignments(reviewer: Reviewer, at: datetime) -> list[Assignment]:
    """What they read now: of phases that are open, without what they have a conflict with, in an
    order of their own, which stays and hangs on nothing that they are not told of."""
    return _theirs(reviewer, Q(phase__opens_at__lte=at, phase__closes_at__gte=at))


def _theirs(reviewer: Reviewer, when: Q) -> list[Assignment]:
    """Of the phases of that time."""
    rows = Assignment.objects.filter(
        when, is_sent_in("application__"), reviewer=reviewer, state=Assignment.State.OPEN
    ).select_related(
        "phase__call", "reviewer", "review", "application__organisation", "application__version",
    )  # fmt: skip
    closed = grounds(reviewer.call, [reviewer])[reviewer.pk]
    found = [
        one
        for one in rows.order_by("pk")
        if Right.READ in one.phase.rights and closed.of(one.application) is None
    ]
    return sorted(found, key=lambda one: (one.phase.order, one.phase_id, _place(one)))


def _place(assignment: Assignment) -> bytes:
    """Its place by lot. With the key of the site: who tried the numbers of all applications, or of
    all reviewers, would else learn from an order what they are not told."""
    said = f"{assignment.reviewer_id}:{assignment.phase_id}:{assignment.application_id}"
    return _drawn(f"reviews.order:{said}")


def _drawn(said: str) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).digest()


def assignment_of(actor: Actor, mark: str, at: datetime) -> Assignment | None:
    """One of theirs, by what stands in its address; None until they have declared conflicts."""
    return _marked(actor, mark, Q(phase__opens_at__lte=at, phase__closes_at__gte=at))


def ended_of(actor: Actor, mark: str, at: datetime) -> Assignment | None:
    """The same where the phase has closed over what somebody was writing: nothing is read or given
    any more, but what they wrote may still be kept."""
    found = _marked(actor, mark, Q(phase__closes_at__lt=at, phase__closes_at__gte=at - LATE))
    return found if found is not None and Right.SCORE in found.phase.rights else None


def _marked(actor: Actor, mark: str, when: Q) -> Assignment | None:
    for reviewer in reviewers(actor).filter(assignments__mark=mark, declared_at__isnull=False):
        for one in _theirs(reviewer, when):
            if one.mark == mark:
                return one
    return None


def review_of(assignment: Assignment) -> Review | None:
    """What they have made of it so far."""
    return getattr(assignment, "review", None)


def is_done(assignment: Assignment) -> bool:
    """Given, by the criteria that count now."""
    review = review_of(assignment)
    return (
        review is not None
        and review.state == Review.State.GIVEN
        and review.criteria_version == assignment.phase.call.criteria_version
    )


@dataclass(frozen=True, slots=True)
class Own:
    """What somebody made of an application themselves: to be read again. `scores`: criterion, score
    and what the call says of that score; `value`: their mean."""

    review: Review
    scores: list[tuple[Criterion, int, Text]]
    value: Fraction | None


def own(assignment: Assignment) -> Own | None:
    """The review that they gave by the criteria that count now; None before."""
    review = review_of(assignment)
    if review is None or not is_done(assignment):
        return None
    those = criteria(assignment.phase.call)
    given = scores_of(review)
    scores = [
        (one, given[one.key], Text.load(one.anchors.get(str(given[one.key]), {})))
        for one in those
        if one.key in given
    ]
    whole = sum(one.weight for one in those) or 1
    return Own(review, scores, None if review.total is None else Fraction(review.total, whole))


def may_score(assignment: Assignment, at: datetime) -> bool:
    """Whether the review may be given or changed now: once others were seen, only where the phase
    lets reviewers discuss."""
    phase = assignment.phase
    if not phase.opens_at <= at <= phase.closes_at or Right.SCORE not in phase.rights:
        return False
    sees = Right.OTHERS in phase.rights and is_done(assignment)
    return not sees or Right.DISCUSS in phase.rights


def label(application: Application) -> str:
    """What an application is called where nobody may know who applies; the same for everybody in
    the call, and made of nothing that can be guessed."""
    number = int.from_bytes(_drawn(f"reviews:{application.pk}")[:5], "big")
    letters = []
    for _letter in range(6):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return "".join(letters)


def is_nameless(assignment: Assignment) -> bool:
    """The phase is anonymised, or the body is withheld: then a reviewer does not learn of it here
    what no other page tells them."""
    level = assignment.application.organisation.level
    return assignment.phase.is_anonymised or level not in {Level.PUBLIC, Level.PROGRAMME}


def name_of(assignment: Assignment) -> str:
    """What the reviewer may call it."""
    if is_nameless(assignment):
        return _("Application %(label)s") % {"label": label(assignment.application)}
    return str(assignment.application.organisation)


def criteria(call: Call) -> list[Criterion]:
    """Those that count, in their order."""
    return list(call.criteria.filter(version=call.criteria_version).order_by("order", "pk"))


def file_of(assignment: Assignment, number: int) -> tuple[Attachment, str] | None:
    """A file of what was sent in, by its number from 1 on, and the name it is given: where nobody
    may know who applies neither its name nor its address tells, and files of answers that tell it
    are not there."""
    version = assignment.application.version
    rows = version.content["files"] if version else []
    if not 1 <= number <= len(rows):
        return None
    row = rows[number - 1]
    name = row["name"]
    if is_nameless(assignment):
        if row["question"] not in _open_questions(assignment.application):
            return None
        suffix = name[name.rfind(".") :] if "." in name else ""
        name = _("File %(number)s") % {"number": number} + suffix
    found = Attachment.objects.filter(application=assignment.application, pk=row["key"]).first()
    return (found, name) if found else None


def _open_questions(application: Application) -> set[str]:
    """The keys of those whose answers do not tell who applies; questions stand still once somebody
    applies."""
    from_call = application.call.sections.values_list("questions__key", "questions__tells_who")
    return {key for key, tells_who in from_call if key and not tells_who}


@dataclass(frozen=True, slots=True)
class Other:
    """What another reviewer made of the same application; unnamed."""

    value: Fraction | None
    confidence: int | None
    to_applicant: Text
    to_panel: Text


def others(assignment: Assignment, at: datetime) -> list[Other]:
    """What the others made of it, where the phase shows that and one's own review is given."""
    phase = assignment.phase
    open_now = phase.opens_at <= at <= phase.closes_at
    if not open_now or Right.OTHERS not in phase.rights or not is_done(assignment):
        return []
    rows = Review.objects.filter(
        ~Q(assignment=assignment), state=Review.State.GIVEN, assignment__phase=phase,
        assignment__application=assignment.application,
        criteria_version=phase.call.criteria_version,
    ).select_related("assignment__reviewer")  # fmt: skip
    found = list(rows)
    closed = grounds(phase.call, [one.assignment.reviewer for one in found])
    whole = sum(one.weight for one in criteria(phase.call)) or 1
    seen = [
        one
        for one in found
        if closed[one.assignment.reviewer_id].of(assignment.application) is None
    ]
    return [
        Other(
            None if one.total is None else Fraction(one.total, whole),
            one.confidence, one.to_applicant, one.to_panel,
        )
        for one in sorted(seen, key=lambda one: _place(one.assignment))
    ]  # fmt: skip


def waiting(found: Iterable[Assignment], at: datetime) -> list[Assignment]:
    """Of these what is still to be reviewed and may be now."""
    return [one for one in found if not is_done(one) and may_score(one, at)]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a review said by an earlier version of the criteria: nothing of it counts any more."""

    version: int
    scores: list[tuple[Criterion, int]]
    # The mean by the weights of that version; None where none of them weighs anything.
    value: Fraction | None


def earlier(review: Review, current: int) -> list[Earlier]:
    """The scores of a review by versions before the one that counts, the newest first."""
    of: dict[int, list[tuple[Criterion, int]]] = {}
    for score in review.scores.all():
        if score.criterion.version != current:
            of.setdefault(score.criterion.version, []).append((score.criterion, score.value))
    found = []
    for version, scores in sorted(of.items(), reverse=True):
        scores.sort(key=lambda row: (row[0].order, row[0].pk))
        weights = {one.key: one.weight for one, _value in scores}
        whole = sum(weights.values())
        value = weighted_mean({one.key: v for one, v in scores}, weights) if whole else None
        found.append(Earlier(version, scores, value))
    return found


def scores_of(review: Review) -> dict[str, int]:
    """Key of the criterion → score: by the criteria of the review's own version."""
    rows: Any = review.scores.filter(criterion__version=review.criteria_version)
    return dict(rows.values_list("criterion__key", "value"))
