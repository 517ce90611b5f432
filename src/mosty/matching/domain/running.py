"""A run from its start to its end; the solving itself is a job (`matching.jobs`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import citymatch
from mosty.core.access import SYSTEM, Actor, require
from mosty.core.history import record
from mosty.core.jobs import WorkState
from mosty.matching import market, queries, reasons
from mosty.matching.domain.preparation import next_run_number
from mosty.matching.domain.refusals import Refused
from mosty.matching.models import ROUND, Override, Pair, PolicyValues, Round, Run, Solved
from mosty.matching.territory import classes_of
from mosty.places.models import Organisation

AT_WORK = (WorkState.WAITING, WorkState.RUNNING)


def start_run(round_: Round, *, by: Actor, reason: str = "") -> Run:
    """Freeze the market and make a run that waits for a worker (`jobs.start_run` also queues it).

    Of two people who start at the same moment, the second gets the first one's run. A proposed
    round goes back to preparation until the new run is verified; `reason` says why it runs again.
    """
    require("matching.start_run", by, round_)
    with transaction.atomic():
        held = Round.objects.select_for_update().get(pk=round_.pk)
        under_way = queries.run_at_work(held)
        if under_way is not None:
            return under_way
        if not held.is_open:
            raise Refused(_("This round is approved: it is not run again. Open a new one."))
        built = frozen_market(held)
        assert held.policy is not None  # without one there is no market
        decided = list(queries.overrides_in_force(held))
        run = Run.objects.create(
            round=held,
            number=next_run_number(held),
            revision=held.revision,
            author_id=by.user_id,
            author_name=by.name,
            returns_to=held.state,
            policy=held.policy,
            overrides=[_snapshot(row) for row in reversed(decided)],
            market=citymatch.market_to_json(built.market),
            facts_level=built.facts_level,
            input_sha256=citymatch.input_sha256(built.market),
            territory=classes_of(row.organisation for row in queries.participants_of(held)),
        )
        if held.state == "proposed":
            why = reason.strip() or str(_("Run again"))
            ROUND.move(held, "draft", by=by, reason=why)
        if built.is_illustrative and not held.is_illustrative:
            Round.objects.filter(pk=held.pk).update(is_illustrative=True)
        record(
            "matching.start_run",
            held,
            by=by,
            after={"run": run.number, "input_sha256": run.input_sha256},
            reason=reason,
        )
    round_.refresh_from_db()
    return run


def frozen_market(round_: Round, policy: PolicyValues | None = None) -> market.Built:
    """The market of a round as it is now, under its own or another policy; `Refused` without."""
    try:
        return market.build(round_, policy=policy)
    except market.NotReady as error:
        raise Refused(reasons.NOT_READY[error.code]) from None
    except citymatch.InputError as error:
        raise Refused(reasons.problem(error.problems[0])) from None


def _snapshot(row: Override) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "left": row.left.code,
        "right": row.right.code,
        "reason": row.reason,
        "author": row.author_id,
        "author_name": row.author_name,
    }


def objections(verdict: citymatch.Verdict) -> tuple[str, ...]:
    """Why a result is not accepted, as codes of `reasons.CHECKS`; empty when all is proven."""
    found = tuple(sorted({problem.code for problem in verdict.problems}))
    return found if found or verdict.ok else ("not_proven",)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a solve gave: the result, the checker's `objections` to it, what other pairs cost."""

    result: citymatch.Result
    problems: tuple[str, ...] = ()
    regrets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def is_proven(self) -> bool:
        return self.result.status == "optimal" and not self.problems


