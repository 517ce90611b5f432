"""Conflicts that came up are written into the record, call by call."""

from datetime import timedelta

from django.tasks import task

from mosty.calls.models import Call
from mosty.core.jobs import schedule
from mosty.reviews.domain.recusing import recuse


@task
def recuse_all() -> int:
    """Set aside what stands under a conflict by now, in all calls under review; how many."""
    calls = Call.objects.filter(review_phases__isnull=False).distinct().order_by("pk")
    return sum(recuse(call) for call in calls)


def register_all() -> None:
    """Called once, when the site starts."""
    schedule("reviews.recuse", timedelta(minutes=10), recuse_all.enqueue)
