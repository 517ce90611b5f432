"""What of an account is in order: the second factor, its use in this session, the consent.

Every page of somebody who is signed in asks for it: one query brings the person, what they act as
and their consent, and only programme officers cost a second one, for their factors.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from mosty.core.access import Role
from mosty.people.accounts.consent import current
from mosty.people.models import Consent, Membership, Today, User
from mosty.people.queries import acting_as, in_force

# Recovery codes replace a factor for once; they are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True)
class Standing:
    """How an account stands in one session of it; the factors are read when they are asked for."""

    user: User
    is_officer: bool
    has_agreed: bool
    # The factors that the session was authenticated with, whether the account still has them or
    # not.
    shown: frozenset[int]

    @cached_property
    def _factors(self) -> dict[int, str]:
        rows = Authenticator.objects.filter(user_id=self.user.pk)
        return dict(rows.values_list("pk", "type"))

    @property
    def has_factor(self) -> bool:
        """Whether the account has a second factor."""
        return any(kind in FACTORS for kind in self._factors.values())

    @property
    def has_proven(self) -> bool:
        """Whether this session was signed in with a factor that the account still has."""
        return not self.shown.isdisjoint(self._factors)


def officers(*, on: date) -> QuerySet[Membership]:
    """The memberships of programme officers that hold on a day, for whatever body."""
    return in_force(Membership.objects.filter(role=Role.OFFICER), on=on)


def factors_of(user: object) -> QuerySet[Authenticator]:
    """What counts as a second factor of a person (a key, or a reference within a query)."""
    rows: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user, type__in=FACTORS)
    return rows


def is_officer_anywhere(user: User, *, on: date) -> bool:
    """Whether the person runs the programme for any body, whichever they act for now."""
    return bool(officers(on=on).filter(user=user).exists())


def has_factor(user: User) -> bool:
    """Whether there is something that could be lost."""
    return bool(factors_of(user.pk).exists())


def proven_with(request: HttpRequest, user: User) -> list[int]:
    """The factors that this session was authenticated with, as allauth keeps them: a code of an
    app, a key, a recovery code, or a passkey (whose device has verified the person, so that it
    counts as two)."""
    records = get_authentication_records(request, user)
    return [record["id"] for record in records if record.get("method") == "mfa" and "id" in record]


def signed_in(user_id: Any, *, on: date) -> User | None:
    """The person with `today`: the memberships that hold, in the order of `acting_as`, and
    whether they have agreed to the present privacy text. None where there is no such account."""
    agreed = Consent.objects.filter(version=current().code, withdrawn_at__isnull=True)
    rows = list(
        acting_as(user_id, on=on)
        .annotate(has_agreed=Exists(agreed.filter(user=OuterRef("user_id"))))
        .select_related("user", "organisation")
        .only("role", "user", "organisation__label_en", "organisation__label_uk")
    )
    if rows:
        rows[0].user.today = Today(on, tuple(rows), has_agreed=rows[0].has_agreed)
        return rows[0].user
    # Whoever acts for nobody, yet or no more, is known all the same.
    user = User.objects.filter(pk=user_id).first()
    if user is not None:
        user.today = Today(on, (), has_agreed=agreed.filter(user=user).exists())
    return user


def standing_of(request: HttpRequest, user: User, *, on: date) -> Standing:
    """How the account and this session of it stand.

    Raises `User.DoesNotExist` for an account that is gone.
    """
    today = user.today
    if today is None or today.day != on:
        read = signed_in(user.pk, on=on)
        if read is None or read.today is None:
            raise User.DoesNotExist
        today = read.today
    return Standing(
        user,
        is_officer=any(row.role == Role.OFFICER for row in today.memberships),
        has_agreed=today.has_agreed,
        shown=frozenset(proven_with(request, user)),
    )
