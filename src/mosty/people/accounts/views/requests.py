"""Requests that need a second officer, and ending one's sessions."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.core.access import permitted
from mosty.core.history import history_of
from mosty.core.requests import Request
from mosty.core.states import ReasonMissing, WrongState
from mosty.people.accounts import recovery, sessions
from mosty.people.accounts.recovery import open_requests, requests_visible_to
from mosty.people.accounts.views.here import me


@login_required
def account_requests(request: Request) -> HttpResponse:
    """Requests that wait for a second officer, and what became of the last ones."""
    rows = requests_visible_to(request.actor)
    waiting = list(open_requests(rows))
    context = {
        "title": _("Requests about accounts"),
        "lead": _("A lost second factor, or an officer's new address, needs a second officer."),
        "waiting": waiting,
        "past": rows.exclude(pk__in=[row.pk for row in waiting])[:50],
    }
    return render(request, "people/accounts/requests.html", context)


@login_required
def account_request(request: Request, request_id: int) -> HttpResponse:
    """One request: whose, what for, until when, and the decision."""
    row = get_object_or_404(requests_visible_to(request.actor), pk=request_id)

    def may(verb: str) -> bool:
        return row.is_open and permitted(verb, request.actor, row)

    context = {
        "title": row.get_kind_display().capitalize(),
        "eyebrow": _("Requests about accounts"),
        "eyebrow_url": reverse("people:account_requests"),
        "lead": str(row.user),
        "row": row,
        "may_decide": may("people.decide_account_request"),
        "may_withdraw": may("people.withdraw_account_request"),
        "history": history_of(row, request.actor),
    }
    return render(request, "people/accounts/request.html", context)


@login_required
@require_POST
def decide_account_request(request: Request, request_id: int, decision: str) -> HttpResponse:
    """Confirm or refuse, with a reason."""
    row = get_object_or_404(requests_visible_to(request.actor), pk=request_id)
    reason = request.POST.get("reason", "")
    decide = {"confirm": recovery.confirm_request, "refuse": recovery.refuse_request}.get(decision)
    if decide is None:
        raise Http404
    try:
        decide(row, by=request.actor, reason=reason)
    except ReasonMissing:
        messages.error(request, _("Nothing was changed: write the reason, please."))
    except WrongState:
        messages.error(request, _("Nothing was changed: the request is decided or has run out."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        done = {
            "confirm": _("Done. The person was told by mail and signs in anew everywhere."),
            "refuse": _("Refused. The person was told by mail; nothing was changed."),
        }
        messages.success(request, done[decision])
    return redirect("people:account_request", request_id=row.pk)


@login_required
@require_POST
def withdraw_account_request(request: Request, request_id: int) -> HttpResponse:
    """Take one's own request back."""
    row = get_object_or_404(requests_visible_to(request.actor), pk=request_id)
    try:
        recovery.withdraw_request(row, by=request.actor)
    except WrongState:
        messages.error(request, _("Nothing was changed: the request is decided or has run out."))
    else:
        messages.success(request, _("The request is withdrawn. Nothing was changed."))
    return redirect("people:account_requests")


@login_required
@require_POST
def end_session(request: Request, session_id: int) -> HttpResponse:
    """End one of my sessions elsewhere."""
    if not sessions.end_session(me(request), session_id):
        raise Http404
    messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")
