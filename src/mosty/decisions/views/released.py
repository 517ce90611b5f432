"""After the release: what a body reads and does, and what the secretariat does then."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.calls.words import moment
from mosty.core.access import NotAllowed, permitted
from mosty.core.requests import Request
from mosty.core.texts import Text
from mosty.decisions import letters, queries
from mosty.decisions.domain import after as domain
from mosty.decisions.domain.revising import better
from mosty.decisions.forms import AppealAnswerForm, AppealForm
from mosty.decisions.models import Appeal, Decision, Outcome, Promotion, Revision
from mosty.decisions.views.common import (
    OUTCOME_TONES,
    attempt,
    page,
    selection_or_404,
    url,
)

ASKED = Promotion.State.ASKED


def decision_or_404(request: Request, slug: str, application_id: int) -> Decision:
    """A released decision that the actor may know of."""
    rows = queries.visible_to(request.actor).filter(selection__call__slug=slug)
    found: Decision = get_object_or_404(rows, application_id=application_id)
    return found


@login_required
def show(request: Request, slug: str, application_id: int) -> HttpResponse:
    """The decision with its reasons, for its body, its association and officers."""
    decision = decision_or_404(request, slug, application_id)
    return _shown(request, decision, AppealForm())


def _shown(request: Request, decision: Decision, form: AppealForm) -> HttpResponse:
    selection, actor = decision.selection, request.actor
    call, now = selection.call, timezone.now()
    entry = letters.entries(selection).get(decision.application_id)
    if entry is None:
        entry = {"criteria": [], "comments": [], "outcome": decision.outcome, "reason": {}}
    appeal = Appeal.objects.filter(decision=decision).first()
    takes_appeals = letters.takes_appeals(selection)
    offer = decision.promotions.filter(state=ASKED, answer_by__gte=now).first()
    revision = _revision(appeal)
    has_place = decision.is_in or (decision.outcome == Outcome.RESERVE and decision.left_at is None)
    context = {
        "title": str(decision.application.organisation),
        "eyebrow": str(call),
        "eyebrow_url": call.get_absolute_url(),
        "breadcrumbs": [
            (_("Calls"), reverse("calls:list")), (str(call), call.get_absolute_url()),
            (_("Decision"), ""),
        ],
        "state_text": state_words(decision),
        "state_tone": "good" if decision.is_in else OUTCOME_TONES[decision.outcome],
        "call": call,
        "decision": decision,
        "reason": Text.load(entry["reason"]),
        "judged": letters.judged(entry, letters.criteria_by_key(call)),
        "comments": letters.comments(entry),
        "offer": offer,
        "offer_until": moment(offer.answer_by, call.zone) if offer else "",
        "may_answer": permitted("decisions.answer_offer", actor, decision),
        "may_leave": has_place and permitted("decisions.leave", actor, decision),
        "appeal": appeal,
        "revision": revision,
        "is_revised_soon": revision is None and appeal is not None
        and appeal.result == Appeal.Result.UPHELD and bool(better(decision)),
        "appeals_until": moment(letters.appeals_until(selection), call.zone),
        "takes_appeals": takes_appeals,
        "may_appeal": appeal is None and takes_appeals
        and permitted("decisions.appeal", actor, decision),
        # What somebody wrote too late is not lost: they can take it along.
        "too_late": form.data.get("text", "").strip() if not takes_appeals else "",
        "form": form,
        "is_illustrative": decision.application.is_illustrative,
    }  # fmt: skip
    return render(request, "decisions/show.html", context)


def _revision(appeal: Appeal | None) -> Revision | None:
    """The new decision that stands after an appeal."""
    if appeal is None:
        return None
    return appeal.revisions.filter(state=Revision.State.APPROVED).first()


def state_words(decision: Decision) -> str:
    """Where a body stands now."""
    if decision.left_at is not None:
        return _("Gave its place back")
    if decision.is_in:
        return _("Accepted")
    if decision.outcome == Outcome.RESERVE:
        return _("Reserve, place %(rank)s") % {"rank": decision.rank}
    return str(decision.get_outcome_display())


@login_required
@require_POST
def answer_offer(request: Request, slug: str, application_id: int) -> HttpResponse:
    """Yes or no to a place that is offered."""
    decision = decision_or_404(request, slug, application_id)
    offer = get_object_or_404(decision.promotions.filter(state=ASKED))
    answer = request.POST.get("answer", "")
    if answer not in {"yes", "no"}:
        messages.error(request, _("Say yes or no."))
    elif attempt(
        request, lambda: domain.answer_offer(offer, accepts=answer == "yes", by=request.actor)
    ):
        said = _("Welcome: the place is yours.") if answer == "yes" else _("You refused the place.")
        messages.success(request, said)
    return redirect(url("show", decision.selection.call, application_id))


@login_required
@require_POST
def leave(request: Request, slug: str, application_id: int) -> HttpResponse:
    """Give the place back."""
    decision = decision_or_404(request, slug, application_id)
    reason = request.POST.get("reason", "")
    if attempt(request, lambda: domain.leave(decision, by=request.actor, reason=reason)):
        messages.success(request, _("The place is given back. The reserve is asked."))
    return redirect(url("show", decision.selection.call, application_id))


@login_required
@require_POST
def appeal(request: Request, slug: str, application_id: int) -> HttpResponse:
    """Appeal against a decision; what was typed stays when it cannot be taken."""
    decision = decision_or_404(request, slug, application_id)
    form = AppealForm(request.POST)
    if form.is_valid() and attempt(
        request,
        lambda: domain.appeal(decision, form.cleaned_data["text"], by=request.actor),
    ):
        messages.success(request, _("Your appeal is with the secretariat."))
        return redirect(url("show", decision.selection.call, application_id))
    if not permitted("decisions.appeal", request.actor, decision):
        raise NotAllowed(_("Only the body itself can appeal."))
    return _shown(request, decision, form)


@login_required
def show_after(request: Request, slug: str) -> HttpResponse:
    """The reserve, free places, who left, and appeals."""
    selection = selection_or_404(request, slug)
    if selection.state != "released":
        return redirect(url("list", selection.call))
    reserve = (
        selection.decisions.filter(outcome=Outcome.RESERVE)
        .select_related("application__organisation__country")
        .prefetch_related("promotions").order_by("rank")
    )  # fmt: skip
    following = domain.next_in_reserve(selection)
    free = domain.free_places(selection)
    lines = [_reserve_line(row, following, free) for row in reserve]
    context = page(selection, _("Reserve and appeals"), "after") | {
        "free": free,
        "reserve": lines,
        "may_offer": any(line["may_offer"] for line in lines),
        "gone": list(
            selection.decisions.exclude(left_at=None).select_related("application__organisation")
        ),
        "appeals": [
            _appeal_line(one)
            for one in Appeal.objects.filter(decision__selection=selection)
            .select_related("decision__application__organisation")
            .prefetch_related("revisions")
        ],
        "form": AppealAnswerForm(),
        "appeals_until": moment(letters.appeals_until(selection), selection.call.zone),
        "takes_appeals": letters.takes_appeals(selection),
    }
    return render(request, "decisions/after.html", context)


def _reserve_line(row: Decision, following: Decision | None, free: int) -> dict[str, Any]:
    offers = list(row.promotions.all())
    is_asked = any(one.state == ASKED for one in offers)
    return {
        "decision": row,
        "state": state_words(row),
        "offer": offers[-1] if offers else None,
        "may_offer": free > 0 and not is_asked and not row.is_in and row.left_at is None,
        "is_next": following is not None and following.pk == row.pk,
    }


def _appeal_line(one: Appeal) -> dict[str, Any]:
    revised = None
    for each in one.revisions.all():
        if each.state == Revision.State.PROPOSED:
            revised = {"tone": "warn", "text": each.get_state_display()}
        elif each.state == Revision.State.APPROVED:
            tone = OUTCOME_TONES[each.outcome]
            revised = {"tone": tone, "text": each.get_outcome_display()}
    return {"appeal": one, "revised": revised, "may_revise": bool(better(one.decision))}


@login_required
@require_POST
def offer(request: Request, slug: str, application_id: int) -> HttpResponse:
    """Offer a free place to one of the reserve."""
    selection = selection_or_404(request, slug)
    decision = get_object_or_404(
        selection.decisions.select_related("selection__call"), application_id=application_id
    )
    reason = request.POST.get("reason", "")
    if attempt(request, lambda: domain.offer_place(decision, by=request.actor, reason=reason)):
        messages.success(request, _("The place is offered; the letter is on its way."))
    return redirect(url("after", selection.call))


@login_required
def answer_appeal(request: Request, slug: str, appeal_id: int) -> HttpResponse:
    """Answer an appeal."""
    selection = selection_or_404(request, slug)
    rows = Appeal.objects.filter(decision__selection=selection)
    found = get_object_or_404(
        rows.select_related("decision__selection__call", "decision__application__organisation"),
        pk=appeal_id,
    )
    form = AppealAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            request,
            lambda: domain.answer_appeal(found, data["result"], data["answer"], by=request.actor),
        ):
            messages.success(request, _("Answered; the letter is on its way."))
            if found.result == Appeal.Result.UPHELD and better(found.decision):
                # What follows from it.
                return redirect(url("revise", selection.call, found.pk))
            return redirect(url("after", selection.call))
    context = page(selection, _("Answer the appeal"), "after") | {
        "form": form,
        "appeal": found,
        "outcome": found.decision.get_outcome_display(),
        "tone": OUTCOME_TONES[found.decision.outcome],
    }
    return render(request, "decisions/answer_appeal.html", context)
