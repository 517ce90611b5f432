"""What stands on somebody's desk."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from mosty.core.access import Actor
from mosty.core.history import HistoryEntry
from mosty.core.panels import Task, tasks_for
from mosty.core.publication import Level
from mosty.matching import queries as matching
from mosty.matching.models import Pair, Round
from mosty.partnerships import queries as partnerships
from mosty.partnerships.models import Partnership
from mosty.places import queries as places
from mosty.places.models import Organisation
from mosty.programmes import queries as programmes
from mosty.programmes.models import Phase, Programme

RECENT = timedelta(days=30)
# What history tells of, and the query by which each reader knows it.
READ_BY: tuple[tuple[type[Model], Callable[[Actor], QuerySet[Any]]], ...] = (
    (Organisation, places.visible_to),
    (Partnership, partnerships.visible_to),
    (Programme, programmes.visible_to),
    (Phase, programmes.phases),
    (Round, matching.visible_to),
    (Pair, matching.pairs_visible_to),
)


def waiting_for(actor: Actor, *, on: date) -> list[Task]:
    """Tasks that wait for the actor, overdue ones first, then by date."""
    return sorted(tasks_for(actor), key=lambda task: (task.due is None, task.due or on))


def changed_for(actor: Actor) -> QuerySet[HistoryEntry]:
    """What happened in the last month that the actor may read: all of it for officers, for others
    what their own body did and what is open inside the programme."""
    levels = [level.value for level in Level if level.open_to(actor)]
    since = timezone.now() - RECENT
    rows = HistoryEntry.objects.filter(at__gte=since, level__in=levels)
    if not actor.is_officer:
        # What was said of a thing while it was open is not told once it is withheld.
        for model, known_to in READ_BY:
            known = known_to(actor).order_by().values("pk")
            rows = rows.exclude(~Q(object_id__in=known), object_type=model._meta.label_lower)
    return rows.select_related("acting_for").order_by("-at", "-id")


@dataclass(frozen=True, slots=True)
class Happening:
    """Entries in a row that say the same of one thing by one person, told once."""

    entry: HistoryEntry
    times: int


def told_once(entries: Iterable[HistoryEntry], *, most: int) -> list[Happening]:
    """What happened, the newest first, at most so many; eleven quotas set are one line."""

    def what(entry: HistoryEntry) -> tuple[object, ...]:
        same = (entry.actor_name, entry.verb, entry.object_type, entry.object_id)
        # A reason is somebody's own words: such entries stay apart.
        return (*same, entry.pk if entry.reason else None)

    found: list[Happening] = []
    for _same, rows in groupby(entries, key=what):
        run = list(rows)
        found.append(Happening(run[0], len(run)))
        if len(found) == most:
            break
    return found
