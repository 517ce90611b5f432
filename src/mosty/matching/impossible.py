"""A market that cannot be met, for people: which bounds contradict each other, the cheapest way
out, and where to change what."""

from dataclasses import dataclass

from django.urls import reverse

from mosty.core.access import Actor
from mosty.matching import queries, reasons
from mosty.matching.models import Round, Solved


@dataclass(frozen=True, slots=True)
class Advice:
    """One bound to move, and the page on which that is done (empty: not possible any more)."""

    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class WayOut:
    """`bounds` alone cannot be met together, and none of them is needless. `advice` makes the
    whole round possible with the fewest steps, `cost` of them."""

    bounds: list[Advice]
    advice: list[Advice]
    cost: int


def way_out(run: Solved, round_: Round, actor: Actor) -> WayOut | None:
    """The conflict of an infeasible run or scenario in sentences that name bodies; None for any
    other."""
    if run.status != Solved.Status.INFEASIBLE:
        return None
    result = queries.result_of(run)
    if result is None or result.conflict is None:
        return None
    names = reasons.names_for(run, actor)
    places = _pages(round_)
    conflict = result.conflict
    return WayOut(
        bounds=[
            Advice(reasons.bound(bound, names), _place(places, round_, bound.code, bound.id))
            for bound in conflict.bounds
        ],
        advice=[
            Advice(reasons.relaxation(step, names), _place(places, round_, step.code, step.id))
            for step in conflict.relaxation
        ],
        cost=conflict.cost,
    )


def _pages(round_: Round) -> dict[str, str]:
    """Where the bound of a group or town is changed, by its key or code."""
    if not round_.is_open:
        return {}
    quotas = {
        quota.key: reverse("matching:quota", args=[round_.slug, quota.pk])
        for quota in queries.quotas_of(round_)
    }
    towns = {
        row.organisation.code: reverse("matching:participant", args=[round_.slug, row.pk])
        for row in queries.participants_of(round_)
    }
    return quotas | towns


def _place(
    places: dict[str, str], round_: Round, code: str, key: str | tuple[str, str] | None
) -> str:
    if isinstance(key, str):
        return places.get(key, "")
    if not round_.is_open:
        return ""
    if code in {"lock", "veto"}:
        return reverse("matching:board", args=[round_.slug]) + "#decisions"
    return reverse("matching:prepare", args=[round_.slug]) + "#policy"
