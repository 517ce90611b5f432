"""The first second factor: set up only by somebody who reads the mail of the account.

A password alone must not be enough. Whoever knows it before a factor exists could else set up one
of their own and would be the officer from then on. So a session may add the first factor only
after it has shown that it reads the account's mail: by a link sent there and confirmed in this
very session, by an invitation accepted in it, or by a code sent there with which it began. This
holds for everybody, because a person may be given an officer's role later.
"""

import hashlib
import secrets
import time
from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from mosty.core import mail
from mosty.core.access import SYSTEM, Actor
from mosty.core.history import record
from mosty.core.states import ReasonMissing
from mosty.people.accounts.tables import FactorLink
from mosty.people.models import User

VALID_FOR = timedelta(minutes=30)
# So long after it was shown that the mail is read, a factor may be set up in that session.
OPEN_FOR = timedelta(minutes=30)
_DOOR = "first_factor_door"


def send_link(user: User) -> FactorLink:
    """Send a link to the address of the account. The one before it opens nothing any more."""
    with transaction.atomic():
        made, path = _make(user)
        mail.write(
            _key(made),
            to=user.email,
            language=user.language,
            template="people/accounts/mail/first_factor",
            context={"user": user, "link": made, "url": mail.address(path)},
        )
    mail.send_soon()
    return made


def link_on_the_server(user: User, *, reason: str) -> str:
    """The path of a link that is sent to nobody: for whoever administers the server, where no mail
    goes out (`manage.py first_factor_link`). The reason is kept."""
    if not reason.strip():
        raise ReasonMissing("people.make_factor_link")
    with transaction.atomic():
        _made, path = _make(user)
        record("people.make_factor_link", user, by=SYSTEM, reason=reason)
    return path


def _make(user: User) -> tuple[FactorLink, str]:
    secret = secrets.token_urlsafe(32)
    now = timezone.now()
    # The person's row is the lock: of two links made at once one stays.
    User.objects.select_for_update().get(pk=user.pk)
    before = FactorLink.objects.filter(user=user, used_at__isnull=True)
    mail.forget([_key(one) for one in before])
    before.delete()
    made = FactorLink.objects.create(
        user=user, digest=digest(secret), created_at=now, expires_at=now + VALID_FOR
    )
    return made, reverse("people:first_factor_link", args=[secret])


def find_link(user: User, secret: str) -> FactorLink | None:
    """The link of this very person, as long as it opens anything."""
    rows = FactorLink.objects.filter(user=user, used_at__isnull=True)
    return rows.filter(digest=digest(secret), expires_at__gt=timezone.now()).first()


def use_link(request: HttpRequest, user: User, secret: str) -> bool:
    """Open the door of this session with the link, once; False when it opens nothing (any more)."""
    now = timezone.now()
    with transaction.atomic():
        rows = FactorLink.objects.filter(
            user=user, digest=digest(secret), used_at__isnull=True, expires_at__gt=now
        )
        if not rows.update(used_at=now):
            return False
        by = Actor(user_id=user.pk, name=str(user), language=user.language)
        record("people.use_factor_link", user, by=by)
    open_door(request, user)
    return True


def open_door(request: HttpRequest, user: User) -> None:
    """This session has shown that it reads the mail of the account."""
    request.session[_DOOR] = [user.pk, time.time() + OPEN_FOR.total_seconds()]


def may_set_up(request: HttpRequest, user: User) -> bool:
    """Whether this session may add the first factor now."""
    whose, until = request.session.get(_DOOR, (None, 0))
    if whose == user.pk and time.time() < until:
        return True
    since = time.time() - OPEN_FOR.total_seconds()
    return any(
        entry.get("method") == "code"
        and (entry.get("email") or "").lower() == user.email.lower()
        and entry.get("at", 0) > since
        for entry in get_authentication_records(request, user)
    )


def digest(secret: str) -> str:
    """What is kept of the secret in the mail."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(link: FactorLink) -> str:
    return f"people.factor_link:{link.pk}"
