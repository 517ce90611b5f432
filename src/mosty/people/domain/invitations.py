"""Invitations: a body asks somebody to act for it, and the invited mailbox answers, once."""

import hashlib
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core import mail
from mosty.core.access import Actor, NotAllowed, Role, require
from mosty.core.history import record
from mosty.people.domain.memberships import ROLES_OF_KIND, begin, check_role
from mosty.people.models import Invitation, Mandate, Membership, Proof, User
from mosty.people.queries import in_force
from mosty.places.models import Organisation

VALID_FOR = timedelta(days=14)
# What a body may have waiting at once: a lost account must not become a mail cannon.
MOST_OPEN = 50


class NotOpen(ValidationError):
    """The invitation has been used, taken back, or has expired."""


def roles_open_to(actor: Actor, organisation: Organisation) -> tuple[Role, ...]:
    """The roles for which the actor may invite: all for officers, else those that speak for it."""
    roles = ROLES_OF_KIND[organisation.kind]
    if actor.is_officer:
        return roles
    return tuple(role for role in roles if role in {Role.MUNICIPALITY, Role.COORDINATOR})


def invite(
    *, email: str, name: str, organisation: Organisation, role: Role, by: Actor,
    mandate: Mandate = Mandate.STAFF, is_admin: bool = False, language: str = "en",
) -> Invitation:  # fmt: skip
    """Ask somebody to act for a body; the mail with the door goes out at once.

    Raises `ValidationError` when the role does not fit or somebody holds it already. A second
    invitation to the same address takes the place of the first.
    """
    require("people.invite", by, organisation)
    check_role(role, organisation)
    if role not in roles_open_to(by, organisation):
        raise NotAllowed(_("Only the secretariat gives this role."))
    email = email.strip().lower()
    held = Membership.objects.filter(
        user__email__iexact=email, organisation=organisation, role=role
    )
    if in_force(held, on=timezone.localdate()).exists():
        raise ValidationError(_("This person has this role for this body already."))
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        # Invitations of one body are made one after the other, so that none is overlooked.
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        waiting = Invitation.objects.filter(
            organisation=organisation, accepted_at__isnull=True, withdrawn_at__isnull=True
        )
        before = waiting.filter(email=email, role=role)
        mail.forget([_key(one) for one in before])
        before.update(withdrawn_at=timezone.now())
        if waiting.filter(expires_at__gt=timezone.now()).count() >= MOST_OPEN:
            raise ValidationError(
                _("%(most)s invitations wait already. Take some back first."),
                params={"most": MOST_OPEN},
            )
        made = Invitation.objects.create(
            organisation=organisation,
            email=email,
            name=name.strip(),
            language=language,
            role=role,
            mandate=mandate,
            is_admin=is_admin,
            proof=proof_of(email, organisation, by),
            digest=digest(secret),
            invited_by_id=by.user_id,
            invited_by_name=by.name,
            expires_at=timezone.now() + VALID_FOR,
        )
        record(
            "people.invite",
            organisation,
            by=by,
            after={"role": role, "mandate": mandate, "until": made.expires_at.date().isoformat()},
        )
        mail.write(
            _key(made),
            to=email,
            language=language,
            template="people/mail/invitation",
            context={
                "invitation": made,
                "acting_for": by.acting_for,
                "url": mail.address(reverse("people:invitation", args=[secret])),
            },
        )
    mail.send_soon()
    return made


def proof_of(email: str, organisation: Organisation, by: Actor) -> Proof:
    """How it is known that somebody invited by this actor really acts for the body."""
    if is_official(email, organisation):
        return Proof.DOMAIN
    if by.is_officer:
        return Proof.SECRETARIAT
    is_own = organisation.pk in by.organisation_ids
    return Proof.COLLEAGUE if is_own else Proof.ASSOCIATION


def is_official(email: str, organisation: Organisation) -> bool:
    """Whether an address belongs to the domain of the body's website, or below it."""
    host = (urlsplit(organisation.website).hostname or "").removeprefix("www.")
    domain = email.rpartition("@")[2].lower()
    return bool(host) and (domain == host or domain.endswith(f".{host}"))


def accept(invitation: Invitation, *, by: Actor, email: str) -> Membership:
    """The invited person takes the role; `email` is the confirmed address of their account.

    Raises `NotAllowed` for any other address and `NotOpen` when somebody was quicker, it was
    taken back or has expired.
    """
    if by.user_id is None or email.lower() != invitation.email.lower():
        raise NotAllowed(_("This invitation was sent to another address."))
    with transaction.atomic():
        taken = Invitation.objects.filter(
            pk=invitation.pk,
            accepted_at__isnull=True,
            withdrawn_at__isnull=True,
            expires_at__gt=timezone.now(),
        ).update(accepted_at=timezone.now())
        if not taken:
            raise NotOpen(_("This invitation is not open any more."))
        user = User.objects.get(pk=by.user_id)
        if invitation.name and not user.name:
            user.name = invitation.name
            user.save(update_fields=["name"])
        try:
            made = begin(
                user,
                invitation.organisation,
                role=invitation.role,
                mandate=invitation.mandate,
                is_admin=invitation.is_admin,
                since=timezone.localdate(),
                proof=invitation.proof,
                vouched_by_id=invitation.invited_by_id,
            )
        except ValidationError as error:
            raise NotOpen(error.messages) from error
        record(
            "people.accept_invitation",
            invitation.organisation,
            by=by,
            after={"role": invitation.role, "mandate": invitation.mandate},
        )
    return made


def withdraw(invitation: Invitation, *, by: Actor) -> bool:
    """Take an invitation back; False when it was answered or taken back before."""
    require("people.invite", by, invitation.organisation)
    with transaction.atomic():
        rows = Invitation.objects.filter(
            pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True
        )
        if not rows.update(withdrawn_at=timezone.now()):
            return False
        mail.forget([_key(invitation)])
        record("people.withdraw_invitation", invitation.organisation, by=by)
    return True


def digest(secret: str) -> str:
    """What is kept of the secret in the mail."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(invitation: Invitation) -> str:
    return f"people.invitation:{invitation.pk}"
