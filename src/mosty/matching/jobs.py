"""Background work of matching: solving a run, telling people, finding lost runs.

Jobs take ids, may run twice, and leave every change to `domain`.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import close_old_connections, transaction
from django.tasks import task
from django.utils import timezone

import citymatch
from mosty.core import mail
from mosty.core.access import SYSTEM, Actor
from mosty.core.jobs import WorkState, is_given_up
from mosty.matching import domain, queries, solving
from mosty.matching.models import Analysis, Notice, Round, Run, Scenario, Solved

logger = logging.getLogger(__name__)

# Beyond this many listed pairs the cost of every other pair is not stored with the run.
MOST_PAIRS_FOR_REGRETS = 40_000
LOST_AFTER = timedelta(minutes=2)
# Second thoughts are not worth more than this.
ANALYSIS_LIMITS = solving.Limits(most=10 * 60)


def start_run(round_: Round, *, by: Actor, reason: str = "") -> Run:
    """Freeze the market and queue the solving; the run that is under way if there is one."""
    with transaction.atomic():
        run = domain.start_run(round_, by=by, reason=reason)
        # Whoever claims the empty place queues: a run has one job, whoever started it.
        if Run.objects.filter(pk=run.pk, job_id="").update(job_id="claimed"):
            job = run_round.enqueue(run.pk)
            Run.objects.filter(pk=run.pk).update(job_id=str(job.id))
    run.refresh_from_db()
    return run


@task
def run_round(run_id: int) -> None:
    """Solve, prove, weigh, store. A second time it finds the work done."""
    run = Run.objects.select_related("round").get(pk=run_id)
    if run.begin_work("read") and work_on(run) and settings.ANALYSE_RUNS:
        run.refresh_from_db()
        if run.status == Run.Status.OPTIMAL and run.is_verified:
            analyse(run)


def analyse(run: Run, *, by: Actor = SYSTEM) -> Analysis:
    """Queue what is worked out about a verified run, unless it is there or under way."""
    with transaction.atomic():
        analysis = domain.begin_analysis(run, by=by)
        if Analysis.objects.filter(pk=analysis.pk, job_id="").update(job_id="claimed"):
            job = analyse_run.enqueue(analysis.pk)
            Analysis.objects.filter(pk=analysis.pk).update(job_id=str(job.id))
    analysis.refresh_from_db()
    return analysis


@task
def analyse_run(analysis_id: int) -> None:
    """Work out part by part how a match holds; a second time it goes on where it was."""
    analysis = Analysis.objects.select_related("run__round").filter(pk=analysis_id).first()
    if analysis is not None and analysis.begin_work("read"):
        think_over(analysis)


def think_over(analysis: Analysis, *, started: Callable[[int], None] = lambda _pid: None) -> None:
    """Ask the engine, each part in a process of its own, and store each answer at once.

    A part that comes to nothing is noted and does not stop the others.
    """
    run = analysis.run
    result = run.result
    assert result is not None  # a verified run has one
    todo = [
        part
        for part in solving.PARTS
        # No match has fewer pairs than none.
        if part not in analysis.answers and (run.size or part != "fewer")
    ]

    def is_wanted() -> bool:
        rows = Analysis.objects.filter(pk=analysis.pk, work_state=WorkState.RUNNING)
        return rows.exists()

    for number, part in enumerate(todo):

        def progress(_step: str, share: float, part: str = part, done: int = number) -> None:
            analysis.advance_work(part, (done + share) / len(todo))

        progress(part, 0.0)
        watch = solving.Watch(
            progress=progress, is_wanted=is_wanted, started=started, limits=ANALYSIS_LIMITS
        )
        try:
            answer = solving.ask_apart(part, run.market, result, watch)
        except solving.Stopped:
            return
        except solving.SolvingFailed as failure:
            domain.store_problem(analysis, part, failure.code)
        except Exception:
            # Whoever waits for it is told; the worker's log says what happened.
            analysis.fail_work("broken")
            raise
        else:
            domain.store_answer(analysis, part, answer)
    analysis.end_work()


@task
def solve_scenario(scenario_id: int) -> None:
    """Solve, prove, store. A second time it finds the work done."""
    scenario = Scenario.objects.select_related("round").filter(pk=scenario_id).first()
    if scenario is not None and scenario.begin_work("read"):
        work_on(scenario)


def add_scenario(round_: Round, *, by: Actor, **values: Any) -> Scenario:
    """Make a scenario and queue its solving."""
    with transaction.atomic():
        made = domain.add_scenario(round_, by=by, **values)
        _queue(made)
    return made


def rerun_scenario(scenario: Scenario, *, by: Actor) -> Scenario:
    """Queue it once more, on the round as it is now."""
    with transaction.atomic():
        again = domain.rerun_scenario(scenario, by=by)
        _queue(again)
    return again


def _queue(scenario: Scenario) -> None:
    if Scenario.objects.filter(pk=scenario.pk, job_id="").update(job_id="claimed"):
        job = solve_scenario.enqueue(scenario.pk)
        Scenario.objects.filter(pk=scenario.pk).update(job_id=str(job.id))
    scenario.refresh_from_db()


def work_on(thing: Run | Scenario, *, started: Callable[[int], None] = lambda _pid: None) -> bool:
    """Solve a run or scenario that was begun and store what came out; False when it came to
    nothing. `started` gets the id of the solving process.
    """

    def is_wanted() -> bool:
        rows = type(thing)._default_manager
        return rows.filter(pk=thing.pk, work_state=WorkState.RUNNING).exists()

    def progress(step: str, share: float) -> None:
        thing.advance_work(step, 0.8 * share)

    watch = solving.Watch(progress=progress, is_wanted=is_wanted, started=started)
    try:
        result = solving.solve_apart(thing.market, watch)
        # A long solve may outlive the connection.
        close_old_connections_outside_transactions()
        if isinstance(thing, Scenario):
            return domain.finish_scenario(thing, prove(thing, result))
        return domain.finish_run(thing, weigh(thing, prove(thing, result)))
    except solving.Stopped:
        return False
    except solving.SolvingFailed as failure:
        _fail(thing, failure.code)
        return False
    except Exception:
        # Whoever waits for it is told; the worker's log says what happened.
        _fail(thing, "broken")
        raise


def _fail(thing: Run | Scenario, code: str) -> None:
    if isinstance(thing, Scenario):
        domain.fail_scenario(thing, code)
    else:
        domain.fail_run(thing, code)


def prove(thing: Solved, result: citymatch.Result) -> domain.Outcome:
    """Check a result independently."""
    thing.advance_work("verify", 0.85)
    verdict = citymatch.verify(queries.market_of(thing), result)
    return domain.Outcome(result, domain.objections(verdict))


def weigh(run: Run, outcome: domain.Outcome) -> domain.Outcome:
    """Say what each other pair would cost, where they are not too many."""
    regrets: dict[str, dict[str, Any]] = {}
    market, result = queries.market_of(run), outcome.result
    if result.status == "optimal" and len(market.pairs) <= MOST_PAIRS_FOR_REGRETS:
        run.advance_work("regrets", 0.9)
        for (left, right), cost in citymatch.regrets(market, result).items():
            regrets.setdefault(left, {})[right] = _dump(cost)
    run.advance_work("store", 0.95)
    return replace(outcome, regrets=regrets)


def _dump(cost: citymatch.Regret) -> dict[str, Any]:
    return {
        "kind": cost.kind,
        "status": cost.status,
        "d_size": cost.d_size,
        "d_floor": cost.d_floor,
        "d_score": cost.d_score,
        "size": cost.size,
        "floor": cost.floor,
        "score": cost.score,
    }


def close_old_connections_outside_transactions() -> None:
    """Let stale connections go, unless a transaction of the caller needs them."""
    if not transaction.get_connection().in_atomic_block:
        close_old_connections()


@task
def send_notices() -> None:
    """Mail what was decided to those whom it concerns, each once, in their language."""
    waiting = Notice.objects.filter(sent_at__isnull=True).select_related(
        "user", "round__phase", "run"
    )
    for notice in waiting.defer("run__market", "run__result", "run__regrets"):
        with transaction.atomic():
            rows = Notice.objects.filter(pk=notice.pk, sent_at__isnull=True)
            if rows.update(sent_at=timezone.now()) and notice.user.is_active:
                mail.write(
                    f"matching.notice:{notice.pk}",
                    to=notice.user.email,
                    language=notice.user.language,
                    template=f"matching/mail/{notice.kind}",
                    context={"notice": notice, "round": notice.round, "run": notice.run},
                )
    mail.send_soon()


@task
def find_lost_runs() -> None:
    """End runs, scenarios and analyses whose job was given up: a dead worker must not block a
    round for ever."""
    models: tuple[type[Run] | type[Scenario], ...] = (Run, Scenario)
    for model in models:
        lost = model.objects.filter(
            work_state__in=[WorkState.WAITING, WorkState.RUNNING],
            created_at__lt=timezone.now() - LOST_AFTER,
        ).exclude(job_id__in=["", "claimed"])
        for thing in lost.select_related("round").defer("market", "result"):
            if is_given_up(thing.job_id):
                _fail(thing, "abandoned")
    at_work = Analysis.objects.filter(work_state__in=[WorkState.WAITING, WorkState.RUNNING])
    for analysis in at_work.exclude(job_id__in=["", "claimed"]).defer("answers"):
        if is_given_up(analysis.job_id):
            analysis.fail_work("abandoned")
