"""Pages about second factors: why, the first one, a lost one, and whose is missing."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import get_pending_stage
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from mosty.core.access import permitted
from mosty.core.requests import Request
from mosty.people.accounts import first_factor as first
from mosty.people.accounts import officers, recovery
from mosty.people.accounts.limits import too_many
from mosty.people.accounts.recovery import open_requests
from mosty.people.accounts.standing import has_factor, standing_of
from mosty.people.accounts.tables import AccountRequest
from mosty.people.accounts.views.here import back, me
from mosty.people.models import User


@login_required
def second_factor(request: Request) -> HttpResponse:
    """Why a second factor, and the way to one, or to show the one there is."""
    user = me(request)
    standing = standing_of(request, user, on=timezone.localdate())
    methods = get_adapter(request).get_reauthentication_methods(user)
    context = {
        "title": _("Your second factor"),
        "standing": standing,
        "must": standing.is_officer and not user.is_demo,
        "may_set_up": user.is_demo or first.may_set_up(request, user),
        "ways": [way for way in methods if way["id"].startswith("mfa_")],
        "next": back(request),
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
        return me(request)
    stage = get_pending_stage(request)
    if stage is None or stage.key != AuthenticateStage.key:
        return None
    user = stage.login.user
    return user if isinstance(user, User) and user.is_active else None


@login_required
def first_factor(request: Request) -> HttpResponse:
    """The first factor needs a link in a mail: why, and the button that sends it."""
    user = me(request)
    if has_factor(user):
        return redirect("people:second_factor")
    if request.method == "POST":
        if slow_down := too_many(request, "ask_factor_link", key=str(user.pk)):
            return slow_down
        first.send_link(user)
    context = {
        "title": _("A link to your mail first"),
        "address": user.email,
        "is_sent": request.method == "POST",
        "is_open": first.may_set_up(request, user),
    }
    return render(request, "people/accounts/first_factor.html", context)


@never_cache
@login_required
@sensitive_variables("secret")
def first_factor_link(request: Request, secret: str) -> HttpResponse:
    """The link out of the mail. Looking changes nothing; the button opens this session, once."""
    user = me(request)
    if request.method == "POST" and first.use_link(request, user, secret):
        messages.success(
            request, _("Thank you. You may now set up your second factor, within half an hour.")
        )
        return redirect("people:second_factor")
    is_open = first.find_link(user, secret) is not None
    context = {"title": _("Is it you?"), "is_open": is_open, "address": user.email}
    status = 200 if is_open else 410
    return render(request, "people/accounts/first_factor_link.html", context, status=status)


@login_required
def officers_lacking(request: Request) -> HttpResponse:
    """Programme officers without a second factor, since when, and when they were reminded."""
    if not permitted("people.remind_of_factor", request.actor):
        raise Http404
    rows = officers.lacking(on=timezone.localdate())
    context = {
        "title": _("Officers without a second factor"),
        "lead": _("Until they have set one up they reach nothing but the pages to do so."),
        "rows": rows,
        "due": [row for row in rows if row.may_be_reminded],
    }
    return render(request, "people/accounts/officers.html", context)


@login_required
@require_POST
def remind_officers(request: Request) -> HttpResponse:
    """Write to all of them who were not written to lately."""
    if not permitted("people.remind_of_factor", request.actor):
        raise Http404
    count = officers.remind(by=request.actor)
    if count:
        said = ngettext("%(count)s letter was written.", "%(count)s letters were written.", count)
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("Nobody was written to: everybody was reminded this week."))
    return redirect("people:officers_lacking")
