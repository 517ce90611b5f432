"""Signing in as people do, page by page."""

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.people import TOTP_SECRET, Person

PASSWORD = "a-long-password-for-tests"


def code_now(secret: str = TOTP_SECRET) -> str:
    """What the authenticator app shows; what goes out in a moment is waited out, as people do."""
    left = 30 - time.time() % 30
    if left < 3:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def by_password(client: Client, person: Person, **extra: Any) -> Any:
    """The first step with the password."""
    data = {"login": person.user.email, "password": PASSWORD}
    return client.post(reverse("account_login"), data, **extra)


def by_code(client: Client, person: Person) -> Any:
    """The first step with a code out of the newest mail."""
    client.post(reverse("account_request_login_code"), {"email": person.user.email})
    code = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mail.outbox[-1].body, re.M)
    assert code, mail.outbox[-1].body
    return client.post(reverse("account_confirm_login_code"), {"code": code[1]})


def second_step(client: Client, code: str | None = None) -> Any:
    """The second step with the authenticator app."""
    return client.post(reverse("mfa_authenticate"), {"code": code or code_now()})


def link_in_the_mail(client: Client) -> str:
    """Ask for the link that the first factor needs; its path, out of the newest mail."""
    client.post(reverse("people:first_factor"))
    found = re.search(r"/people/account/first-factor/\S+/", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[0]
