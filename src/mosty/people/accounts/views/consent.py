"""Pages about the privacy text: the question, one's own data, and taking the consent back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mosty.core import personal
from mosty.core.requests import Request
from mosty.people.accounts import consent as consents
from mosty.people.accounts import sessions, withdrawing
from mosty.people.accounts.tables import How
from mosty.people.accounts.views.here import back, me
from mosty.people.models import Consent


@login_required
def consent(request: Request) -> HttpResponse:
    """The privacy text, asked after signing in; the answer goes on to where one was going."""
    user, text = me(request), consents.current()
    fault = ""
    if request.method == "POST":
        if request.POST.get("agree") != "yes":
            fault = _("Tick the box if you agree. If you do not, sign out below.")
        elif consents.agree(
            user, by=request.actor, how=_how(request), version=request.POST.get("version", "")
        ):
            return redirect(back(request))
        else:
            fault = _("The text has changed meanwhile. Read it once more, please.")
    context = {
        "title": _("Before you go on"),
        "text": text,
        "text_template": text.template(request.actor.language),
        "text_language": text.language(request.actor.language),
        "is_again": Consent.objects.filter(user=user).exists(),
        "fault": fault,
        "next": back(request),
    }
    return render(request, "people/accounts/consent.html", context)


def _how(request: Request) -> How:
    return How.PAGE if back(request) == reverse("people:own_data") else How.SIGN_IN


@login_required
def own_data(request: Request) -> HttpResponse:
    """The text in force, what I agreed to, and what the site keeps about people."""
    user, text = me(request), consents.current()
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
def withdraw_consent(request: Request) -> HttpResponse:
    """What it means to take my consent back, said before I do; then it is done."""
    user = me(request)
    if not consents.in_force(user):
        return redirect("people:consent")
    if request.method == "POST" and request.POST.get("withdraw") == "yes":
        if withdrawing.withdraw(user, by=request.actor):
            sessions.end_all_sessions(user, but=request.session.session_key)
            messages.success(request, _("Your consent is withdrawn. You get a mail about it."))
        return redirect("people:consent")
    context = {
        "title": _("Withdraw my consent"),
        "breadcrumbs": [
            (_("My data and consent"), reverse("people:own_data")),
            (_("Withdraw my consent"), ""),
        ],
        "contacts": withdrawing.contacts_naming(user),
        "told": withdrawing.who_is_told(user),
        "bodies": withdrawing.bodies_left(user),
    }
    return render(request, "people/accounts/withdraw.html", context)
