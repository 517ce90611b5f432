"""Rounds, their runs and scenarios, and who is told."""

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from mosty.core.access import Actor
from mosty.core.jobs import WorkState
from mosty.core.publication import Level
from mosty.matching.models import Analysis, Notice, Round, Run, Scenario

SETTLED = ("approved", "closed")
# Columns that hold whole files; nobody wants them in a list.
HEAVY = ("market", "result", "regrets")


def shown_in_the_demo() -> Q:
    """Rounds that anybody sees because the site is a demo."""
    return Q(state__in=SETTLED, is_illustrative=True) if settings.DEMO_MODE else Q(pk__in=[])


def visible_to(actor: Actor) -> QuerySet[Round]:
    """The rounds that the actor may know of, with phase, policy and current run."""
    rows = Round.objects.select_related(
        "phase__strand__programme", "policy__programme", "current_run__policy"
    ).defer(*(f"current_run__{name}" for name in HEAVY))
    if actor.is_officer:
        return rows
    seen = shown_in_the_demo()
    if actor.is_in_programme:
        seen |= Q(state__in=SETTLED, level__in=[Level.PUBLIC, Level.PROGRAMME])
    return rows.filter(seen)


def runs_visible_to(actor: Actor) -> QuerySet[Run]:
    """The runs that the actor may know of, without their files: officers all, others the
    approved one of each round that they see."""
    rows = Run.objects.select_related("policy", "round").defer(*HEAVY)
    if actor.is_officer:
        return rows
    return rows.filter(pk__in=visible_to(actor).values("current_run_id"))


def runs_of(round_: Round, actor: Actor) -> QuerySet[Run]:
    """The runs of one round, newest first."""
    return runs_visible_to(actor).filter(round=round_).order_by("-number")


def current_run_of(round_: Round) -> Run | None:
    """The newest result of a round, or the approved one, with its files; one query."""
    run = Run.objects.select_related("policy").filter(pk=round_.current_run_id or 0).first()
    if run is not None:
        run.round = round_
    return run


def run_at_work(round_: Round) -> Run | None:
    """The run that waits for a worker or is being solved; at most one."""
    return (
        Run.objects.defer(*HEAVY)
        .filter(round=round_, work_state__in=[WorkState.WAITING, WorkState.RUNNING])
        .first()
    )


def analysis_of(run: Run) -> Analysis | None:
    """What was worked out about a run, as far as it is there."""
    return Analysis.objects.filter(run=run).first()


def scenarios_of(round_: Round, actor: Actor) -> QuerySet[Scenario]:
    """The scenarios of a round, newest first, without their files: for officers only."""
    if not actor.is_officer:
        return Scenario.objects.none()
    return (
        Scenario.objects.filter(round=round_)
        .select_related("adopted_as")
        .defer("market", "result")
        .order_by("-number")
    )


def stands(round_: Round) -> bool:
    """Whether the newest result fits the round as it is now."""
    run = round_.current_run
    return run is not None and run.revision == round_.revision


def involved(round_: Round, run: Run | None) -> set[int]:
    """Who shaped a result: the author of the run and of each override that it used, those
    withdrawn since among them. User ids."""
    if run is None:
        return set()
    people = {run.author_id, *(row["author"] for row in run.overrides)}
    return {person for person in people if person is not None}


def notices_for(actor: Actor) -> QuerySet[Notice]:
    """What the actor was told, newest first."""
    if actor.user_id is None:
        return Notice.objects.none()
    return Notice.objects.filter(user_id=actor.user_id).select_related("round")


def waiting_for_approval() -> QuerySet[Round]:
    """Proposed rounds whose proposal still fits them and no run is under way."""
    at_work = Run.objects.filter(
        round=OuterRef("pk"), work_state__in=[WorkState.WAITING, WorkState.RUNNING]
    )
    return (
        Round.objects.filter(~Exists(at_work), state="proposed")
        .select_related("current_run", "phase")
        .defer(*(f"current_run__{name}" for name in HEAVY))
    )
