"""The list, one application, the suggestion, and what hangs on one reviewer."""

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
from mosty.decisions.forms import DecisionForm, ListFilter, SuggestionForm
from mosty.decisions.models import Outcome, Selection
from mosty.decisions.queries import sent_in
from mosty.decisions.scores import words_of
from mosty.decisions.suggesting import suggest, why
from mosty.decisions.views.common import OUTCOME_TONES, attempt, page, selection_or_404, url
from mosty.reviews.models import Reviewer
from mosty.reviews.queries.results import counted
from mosty.reviews.statistics import robustness

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
    outcome = request.POST.get("one" if one else "outcome", "")
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
    rows = sent_in(selection.call).select_related("organisation__country", "association")
    application = get_object_or_404(rows, pk=application_id)
    row = selection.decisions.filter(application=application).first()
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
        "row": listing.rows_of(standing, [application.pk])[0],
        "total": len(standing.order),
        "tone": OUTCOME_TONES[row.outcome if row else ""],
        "suggested": row.get_suggested_display() if row and row.suggested else "",
        "judged": letters.judged(entry, criteria),
        "comments": letters.comments(entry),
        "history": history_of(row, request.actor)[:10] if row else [],
    }  # fmt: skip
    return render(request, "decisions/decide.html", context)


@login_required
def suggestion(request: Request, slug: str) -> HttpResponse:
    """Ask the engine for a balanced list; see where people decided otherwise."""
    selection = selection_or_404(request, slug)
    call = selection.call
    places = call.places or 10
    form = SuggestionForm(
        request.POST or None, initial={"take": places, "reserve": max(2, places // 4)}
    )
    conflict: list[str] = []
    if request.method == "POST" and form.is_valid():
        conflict = _suggest(request, selection, form)
        if not conflict:
            return redirect(url("suggestion", call))
    suggested = selection.decisions.exclude(suggested="").select_related(
        "application__organisation"
    )
    rows = list(suggested)
    context = page(selection, _("Suggestion"), "suggestion") | {
        "form": form,
        "conflict": conflict,
        "is_there": bool(rows),
        "accepted": sum(row.suggested == Outcome.ACCEPTED for row in rows),
        "reserve": sum(row.suggested == Outcome.RESERVE for row in rows),
        "without": sum(not row.outcome for row in rows),
        "differing": [row for row in rows if row.differs],
    }
    return render(request, "decisions/suggestion.html", context)


def _suggest(request: Request, selection: Selection, form: SuggestionForm) -> list[str]:
    data = form.cleaned_data
    outcomes = listing.outcomes_of(selection) if data["keep"] else {}
    found = suggest(
        selection.call, data["take"], data["reserve"], actor=request.actor,
        locked=[pk for pk, outcome in outcomes.items() if outcome == Outcome.ACCEPTED],
        vetoed=[pk for pk, outcome in outcomes.items() if outcome == Outcome.DECLINED],
    )  # fmt: skip
    if not found.conflict and attempt(
        request, lambda: domain.keep_suggestion(selection, found.outcomes, by=request.actor)
    ):
        messages.success(request, _("The list is suggested. Nothing is decided by it."))
    return found.conflict


@login_required
@require_POST
def adopt(request: Request, slug: str) -> HttpResponse:
    """Take the suggestion over where nothing is decided yet."""
    selection = selection_or_404(request, slug)
    if attempt(request, lambda: domain.adopt_suggestion(selection, by=request.actor)):
        messages.success(request, _("Taken over. Look at every line before you propose the list."))
    return redirect(url("list", selection.call))


@login_required
def explain(request: Request, slug: str, application_id: int) -> HttpResponse:
    """Why the engine would accept one application or not; asked for by htmx, readable alone."""
    selection = selection_or_404(request, slug)
    application = get_object_or_404(sent_in(selection.call), pk=application_id)
    accepted = selection.decisions.filter(suggested=Outcome.ACCEPTED).count()
    take = accepted or selection.call.places or 0
    lines = why(selection.call, application.pk, take, actor=request.actor)
    context = page(selection, str(application.organisation), "list") | {
        "application": application, "lines": lines, "take": take,
    }  # fmt: skip
    name = "decisions/parts/why.html" if request.htmx else "decisions/why.html"
    return render(request, name, context)


@login_required
def reviewers(request: Request, slug: str) -> HttpResponse:
    """Which outcomes would change if one reviewer were dropped."""
    selection = selection_or_404(request, slug)
    outcomes = listing.outcomes_of(selection)
    accepted = sum(outcome == Outcome.ACCEPTED for outcome in outcomes.values())
    top = accepted or selection.call.places or 0
    found = robustness(counted(selection.call, request.actor).rows, top).dropped
    names = dict(Reviewer.objects.filter(call=selection.call).values_list("pk", "name"))
    ids = {pk for one in found for pk in (*one.enters, *one.leaves)}
    bodies = {
        row.pk: row.organisation
        for row in sent_in(selection.call).filter(pk__in=ids).select_related("organisation")
    }
    context = page(selection, _("Without one reviewer"), "reviewers") | {
        "top": top,
        "count": len(names),
        "found": [
            (names.get(one.reviewer, ""), [bodies[pk] for pk in one.enters if pk in bodies],
             [bodies[pk] for pk in one.leaves if pk in bodies])
            for one in found
        ],
    }  # fmt: skip
    return render(request, "decisions/reviewers.html", context)
