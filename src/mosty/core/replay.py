"""The demonstration tells of years ago through the site's own verbs: then it is then, for them.

Only in demo mode, and only for a command that has its process to itself: the clock is that of the
whole process. What is written meanwhile (versions, letters, history) carries the time that it is
told of, and nothing is sent to anybody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from unittest import mock

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from mosty.core import mail
from mosty.core.mail import Letter


class _Datetime(type(datetime)):  # type: ignore[misc]
    """What Django's clock takes for a time stays one while the clock stands at another."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


@contextmanager
def clock_at(moment: datetime) -> Iterator[datetime]:
    """As if it were that moment. Raises `RuntimeError` outside of demo mode."""
    if not settings.DEMO_MODE:
        raise RuntimeError("the clock is moved in demo mode alone")

    class Then(datetime, metaclass=_Datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return moment.astimezone(tz or UTC)

    # Not `timezone.now` itself: fields hold that very function as their default.
    with mock.patch.object(timezone, "datetime", Then):
        yield moment


@contextmanager
def letters_told() -> Iterator[None]:
    """Letters written meanwhile stand as sent then; none goes out, and no job is asked for one."""
    with transaction.atomic():
        last = Letter.objects.aggregate(last=Max("pk"))["last"] or 0
        with mock.patch.object(mail, "send_soon", return_value=None):
            yield
        waiting = Letter.objects.filter(pk__gt=last, state=Letter.State.WAITING)
        waiting.update(state=Letter.State.SENT, sent_at=F("created_at"), body="")
