"""Taking the consent back: what stops, what stays and why, and who is told.

Stopped: work in the person's name, in every session; all letters but the necessary ones
(`registry.NECESSARY_LETTERS`); contacts on pages of bodies that name the person or bear their
address are taken out. What stays does not rest on the consent: what was decided and by whom,
because decisions about public bodies must be traceable; the roles, unused, because who acts for a
body is for that body to say; the account, because the person may come back. Nothing is erased here.
"""

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mosty.core import mail
from mosty.core.access import Actor, require
from mosty.core.history import record
from mosty.core.search import fold
from mosty.people import queries
from mosty.people.accounts.consent import in_force
from mosty.people.domain.succession import successors_seekers
from mosty.people.models import Membership, User
from mosty.places.domain.presence import take_out_contact
from mosty.places.models import Contact, Organisation


@dataclass(frozen=True, slots=True)
class Told:
    """Who learns that a body has lost somebody: its other administrators, else those who find a
    successor (the association, or the secretariat)."""

    body: Organisation
    people: tuple[User, ...]
    are_colleagues: bool


def contacts_naming(user: User) -> list[Contact]:
    """Contacts with the person's address, on whatever page, and with their name on the pages of
    bodies for which they act: elsewhere it may be a namesake's."""
    bodies = {row.organisation_id for row in _roles(user)}
    own = fold(user.name)
    rows = Contact.objects.select_related("organisation").order_by("organisation__sort_en", "pk")
    by_address = rows.filter(email__iexact=user.email)
    by_name = [row for row in rows.filter(organisation_id__in=bodies) if own and own in _said(row)]
    return list({row.pk: row for row in (*by_address, *by_name)}.values())


def _said(contact: Contact) -> set[str]:
    return {fold(contact.name), fold(contact.office)}


def who_is_told(user: User) -> list[Told]:
    """For each body for which the person acts, once."""
    today = timezone.localdate()
    told = []
    for body in {row.organisation_id: row.organisation for row in _roles(user)}.values():
        rows = queries.administrators_of(body, on=today).exclude(user=user)
        colleagues = tuple({row.user_id: row.user for row in rows.select_related("user")}.values())
        seekers = tuple(one for one in successors_seekers(body) if one.pk != user.pk)
        told.append(Told(body, colleagues or seekers, bool(colleagues)))
    return told


def bodies_left(user: User) -> list[Organisation]:
    """Bodies that nobody else administers."""
    today = timezone.localdate()
    administered = {row.organisation_id: row.organisation for row in _roles(user) if row.is_admin}
    return [
        body
        for body in administered.values()
        if not queries.administrators_of(body, on=today).exclude(user=user).exists()
    ]


def withdraw(user: User, *, by: Actor) -> int:
    """Take back what is in force and do what it means; how many consents. Twice is once."""
    require("people.edit_account", by)
    with transaction.atomic():
        rows = in_force(user)
        versions = sorted(rows.values_list("version", flat=True))
        last = rows.order_by("-pk").first()
        # Both are found before the person counts as gone.
        contacts, told = contacts_naming(user), who_is_told(user)
        count = rows.update(withdrawn_at=timezone.now())
        if not count or last is None:
            return 0
        record(
            "people.withdraw_consent", user, by=by, before={"versions": versions},
            after={"contacts": len(contacts)},
        )  # fmt: skip
        for contact in contacts:
            take_out_contact(contact, by=by)
        mail.forget_unwanted(user.email)
        _confirm(user, last.pk, len(contacts))
        for one in told:
            _tell(user, last.pk, one)
    mail.send_soon()
    return count


def _confirm(user: User, number: int, contacts: int) -> None:
    mail.write(
        f"people.consent_withdrawn:{number}",
        to=user.email,
        language=user.language,
        template="people/accounts/mail/consent_withdrawn",
        context={
            "user": user,
            "contacts": contacts,
            "url": mail.address(reverse("people:consent")),
        },
    )


def _tell(user: User, number: int, told: Told) -> None:
    for reader in told.people:
        mail.write(
            f"people.away:{number}:{told.body.pk}:{reader.pk}",
            to=reader.email,
            language=reader.language,
            template="people/accounts/mail/away",
            context={
                "user": reader,
                "person": user,
                "body": told.body,
                "are_colleagues": told.are_colleagues,
                "url": mail.address(reverse("people:body", args=[told.body.code])),
            },
        )


def _roles(user: User) -> list[Membership]:
    return queries.memberships_of(user, on=timezone.localdate())
