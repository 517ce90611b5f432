"""Letters of an association to its members, and what people say of letters that got stuck."""

from collections.abc import Iterable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from mosty.core import mail
from mosty.core.access import Actor, require
from mosty.core.history import record
from mosty.core.mail import Letter
from mosty.people.models import Membership, User
from mosty.people.queries import able_to_act, in_force
from mosty.places.models import Organisation

# A body is reminded at most once in so many days.
REMIND_EVERY = timedelta(days=7)


def remind(association: Organisation, bodies: Iterable[Organisation], *, by: Actor) -> int:
    """Ask members to complete their page; how many bodies were written to.

    Bodies that have nobody, or were reminded in the last week, are left out.
    """
    require("people.work_for_association", by, association)
    now = timezone.now()
    reminded = 0
    for body in bodies:
        users, key = _people_of(body), f"people.remind:{body.pk}:"
        lately = Letter.objects.filter(key__startswith=key, created_at__gt=now - REMIND_EVERY)
        if not users or lately.exists():
            continue
        for user in users:
            mail.write(
                f"{key}{now.date()}:{user.pk}",
                to=user.email,
                language=user.language,
                template="people/mail/reminder",
                context={
                    "user": user,
                    "body": body,
                    "association": association,
                    "url": mail.address(reverse("places:profile", args=[body.code])),
                },
            )
        record("people.remind", body, by=by)
        reminded += 1
    mail.send_soon()
    return reminded


def write_to_members(
    association: Organisation, bodies: Iterable[Organisation], *,
    subject: str, text: str, once: str, by: Actor, reply_to: str,
) -> int:  # fmt: skip
    """The association's own letter to the people of some members; how many people get it.

    `once` is the mark of the form it came from: the same form sent twice writes nobody twice.
    """
    require("people.work_for_association", by, association)
    users = {user.pk: user for body in bodies for user in _people_of(body)}
    for user in users.values():
        mail.write(
            f"people.letter:{association.pk}:{once}:{user.pk}",
            to=user.email,
            reply_to=reply_to,
            language=user.language,
            template="people/mail/letter",
            context={"user": user, "association": association, "subject": subject, "text": text},
        )
    if users:
        record("people.write_to_members", association, by=by, after={"people": len(users)})
    mail.send_soon()
    return len(users)


def settle(letter: Letter, *, arrived: bool, by: Actor) -> bool:
    """Say that a letter arrived, or have it sent once more; False when somebody was quicker."""
    require("people.settle_letter", by, letter)
    if not mail.settle(letter, arrived=arrived):
        return False
    verb = "people.letter_arrived" if arrived else "people.send_letter_again"
    record(verb, letter, by=by)
    return True


def _people_of(body: Organisation) -> list[User]:
    rows = Membership.objects.filter(organisation=body)
    acting = in_force(able_to_act(rows), on=timezone.localdate())
    return list(User.objects.filter(pk__in=acting.values("user_id")).order_by("pk"))
