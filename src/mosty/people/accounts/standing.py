"""What of an account is in order: the second factor, its use in this session, the consent.

Everything is read in one query, because every page of somebody who is signed in asks for it.
"""

from dataclasses import dataclass
from datetime import date

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from mosty.core.access import Role
from mosty.people.accounts.consent import current
from mosty.people.models import Consent, Membership, User
from mosty.people.queries import in_force

# Recovery codes replace a factor for once; they are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, slots=True)
class Standing:
    """`has_proven`: this session was signed in with a factor that the account still has."""

    is_officer: bool
    has_factor: bool
    has_proven: bool
    has_agreed: bool


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


def standing_of(request: HttpRequest, user: User, *, on: date) -> Standing:
    """How the account and this session of it stand."""
    own = Authenticator.objects.filter(user=OuterRef("pk"))
    agreed = Consent.objects.filter(
        user=OuterRef("pk"), version=current().code, withdrawn_at__isnull=True
    )
    found = (
        User.objects.filter(pk=user.pk)
        .annotate(
            is_officer=Exists(officers(on=on).filter(user=OuterRef("pk"))),
            has_factor=Exists(own.filter(type__in=FACTORS)),
            has_proven=Exists(own.filter(pk__in=proven_with(request, user) or [0])),
            has_agreed=Exists(agreed),
        )
        .values("is_officer", "has_factor", "has_proven", "has_agreed")
    )
    return Standing(**found.get())
