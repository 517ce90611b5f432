"""What a reviewer sees: their queue, an application beside its criteria, their conflicts."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.applications.reading import Reading, of_version
from mosty.calls import queries as calls
from mosty.calls.models import Call
from mosty.calls.words import moment
from mosty.core.access import require
from mosty.core.drafts.pages import open_draft
from mosty.core.picking import is_search
from mosty.core.requests import Request
from mosty.reviews import drafts
from mosty.reviews.domain import reviewing as domain
from mosty.reviews.domain.holding import holding
from mosty.reviews.forms.reviewing import CONFIDENCE, ConflictForm, ReasonForm, ReviewForm
from mosty.reviews.models import Assignment, Review, Reviewer
from mosty.reviews.queries import reading
from mosty.reviews.words import put_errors, two

# In the address of an application: the review that was given is to be changed.
CHANGE = "change"


def call_or_404(request: Request, slug: str) -> Call:
    """The call at an address, if the actor may know of it."""
    return get_object_or_404(calls.visible_to(request.actor), slug=slug)


def crumbs(call: Call, *below: str) -> list[tuple[str, str]]:
    """Where a page of a reviewer stands."""
    steps = [(_("Reviews"), reverse("reviews:list"))]
    if not below:
        return [*steps, (str(call), "")]
    queue = (str(call), reverse("reviews:queue", args=[call.slug]))
    return [*steps, queue, *((name, "") for name in below)]


def _reviewer(request: Request, slug: str) -> Reviewer:
    """As whom the actor reviews here; for everybody else there is nothing at this address."""
    found = reading.reviewer_of(request.actor, call_or_404(request, slug))
    if found is None:
        raise Http404
    return found


@login_required
def list_calls(request: Request) -> HttpResponse:
    """The calls for which somebody reviews; officers see those under review."""
    now = timezone.now()
    rows = []
    for reviewer in reading.reviewers(request.actor):
        found = reading.assignments(reviewer, now) if reviewer.declared_at else []
        waiting = reading.waiting(found, now)
        end = min((one.phase.closes_at for one in waiting), default=None)
        rows.append(
            {
                "call": reviewer.call, "waiting": len(waiting), "count": len(found),
                "must_declare": reviewer.declared_at is None,
                "until": moment(end, reviewer.call.zone) if end else "",
            }
        )  # fmt: skip
    rows.sort(key=lambda row: not (row["waiting"] or row["must_declare"]))
    run = []
    if request.actor.is_officer:
        found_calls = calls.visible_to(request.actor).filter(state="published")
        run = [(one, _stage(one, now)) for one in found_calls.prefetch_related("review_phases")]
    context = {
        "title": _("Reviews"),
        "lead": "" if run and not rows else _("What you are asked to read and to judge."),
        "rows": rows,
        "run": run,
    }
    return render(request, "reviews/list.html", context)


def _stage(call: Call, at: datetime) -> tuple[str, str]:
    """How far the review of a call is: the tone, and in words."""
    phases = list(call.review_phases.all())
    if not phases:
        return "quiet", _("No phase yet")
    open_now = [one for one in phases if one.opens_at <= at <= one.closes_at]
    if open_now:
        end = max(one.closes_at for one in open_now)
        return "good", _("Open until %(until)s") % {"until": moment(end, call.zone)}
    ahead = [one.opens_at for one in phases if one.opens_at > at]
    if ahead:
        return "wheat", _("Opens %(when)s") % {"when": moment(min(ahead), call.zone)}
    return "quiet", _("Over")


@login_required
def show_queue(request: Request, slug: str) -> HttpResponse:
    """What a reviewer reads, in an order of their own."""
    call = call_or_404(request, slug)
    reviewer = reading.reviewer_of(request.actor, call)
    if reviewer is None:
        if request.actor.is_officer:
            return redirect("reviews:panel", slug=slug)
        raise Http404
    if reviewer.declared_at is None:
        return redirect("reviews:conflicts", slug=slug)
    now = timezone.now()
    found = reading.assignments(reviewer, now)
    whole = sum(one.weight for one in reading.criteria(call)) or 1
    phases: dict[int, dict[str, Any]] = {}
    for one in found:
        phase = phases.setdefault(
            one.phase_id,
            {
                "phase": one.phase,
                "rows": [],
                "done": 0,
                "until": moment(one.phase.closes_at, call.zone),
            },
        )
        is_done = reading.is_done(one)
        phase["done"] += is_done
        review = reading.review_of(one)
        is_old = review is not None and review.state == Review.State.GIVEN and not is_done
        phase["rows"].append(
            {
                "assignment": one, "name": reading.name_of(one), "is_done": is_done,
                "is_old": is_old, "value": _value(review, whole) if is_done else "",
            }
        )  # fmt: skip
    waiting = reading.waiting(found, now)
    context = {
        "title": str(call),
        "eyebrow": _("Reviews"),
        "eyebrow_url": reverse("reviews:list"),
        "breadcrumbs": crumbs(call),
        "call": call,
        "reviewer": reviewer,
        "phases": list(phases.values()),
        "next": waiting[0] if waiting else None,
    }
    return render(request, "reviews/queue.html", context)


def _value(review: Review | None, whole: int) -> str:
    """The mean that they gave; nothing where they abstained."""
    return two(Fraction(review.total, whole)) if review and review.total is not None else ""


@login_required
def declare(request: Request, slug: str) -> HttpResponse:
    """With whom somebody has a conflict: told before the first application is read, and later."""
    reviewer = _reviewer(request, slug)
    call = reviewer.call
    form = ConflictForm(request.POST or None, call=call, actor=request.actor)
    if request.method == "POST" and not is_search(form) and form.is_valid():
        body = form.cleaned_data["body"][0]
        try:
            domain.declare(
                reviewer, body, by=request.actor, reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )  # fmt: skip
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, _("Declared. You will see nothing of this body here."))
            return redirect("reviews:conflicts", slug=slug)
    context = {
        "title": _("Conflicts of interest"),
        "eyebrow": str(call),
        "eyebrow_url": call.get_absolute_url(),
        "breadcrumbs": crumbs(call, _("Conflicts of interest")),
        "call": call,
        "reviewer": reviewer,
        "conflicts": list(reviewer.conflicts.select_related("organisation")),
        "form": form,
    }
    return render(request, "reviews/conflicts.html", context)


@login_required
@require_POST
def finish_declaring(request: Request, slug: str) -> HttpResponse:
    """There are no further conflicts: on to the applications."""
    domain.finish_declaring(_reviewer(request, slug), by=request.actor, at=timezone.now())
    return redirect("reviews:queue", slug=slug)


def _assignment(request: Request, slug: str, mark: str, at: datetime) -> Assignment:
    found = reading.assignment_of(request.actor, mark, at)
    if found is None or found.phase.call.slug != slug:
        raise Http404
    return found


@login_required
def read(request: Request, slug: str, mark: str) -> HttpResponse:
    """An application beside the criteria, and the form of the review."""
    now = timezone.now()
    if _reviewer(request, slug).declared_at is None:
        return redirect("reviews:conflicts", slug=slug)
    if request.method == "POST" and (ended := reading.ended_of(request.actor, mark, now)):
        return _too_late(request, ended)
    assignment = _assignment(request, slug, mark, now)
    if request.method == "POST":
        require("reviews.score", request.actor, assignment)
    if not reading.may_score(assignment, now):
        if request.method == "POST":
            messages.error(request, _("Scores are not taken any more for this application."))
            return redirect("reviews:read", slug=slug, mark=mark)
        return _shown(request, assignment, now)
    draft = open_draft(request, drafts.REVIEW, mark)
    if request.method != "POST":
        if reading.is_done(assignment) and CHANGE not in request.GET and draft.draft is None:
            # It is read as it was given until they ask to change it, or have begun to.
            return _shown(request, assignment, now, may_change=True)
        form = draft.fill(_form(None, assignment, now))
        return _shown(request, assignment, now, form=form, draft=draft)
    with holding(assignment.phase.call_id):
        if again := draft.sent_before():
            return again
        fresh = reading.assignment_of(request.actor, mark, now)
        if fresh is None:
            raise Http404
        form = _form(request.POST, fresh, now)
        if form.is_valid():
            try:
                domain.give(fresh, form.opinion(), by=request.actor, at=now)
            except ValidationError as error:
                put_errors(form, error)
                if any(one.code == "criteria" for one in getattr(error, "error_list", ())):
                    # What is shown now is what counts now.
                    data: Any = form.data.copy()  # type: ignore[attr-defined]
                    data["version"] = str(form.call.criteria_version)
                    form.data = data
            else:
                messages.success(request, _("Thank you. Your review is given."))
                return draft.end(_next(request, fresh, now))
    draft.keep()
    return _shown(request, assignment, now, form=form, draft=draft)


def _too_late(request: Request, assignment: Assignment) -> HttpResponse:
    """The phase closed while the form was open: nothing is given, and nothing is lost."""
    require("reviews.score", request.actor, assignment)
    phase = assignment.phase
    draft = open_draft(request, drafts.REVIEW, assignment.mark)
    if again := draft.sent_before():
        return again
    draft.keep()
    messages.error(
        request,
        _(
            "Not given: this phase closed on %(when)s, before your review came. What you wrote is "
            "kept as a draft. Ask the secretariat; if the phase opens again, you can go on with it."
        )
        % {"when": moment(phase.closes_at, phase.call.zone)},
    )
    return redirect("reviews:queue", slug=phase.call.slug)


def _form(data: Any, assignment: Assignment, at: datetime) -> ReviewForm:
    review = reading.review_of(assignment) or Review(assignment=assignment)
    call = Call.objects.get(pk=assignment.phase.call_id)
    return ReviewForm(data, thing=review, call=call)


def _next(request: Request, assignment: Assignment, at: datetime) -> str:
    """Where one goes after a review: to the next that waits, else back to the queue."""
    found = reading.waiting(reading.assignments(assignment.reviewer, at), at)
    slug = assignment.phase.call.slug
    later = [one for one in found if one.pk != assignment.pk]
    if later:
        return reverse("reviews:read", args=[slug, later[0].mark])
    return reverse("reviews:queue", args=[slug])


def _reading(assignment: Assignment) -> Reading:
    """The frozen application, with addresses of files that tell nothing of it."""
    version = assignment.application.version
    assert version is not None, "what is sent in is frozen"
    numbers = {row["key"]: number for number, row in enumerate(version.content["files"], start=1)}

    def link(key: str) -> str:
        number = numbers[key]
        if reading.file_of(assignment, number) is None:
            return ""
        slug = assignment.phase.call.slug
        return reverse("reviews:file", args=[slug, assignment.mark, number])

    return of_version(
        version.content, assignment.phase.call, anonymised=reading.is_nameless(assignment),
        link=link,
    )  # fmt: skip


def _shown(
    request: Request, assignment: Assignment, at: datetime, *, form: Any = None, draft: Any = None,
    may_change: bool = False,
) -> HttpResponse:  # fmt: skip
    call = assignment.phase.call
    name = reading.name_of(assignment)
    review = reading.review_of(assignment)
    is_done = reading.is_done(assignment)
    context = {
        "title": name,
        "eyebrow": str(call),
        "eyebrow_url": reverse("reviews:queue", args=[call.slug]),
        "breadcrumbs": crumbs(call, name),
        "call": call,
        "assignment": assignment,
        "phase": assignment.phase,
        "is_nameless": reading.is_nameless(assignment),
        "reading": _reading(assignment),
        "review": review,
        "is_done": is_done,
        "is_old": review is not None and review.state == Review.State.GIVEN and not is_done,
        "earlier": [(two(row.value), row) for row in reading.earlier(review, call.criteria_version)]
        if review is not None and review.pk
        else [],
        "own": _own(assignment) if form is None else None,
        "change_url": f"?{CHANGE}=1#review" if may_change else "",
        "form": form,
        "draft": draft.shown_with(form) if draft else None,
        "others": [(two(one.value), one) for one in reading.others(assignment, at)],
    }
    return render(request, "reviews/read.html", context)


def _own(assignment: Assignment) -> dict[str, Any] | None:
    """What they gave themselves, as the page says it."""
    found = reading.own(assignment)
    if found is None:
        return None
    phase, review = assignment.phase, found.review
    return {
        "review": review,
        "scores": found.scores,
        "value": two(found.value),
        "sure": dict(CONFIDENCE).get(str(review.confidence), ""),
        "given": moment(review.given_at, phase.call.zone) if review.given_at else "",
        "until": moment(phase.closes_at, phase.call.zone),
        "has_seen_others": reading.Right.OTHERS in phase.rights,
    }


@login_required
def decline(request: Request, slug: str, mark: str) -> HttpResponse:
    """Hand an application back, with the reason."""
    now = timezone.now()
    assignment = _assignment(request, slug, mark, now)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            domain.decline(assignment, by=request.actor, reason=form.cleaned_data["reason"], at=now)
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, _("Handed back. The secretariat finds somebody else."))
            return redirect("reviews:queue", slug=slug)
    name = reading.name_of(assignment)
    context = {
        "conflicts_url": reverse("reviews:conflicts", args=[slug]),
        "title": _("Hand it back"),
        "eyebrow": name,
        "eyebrow_url": reverse("reviews:read", args=[slug, mark]),
        "breadcrumbs": crumbs(assignment.phase.call, name, _("Hand it back")),
        "lead": _("If you have a conflict of interest with the applicant, declare it instead."),
        "form": form,
        "submit": _("Hand it back"),
        "back": reverse("reviews:read", args=[slug, mark]),
    }
    return render(request, "reviews/form.html", context)


@login_required
def file(request: Request, slug: str, mark: str, number: int) -> FileResponse:
    """A file of the application that one reads."""
    assignment = _assignment(request, slug, mark, timezone.now())
    found = reading.file_of(assignment, number)
    if found is None:
        raise Http404
    attachment, name = found
    response = FileResponse(attachment.file.open("rb"), as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
