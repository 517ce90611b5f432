"""How accounts behave beyond allauth's own settings."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mosty.people.accounts.recovery import ask_to_change_email
from mosty.people.accounts.sessions import browser_in_words
from mosty.people.accounts.standing import is_officer_anywhere
from mosty.people.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation (first administrator: `manage.py create_officer`)."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": gettext_lazy("Too many wrong tries. Try again in five minutes."),
        "rate_limited": gettext_lazy("That was tried very often. Try again in five minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> Any:
        """Mails of allauth greet from Mosty, not from the name of a server, and name a browser as
        people call it."""
        site = SimpleNamespace(name=settings.SITE_NAME, domain=urlsplit(settings.SITE_URL).netloc)
        told = {**context, "current_site": site}
        if "user_agent" in told:
            told["user_agent"] = browser_in_words(str(told["user_agent"]))
        return super().render_mail(template_prefix, email, told, headers)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """The code that was sent to an address came back right: for most people it counts from
        now on; a programme officer's new address waits for a second officer."""
        user = email_address.user
        is_new = email_address.email.lower() != user.email.lower()
        today = timezone.localdate()
        if is_new and isinstance(user, User) and is_officer_anywhere(user, on=today):
            ask_to_change_email(user, email_address.email)
            messages.info(
                request,
                _(
                    "The address is yours. It counts as soon as a second officer has confirmed "
                    "the change; until then you sign in with the old one."
                ),
            )
            return False
        return bool(super().confirm_email(request, email_address))
