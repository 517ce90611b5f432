"""Recording that both councils said yes, and taking a wrong record back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.core.requests import Request
from mosty.matching import domain, queries
from mosty.matching.forms.deeds import AgreeForm
from mosty.matching.models import Pair
from mosty.matching.views.answering import attempt, staff_round_or_404


def _pair_or_404(request: Request, slug: str, pk: int) -> Pair:
    """A pair of the approved result; others cannot be agreed."""
    round_ = staff_round_or_404(request, slug)
    if round_.current_run is None or not round_.is_settled:
        rows = Pair.objects.none()
    else:
        rows = queries.pairs_of(round_.current_run, request.actor)
    pair = get_object_or_404(rows.select_related("left__country", "right__country"), pk=pk)
    pair.run = round_.current_run  # type: ignore[assignment]
    pair.run.round = round_
    return pair


@login_required
def agree_pair(request: Request, slug: str, pk: int) -> HttpResponse:
    """The day and how we know; then the pair is public and a partnership stands."""
    pair = _pair_or_404(request, slug, pk)
    form = AgreeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, data = request.actor, form.cleaned_data
        if attempt(request, lambda: domain.agree_pair(pair, by=by, **data)):
            messages.success(request, _("Recorded. The partnership is public now."))
            return redirect("matching:board", slug)
    round_ = pair.run.round
    context = {
        "title": _("Both councils agreed"),
        "eyebrow": str(round_),
        "eyebrow_url": reverse("matching:board", args=[slug]),
        "pair": pair,
        "round": round_,
        "form": form,
        "is_agreed": pair.state == "agreed",
        "back": reverse("matching:board", args=[slug]),
        "breadcrumbs": [
            (_("Rounds"), reverse("matching:rounds")),
            (str(round_), reverse("matching:board", args=[slug])),
            (str(pair), ""),
        ],
    }
    return render(request, "matching/agree.html", context)


@login_required
@require_POST
def retract_pair(request: Request, slug: str, pk: int) -> HttpResponse:
    """The agreement was recorded in error."""
    pair = _pair_or_404(request, slug, pk)
    reason = request.POST.get("reason", "")
    attempt(request, lambda: domain.retract_pair(pair, by=request.actor, reason=reason))
    return redirect("matching:board", slug)
