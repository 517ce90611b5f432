"""The list and one application of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.core.history import history_of
from mosty.core.requests import Request
from mosty.core.templatetags.mosty import number
from mosty.decisions import content, letters, listing
from mosty.decisions.domain import drafting as domain
from mosty.decisions.forms import DecisionForm, ListFilter
from mosty.decisions.models import Outcome
from mosty.decisions.queries import sent_in
from mosty.decisions.scores import words_of
from mosty.decisions.views.common import OUTCOME_TONES, attempt, page, selection_or_404, url

AT_ONCE = 50


@login_required
def show_list(request: Request, slug: str) -> HttpResponse:
    """All applications, best mean first, with draft outcomes and quotas."""
    selection = selection_or_404(request, slug)
    form = ListFilter(request.GET)
    standing = listing.stand(selection, request.actor)
    ids = listing.narrowed(standing, selection.call, **form.said())
    page_obj = Paginator(ids, AT_ONCE).get_page(request.GET.get("page"))
    context = page(selection, _("Decisions"), "list") | quotas_shown(standing) | {
        "form": form,
        "filters_label": _("Filter the applications"),
        "page_obj": page_obj,
        "rows": [
            (row, OUTCOME_TONES[row.outcome])
            for row in listing.rows_of(standing, list(page_obj.object_list))
        ],
        "count_text": ngettext("%(count)s application", "%(count)s applications", len(ids))
        % {"count": number(len(ids))},
        "outcomes": Outcome.choices,
        "is_narrowed": len(ids) < len(standing.order),
        "is_illustrative": selection.call.is_illustrative,
    }  # fmt: skip
    return render(request, "decisions/list.html", context)


def quotas_shown(standing: listing.Standing) -> dict[str, Any]:
    """Counts and meters, which follow every outcome that is set."""
    labels = {**dict(Outcome.choices), listing.OPEN: _("No outcome yet")}
    return {
        "counts": [(labels[code], count) for code, count in standing.counts.items()],
        "meters": standing.meters,
    }


@login_required
@require_POST
def set_outcomes(request: Request, slug: str) -> HttpResponse:
    """One outcome for those that are ticked, or from the box of one line, which htmx sends."""
    selection = selection_or_404(request, slug)
    one = request.POST.get("application", "")
    names = [one] if one else request.POST.getlist("chosen")
    ids = [int(name) for name in names if name.isdecimal()]
    # The boxes of all lines stand in one form: each has its own name.
    outcome = request.POST.get(f"one-{one}" if one else "outcome", "")
    if not ids:
        messages.error(request, _("Tick at least one application."))
    elif (
        attempt(request, lambda: domain.set_outcomes(selection, ids, outcome, by=request.actor))
        and not request.htmx
    ):
        said = ngettext("%(count)s outcome is set.", "%(count)s outcomes are set.", len(ids))
        messages.success(request, said % {"count": len(ids)})
    if request.htmx:
        standing = listing.stand(selection, request.actor)
        context = page(selection, "", "list") | quotas_shown(standing)
        return render(request, "decisions/parts/quotas.html", context | {"is_answer": True})
    return redirect(url("list", selection.call))


@login_required
def decide(request: Request, slug: str, application_id: int) -> HttpResponse:
    """One application: what reviews say, the outcome and its reason."""
    selection = selection_or_404(request, slug)
    rows = listing.with_decision(sent_in(selection.call))
    application = get_object_or_404(rows, pk=application_id)
    row = listing.decision_of(application)
    form = DecisionForm(
        request.POST or None,
        initial={"outcome": row.outcome, "rank": row.rank, "reason": row.reason} if row else None,
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            request,
            lambda: domain.set_outcomes(
                selection, [application.pk], data["outcome"], by=request.actor, rank=data["rank"],
                reason=data["reason"],
            ),
        ):  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect(url("list", selection.call))
    standing = listing.stand(selection, request.actor)
    criteria = letters.criteria_by_key(selection.call)
    found = words_of(selection.call, [application.pk], standing.counted)
    entry = content.said(criteria, found[application.pk])
    context = page(selection, str(application.organisation), "list") | quotas_shown(standing) | {
        "application": application,
        "form": form,
        "row": listing.rows_for(standing, [application])[0],
        "total": len(standing.order),
        "tone": OUTCOME_TONES[row.outcome if row else ""],
        "suggested": row.get_suggested_display() if row and row.suggested else "",
        "judged": letters.judged(entry, criteria),
        "comments": letters.comments(entry),
        "history": history_of(row, request.actor)[:10] if row else [],
    }  # fmt: skip
    return render(request, "decisions/decide.html", context)
