"""What stands on somebody's desk."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from mosty.core.access import Actor
from mosty.core.history import HistoryEntry
from mosty.core.panels import Task, tasks_for
from mosty.core.publication import Level

RECENT = timedelta(days=30)


def waiting_for(actor: Actor, *, on: date) -> list[Task]:
    """Tasks that wait for the actor, overdue ones first, then by date."""
    return sorted(tasks_for(actor), key=lambda task: (task.due is None, task.due or on))


def changed_for(actor: Actor) -> QuerySet[HistoryEntry]:
    """What happened in the last month that the actor may read: all of it for officers, for others
    what their own body did and what is open inside the programme."""
    levels = [level.value for level in Level if level.open_to(actor)]
    since = timezone.now() - RECENT
    rows = HistoryEntry.objects.filter(at__gte=since, level__in=levels)
    return rows.select_related("acting_for").order_by("-at", "-id")
