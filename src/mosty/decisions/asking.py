"""The balanced list is worked out by a job: with thousands of applications it takes seconds.

Whoever asks while one is under way is told so: a selection has one job. What is found lands in the
draft (`suggested`), or is kept with the request in both languages where the quotas contradict each
other. A worker that dies leaves the job to the next one; one that was given up says so.
"""

import logging
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.tasks import task
from django.utils import timezone, translation

from mosty.core.access import Actor, Role
from mosty.core.jobs import WorkState, is_given_up
from mosty.core.texts import Text
from mosty.decisions import listing
from mosty.decisions.domain.drafting import LANGUAGES, hold, keep_suggestion
from mosty.decisions.models import Asked, LeavingOut, Outcome, Selection, Suggesting
from mosty.decisions.suggesting import Suggestion, suggest

logger = logging.getLogger(__name__)
LOST_AFTER = timedelta(minutes=2)
SHARES = {"read": 0.0, "weigh": 0.3, "keep": 0.9}


def ask(selection: Selection, *, take: int, reserve: int, keeps: bool, by: Actor) -> bool:
    """Have a list suggested; False when one is being worked out already."""
    with transaction.atomic():
        # Two who ask at once wait for each other here.
        fresh = hold(selection, by=by)
        known = Suggesting.objects.filter(selection=fresh).first()
        if known is not None and known.is_at_work:
            return False
        row = known or Suggesting(selection=fresh)
        row.take, row.reserve, row.keeps = take, reserve, keeps
        begin_anew(row, by=by)
        job = work_out.enqueue(row.pk)
        Suggesting.objects.filter(pk=row.pk).update(job_id=str(job.id))
    return True


def begin_anew(row: Asked, *, by: Actor) -> None:
    """As if nobody had worked at it yet; who asks now is who asked."""
    row.by_id, row.by_name, row.at = by.user_id, by.name, timezone.now()
    row.work_state, row.work_step, row.work_share = WorkState.WAITING, "", 0.0
    row.work_error, row.work_started_at, row.work_ended_at = "", None, None
    row.conflict, row.job_id = [], ""
    row.save()


def asker(row: Asked) -> Actor:
    """Who asked, as an officer, which was looked at when they did; whether they may decide still,
    is looked at again."""
    return Actor(user_id=row.by_id, name=row.by_name, roles=frozenset({Role.OFFICER}))


@task
def work_out(pk: int) -> None:
    """Work out what was asked for; a second time it finds the work done."""
    row = Suggesting.objects.select_related("selection__call").filter(pk=pk).first()
    if row is None or not row.begin_work("read"):
        return
    try:
        _work_out(row)
    except (PermissionDenied, ValidationError):
        # They review by now, or the list is out.
        row.fail_work("refused")
    except Exception:
        # Whoever waits for it is told; the worker's log says what happened.
        logger.exception("suggestion %s was not worked out", pk)
        row.fail_work("broken")


def _work_out(row: Suggesting) -> None:
    by = asker(row)
    selection = row.selection
    outcomes = listing.outcomes_of(selection) if row.keeps else {}
    found = suggest(
        selection.call, row.take, row.reserve, actor=by,
        locked=[pk for pk, outcome in outcomes.items() if outcome == Outcome.ACCEPTED],
        vetoed=[pk for pk, outcome in outcomes.items() if outcome == Outcome.DECLINED],
        progress=lambda step: row.advance_work(step, SHARES[step]),
    )  # fmt: skip
    if not found.outcomes:
        Suggesting.objects.filter(pk=row.pk).update(conflict=in_all_languages(found))
    else:
        row.advance_work("keep", SHARES["keep"])
        keep_suggestion(selection, found, by=by)
    row.end_work()


def in_all_languages(found: Suggestion) -> list[dict[str, object]]:
    """What contradicts what, line by line, for whoever reads it."""
    said = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language] = found.conflict
    return [
        Text.of(**dict(zip(said, lines, strict=True))).dump()
        for lines in zip(*said.values(), strict=True)
    ]


def conflict_of(row: Asked) -> list[str]:
    """The same in the language of the reader."""
    return [str(Text.load(line)) for line in row.conflict]


@task
def end_lost() -> int:
    """Say of what was asked for and whose job was given up that it was; how many."""
    old = timezone.now() - LOST_AFTER
    at_work = [WorkState.WAITING, WorkState.RUNNING]
    lost = [
        row
        for model in (Suggesting, LeavingOut)
        for row in model.objects.filter(work_state__in=at_work, at__lt=old)
        if is_given_up(row.job_id)
    ]
    for row in lost:
        row.fail_work("abandoned")
    return len(lost)
