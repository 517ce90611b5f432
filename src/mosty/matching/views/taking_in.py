"""The plan of taking in those accepted in a call, and doing it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mosty.calls import queries as calls
from mosty.calls.models import Call
from mosty.core.requests import Request
from mosty.matching import domain, intake, pages
from mosty.matching.domain import Taken
from mosty.matching.views.answering import attempt, staff_round_or_404


@login_required
def take_in(request: Request, slug: str, call: str) -> HttpResponse:
    """What would be added and what is there already; a POST adds it."""
    round_ = staff_round_or_404(request, slug)
    rows = calls.visible_to(request.actor).filter(phase=round_.phase_id)
    source: Call = get_object_or_404(rows, slug=call)
    if request.method == "POST":
        taken = attempt(request, lambda: domain.take_in(round_, source, by=request.actor))
        if taken is not None:
            messages.success(request, _said(taken))
        return redirect("matching:prepare", slug)
    found = intake.plan(round_, source)
    context = pages.frame(round_, request.actor, current="prepare") | {
        "lead": _("What is there already is not touched. Nothing is typed twice: needs and offers "
                  "come from the pages of the towns."),
        "call": source,
        "plan": found,
        "groups": [
            (_("To be added"), [town for town in found.towns if town.state == intake.NEW]),
            (_("In the round already"),
             [town for town in found.towns if town.state == intake.KNOWN]),
            (_("Taken out of the round before; they stay out"),
             [town for town in found.towns if town.state == intake.TAKEN_OUT]),
            (_("Neither of Ukraine nor of the European Union"),
             [town for town in found.towns if town.state == intake.NO_SIDE]),
        ],
    }  # fmt: skip
    return render(request, "matching/take_in.html", context)


def _said(taken: Taken) -> str:
    if not (taken.towns or taken.wishes or taken.quotas):
        return _("Everything is there already.")
    towns = ngettext(
        "%(count)s municipality was added.", "%(count)s municipalities were added.", taken.towns
    ) % {"count": taken.towns}
    rest = _("Needs and offers: %(wishes)s, quotas: %(quotas)s.") % {
        "wishes": taken.wishes, "quotas": taken.quotas,
    }  # fmt: skip
    return f"{towns} {rest}"
