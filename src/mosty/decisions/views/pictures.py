"""The pictures of a call: for officers at any time, for everybody after the release."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mosty.calls import queries as calls
from mosty.core.access import NotAllowed
from mosty.core.requests import Request
from mosty.decisions import listing, pictures, queries
from mosty.decisions.models import Selection
from mosty.decisions.views.common import RECUSED, page


def show(request: Request, slug: str) -> HttpResponse:
    """Funnel, map and quotas."""
    actor = request.actor
    rows = calls.visible_to(actor).exclude(state="draft").prefetch_related("countries")
    call = get_object_or_404(rows, slug=slug)
    selection = Selection.objects.filter(call=call).select_related("call").first()
    is_out = selection is not None and selection.state == "released"
    title = _("Pictures of the call")
    if not actor.is_officer:
        # Before the release nobody learns how many are where.
        selection = get_object_or_404(Selection, call=call, state="released")
    elif not is_out and (why := queries.why_recused(call, actor)):
        raise NotAllowed(RECUSED[why])
    is_inside = actor.is_officer and not queries.recused(call, actor)
    context: dict[str, Any] = {
        "title": title,
        "eyebrow": str(call),
        "eyebrow_url": call.get_absolute_url(),
        "breadcrumbs": [
            (_("Calls"), reverse("calls:list")), (str(call), call.get_absolute_url()), (title, ""),
        ],
    }  # fmt: skip
    if is_inside and selection is not None:
        context |= page(selection, title, "pictures")
        outcomes = listing.outcomes_of(selection)
        context["meters"] = listing.meters_of(call, outcomes, actor)
    drawn = pictures.applicants(call, actor) if is_inside else pictures.accepted_ones(call, actor)
    context |= {
        "call": call,
        "funnel": pictures.steps(call, actor),
        "map": drawn.picture,
        "bodies": drawn.bodies,
        "map_title": _("Who applied") if is_inside else _("Who is accepted"),
        "is_illustrative": call.is_illustrative,
    }
    return render(request, "decisions/pictures.html", context)
