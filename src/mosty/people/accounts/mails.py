"""Mails about accounts: short, in the person's language, sent once the change is written."""

import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from mosty.people.models import User

logger = logging.getLogger(__name__)


def tell(user: User, about: str, *, to: Iterable[str] = (), **context: object) -> None:
    """Send `people/accounts/mail/<about>.txt` to the person, or to the addresses given.

    A mail server that fails undoes nothing: what was decided stands, and the fault is written
    down.
    """
    addresses = list(dict.fromkeys(address for address in to or [user.email] if address))

    def send() -> None:
        with translation.override(user.language):
            told = {
                **context, "user": user, "site_name": settings.SITE_NAME,
                "contact": settings.CONTACT_EMAIL,
            }  # fmt: skip
            subject = render_to_string(f"people/accounts/mail/{about}_subject.txt", told)
            body = render_to_string(f"people/accounts/mail/{about}.txt", told)
        for address in addresses:
            try:
                EmailMessage(" ".join(subject.split()), body, to=[address]).send()
            except Exception:
                logger.exception("a mail about an account (%s) could not be sent", about)

    transaction.on_commit(send)
