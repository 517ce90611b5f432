"""Whose work an application is: who is reminded of it, and who of the same body is not."""

from collections import defaultdict
from collections.abc import Collection

from mosty.applications import queries
from mosty.applications.models import Application, Ownership
from mosty.core.history import HistoryEntry
from mosty.core.signoff import Signatory
from mosty.people.models import Mandate, Membership, User

# In these offices somebody can sign for the body.
SIGNING = frozenset(Mandate.values) - {Mandate.STAFF}


def minding(applications: Collection[Application]) -> dict[int, list[User]]:
    """By the id of the application, of those who act for its body today: who has worked on it, who
    owns a section, and who may sign or was asked to. All of them where that is nobody: those who
    wrote it may have left. Four queries for any number."""
    ids = [application.pk for application in applications]
    involved = _involved(ids)
    acting: dict[int, list[Membership]] = defaultdict(list)
    for row in queries.people({application.organisation_id for application in applications}):
        acting[row.organisation_id].append(row)
    found = {}
    for application in applications:
        rows = acting[application.organisation_id]
        own = involved[application.pk]
        minded = [row for row in rows if row.user_id in own or row.mandate in SIGNING]
        # Somebody may act in two offices: one letter for each person.
        found[application.pk] = list({row.user_id: row.user for row in minded or rows}.values())
    return found


def _involved(ids: Collection[int]) -> dict[int, set[int]]:
    label = Application._meta.label_lower
    found: dict[int, set[int]] = defaultdict(set)
    of_them = {"object_type": label, "object_id__in": ids}
    for rows in (
        HistoryEntry.objects.filter(**of_them, user__isnull=False)
        .order_by()
        .values_list("object_id", "user_id")
        .distinct(),
        Ownership.objects.filter(application__in=ids).values_list("application_id", "user_id"),
        Signatory.objects.filter(**of_them, released_at=None)
        .order_by()
        .values_list("object_id", "user_id"),
    ):
        for pk, user in rows:
            found[pk].add(user or 0)
    return found
