"""Every read of matching begins here: what an actor may know of.

Rounds in preparation are the secretariat's. An approved round is seen inside the programme; the
public sees agreed pairs only, except that in the demo the approved illustrative round is public,
labelled *illustrative, not agreed*. A pair with a body that the actor may not know of is no pair
for that actor: lists, counts and files all leave it out.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

import citymatch
from mosty.core.access import VISITOR, Actor
from mosty.core.jobs import WorkState
from mosty.core.publication import Level, Precision, location, visible
from mosty.matching.models import (
    Analysis,
    Notice,
    Override,
    Pair,
    Policy,
    PolicyValues,
    Round,
    RoundContact,
    RoundParticipant,
    RoundQuota,
    Run,
    Scenario,
    Side,
    Solved,
)
from mosty.places import queries as places
from mosty.places.models import Need, Offer, Organisation
from mosty.programmes.models import Programme

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


def _with_bodies(rows: QuerySet[Pair], actor: Actor) -> QuerySet[Pair]:
    seen = visible(rows, actor, level="left__level", owner="left_id")
    seen = visible(seen, actor, level="right__level", owner="right_id")
    not_listed = [f"{side}__{name}" for side in ("left", "right") for name in places.NOT_LISTED]
    return (
        seen.select_related("left__country", "left__region", "right__country", "right__region")
        .defer(*not_listed)
        .order_by("-score", "left__sort_en", "pk")
    )


def pairs_of(run: Run, actor: Actor) -> QuerySet[Pair]:
    """The pairs of a run that the actor may see, the best first."""
    if not runs_visible_to(actor).filter(pk=run.pk).exists():
        return Pair.objects.none()
    return _with_bodies(Pair.objects.filter(run=run), actor)


def pairs_visible_to(actor: Actor) -> QuerySet[Pair]:
    """All pairs that the actor may know of: officers those of every run, the programme those of
    approved rounds, the public those that both councils agreed to."""
    rows = Pair.objects.all()
    if not actor.is_officer:
        approved = Q(run__in=visible_to(actor).values("current_run_id"))
        agreed = Q(state="agreed") & Q(run__round__level__in=[Level.PUBLIC, Level.PROGRAMME])
        rows = rows.filter(approved | agreed)
    return _with_bodies(rows, actor)


def pairs_of_town(organisation: Organisation, actor: Actor) -> QuerySet[Pair]:
    """The pairs of one municipality in the newest results of the rounds that the actor sees."""
    results = visible_to(actor).exclude(current_run=None).order_by().values("current_run_id")
    rows = Pair.objects.filter(run__in=results).filter(Q(left=organisation) | Q(right=organisation))
    return (
        _with_bodies(rows, actor)
        .select_related("left__country", "right__country", "run__round")
        .defer(*(f"run__{name}" for name in HEAVY))
        .order_by("-run__created_at", "-score")
    )


@dataclass(frozen=True, slots=True)
class PublicPair:
    """A pair that may stand on a public page. `is_illustrative`: say so beside it, everywhere."""

    pair: Pair
    state: str
    is_illustrative: bool
    round_slug: str
    round_name: str


def public_pairs(actor: Actor) -> list[PublicPair]:
    """The bridges of the home page: agreed pairs and, in the demo, the illustrative round."""
    agreed = Q(state="agreed") & Q(run__round__level__in=[Level.PUBLIC, Level.PROGRAMME])
    demo = Q(run__in=Round.objects.filter(shown_in_the_demo()).values("current_run_id"))
    rows = _with_bodies(Pair.objects.filter(agreed | demo), actor).select_related(
        "left__country", "left__region", "right__country", "right__region", "run__round"
    )
    return [
        PublicPair(
            pair=pair,
            state=pair.state,
            is_illustrative=pair.run.round.is_illustrative,
            round_slug=pair.run.round.slug,
            round_name=str(pair.run.round.name),
        )
        for pair in rows.defer(*(f"run__{name}" for name in HEAVY))
    ]


def participants_of(round_: Round, side: str = "") -> QuerySet[RoundParticipant]:
    """Those in the round now (not taken out), in the order of their names."""
    rows = RoundParticipant.objects.filter(round=round_, removed_at__isnull=True)
    if side:
        rows = rows.filter(side=side)
    return rows.select_related(
        "organisation__country", "organisation__region", "association"
    ).order_by("side", "organisation__sort_en", "pk")


def removed_from(round_: Round) -> QuerySet[RoundParticipant]:
    """Those that were taken out, with the reason."""
    return (
        RoundParticipant.objects.filter(round=round_, removed_at__isnull=False)
        .select_related("organisation__country")
        .order_by("-removed_at")
    )


def quotas_of(round_: Round) -> QuerySet[RoundQuota]:
    """The quotas with the bodies and places that they are for."""
    return (
        RoundQuota.objects.filter(round=round_)
        .select_related("association", "country", "region")
        .order_by("kind", "pk")
    )


def quotas_of_association(association: Organisation, actor: Actor) -> list[RoundQuota]:
    """Its quotas in rounds with a result that the actor sees, newest first, with `used`."""
    rows = (
        RoundQuota.objects.filter(
            association=association,
            round__in=visible_to(actor).exclude(current_run=None).order_by().values("pk"),
        )
        .select_related("round", "association")
        .order_by("-round__created_at", "-pk")
    )
    through = RoundParticipant.objects.filter(
        round=OuterRef("run__round"), association=association, removed_at__isnull=True
    )
    found = list(rows)
    for quota in found:
        pairs = _with_bodies(Pair.objects.filter(run=quota.round.current_run_id), actor)
        ends = (Exists(through.filter(organisation=OuterRef(side))) for side in ("left", "right"))
        quota.used = sum(pairs.filter(end).count() for end in ends)  # type: ignore[attr-defined]
    return found


def contacts_of(round_: Round) -> QuerySet[RoundContact]:
    """The earlier contacts that were stated for this round, with their sources."""
    return (
        RoundContact.objects.filter(round=round_)
        .select_related("left__country", "right__country", "source")
        .order_by("left__sort_en", "pk")
    )


def overrides_of(round_: Round) -> QuerySet[Override]:
    """All that officers decided, withdrawn or not, newest first."""
    return (
        Override.objects.filter(round=round_)
        .select_related("left__country", "right__country")
        .order_by("-at", "-pk")
    )


def overrides_in_force(round_: Round) -> QuerySet[Override]:
    """Those that the next run will use."""
    return overrides_of(round_).filter(withdrawn_at__isnull=True)


def is_in_run(override: Override, run: Run | None) -> bool:
    """Whether the run was made with the override."""
    return run is not None and any(row["id"] == override.pk for row in run.overrides)


def stands(round_: Round) -> bool:
    """Whether the newest result fits the round as it is now."""
    run = round_.current_run
    return run is not None and run.revision == round_.revision


def policies_of(programme: Programme) -> QuerySet[Policy]:
    """The versions of a programme's policy, newest first, with how many rounds use each."""
    return (
        Policy.objects.filter(programme=programme)
        .annotate(rounds_count=Count("rounds"))
        .order_by("-number")
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs between two versions of a policy. `share` values are of one."""

    code: str
    side: str
    criterion: str
    before: Any
    after: Any


def policy_diff(old: PolicyValues | None, new: PolicyValues) -> list[Difference]:
    """What changed, in a fixed order; all weights when there is no older version."""
    found: list[Difference] = []
    before = shares(old.weights) if old else {}
    after = shares(new.weights)
    for side in ("left", "right"):
        was, now = before.get(side, {}), after.get(side, {})
        for criterion in [*now, *(name for name in was if name not in now)]:
            if was.get(criterion) != now.get(criterion):
                found.append(
                    Difference(
                        "weight", side, criterion, was.get(criterion, 0.0), now.get(criterion, 0.0)
                    )
                )
    for name in ("stages", "absolute_floor", "tie_key", "partners_again"):
        previous, present = getattr(old, name) if old else None, getattr(new, name)
        if previous != present:
            found.append(Difference(name, "", "", previous, present))
    return found


def shares(weights: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """The weights of each side as shares of one, rounded to six decimals."""
    made: dict[str, dict[str, float]] = {}
    for side, rows in weights.items():
        total = sum(rows.values()) or 1
        made[side] = {name: round(value / total, 6) for name, value in rows.items()}
    return made


# Reading a market of 900 pairs takes longer than drawing them; it is frozen, so the last few stay.
MOST_MARKETS_KEPT = 4
_markets: OrderedDict[str, citymatch.Market] = OrderedDict()
_markets_lock = Lock()


def market_of(run: Solved) -> citymatch.Market:
    """The frozen market of a run or scenario, as the engine's data; the hash of its content says
    which it is.

    `domain.check` reads the stored file anew instead.
    """
    with _markets_lock:
        known = _markets.get(run.input_sha256)
        if known is not None:
            _markets.move_to_end(run.input_sha256)
            return known
    market = citymatch.market_from_json(run.market)
    with _markets_lock:
        _markets[run.input_sha256] = market
        while len(_markets) > MOST_MARKETS_KEPT:
            _markets.popitem(last=False)
    return market


def result_of(run: Solved) -> citymatch.Result | None:
    """The result of a run or scenario, as the engine's data; None before it has one."""
    return citymatch.result_from_json(run.result) if run.result else None


def regret_of(run: Run, left: str, right: str) -> dict[str, Any] | None:
    """What forcing (or, for a chosen pair, forbidding) costs: the stored figures, by codes."""
    rows: dict[str, dict[str, Any]] = run.regrets or {}
    return rows.get(left, {}).get(right)


def may_read_facts(run: Solved, actor: Actor) -> bool:
    """Whether every fact in the market is open to the actor: for its file and what names facts.

    The market is frozen, what may be known is not: what was open when the run was made may have
    been withheld since, and is then the secretariat's.
    """
    if not Level(run.facts_level).open_to(actor):
        return False
    return actor.is_officer or not withheld_since(run, actor)


def withheld_since(run: Solved, actor: Actor) -> bool:
    """Whether the market tells of a body, place, need or offer that the actor may not know now."""
    market = market_of(run)
    towns = {town.id: town for town in (*market.left, *market.right)}
    codes = {*towns, *(code for tie in market.ties for code in tie)}
    bodies = Organisation.objects.filter(code__in=codes)
    open_now = places.visible_to(actor).order_by().values("pk")
    if bodies.exclude(pk__in=open_now).exists():
        return True
    hidden = [precision.value for precision in (Precision.REGION, Precision.WITHHELD)]
    for body in bodies.filter(precision__in=hidden).select_related("region"):
        town, place = towns.get(body.code), location(body, VISITOR)
        if town and (town.lat, town.lon) != ((place.lat, place.lon) if place else (None, None)):
            return True
    closed = [level.value for level in Level if not level.open_to(actor)]
    return any(
        theme in getattr(towns[code], wish)
        for wish, model in (("needs", Need), ("offers", Offer))
        for code, theme in model._default_manager.filter(
            level__in=closed, organisation__code__in=list(towns)
        ).values_list("organisation__code", "theme_id")
    )


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


def by_code(participants: Iterable[RoundParticipant]) -> dict[str, RoundParticipant]:
    """Participants by the official code under which they stand in the market."""
    return {row.organisation.code: row for row in participants}


def other(side: str) -> str:
    """The other side of the market."""
    return Side.RIGHT if side == Side.LEFT else Side.LEFT
