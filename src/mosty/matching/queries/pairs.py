"""Pairs: what an actor sees of a result, in lists, on pages of towns and in public."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from mosty.core.access import Actor
from mosty.core.publication import Level, visible
from mosty.matching.models import Pair, Round, RoundParticipant, RoundQuota, Run
from mosty.matching.queries.rounds import HEAVY, runs_visible_to, shown_in_the_demo, visible_to
from mosty.places import queries as places
from mosty.places.models import Organisation


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
