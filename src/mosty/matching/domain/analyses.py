"""What is worked out about a run after it has ended; the work itself is a job."""

from typing import Any

from django.db import transaction

from mosty.core.access import SYSTEM, Actor, require
from mosty.core.history import record
from mosty.core.jobs import WorkState
from mosty.matching.domain.refusals import Refused
from mosty.matching.models import Analysis, Run
from mosty.matching.reasons import OBSTACLES


def begin_analysis(run: Run, *, by: Actor = SYSTEM) -> Analysis:
    """The analysis of a verified run, waiting for a worker (`jobs.analyse` also queues it).

    One that is under way or whole is left as it is; what came to nothing is tried again.
    """
    require("matching.analyse_run", by, run.round)
    if run.status != Run.Status.OPTIMAL or not run.is_verified:
        raise Refused(OBSTACLES["not_verified"])
    with transaction.atomic():
        found, is_new = Analysis.objects.select_for_update().get_or_create(run=run)
        if is_new or found.is_at_work or not (found.problems or found.work_error):
            return found
        found.problems, found.work_error, found.job_id = {}, "", ""
        found.work_state, found.work_share = WorkState.WAITING, 0.0
        found.save()
        if not by.is_system:
            record("matching.analyse_run", run.round, by=by, after={"run": run.number})
    return found


def store_answer(analysis: Analysis, part: str, answer: dict[str, Any]) -> None:
    """Keep one part; the page shows it while the others are still at work."""
    analysis.answers = {**analysis.answers, part: answer}
    Analysis.objects.filter(pk=analysis.pk).update(answers=analysis.answers)


def store_problem(analysis: Analysis, part: str, code: str) -> None:
    """Note that a part came to nothing; the others go on."""
    analysis.problems = {**analysis.problems, part: code}
    Analysis.objects.filter(pk=analysis.pk).update(problems=analysis.problems)
