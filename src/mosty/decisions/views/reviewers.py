"""What hangs on one reviewer: by the rule of the draft, or by the means where it follows none."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mosty.applications.models import Application
from mosty.calls.words import moment
from mosty.core.jobs import WorkState
from mosty.core.requests import Request
from mosty.decisions import leaving_out, listing
from mosty.decisions.asking import conflict_of
from mosty.decisions.models import LeavingOut, Outcome, Selection
from mosty.decisions.views.common import attempt, page, progress, selection_or_404, url
from mosty.decisions.without import ACCEPTED, RESERVE, Draft, Lists, Without, draft_of
from mosty.places.models import Organisation
from mosty.reviews.models import Reviewer
from mosty.reviews.queries.results import Counted, counted
from mosty.reviews.statistics import robustness

STEPS = {
    "read": gettext_lazy("Applications, reviews and quotas are read."),
    "weigh": gettext_lazy("A list is looked for without one reviewer after the other."),
}
FAILED = {
    "abandoned": gettext_lazy("The work was broken off, and nothing was changed. Ask again."),
    "broken": gettext_lazy("It could not be worked out. Nothing was changed. Tell us."),
    "refused": gettext_lazy("Whoever asked for it may not decide in this call any more."),
    "no_rule": gettext_lazy("The draft followed no suggestion any more when it was looked at."),
}
Bodies = Mapping[int, Organisation]


@login_required
def reviewers(request: Request, slug: str) -> HttpResponse:
    """Which outcomes would change if one reviewer were dropped. A POST has it worked out; htmx asks
    every second meanwhile."""
    selection = selection_or_404(request, slug)
    if request.method == "POST":
        _ask(request, selection)
        return redirect(url("reviewers", selection.call))
    asked = LeavingOut.objects.filter(selection=selection).first()
    if request.htmx and asked is not None:
        answer = render(request, "parts/progress.html", {"progress": _progress(asked, selection)})
        if not asked.is_at_work:
            # The page shows more once there is something.
            answer["HX-Refresh"] = "true"
        return answer
    found = counted(selection.call, request.actor)
    draft = draft_of(selection, request.actor, found)
    context = page(selection, _("Without one reviewer"), "reviewers")
    context |= _by_means(selection, found) if draft is None else _by_rule(selection, draft, asked)
    return render(request, "decisions/reviewers.html", context)


def _ask(request: Request, selection: Selection) -> None:
    begun: list[bool] = []
    attempt(request, lambda: begun.append(leaving_out.ask(selection, by=request.actor)))
    if begun == [True]:
        messages.success(request, _("It is being worked out. Nothing is changed by it."))
    elif begun == [False]:
        messages.info(request, _("It is being worked out already."))


def _progress(asked: LeavingOut, selection: Selection) -> dict[str, Any]:
    return progress(
        asked, "reviewers-progress", url("reviewers", selection.call),
        _("The lists are being worked out"), STEPS,
    )  # fmt: skip


def _by_means(selection: Selection, found: Counted) -> dict[str, Any]:
    """By the order of the means alone."""
    outcomes = listing.outcomes_of(selection)
    accepted = sum(outcome == Outcome.ACCEPTED for outcome in outcomes.values())
    top = accepted or selection.call.places or 0
    dropped = robustness(found.rows, top).dropped
    bodies = _bodies(selection, {pk for one in dropped for pk in (*one.enters, *one.leaves)})
    names = _names(selection)
    return {
        "top": top,
        "found": [
            (names.get(one.reviewer, ""), [bodies[pk] for pk in one.enters if pk in bodies],
             [bodies[pk] for pk in one.leaves if pk in bodies])
            for one in dropped
        ],
    }  # fmt: skip


def _by_rule(selection: Selection, draft: Draft, asked: LeavingOut | None) -> dict[str, Any]:
    """By the rule by which the draft was suggested, as far as it was worked out."""
    context: dict[str, Any] = {
        "by_rule": True, "held": len(draft.by_hand), "asked": asked, "may_ask": True,
    }  # fmt: skip
    if asked is None:
        return context
    is_old = asked.digest != draft.digest
    has_failed = asked.work_state == WorkState.FAILED
    context |= {
        "asked_at": moment(asked.at, selection.call.zone),
        "is_old": is_old and bool(asked.digest),
        "progress": _progress(asked, selection) if asked.is_at_work else None,
        "failed": FAILED.get(asked.work_error, FAILED["broken"]) if has_failed else "",
        # What is worked out of the same would be the same.
        "may_ask": not asked.is_at_work and (is_old or has_failed),
        "conflict": conflict_of(asked),
    }
    if not asked.result:
        return context
    lists = Lists.load(asked.result)
    ids = {pk for row in lists.rows for pk, *_rest in (*row.changes, *row.moves)}
    bodies, names = _bodies(selection, ids), _names(selection)
    return context | {
        "is_found": True,
        "lines": [_line(row, names, bodies) for row in lists.rows],
        "apart": lists.apart,
        "unsure": [_name(one, names) for one in lists.unsure],
    }


def _line(row: Without, names: Mapping[int, str], bodies: Bodies) -> dict[str, Any]:
    """One reviewer: who would come in and fall out, and what would be other in the reserve."""
    line: dict[str, Any] = {"name": _name(row.reviewer, names), "gained": [], "lost": []}
    line |= {"reserve": [], "moves": []}
    for pk, was, then in row.changes:
        if pk not in bodies:
            continue
        if then == ACCEPTED:
            note = _("in the reserve now") if was == RESERVE else _("declined now")
            line["gained"].append(_item(pk, bodies, note, row))
        elif was == ACCEPTED:
            note = _("then in the reserve") if then == RESERVE else _("then declined")
            line["lost"].append(_item(pk, bodies, note, row))
        else:
            note = _("comes in") if then == RESERVE else _("falls out")
            line["reserve"].append(_item(pk, bodies, note, row))
    for pk, place, after in row.moves:
        if pk in bodies:
            note = _("place %(after)s instead of %(before)s") % {"after": after, "before": place}
            line["moves"].append(_item(pk, bodies, note, row))
    line["is_still"] = not line["moves"]
    return line


def _item(pk: int, bodies: Bodies, note: str, row: Without) -> dict[str, Any]:
    return {"body": bodies[pk], "note": note, "is_alone": pk in row.alone}


def _bodies(selection: Selection, ids: set[int]) -> dict[int, Organisation]:
    """Whose applications these are, also of those that are withdrawn by now."""
    rows = Application.objects.filter(call=selection.call, pk__in=ids)
    return {row.pk: row.organisation for row in rows.select_related("organisation")}


def _names(selection: Selection) -> dict[int, str]:
    return dict(Reviewer.objects.filter(call=selection.call).values_list("pk", "name"))


def _name(reviewer: int, names: Mapping[int, str]) -> str:
    return names.get(reviewer) or _("Somebody who reviews no more")
