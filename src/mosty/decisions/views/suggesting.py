"""What the engine suggests, and why."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mosty.core.jobs import WorkState
from mosty.core.requests import Request
from mosty.decisions import asking
from mosty.decisions.domain import drafting as domain
from mosty.decisions.forms import SuggestionForm
from mosty.decisions.models import Outcome, Selection, Suggesting
from mosty.decisions.queries import sent_in
from mosty.decisions.suggesting import why
from mosty.decisions.views.common import attempt, page, progress, selection_or_404, url

STEPS = {
    "read": gettext_lazy("Applications, reviews and quotas are read."),
    "weigh": gettext_lazy("The best list is looked for."),
    "keep": gettext_lazy("It is kept in the draft."),
}
FAILED = {
    "abandoned": gettext_lazy("The work was broken off, and nothing was changed. Ask again."),
    "broken": gettext_lazy("The list could not be worked out. Nothing was changed. Tell us."),
    "refused": gettext_lazy("Whoever asked for it may not decide in this call any more, or the"
                            " decisions were released meanwhile."),
}  # fmt: skip


@login_required
def suggestion(request: Request, slug: str) -> HttpResponse:
    """Ask the engine for a balanced list; see where people decided otherwise. htmx asks every
    second while it is worked out."""
    selection = selection_or_404(request, slug)
    call = selection.call
    asked = Suggesting.objects.filter(selection=selection).first()
    if request.htmx and asked is not None and request.method == "GET":
        answer = render(request, "parts/progress.html", {"progress": progress_of(asked, selection)})
        if not asked.is_at_work:
            # The page shows more once there is a list.
            answer["HX-Refresh"] = "true"
        return answer
    places = call.places or 10
    # What was asked for last is asked for again, or changed a little.
    form = SuggestionForm(
        request.POST or None,
        initial={"take": places, "reserve": max(2, places // 4)}
        if asked is None else {"take": asked.take, "reserve": asked.reserve, "keep": asked.keeps},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and _ask(request, selection, form):
        return redirect(url("suggestion", call))
    rows = list(
        selection.decisions.exclude(suggested="").select_related("application__organisation")
    )
    at_work = asked is not None and asked.is_at_work
    context = page(selection, _("Suggestion"), "suggestion") | {
        "form": form,
        "asked": asked,
        "progress": progress_of(asked, selection) if asked is not None and at_work else None,
        "failed": FAILED.get(asked.work_error, FAILED["broken"])
        if asked is not None and asked.work_state == WorkState.FAILED else "",
        "conflict": asking.conflict_of(asked) if asked is not None else [],
        "is_there": bool(rows),
        "accepted": sum(row.suggested == Outcome.ACCEPTED for row in rows),
        "reserve": sum(row.suggested == Outcome.RESERVE for row in rows),
        "without": sum(not row.outcome for row in rows),
        "differing": [row for row in rows if row.differs],
    }  # fmt: skip
    return render(request, "decisions/suggestion.html", context)


def _ask(request: Request, selection: Selection, form: SuggestionForm) -> bool:
    data = form.cleaned_data
    begun: list[bool] = []
    done = attempt(
        request,
        lambda: begun.append(
            asking.ask(
                selection, take=data["take"], reserve=data["reserve"], keeps=data["keep"],
                by=request.actor,
            )
        ),
    )  # fmt: skip
    if begun == [True]:
        messages.success(request, _("A list is being worked out. Nothing is decided by it."))
    elif begun == [False]:
        messages.info(request, _("A list is being worked out already. Wait for it, then ask."))
    return done


def progress_of(asked: Suggesting, selection: Selection) -> dict[str, Any]:
    """What parts/progress.html shows of it."""
    return progress(
        asked, "suggestion-progress", url("suggestion", selection.call),
        _("A list is being worked out"), STEPS,
    )  # fmt: skip


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
