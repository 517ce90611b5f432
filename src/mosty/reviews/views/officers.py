"""How officers run a review: reviewers, phases, who reads what, how far it is."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.calls.models import Call
from mosty.calls.words import moment
from mosty.core.access import require
from mosty.core.requests import Request
from mosty.core.versions import digest
from mosty.people import queries as people
from mosty.reviews.balancing import Plan
from mosty.reviews.domain import officers as domain
from mosty.reviews.domain.recusing import note as take_note
from mosty.reviews.forms.officers import MostForm, PhaseForm, RuleForm
from mosty.reviews.forms.reviewing import ReasonForm
from mosty.reviews.models import Reviewer, ReviewPhase
from mosty.reviews.queries import officers as queries
from mosty.reviews.queries.conflicts import said
from mosty.reviews.queries.officers import Rule
from mosty.reviews.views.reviewing import call_or_404
from mosty.reviews.words import put_errors

MOST_FOUND = 20


def call_to_run(request: Request, slug: str) -> Call:
    """The call at an address for somebody who runs its review."""
    call = call_or_404(request, slug)
    require("reviews.run", request.actor, call)
    return call


def page_context(call: Call, title: str, current: str) -> dict[str, Any]:
    """What every page of the secretariat about a review needs."""
    home = reverse("reviews:panel", args=[call.slug])
    steps = [(_("Reviews"), reverse("reviews:list")), (str(call), home)]
    return {
        "title": title,
        "eyebrow": str(call),
        "eyebrow_url": call.get_absolute_url(),
        "breadcrumbs": [*steps, (title, "")],
        "call": call,
        "current": current,
    }


@login_required
def show_progress(request: Request, slug: str) -> HttpResponse:
    """How far each reviewer is, and what a conflict has set aside."""
    call = call_to_run(request, slug)
    loads = queries.loads(call, request.actor)
    aside = queries.set_aside(request.actor).filter(assignment__phase__call=call)
    declined = queries.assignments(call, request.actor).filter(state="declined").order_by("-pk")
    context = page_context(call, _("Progress"), "progress") | {
        "loads": loads,
        "aside": [
            (one, said(one.reason))
            for one in aside.select_related("assignment__application__organisation")
        ],
        "declined": list(declined[:MOST_FOUND]),
        "assigned": sum(one.assigned for one in loads),
        "given": sum(one.given for one in loads),
    }
    return render(request, "reviews/progress.html", context)


@login_required
@require_POST
def note(request: Request, slug: str, review_id: int) -> HttpResponse:
    """An officer has seen that a review was set aside."""
    call = call_to_run(request, slug)
    rows = queries.set_aside(request.actor).filter(assignment__phase__call=call)
    take_note(get_object_or_404(rows, pk=review_id), by=request.actor)
    return redirect("reviews:progress", slug=slug)


@login_required
def add_reviewer(request: Request, slug: str) -> HttpResponse:
    """Who reviews, and people of the programme to be added."""
    call = call_to_run(request, slug)
    query = request.GET.get("q", "")[:200].strip()
    if request.method == "POST":
        rows = people.memberships_visible_to(request.actor).select_related("user", "organisation")
        membership = get_object_or_404(rows, pk=_number(request.POST.get("membership")))
        try:
            domain.add_reviewer(
                call, membership.user, by=request.actor, organisation=membership.organisation,
                most=None,
            )  # fmt: skip
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Added. Now assign applications."))
        return redirect("reviews:reviewers", slug=slug)
    found = []
    if query:
        rows = people.memberships_found(request.actor, query, on=timezone.localdate())
        found = list(rows.select_related("user", "organisation")[:MOST_FOUND])
    context = page_context(call, _("Reviewers"), "reviewers") | {
        "loads": queries.loads(call, request.actor),
        "query": query,
        "found": found,
    }
    return render(request, "reviews/reviewers.html", context)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 18 else 0


@login_required
def edit_reviewer(request: Request, slug: str, reviewer_id: int) -> HttpResponse:
    """How much they read at most; or they review no more."""
    call = call_to_run(request, slug)
    rows = Reviewer.objects.filter(call=call).select_related("organisation", "call")
    reviewer = get_object_or_404(rows, pk=reviewer_id)
    form = MostForm(request.POST or None, initial={"most": reviewer.most})
    if request.method == "POST" and "remove" in request.POST:
        domain.remove_reviewer(reviewer, by=request.actor, at=timezone.now())
        messages.success(request, _("Taken out. Reviews that were given stay."))
        return redirect("reviews:reviewers", slug=slug)
    if request.method == "POST" and form.is_valid():
        domain.change_reviewer(
            reviewer, by=request.actor, organisation=reviewer.organisation,
            most=form.cleaned_data["most"],
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("reviews:reviewers", slug=slug)
    context = page_context(call, reviewer.name, "reviewers") | {
        "form": form,
        "reviewer": reviewer,
        "conflicts": list(reviewer.conflicts.select_related("organisation")),
        "back": reverse("reviews:reviewers", args=[slug]),
    }
    return render(request, "reviews/reviewer.html", context)


@login_required
def list_phases(request: Request, slug: str) -> HttpResponse:
    """The phases of a review, with what reviewers may do in each."""
    call = call_to_run(request, slug)
    now = timezone.now()
    labels = dict(ReviewPhase.Right.choices)
    rows = [
        {
            "phase": phase,
            "opens": moment(phase.opens_at, call.zone),
            "closes": moment(phase.closes_at, call.zone),
            "rights": [labels[one] for one in phase.rights if one in labels],
            "tone": _tone(phase, now),
            "is_over": phase.closes_at < now,
        }
        for phase in call.review_phases.all()
    ]
    context = page_context(call, _("Phases"), "phases") | {"phases": rows}
    return render(request, "reviews/phases.html", context)


def _tone(phase: ReviewPhase, at: datetime) -> tuple[str, str]:
    if at < phase.opens_at:
        return "wheat", _("Not open yet")
    return ("good", _("Open")) if at <= phase.closes_at else ("quiet", _("Over"))


@login_required
def edit_phase(request: Request, slug: str, phase_id: int | None = None) -> HttpResponse:
    """A new phase, or one to be changed."""
    call = call_to_run(request, slug)
    phase = get_object_or_404(call.review_phases, pk=phase_id) if phase_id else None
    form = PhaseForm(request.POST or None, call=call, phase=phase)
    if request.method == "POST" and form.is_valid():
        try:
            domain.save_phase(call, form.cleaned_data, by=request.actor, phase=phase)
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("reviews:phases", slug=slug)
    title = str(phase) if phase else _("New phase of the review")
    context = page_context(call, title, "phases") | {
        "form": form,
        "submit": _("Save"),
        "back": reverse("reviews:phases", args=[slug]),
    }
    return render(request, "reviews/form.html", context)


@login_required
def assign(request: Request, slug: str, phase_id: int) -> HttpResponse:
    """A plan by rule and balance: shown first, carried out as it was shown."""
    call = call_to_run(request, slug)
    phase = get_object_or_404(call.review_phases.select_related("call"), pk=phase_id)
    applications = queries.applications(call, request.actor)
    data = request.POST if request.method == "POST" else request.GET
    form = RuleForm(
        data, call=call,
        reviewers=list(Reviewer.objects.filter(call=call, until=None)),
        used=set(applications.order_by().values_list("language", flat=True)),
    )  # fmt: skip
    rule = form.rule
    proposal = queries.propose(phase, rule, request.actor)
    shown = digest([list(pair) for pair in proposal.plan.pairs])[:16]
    if request.method == "POST":
        if request.POST.get("plan") != shown:
            messages.warning(request, _("Something has changed meanwhile: this is the plan now."))
        elif (count := _assigned(request, phase, proposal.plan, rule)) is not None:
            text = ngettext("%(count)s reading was assigned.", "%(count)s readings were assigned.",
                            count)  # fmt: skip
            messages.success(request, text % {"count": count})
            return redirect("reviews:progress", slug=slug)
    rows = [(one, proposal.loads[one.pk], proposal.more[one.pk]) for one in proposal.reviewers]
    short = proposal.plan.short
    # With few reviewers thousands may lack some: enough of them are named.
    named = queries.listed(call, request.actor).in_bulk(sorted(short)[:MOST_FOUND])
    context = page_context(call, _("Assign applications"), "phases") | {
        "lead": str(phase.name),
        "phase": phase,
        "form": form,
        "plan": shown,
        "chosen": [(name, value) for name in form.fields for value in data.getlist(name)],
        "count": len(proposal.plan.pairs),
        "rows": [(one, now, more, now + more) for one, now, more in rows],
        "short": [(named[pk], short[pk]) for pk in sorted(named)],
        "more_short": len(short) - len(named),
    }
    return render(request, "reviews/assign.html", context)


def _assigned(request: Request, phase: ReviewPhase, plan: Plan, rule: Rule) -> int | None:
    """Carry a plan out; None, and said why, where it cannot be."""
    how = "balanced" if rule.is_whole else "rule"
    try:
        return domain.assign(phase, plan.pairs, by=request.actor, at=timezone.now(), how=how)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return None


@login_required
def take_back(request: Request, slug: str, assignment_id: int) -> HttpResponse:
    """An application is taken back from a reviewer, with the reason."""
    call = call_to_run(request, slug)
    rows = queries.assignments(call, request.actor).filter(state="open")
    assignment = get_object_or_404(rows, pk=assignment_id)
    form = ReasonForm(request.POST or None)
    back = reverse("reviews:application", args=[slug, assignment.application_id])
    if request.method == "POST" and form.is_valid():
        domain.take_back(assignment, by=request.actor, reason=form.cleaned_data["reason"])
        messages.success(request, _("Taken back."))
        return redirect(back)
    context = page_context(call, _("Take it back"), "panel") | {
        "lead": f"{assignment.application.organisation} · {assignment.reviewer}",
        "form": form,
        "submit": _("Take it back"),
        "back": back,
    }
    return render(request, "reviews/form.html", context)
