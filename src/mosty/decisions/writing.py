"""Writes the letters of a release, and takes up releases whose worker has died.

A few letters at a time are composed, then kept with their Message-IDs and the rows that say whom
each is for, in one short transaction: nobody else waits while they are composed, and each either
stands with its row or not at all. Whenever the worker is killed, the next one goes on with those
that have no row; two at once wait for each other at the decisions. Sending is `core.mail`'s.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import batched
from typing import Any

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from mosty.calls.models import Criterion
from mosty.core import mail
from mosty.core.jobs import WorkState
from mosty.core.mail import Letter
from mosty.decisions import letters
from mosty.decisions.models import Decision, Release, Sending

SILENT_AFTER = timedelta(seconds=60)
AT_ONCE = 25


@task
def write_letters(release_id: int) -> None:
    """A letter for every decision that has none; may run twice, begins where it was left."""
    release = Release.objects.select_related("selection__call", "selection__version").get(
        pk=release_id
    )
    if not release.begin_work("letters"):
        return
    entries = letters.entries(release.selection)
    criteria = letters.criteria_by_key(release.selection.call)
    waiting = _without_letter(release, entries)
    total, done = len(entries) or 1, len(entries) - len(waiting)
    for chunk in batched(waiting, AT_ONCE):
        _write_some(release, chunk, entries, criteria)
        if done == 0:
            # Whoever is free sends the first while the others are written.
            mail.send_soon()
        done += len(chunk)
        Release.objects.filter(pk=release.pk).update(seen_at=timezone.now())
        release.advance_work("letters", done / total)
    release.end_work()
    mail.send_soon()


def _without_letter(release: Release, frozen: Mapping[int, object]) -> list[int]:
    """The decisions of the frozen list that have no letter yet."""
    rows = Decision.objects.filter(selection=release.selection, sending=None).exclude(outcome="")
    return [
        pk for pk, application in rows.order_by("pk").values_list("pk", "application_id")
        if application in frozen
    ]  # fmt: skip


def _write_some(
    release: Release,
    ids: Sequence[int],
    entries: Mapping[int, Mapping[str, Any]],
    criteria: Mapping[str, Criterion],
) -> None:
    rows = list(
        Decision.objects.filter(pk__in=ids).select_related("application__organisation__country")
        .order_by("pk")
    )  # fmt: skip
    readers = letters.readers([row.application for row in rows])
    composed: dict[int, Letter] = {}
    for row in rows:
        if reader := readers.get(row.application_id):
            values = letters.context(
                release.selection, row.application, entries[row.application_id], criteria, reader
            )
            composed[row.pk] = letters.compose(values, row.application_id, reader)
    with transaction.atomic():
        # Another worker may be at the same decisions.
        list(Decision.objects.select_for_update().filter(pk__in=ids).order_by("pk").values("pk"))
        written = set(
            Sending.objects.filter(decision__in=ids).values_list("decision_id", flat=True)
        )
        rows = [row for row in rows if row.pk not in written]
        kept = mail.keep(composed[row.pk] for row in rows if row.pk in composed)
        Sending.objects.bulk_create(
            [_sending(release, row, kept.get(letters.key_of(row.application_id))) for row in rows]
        )


def _sending(release: Release, row: Decision, letter: Letter | None) -> Sending:
    """Whom the letter is for; without one, that nobody could be found to read it."""
    return Sending(
        release=release, organisation_id=row.application.organisation_id, decision=row,
        letter=letter, message_id=letter.message_id if letter else "",
        to=letter.to if letter else "", language=letter.language if letter else "",
    )  # fmt: skip


def resume_releases() -> None:
    """Have releases taken up whose job has not been heard of for a minute."""
    silent = Release.objects.filter(
        work_state__in=[WorkState.WAITING, WorkState.RUNNING],
        seen_at__lt=timezone.now() - SILENT_AFTER,
    )
    for pk, seen_at in list(silent.values_list("pk", "seen_at")):
        if Release.objects.filter(pk=pk, seen_at=seen_at).update(seen_at=timezone.now()):
            write_letters.enqueue(pk)
