"""What changes people and memberships."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor, Role, require
from mosty.core.history import record
from mosty.core.states import ReasonMissing
from mosty.people.models import Mandate, Membership, User
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
) -> Membership:  # fmt: skip
    """A person acts for a body from a day on; an account is made for an unknown address.

    A new account has no password: its owner signs in by a code sent to the address. Raises
    `ValidationError` when the role does not fit the body or is held already.
    """
    require("people.add_membership", by)
    if role not in ROLES_OF_KIND[organisation.kind]:
        raise ValidationError(
            {"role": _("This role does not exist for a body of this kind. Choose another one.")}
        )
    starts = since or timezone.localdate()
    with transaction.atomic():
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            user = User.objects.create_user(email, name=name, language=language)
        if Membership.objects.filter(
            Q(until__isnull=True) | Q(until__gt=starts),
            user=user,
            organisation=organisation,
            role=role,
        ).exists():
            raise ValidationError(_("This person has this role for this body already."))
        try:
            with transaction.atomic():
                made = Membership.objects.create(
                    user=user,
                    organisation=organisation,
                    role=role,
                    mandate=mandate,
                    since=starts,
                    vouched_by_id=by.user_id,
                )
        except IntegrityError as error:
            raise ValidationError(_("This person has this role for this body already.")) from error
        record(
            "people.add_membership",
            organisation,
            by=by,
            after={"role": role, "mandate": mandate, "since": starts.isoformat()},
        )
    return made


def end_membership(membership: Membership, *, by: Actor, reason: str) -> None:
    """The person no longer acts for the body; what they wrote stays theirs. Holds at once."""
    require("people.end_membership", by, membership)
    if not reason.strip():
        raise ReasonMissing("people.end_membership")
    day = max(membership.since, timezone.localdate())
    with transaction.atomic():
        rows = Membership.objects.filter(pk=membership.pk, until__isnull=True)
        if not rows.update(until=day):
            return
        record(
            "people.end_membership",
            membership.organisation,
            by=by,
            before={"role": membership.role},
            reason=reason,
        )


def edit_account(user: User, *, name: str, language: str, by: Actor) -> None:
    """People write their own name and language."""
    require("people.edit_account", by)
    user.name, user.language = name.strip(), language
    user.save(update_fields=["name", "language"])