def finish_run(run: Run, outcome: Outcome, *, by: Actor = SYSTEM) -> bool:
    """Store what came out; False when somebody stopped the run or it was stored already.

    A verified match becomes the round's proposal. An infeasible market is a result too: the round
    stays in preparation. A result that the checker refuses is kept, shown, and never proposed.
    """
    require("matching.finish_run", by, run.round)
    result = outcome.result
    with transaction.atomic():
        held = Round.objects.select_for_update().get(pk=run.round_id)
        rows = Run.objects.filter(pk=run.pk, work_state=WorkState.RUNNING)
        if not rows.update(**solved(outcome), regrets=outcome.regrets):
            return False
        if result.status == "optimal":
            _store_pairs(run, result)
        if outcome.is_proven:
            ROUND.move(held, "proposed", by=by, changes={"current_run_id": run.pk})
        record(
            "matching.finish_run",
            held,
            by=by,
            after={
                "run": run.number,
                "status": result.status,
                "size": result.size,
                "floor": result.floor,
                "score": result.score,
                "problems": list(outcome.problems),
            },
        )
    run.refresh_from_db()
    return True


def solved(outcome: Outcome) -> dict[str, Any]:
    """The columns of `Solved` once the work is done."""
    result, now = outcome.result, timezone.now()
    return {
        "work_state": WorkState.DONE,
        "work_step": "",
        "work_share": 1.0,
        "work_ended_at": now,
        "status": result.status,
        "result": citymatch.result_to_json(result),
        "versions": dict(result.versions),
        "size": result.size,
        "floor": result.floor,
        "score": result.score,
        "verified_at": now,
        "verify_problems": list(outcome.problems),
    }


def ended(status: Solved.Status, code: str) -> dict[str, Any]:
    """The columns of `Solved` once the work came to nothing."""
    return {
        "work_state": WorkState.FAILED,
        "work_error": code,
        "work_ended_at": timezone.now(),
        "status": status,
    }


def _store_pairs(run: Run, result: citymatch.Result) -> None:
    frozen = queries.market_of(run)
    towns = {town.id: town for town in (*frozen.left, *frozen.right)}
    scored = {pair.key: pair for pair in frozen.pairs}
    ids = dict(Organisation.objects.filter(code__in=towns).values_list("code", "pk"))
    made = []
    for chosen in result.pairs:
        parts = scored[chosen.key].parts or {}
        made.append(
            Pair(
                run=run,
                left_id=ids[chosen.left],
                right_id=ids[chosen.right],
                left_view=chosen.left_view,
                right_view=chosen.right_view,
                score=chosen.score,
                is_locked=chosen.locked,
                parts={
                    name: {"left": part.left, "right": part.right, "unknown": list(part.unknown)}
                    for name, part in parts.items()
                },
                themes=market.themes_met(towns[chosen.left], towns[chosen.right]),
            )
        )
    Pair.objects.bulk_create(made)


def fail_run(run: Run, code: str) -> bool:
    """End a run that came to nothing; `code` is one of `reasons.WORK_ERRORS`, perhaps with a
    detail after a colon. The proposal that stood before it stands again."""
    return _end(run, Run.Status.FAILED, code, by=SYSTEM)


def stop_run(run: Run, *, by: Actor) -> bool:
    """An officer ends a run at work; the worker notices and ends the solving process. False when
    it had ended already."""
    require("matching.stop_run", by, run.round)
    return _end(run, Run.Status.STOPPED, f"stopped:{by.name}", by=by)


def _end(run: Run, status: Run.Status, code: str, *, by: Actor) -> bool:
    """Nothing is stored of it; whoever works at it finds out."""
    with transaction.atomic():
        held = Round.objects.select_for_update().get(pk=run.round_id)
        rows = Run.objects.filter(pk=run.pk, work_state__in=AT_WORK)
        if not rows.update(**ended(status, code)):
            return False
        if run.returns_to == "proposed" and held.state == "draft" and held.current_run_id:
            ROUND.move(held, "proposed", by=SYSTEM)
        stopped = status == Run.Status.STOPPED
        verb = "matching.stop_run" if stopped else "matching.fail_run"
        record(verb, held, by=by, after={"run": run.number, "error": code})
    run.refresh_from_db()
    return True
