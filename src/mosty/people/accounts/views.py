"""Pages about the safety of one's account, and the requests that need a second officer."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import get_pending_stage
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.core import personal
from mosty.core.access import permitted
from mosty.core.history import history_of
from mosty.core.requests import Request
from mosty.core.states import ReasonMissing, WrongState
from mosty.people.accounts import consent as consents
from mosty.people.accounts import recovery, sessions
from mosty.people.accounts.limits import too_many
from mosty.people.accounts.recovery import open_requests, requests_visible_to
from mosty.people.accounts.standing import has_factor, standing_of
from mosty.people.accounts.tables import AccountRequest, How
from mosty.people.models import Consent, User


def _me(request: Request) -> User:
    return get_object_or_404(User, pk=request.user.pk)


def _back(request: Request) -> str:
    """The page that somebody was on the way to, if it is one of this site."""
    to = request.POST.get("next") or request.GET.get("next") or ""
    fine = url_has_allowed_host_and_scheme(
        to, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return to if fine else reverse("desk:home")


@login_required
def second_factor(request: Request) -> HttpResponse:
    """Why a second factor, and the way to one, or to show the one there is."""
    user = _me(request)
    standing = standing_of(request, user, on=timezone.localdate())
    methods = get_adapter(request).get_reauthentication_methods(user)
    context = {
        "title": _("Your second factor"),
        "standing": standing,
        "must": standing.is_officer and not user.is_demo,
        "ways": [way for way in methods if way["id"].startswith("mfa_")],
        "next": _back(request),
    }
    return render(request, "people/accounts/second_factor.html", context)


def lost_factor(request: Request) -> HttpResponse:
    """Say that the second factor is lost: signed in, or stopped on the way at the second step."""
    user = _who_lost_it(request)
    if user is None:
        return redirect("account_login")
    if not has_factor(user):
        return redirect("people:second_factor")
    waiting = open_requests(AccountRequest.objects.filter(user=user, kind="factor")).first()
    if request.method == "POST":
        slow_down = too_many(request, "ask_account_request", key=str(user.pk))
        if slow_down:
            return slow_down
        waiting = recovery.ask_to_remove_factor(user)
    context = {
        "title": _("I lost my second factor"),
        "waiting": waiting,
        "has_asked": request.method == "POST",
    }
    return render(request, "people/accounts/lost_factor.html", context)


def _who_lost_it(request: Request) -> User | None:
    """Whoever is signed in, or has passed the first step of signing in within this session: only
    they may ask, so that a stranger cannot even find out whether there is an account."""
    if request.user.is_authenticated:
        return _me(request)
    stage = get_pending_stage(request)
    if stage is None or stage.key != AuthenticateStage.key:
        return None
    user = stage.login.user
    return user if isinstance(user, User) and user.is_active else None


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
    if not sessions.end_session(_me(request), session_id):
        raise Http404
    messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")


@login_required
def consent(request: Request) -> HttpResponse:
    """The privacy text, asked after signing in; the answer goes on to where one was going."""
    user, text = _me(request), consents.current()
    fault = ""
    if request.method == "POST":
        if request.POST.get("agree") != "yes":
            fault = _("Tick the box if you agree. If you do not, sign out below.")
        elif consents.agree(
            user, by=request.actor, how=_how(request), version=request.POST.get("version", "")
        ):
            return redirect(_back(request))
        else:
            fault = _("The text has changed meanwhile. Read it once more, please.")
    context = {
        "title": _("Before you go on"),
        "text": text,
        "text_template": text.template(request.actor.language),
        "text_language": text.language(request.actor.language),
        "is_again": Consent.objects.filter(user=user).exists(),
        "fault": fault,
        "next": _back(request),
    }
    return render(request, "people/accounts/consent.html", context)


def _how(request: Request) -> How:
    return How.PAGE if _back(request) == reverse("people:own_data") else How.SIGN_IN


@login_required
def own_data(request: Request) -> HttpResponse:
    """The text in force, what I agreed to, and what the site keeps about people."""
    user, text = _me(request), consents.current()
    given = list(Consent.objects.filter(user=user))
    context = {
        "title": _("My data and consent"),
        "text": text,
        "text_template": text.template(request.actor.language),
        "text_language": text.language(request.actor.language),
        "consents": given,
        "in_force": [one for one in given if one.withdrawn_at is None],
        # Several tables keep the same for the same reason: said once.
        "kept": list(dict.fromkeys((one.what, one.why, one.how_long) for one in personal.kept())),
    }
    return render(request, "people/accounts/own_data.html", context)


@login_required
@require_POST
def withdraw_consent(request: Request) -> HttpResponse:
    """Take my consent back; other sessions end, this one leads to the question again."""
    user = _me(request)
    if not request.POST.get("withdraw"):
        return redirect("people:own_data")
    if consents.withdraw(user, by=request.actor):
        sessions.end_all_sessions(user, but=request.session.session_key)
        messages.success(request, _("Your consent is withdrawn."))
    return redirect("people:consent")
