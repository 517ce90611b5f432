"""What the pages have in common: the call at an address, who is kept out and why, the tabs."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from mosty.calls.models import Call
from mosty.core.access import NotAllowed
from mosty.core.jobs import WorkState
from mosty.core.requests import Request
from mosty.core.states import WrongState
from mosty.decisions import queries
from mosty.decisions.domain.drafting import begin
from mosty.decisions.models import Asked, Outcome, Selection

RECUSED = {
    "reviewer": gettext_lazy(
        "You review for this call. Whoever reviews does not see what is decided before it is"
        " released."
    ),
    "declared": gettext_lazy(
        "You have declared a conflict of interest in this call and take no part in its decisions."
    ),
    "body": gettext_lazy(
        "You act for a body that applies in this call, or for its association. Nobody decides on"
        " their own body: others of the secretariat do."
    ),
}
STATE_TONES = {"draft": "quiet", "proposed": "warn", "approved": "blue", "released": "good"}
OUTCOME_TONES = {
    Outcome.ACCEPTED.value: "good", Outcome.RESERVE.value: "wheat", Outcome.DECLINED.value: "bad",
    "": "quiet",
}  # fmt: skip


def selection_or_404(request: Request, slug: str) -> Selection:
    """The selection of the call at an address, for officers who may decide in it. Others do not
    learn that there is one; officers in conflict are told why they are kept out, and everybody that
    it is too early."""
    rows = queries.calls_to_decide(request.actor).prefetch_related("quotas")
    call = get_object_or_404(rows, slug=slug)
    if why := queries.why_recused(call, request.actor):
        raise NotAllowed(RECUSED[why])
    # What the version holds is long: the pages that read it fetch it.
    found = Selection.objects.filter(call=call).select_related("version")
    known = found.defer("version__content").first()
    try:
        selection = known or begin(call, by=request.actor)
    except ValidationError as error:
        raise NotAllowed(" ".join(error.messages)) from error
    # With what was fetched of it.
    selection.call = call
    return selection


def attempt(request: Request, deed: Callable[[], Any]) -> bool:
    """Do it; what stands in the way is said to the person."""
    try:
        deed()
    except ValidationError as error:
        for said in error.messages:
            messages.error(request, said)
    except WrongState:
        messages.error(request, _("Somebody was quicker. Look at what stands now, then go on."))
    else:
        return True
    return False


def url(name: str, call: Call, *args: Any) -> str:
    """The address of a page about that call's decisions."""
    return reverse(f"decisions:{name}", args=[call.slug, *args])


def progress(
    asked: Asked, key: str, address: str, headline: str, steps: Mapping[str, Any]
) -> dict[str, Any]:
    """What parts/progress.html shows of work that was asked for; `steps` are its codes in words."""
    running = asked.work_state == WorkState.RUNNING
    return {
        "id": key,
        "running": asked.is_at_work,
        "url": address,
        "now": round(100 * asked.work_share),
        "total": 100 if running else 0,
        "headline": headline if running else _("Waiting for a worker"),
        "text": steps.get(asked.work_step, "") if running
        else _("A worker takes it up in a moment."),
    }  # fmt: skip


def page(selection: Selection, title: str, current: str) -> dict[str, Any]:
    """What every page of the secretariat needs."""
    call = selection.call
    state = selection.get_state_display()
    steps = [
        ("list", _("List")),
        ("suggestion", _("Suggestion")),
        ("reviewers", _("Without one reviewer")),
        ("signing", _("Proposal and approval")),
        ("outbox", _("Letters")),
        ("release", _("Release")),
    ]
    if selection.state == "released":
        steps.append(("after", _("Reserve and appeals")))
    steps.append(("pictures", pgettext("drawn from figures", "Pictures")))
    return {
        "title": title,
        "eyebrow": str(call),
        "eyebrow_url": call.get_absolute_url(),
        "state_text": state,
        "state_tone": STATE_TONES[selection.state],
        "breadcrumbs": [
            (_("Calls"), reverse("calls:list")),
            (str(call), call.get_absolute_url()),
            (title, ""),
        ],
        "call": call,
        "selection": selection,
        "is_released": selection.state == "released",
        "tabs_label": _("Decisions"),
        "tabs": [
            {"label": label, "url": url(name, call), "current": name == current, "count": None}
            for name, label in steps
        ],
    }
