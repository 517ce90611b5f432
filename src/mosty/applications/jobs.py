"""What comes round: reminders before a deadline, and what was taken back and not sent anew."""

from datetime import datetime, timedelta

from django.tasks import task
from django.utils import timezone
from django.utils.functional import lazy

from mosty.applications import queries
from mosty.applications.domain.sending import let_stand
from mosty.applications.minding import minding
from mosty.applications.models import Application
from mosty.calls.words import moment
from mosty.core import mail
from mosty.core.jobs import schedule
from mosty.people.models import User

# So long before the deadline, the nearest first.
BEFORE = (timedelta(days=1), timedelta(days=7))


@task
def look_at_deadlines() -> None:
    """Remind those who write, and let stand what was taken back."""
    now = timezone.now()
    remind(now)
    let_stand(now)


def remind(now: datetime) -> int:
    """Letters about applications that are not sent in to those whose work they are (`minding`):
    once a week before the deadline and once a day before it, each once; how many."""
    due = [
        (application, ahead)
        for application in queries.writing_until(now + max(BEFORE), now)
        if (ahead := _ahead(application, now)) is not None
    ]
    people = minding([application for application, _ahead in due])
    count = 0
    for application, ahead in due:
        for user in people[application.pk]:
            count += _write(application, ahead, user)
    if count:
        mail.send_soon()
    return count


def _ahead(application: Application, now: datetime) -> timedelta | None:
    """Which reminder is due; none for what was begun after its time."""
    closes = application.call.closes_at
    assert closes is not None, "published calls have their dates"
    ahead = next(each for each in BEFORE if closes - now <= each)
    return ahead if application.begun_at <= closes - ahead else None


def _write(application: Application, ahead: timedelta, user: User) -> bool:
    call = application.call
    assert call.closes_at is not None, "published calls have their dates"
    # A deadline that is moved is a new one, of which people are reminded anew.
    key = f"{application.pk}:{call.closes_at.timestamp():.0f}:{ahead.days}:{user.pk}"
    known = mail.Letter.objects.filter(key=f"applications:reminder:{key}").exists()
    if known:
        return False
    return bool(
        mail.write(
            f"applications:reminder:{key}", to=user.email, language=user.language or "en",
            template="applications/mail/reminder",
            context={
                "application": application, "call": call, "person": user,
                "body": application.organisation.name,
                "url": mail.address(application.get_absolute_url()),
                "when": lazy(moment, str)(call.closes_at, call.zone),
            },
        )
    )  # fmt: skip


def register_all() -> None:
    """Called once, when the site starts."""
    schedule("applications.deadlines", timedelta(minutes=10), look_at_deadlines.enqueue)
