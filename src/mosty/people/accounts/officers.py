"""Programme officers who have no second factor yet, and the letter that reminds them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from mosty.core import mail
from mosty.core.access import Actor, require
from mosty.core.history import record
from mosty.core.mail import Letter
from mosty.people.accounts.standing import factors_of, officers
from mosty.people.models import Membership, User

# Somebody is reminded at most once in so many days.
REMIND_EVERY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Lacking:
    """Somebody who runs the programme and has no second factor.

    `since` is the first day on which they were an officer; a factor that was removed later leaves
    no date behind.
    """

    user: User
    bodies: tuple[str, ...]
    since: date
    reminded_at: datetime | None

    @property
    def may_be_reminded(self) -> bool:
        """Nobody is written to twice within a week."""
        return self.reminded_at is None or self.reminded_at <= timezone.now() - REMIND_EVERY


def lacking(*, on: date) -> list[Lacking]:
    """All of them, the longest without first. Accounts of the demo have no factor to set up."""
    rows = officers(on=on).filter(user__is_active=True, user__is_demo=False)
    rows = rows.filter(~Exists(factors_of(OuterRef("user_id"))))
    by_user: dict[int, list[Membership]] = {}
    for row in rows.select_related("user", "organisation").order_by("since", "pk"):
        by_user.setdefault(row.user_id, []).append(row)
    reminded = _reminded(set(by_user))
    return [
        Lacking(
            user=own[0].user,
            bodies=tuple(str(row.organisation) for row in own),
            since=own[0].since,
            reminded_at=reminded.get(pk),
        )
        for pk, own in by_user.items()
    ]


def _reminded(users: set[int]) -> dict[int, datetime]:
    """When each was reminded last."""
    found: dict[int, datetime] = {}
    letters = Letter.objects.filter(key__startswith=_KEY).order_by("created_at")
    for key, at in letters.values_list("key", "created_at"):
        if (pk := int(key.removeprefix(_KEY).split(":")[0])) in users:
            found[pk] = at
    return found


_KEY = "people.remind_of_factor:"


def remind(*, by: Actor) -> int:
    """Write to all who were not reminded within a week; how many."""
    require("people.remind_of_factor", by)
    today = timezone.localdate()
    with transaction.atomic():
        due = [row for row in lacking(on=today) if row.may_be_reminded]
        for row in due:
            # The day in the key: two officers who press at once write one letter.
            mail.write(
                f"{_KEY}{row.user.pk}:{today}",
                to=row.user.email,
                language=row.user.language,
                template="people/accounts/mail/remind_of_factor",
                context={"user": row.user, "url": mail.address(reverse("people:second_factor"))},
            )
            record("people.remind_of_factor", row.user, by=by)
    mail.send_soon()
    return len(due)
