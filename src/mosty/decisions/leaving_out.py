"""The lists without one reviewer are worked out by a job: each of them is a choice of its own.

A selection has one job, whoever asks. What is found is kept with the digest of all out of which it
was worked out: when scores, quotas or the draft are others, also while it runs, the page sees that
it is out of date. It changes nothing in the draft, so that it may be asked after the release too.
"""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from mosty.core.access import Actor, require
from mosty.core.jobs import WorkState
from mosty.decisions.asking import asker, begin_anew, in_all_languages
from mosty.decisions.models import LeavingOut, Selection
from mosty.decisions.without import Lists, draft_of, work_out
from mosty.reviews.queries.results import counted

logger = logging.getLogger(__name__)
BEGINS, ENDS = 0.05, 0.98


def ask(selection: Selection, *, by: Actor) -> bool:
    """Have them worked out; False when they are just now."""
    require("decisions.decide", by, selection)
    with transaction.atomic():
        # Two who ask at once wait for each other here.
        fresh = Selection.objects.select_for_update().get(pk=selection.pk)
        known = LeavingOut.objects.filter(selection=fresh).first()
        if known is not None and known.is_at_work:
            return False
        row = known or LeavingOut(selection=fresh)
        # What was found before stands until there is something new.
        begin_anew(row, by=by)
        job = leave_each_out.enqueue(row.pk)
        LeavingOut.objects.filter(pk=row.pk).update(job_id=str(job.id))
    return True


@task
def leave_each_out(pk: int) -> None:
    """Work out what was asked for; a second time it finds the work done."""
    row = LeavingOut.objects.select_related("selection__call").filter(pk=pk).first()
    if row is None or not row.begin_work("read"):
        return
    try:
        _leave_each_out(row)
    except PermissionDenied:
        row.fail_work("refused")
    except Exception:
        # Whoever waits for it is told; the worker's log says what happened.
        logger.exception("lists without one reviewer (%s) were not worked out", pk)
        row.fail_work("broken")


def _leave_each_out(row: LeavingOut) -> None:
    by, selection = asker(row), row.selection
    require("decisions.decide", by, selection)
    draft = draft_of(selection, by, counted(selection.call, by))
    if draft is None:
        row.fail_work("no_rule")
        return
    row.advance_work("weigh", BEGINS)
    span = ENDS - BEGINS
    found = work_out(draft, lambda share: row.advance_work("weigh", BEGINS + span * share))
    # Whoever reviews or acts for an applicant by now is told nothing more.
    require("decisions.decide", by, selection)
    if isinstance(found, Lists):
        values: dict[str, Any] = {"result": found.dump(), "conflict": []}
    else:
        values = {"result": {}, "conflict": in_all_languages(found)}
    # In one step: a page sees either what was known or what is known now. Work that was ended
    # meanwhile is left as it is.
    rows = LeavingOut.objects.filter(pk=row.pk, at=row.at, work_state=WorkState.RUNNING)
    rows.update(
        **values, digest=draft.digest, work_state=WorkState.DONE, work_step="", work_share=1.0,
        work_ended_at=timezone.now(),
    )  # fmt: skip
