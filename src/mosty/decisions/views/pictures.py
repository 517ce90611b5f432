"""The pictures of a call: for officers at any time, for everybody after the release."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mosty.calls import queries as calls
from mosty.calls.models import Call
from mosty.core.access import NotAllowed
from mosty.core.requests import Request
from mosty.decisions import listing, pictures, queries
from mosty.decisions.models import Selection
from mosty.decisions.views.common import RECUSED, page, url


def show(request: Request, slug: str) -> HttpResponse:
    """Funnel, map and quotas."""
    actor = request.actor
    rows = calls.visible_to(actor).exclude(state="draft").prefetch_related("quotas")
    call = get_object_or_404(rows, slug=slug)
    selection = Selection.objects.filter(call=call).first()
    title = _("Pictures of the call")
    if not actor.is_officer:
        # Before the release nobody learns how many are where.
        selection = get_object_or_404(Selection, call=call, state="released")
    why = queries.why_recused(call, actor) if actor.is_officer else ""
    if why and (selection is None or selection.state != "released"):
        raise NotAllowed(RECUSED[why])
    is_inside = actor.is_officer and not why
    applied = queries.applied(call)
    context: dict[str, Any] = {
        "title": title,
        "eyebrow": str(call),
        "eyebrow_url": call.get_absolute_url(),
        "breadcrumbs": [
            (_("Calls"), reverse("calls:list")), (str(call), call.get_absolute_url()), (title, ""),
        ],
    }  # fmt: skip
    if is_inside and selection is not None:
        # With the quotas that were fetched of it.
        selection.call = call
        context |= page(selection, title, "pictures")
        context["meters"] = listing.meters_of(call, applied.outcomes, actor)
    drawn = (
        pictures.applicants(applied, call, actor) if is_inside
        else pictures.accepted_ones(call, actor)
    )  # fmt: skip
    context |= {
        "call": call,
        "is_inside": is_inside,
        "funnel": pictures.steps(call, applied, actor),
        "map": drawn.picture,
        "bodies": drawn.bodies,
        # Beyond what fits beside the map: the list of decisions, or of applications before it.
        "list_url": _list_of(call, selection) if drawn.is_long else "",
        "map_title": _("Who applied") if is_inside else _("Who is accepted"),
        "is_illustrative": call.is_illustrative,
    }
    return render(request, "decisions/pictures.html", context)


def _list_of(call: Call, selection: Selection | None) -> str:
    if selection is None:
        return reverse("applications:of_call", args=[call.slug])
    return url("list", call)
