"""Memberships: who acts for a body, from when until when, and who says so."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core import mail
from mosty.core.access import Actor, Role, require
from mosty.core.history import record
from mosty.core.states import ReasonMissing
from mosty.people.domain.accounts import account_for
from mosty.people.domain.succession import tell_of_end, warn_of_succession
from mosty.people.models import Mandate, Membership, Proof, User
from mosty.people.queries import ADMINISTERING
from mosty.places.models import Kind, Organisation

# Which roles make sense for which kind of body.
ROLES_OF_KIND: dict[str, tuple[Role, ...]] = {
    Kind.MUNICIPALITY: (Role.MUNICIPALITY, Role.EXPERT),
    Kind.ASSOCIATION: (Role.COORDINATOR, Role.OFFICER, Role.EXPERT),
    Kind.NETWORK: (Role.OFFICER, Role.EXPERT, Role.FUNDER),
    Kind.INSTITUTION: (Role.OFFICER, Role.FUNDER, Role.EXPERT),
    Kind.DONOR: (Role.FUNDER, Role.OFFICER, Role.EXPERT),
}


def add_membership(
    *, email: str, name: str, organisation: Organisation, role: Role, by: Actor,
    mandate: Mandate = Mandate.STAFF, since: date | None = None, language: str = "en",
    is_admin: bool = False,
) -> Membership:  # fmt: skip
    """A person acts for a body from a day on; an account is made for an unknown address.

    A new account has no password: its owner signs in by a code sent to the address. Raises
    `ValidationError` when the role does not fit the body or is held already.
    """
    require("people.add_membership", by)
    check_role(role, organisation)
    starts = since or timezone.localdate()
    with transaction.atomic():
        user = account_for(email, name=name, language=language)
        made = begin(
            user, organisation, role=role, mandate=mandate, is_admin=is_admin, since=starts,
            proof=Proof.SECRETARIAT, vouched_by_id=by.user_id,
        )  # fmt: skip
        record(
            "people.add_membership",
            organisation,
            by=by,
            after={"role": role, "mandate": mandate, "since": starts.isoformat()},
        )
    return made


def check_role(role: Role, organisation: Organisation) -> None:
    """Raise `ValidationError` when bodies of this kind have no such role."""
    if role not in ROLES_OF_KIND[organisation.kind]:
        raise ValidationError(
            {"role": _("This role does not exist for a body of this kind. Choose another one.")}
        )


def begin(
    user: User, organisation: Organisation, *, role: str, mandate: str, is_admin: bool,
    since: date, proof: str, vouched_by_id: int | None,
) -> Membership:  # fmt: skip
    """Make the membership, in the caller's transaction; `ValidationError` when it is held already.

    A body's first administrator is whoever comes first.
    """
    taken = ValidationError(_("This person has this role for this body already."))
    lasting = Q(until__isnull=True) | Q(until__gt=since)
    if Membership.objects.filter(lasting, user=user, organisation=organisation, role=role).exists():
        raise taken
    has_admin = Membership.objects.filter(
        lasting, organisation=organisation, role=role, is_admin=True
    ).exists()
    try:
        with transaction.atomic():
            return Membership.objects.create(
                user=user,
                organisation=organisation,
                role=role,
                mandate=mandate,
                is_admin=is_admin or (role in ADMINISTERING and not has_admin),
                since=since,
                proof=proof,
                vouched_by_id=vouched_by_id,
            )
    except IntegrityError as error:
        raise taken from error


def end_membership(
    membership: Membership, *, by: Actor, reason: str, last_day: date | None = None
) -> bool:
    """The person no longer acts for the body; what they wrote stays theirs.

    Without a last day it holds at once; a day to come can still be moved. The association is
    warned when nobody is left to administer the body. False when it had ended already.
    """
    require("people.end_membership", by, membership)
    if not reason.strip():
        raise ReasonMissing("people.end_membership")
    today = timezone.localdate()
    if last_day is not None and last_day < today:
        raise ValidationError({"last_day": _("This day has passed. Choose today or a later day.")})
    until = max(membership.since, last_day + timedelta(days=1) if last_day else today)
    with transaction.atomic():
        rows = Membership.objects.filter(
            Q(until__isnull=True) | Q(until__gt=today), pk=membership.pk
        )
        if not rows.update(until=until):
            return False
        membership.until = until
        record(
            "people.end_membership",
            membership.organisation,
            by=by,
            before={"role": membership.role},
            after={"until": until.isoformat()},
            reason=reason,
        )
        tell_of_end(membership, by=by, reason=reason)
        warn_of_succession(membership.organisation)
    mail.send_soon()
    return True


def appoint(membership: Membership, *, by: Actor, is_admin: bool = True) -> bool:
    """Make somebody an administrator of the body, or take that back; whether anything changed."""
    require("people.appoint", by, membership)
    with transaction.atomic():
        rows = Membership.objects.filter(pk=membership.pk, is_admin=not is_admin)
        rows = rows.filter(Q(until__isnull=True) | Q(until__gt=timezone.localdate()))
        if not rows.update(is_admin=is_admin):
            return False
        membership.is_admin = is_admin
        verb = "people.appoint" if is_admin else "people.take_back_appointment"
        record(verb, membership.organisation, by=by, after={"person": str(membership.user)})
        warn_of_succession(membership.organisation)
    mail.send_soon()
    return True


def vouch(memberships: Iterable[Membership], *, by: Actor) -> int:
    """Say for several people at once that they really act for their bodies; how many were new."""
    done = 0
    with transaction.atomic():
        for membership in memberships:
            require("people.vouch", by, membership)
            proof = Proof.SECRETARIAT if by.is_officer else Proof.ASSOCIATION
            rows = Membership.objects.filter(pk=membership.pk, vouched_by__isnull=True)
            if rows.update(vouched_by_id=by.user_id, proof=proof):
                record(
                    "people.vouch",
                    membership.organisation,
                    by=by,
                    after={"person": str(membership.user)},
                )
                done += 1
    return done


def edit_account(user: User, *, name: str, language: str, by: Actor) -> None:
    """People write their own name and language."""
    require("people.edit_account", by)
    user.name, user.language = name.strip(), language
    user.save(update_fields=["name", "language"])
