"""Any two towns of a round: why together, why not, what it would cost, what is next best."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import citymatch
from mosty.core.access import Actor
from mosty.core.pictures.bars import ContributionBar, CriterionBar, SideValue, criterion_bar
from mosty.matching import queries, reasons
from mosty.matching.board.pairs import MAP_SIDES, Town, bars_of, pair_url
from mosty.matching.models import Override, Pair, Policy, Round, Run, Side
from mosty.places.models import Organisation

NEXT_BEST = 3


@dataclass(frozen=True, slots=True)
class NextBest:
    """A partner that a town could have instead, and what that would cost everybody."""

    town: Town
    score: str
    cost: str
    url: str


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands in the panel beside the map."""

    left: Town
    right: Town
    state: str
    is_pair: bool
    is_eligible: bool
    pair: Pair | None
    score: str
    views: tuple[str, str]
    criteria: tuple[CriterionBar, ...]
    bars: tuple[ContributionBar, ...]
    reasons: tuple[str, ...]
    cost: str
    next_left: tuple[NextBest, ...]
    next_right: tuple[NextBest, ...]
    override: Override | None


@dataclass(frozen=True, slots=True)
class Frozen:
    """The market and result of a run as the engine's data, read once per page."""

    run: Run
    market: citymatch.Market
    result: citymatch.Result


def freeze_of(run: Run) -> Frozen | None:
    """The engine's view of a run with a result; None otherwise."""
    result = queries.result_of(run)
    return Frozen(run, queries.market_of(run), result) if result else None


def panel_for(
    frozen: Frozen,
    round_: Round,
    actor: Actor,
    *,
    left: Organisation,
    right: Organisation,
    names: reasons.Names,
) -> Panel:
    """Explain two towns; what the actor may not know (an override's reason) is left out."""
    run = frozen.run
    found = citymatch.explain(frozen.market, frozen.result, left.code, right.code)
    pair = queries.pairs_of(run, actor).filter(left=left, right=right).first()
    parts = {
        part.criterion: {"left": part.left, "right": part.right, "unknown": list(part.unknown)}
        for part in found.parts
    }
    ends = Town.of(left), Town.of(right)
    overrides = queries.overrides_in_force(round_).filter(left=left, right=right)
    is_pair = found.state in {"chosen", "locked"}
    return Panel(
        left=ends[0],
        right=ends[1],
        state=found.state,
        is_pair=is_pair,
        is_eligible=found.score is not None,
        pair=pair,
        score=_points(found.score),
        views=(_points(found.left_view), _points(found.right_view)),
        criteria=_criteria(found, run.policy, run, actor, names),
        bars=bars_of(parts, run.policy, left=ends[0].name, right=ends[1].name) if parts else (),
        reasons=tuple(reasons.reason(one, names) for one in found.reasons),
        cost=reasons.regret(found.regret) if found.regret is not None else "",
        next_left=_next_best(frozen, round_, names, left.code, Side.LEFT, without=right.code),
        next_right=_next_best(frozen, round_, names, right.code, Side.RIGHT, without=left.code),
        override=overrides.first() if actor.is_officer else None,
    )


def _points(micro: int | None) -> str:
    return "–" if micro is None else reasons.number(micro / 10_000, 0)


def _criteria(
    found: citymatch.Explanation, policy: Policy, run: Run, actor: Actor, names: reasons.Names
) -> tuple[CriterionBar, ...]:
    weights = queries.shares(policy.weights)
    may_read = queries.may_read_facts(run, actor)
    order = list(reasons.CRITERIA)
    bars = []
    for part in sorted(found.parts, key=lambda part: _place_in(order, part.criterion)):
        values = [
            _value(part.left, weights["left"].get(part.criterion, 0.0), Side.LEFT),
            _value(part.right, weights["right"].get(part.criterion, 0.0), Side.RIGHT),
        ]
        # A side for which the criterion counts nothing has nothing to show.
        counting = [value for value in values if value.maximum > 0]
        if not counting:
            continue
        bars.append(
            criterion_bar(
                part.criterion,
                str(reasons.CRITERIA.get(part.criterion, part.criterion)),
                values=counting,
                note=reasons.facts(part, names) if may_read else "",
                known=not part.unknown,
            )
        )
    return tuple(bars)


def _place_in(order: list[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def _value(micro: int, weight: float, side: Side) -> SideValue:
    value = micro / citymatch.MICRO
    return SideValue(value, max(weight, value), MAP_SIDES[side])


def _next_best(
    frozen: Frozen,
    round_: Round,
    names: reasons.Names,
    town: str,
    side: Side,
    *,
    without: str,
) -> tuple[NextBest, ...]:
    """The best partners besides the one in the panel, by score, with what forcing them costs."""
    rows = []
    for pair in frozen.market.pairs:
        own, other = (pair.left, pair.right) if side is Side.LEFT else (pair.right, pair.left)
        if own == town and other != without and other in names.towns:
            rows.append((-pair.score, names.town(other), pair, other))
    rows.sort(key=lambda row: row[:2])
    bodies = {
        body.code: body
        for body in Organisation.objects.filter(
            code__in=[row[3] for row in rows[:NEXT_BEST]]
        ).select_related("country")
    }
    return tuple(
        NextBest(
            town=Town.of(bodies[other]),
            score=reasons.number(pair.score / 10_000, 0),
            cost=_stored_cost(frozen.run, pair),
            url=pair_url(round_, pair.left, pair.right),
        )
        for _score, _name, pair, other in rows[:NEXT_BEST]
        if other in bodies
    )


def _stored_cost(run: Run, pair: citymatch.Pair) -> str:
    row: Mapping[str, Any] | None = queries.regret_of(run, pair.left, pair.right)
    if row is None or row.get("kind") == "forbid":
        return ""
    return reasons.cost_in_short(row)
