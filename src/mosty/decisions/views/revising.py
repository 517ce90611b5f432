"""A new decision after an appeal that was upheld: proposed on one page, approved by another."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.core.requests import Request
from mosty.decisions.domain import revising as domain
from mosty.decisions.forms import RevisionForm
from mosty.decisions.models import Appeal, Revision, Selection
from mosty.decisions.views.common import OUTCOME_TONES, attempt, page, selection_or_404, url

PROPOSED = Revision.State.PROPOSED


def appeal_or_404(request: Request, slug: str, appeal_id: int) -> tuple[Selection, Appeal]:
    """An appeal that was upheld, for officers who may decide in its call."""
    selection = selection_or_404(request, slug)
    rows = Appeal.objects.filter(decision__selection=selection, result=Appeal.Result.UPHELD)
    rows = rows.select_related("decision__selection__call", "decision__application__organisation")
    return selection, get_object_or_404(rows, pk=appeal_id)


@login_required
def revise(request: Request, slug: str, appeal_id: int) -> HttpResponse:
    """Propose what shall be decided instead; look at what another has proposed."""
    selection, appeal = appeal_or_404(request, slug, appeal_id)
    standing = appeal.revisions.exclude(state=Revision.State.TAKEN_BACK).first()
    choices = domain.better(appeal.decision)
    form = RevisionForm(request.POST or None, outcomes=choices)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            request,
            lambda: domain.propose(appeal, data["outcome"], data["reason"], by=request.actor),
        ):
            messages.success(request, _("Proposed. A second officer must approve it."))
            return redirect(url("revise", selection.call, appeal.pk))
    context = page(selection, _("Decide anew"), "after") | {
        "appeal": appeal,
        "decision": appeal.decision,
        "form": form,
        "choices": choices,
        "revision": standing,
        "tone": OUTCOME_TONES[standing.outcome] if standing else "",
        "is_proposed": standing is not None and standing.state == PROPOSED,
        "may_approve": standing is not None and domain.may_approve(standing, request.actor),
    }
    return render(request, "decisions/revise.html", context)


@login_required
@require_POST
def approve(request: Request, slug: str, appeal_id: int) -> HttpResponse:
    """Approve the proposal that was on the page."""
    selection, appeal = appeal_or_404(request, slug, appeal_id)
    found = _seen(request, appeal)
    if found and attempt(request, lambda: domain.approve(found, by=request.actor)):
        messages.success(request, _("Decided anew; the letter is on its way."))
        return redirect(url("after", selection.call))
    return redirect(url("revise", selection.call, appeal.pk))


@login_required
@require_POST
def take_back(request: Request, slug: str, appeal_id: int) -> HttpResponse:
    """Take the proposal back."""
    selection, appeal = appeal_or_404(request, slug, appeal_id)
    found, reason = _seen(request, appeal), request.POST.get("reason", "")
    if found and attempt(request, lambda: domain.take_back(found, by=request.actor, reason=reason)):
        messages.success(request, _("Taken back. Another one can be proposed."))
    return redirect(url("revise", selection.call, appeal.pk))


def _seen(request: Request, appeal: Appeal) -> Revision | None:
    """The very proposal that the person has seen, if it stands still."""
    seen = request.POST.get("revision", "")
    rows = appeal.revisions.filter(state=PROPOSED, pk=int(seen) if seen.isdecimal() else 0)
    found = rows.select_related("appeal__decision__selection__call").first()
    if found is None:
        messages.error(request, _("Somebody was quicker. Look at what stands now, then go on."))
    return found
