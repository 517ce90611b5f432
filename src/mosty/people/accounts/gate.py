"""The one place that stops a session whose account is not in order.

A programme officer without a second factor, or in a session that was not signed in with it, and
anybody who has not agreed to the privacy text, reach only the pages on which they can put that
right. A GET leads there, everything else is refused; and whatever page it is, the actor has no
role meanwhile, so that no view and no menu can forget to ask.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import ResolverMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

from mosty.core.access import Actor, NotAllowed
from mosty.people.accounts.encryption import Unreadable
from mosty.people.accounts.factors import CANNOT_READ
from mosty.people.accounts.first_factor import may_set_up
from mosty.people.accounts.standing import has_factor, standing_of
from mosty.people.models import User

logger = logging.getLogger(__name__)

ALWAYS = frozenset(
    {
        "account_logout",
        "set_language",
        "set_theme",
        "public:privacy",
        "public:accessibility",
        "people:second_factor",
    }
)
# Where a factor is added; the first one needs more (`first_factor`).
ADDING = frozenset({"mfa_activate_totp", "mfa_add_webauthn"})
PROVING = ALWAYS | {"mfa_reauthenticate", "mfa_reauthenticate_webauthn", "people:lost_factor"}
AGREEING = ALWAYS | {"people:consent"}
# Pages of one's own account. A code to one's address and the password are asked for again by
# allauth before anything about signing in is changed.
SETTING_UP = ALWAYS | {
    "account_change_password",
    "account_email",
    "account_email_verification_sent",
    "account_reauthenticate",
    "account_set_password",
    "people:account",
    "people:account_request",
    "people:account_requests",
    "people:consent",
    "people:end_session",
    "people:first_factor",
    "people:first_factor_link",
    "people:own_data",
    "people:withdraw_account_request",
    "people:withdraw_consent",
    "usersessions_list",
}


@dataclass(frozen=True, slots=True)
class Stop:
    """Why somebody goes no further, where that can be put right, and what stays open."""

    to: str
    why: str | Promise
    open: frozenset[str]
    prefix: str = ""

    def lets(self, match: ResolverMatch | None) -> bool:
        """Whether the address stays open."""
        name = match.view_name if match else ""
        return name in self.open or bool(self.prefix and name.startswith(self.prefix))


NO_FACTOR = Stop(
    "people:second_factor",
    _("Programme officers sign in with a second factor. Set one up first."),
    SETTING_UP,
    "mfa_",
)
NOT_PROVEN = Stop(
    "people:second_factor",
    _("Programme officers sign in with a second factor. Show yours first."),
    PROVING,
)
NO_MAIL_SHOWN = Stop(
    "people:first_factor",
    _("The first second factor needs a link that is sent to your address. Ask for it first."),
    frozenset(),
)
NOT_AGREED = Stop(
    "people:consent",
    _("The privacy text waits for your answer. Read it and answer first."),
    AGREEING,
)


def stop_for(request: HttpRequest, user: User) -> Stop | None:
    """What holds this session back, if anything.

    Accounts of the demo are entered with one click and only there: without demo mode
    `queries.actor_for` makes them nobody.
    """
    if user.is_demo:
        return None
    standing = standing_of(request, user, on=timezone.localdate())
    if standing.is_officer and not standing.has_factor:
        return NO_FACTOR
    if standing.is_officer and not standing.has_proven:
        return NOT_PROVEN
    return None if standing.has_agreed else NOT_AGREED


class AccountGate:
    """Stands after `ActorMiddleware`, before every view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        stop = stop_for(request, user) if isinstance(user, User) and user.is_active else None
        request.stop = stop  # type: ignore[attr-defined]
        if stop and isinstance(user, User):
            request.actor = Actor(  # type: ignore[attr-defined]
                user_id=user.pk, name=str(user), language=get_language() or "en"
            )
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Lead there or refuse."""
        stop: Stop | None = request.stop  # type: ignore[attr-defined]
        if stop is None or stop.lets(request.resolver_match):
            stop = self._first_factor(request)
        if stop is None:
            return None
        if request.method not in {"GET", "HEAD"}:
            raise NotAllowed(stop.why)
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRedirect(reverse(stop.to))
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse(stop.to)}?{query}")

    @staticmethod
    def _first_factor(request: HttpRequest) -> Stop | None:
        """Nobody adds a first factor with a password alone, whatever their role."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        user = request.user
        if name not in ADDING or not isinstance(user, User) or user.is_demo:
            return None
        if has_factor(user) or may_set_up(request, user):
            return None
        return NO_MAIL_SHOWN

    @staticmethod
    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A secret under a key that is missing on the server is said, not a fault of the site."""
        if not isinstance(exception, Unreadable):
            return None
        logger.error("a page about second factors cannot be shown: %s", exception)
        context = {"title": _("Your second factor cannot be read"), "text": CANNOT_READ}
        return render(request, "people/accounts/unreadable.html", context, status=503)
