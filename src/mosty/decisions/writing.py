"""Writes the letters of a release, and takes up releases whose worker has died.

A letter, its Message-ID and the row that says whom it is for are written in one transaction of
their own. Whenever the worker is killed, the next one goes on with those that have no row; two at
once wait for each other at the decision. Sending is `core.mail`'s.
"""

from collections.abc import Mapping
from datetime import timedelta
from itertools import batched

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from mosty.core import mail
from mosty.core.jobs import WorkState
from mosty.decisions import letters
from mosty.decisions.models import Decision, Release, Sending

SILENT_AFTER = timedelta(seconds=60)
AT_ONCE = 50


@task
def write_letters(release_id: int) -> None:
    """A letter for every decision that has none; may run twice, begins where it was left."""
    release = Release.objects.select_related("selection__call", "selection__version").get(
        pk=release_id
    )
    if not release.begin_work("letters"):
        return
    selection = release.selection
    entries = letters.entries(selection)
    criteria = letters.criteria_by_key(selection.call)
    waiting = _without_letter(release, entries)
    total, done = len(entries) or 1, len(entries) - len(waiting)
    for chunk in batched(waiting, AT_ONCE):
        rows = Decision.objects.filter(pk__in=chunk).select_related(
            "application__organisation__country"
        )
        found = list(rows.order_by("pk"))
        readers = letters.readers([row.application for row in found])
        for row in found:
            reader = readers.get(row.application_id)
            values = letters.context(
                selection, row.application, entries[row.application_id], criteria, reader
            )
            with transaction.atomic():
                _write_one(release, row, reader, values)
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


def _write_one(
    release: Release, row: Decision, reader: letters.Reader | None, values: dict[str, object]
) -> None:
    # Another worker may be at the same decision.
    Decision.objects.select_for_update().get(pk=row.pk)
    if Sending.objects.filter(decision=row).exists():
        return
    letter = letters.write(values, row.application_id, reader) if reader else None
    Sending.objects.create(
        release=release, organisation_id=row.application.organisation_id, decision=row,
        letter=letter, message_id=letter.message_id if letter else "",
        to=reader.email if reader else "", language=reader.language if reader else "",
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
