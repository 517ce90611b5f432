"""What became of a body and what was before it: the page on which officers record it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.core.access import require
from mosty.core.picking import is_search
from mosty.core.requests import Request
from mosty.core.states import ReasonMissing
from mosty.places.domain import figures, succession
from mosty.places.domain.changes import Refused
from mosty.places.forms.over_time import SuccessionForm
from mosty.places.models import Organisation
from mosty.places.queries import over_time
from mosty.places.views.profile import get_organisation, trail


@login_required
def show_over_time(request: Request, code: str) -> HttpResponse:
    """What stands before and after a body, each to be withdrawn, and a form for one more."""
    organisation = get_organisation(request, code)
    require("places.record_succession", request.actor)
    form = SuccessionForm(request.POST or None, actor=request.actor, body=organisation)
    sent = request.method == "POST" and not is_search(form)
    if sent and form.is_valid() and _recorded(form, request):
        messages.success(request, _("Recorded. Both pages tell it now."))
        return redirect("places:over_time", code=code)
    found = over_time.over_time(organisation, request.actor)
    context = {
        "title": _("%(name)s over time") % {"name": organisation},
        "lead": _(
            "What became of it, and what was before it. Each record has its source; a wrong one is "
            "withdrawn with a reason, not deleted."
        ),
        "breadcrumbs": trail(organisation, _("Over time")),
        "organisation": organisation,
        "rows": [*found.came_from, *found.became],
        "withdrawn": over_time.withdrawn(organisation, request.actor),
        "form": form,
    }
    return render(request, "places/over_time.html", context)


def _recorded(form: SuccessionForm, request: Request) -> bool:
    try:
        source = figures.source_of(**form.source())
        succession.record_succession(by=request.actor, source=source, **form.values())
    except Refused as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    return True


@login_required
@require_POST
def withdraw_succession(request: Request, code: str, succession_id: int) -> HttpResponse:
    """It does not hold, for the reason given."""
    organisation = get_organisation(request, code)
    require("places.record_succession", request.actor)
    row = get_object_or_404(_of(organisation, request), pk=succession_id)
    try:
        succession.withdraw_succession(row, by=request.actor, reason=request.POST.get("reason", ""))
        messages.success(request, _("Withdrawn. It stays here with your reason."))
    except ReasonMissing:
        messages.error(request, _("Reason: say why it does not hold, then send it again."))
    return redirect("places:over_time", code=code)


def _of(organisation: Organisation, request: Request) -> over_time.Rows:
    rows = over_time.successions(request.actor)
    return rows.filter(predecessor=organisation) | rows.filter(successor=organisation)
