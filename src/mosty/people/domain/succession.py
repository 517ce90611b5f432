"""A body must not lose its voice: who is told before its last administrator goes."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from mosty.core import mail
from mosty.core.access import Actor, Role
from mosty.people.models import Membership, User
from mosty.people.queries import able_to_act, in_force, last_administered_day
from mosty.places.models import Organisation


def tell_of_end(membership: Membership, *, by: Actor, reason: str) -> None:
    """Write to the person, unless it was their own doing."""
    if membership.user_id == by.user_id or not membership.user.is_active:
        return
    assert membership.until is not None
    mail.write(
        f"people.ended:{membership.pk}:{membership.until}",
        to=membership.user.email,
        language=membership.user.language,
        template="people/mail/ended",
        context={
            "membership": membership,
            "last_day": membership.until - timedelta(days=1),
            "by": by.name,
            "reason": reason,
        },
    )


def warn_of_succession(body: Organisation) -> int:
    """Write to the body's association that nobody is left to administer it from a day on.

    Without an association the secretariat is told. Gives how many letters were written; nothing
    is written while somebody stays.
    """
    day = last_administered_day(body, on=timezone.localdate())
    if day is None:
        return 0
    told = 0
    for user in successors_seekers(body):
        mail.write(
            f"people.succession:{body.pk}:{day}:{user.pk}",
            to=user.email,
            language=user.language,
            template="people/mail/succession",
            context={
                "user": user,
                "body": body,
                "day": day,
                "is_over": day < timezone.localdate(),
                "url": mail.address(reverse("people:body", args=[body.code])),
            },
        )
        told += 1
    return told


def successors_seekers(body: Organisation) -> list[User]:
    """Those who find a successor: coordinators of the body's associations, else the officers."""
    today = timezone.localdate()
    acting = in_force(able_to_act(Membership.objects.all()), on=today)
    rows = acting.filter(
        role=Role.COORDINATOR,
        organisation__member_affiliations__member=body,
        organisation__member_affiliations__until="",
    )
    if not rows.exists():
        rows = acting.filter(role=Role.OFFICER)
    return list(User.objects.filter(pk__in=rows.values("user_id")).order_by("pk"))
