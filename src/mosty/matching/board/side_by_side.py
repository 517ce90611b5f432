"""Two results under different weights, side by side: a round's proposal and a scenario of it, or
two scenarios. Each result is judged by both policies, so that neither wins by its own measure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import citymatch
from mosty.core.access import Actor
from mosty.core.pictures.maps import MapPicture, draw_map
from mosty.core.pictures.places import Bridge, BridgeState, MapPlace
from mosty.core.publication import location
from mosty.matching import queries, reasons
from mosty.matching.board.pairs import MAP_SIDES, Town
from mosty.matching.models import PolicyValues, Round, Run, Scenario, Side, Solved
from mosty.places.models import Organisation
from mosty.places.queries import visible_to

RUN = "run"
"""How the round's proposal is named in an address; a scenario is named by its number."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """One of the two: what was tried, on which market, and what came out."""

    key: str
    label: str
    url: str
    solved: Solved
    policy: PolicyValues
    market: citymatch.Market
    result: citymatch.Result


def plan_of_run(round_: Round, run: Run) -> Plan | None:
    """The round's proposal; None without a match."""
    label = _("Run %(number)s, policy version %(policy)s") % {
        "number": run.number,
        "policy": run.policy.number,
    }
    url = reverse("matching:board", args=[round_.slug])
    return _plan(RUN, label, url, run, run.policy)


def plan_of_scenario(round_: Round, scenario: Scenario) -> Plan | None:
    """A scenario; None without a match."""
    url = reverse("matching:scenario", args=[round_.slug, scenario.number])
    return _plan(str(scenario.number), scenario.name, url, scenario, scenario)


def _plan(key: str, label: str, url: str, solved: Solved, policy: PolicyValues) -> Plan | None:
    result = queries.result_of(solved)
    if result is None or result.status != "optimal":
        return None
    return Plan(key, label, url, solved, policy, queries.market_of(solved), result)


@dataclass(frozen=True, slots=True)
class Cell:
    """What both say in one respect; `differs` where it is not the same."""

    one: str
    other: str

    @property
    def differs(self) -> bool:
        return self.one != self.other


@dataclass(frozen=True, slots=True)
class WeightRow:
    """A criterion and its shares in per cent for each side."""

    label: str
    left: Cell
    right: Cell


@dataclass(frozen=True, slots=True)
class OtherRow:
    """Something of the policy besides its weights."""

    label: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure of both results and the difference, with its sign."""

    label: str
    one: str
    other: str
    change: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """Figures by one measure."""

    title: str
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A pair of one or both; its score by the weights of each, empty where it is not possible."""

    left: Town
    right: Town
    where: BridgeState
    score_one: str
    score_other: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """A result by some weights. `impossible` of its pairs may not stand by that policy; floor and
    score are those of the others. `floor` speaks of free pairs, as the engine's does."""

    size: int
    floor: int | None
    score: int
    impossible: int


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Everything that the page shows of two plans."""

    one: Plan
    other: Plan
    weights: tuple[WeightRow, ...]
    others: tuple[OtherRow, ...]
    groups: tuple[FigureGroup, ...]
    both: tuple[Link, ...]
    only_one: tuple[Link, ...]
    only_other: tuple[Link, ...]
    map: MapPicture
    # Whether the round had changed between the two: then not only the weights differ.
    is_same_round: bool

    @property
    def links(self) -> tuple[Link, ...]:
        """All pairs: those of both, then those of each alone."""
        return self.both + self.only_one + self.only_other


def compare(one: Plan, other: Plan, actor: Actor) -> SideBySide:
    """Lay two plans beside each other; pairs with a body that the actor may not know of are left
    out. One query."""
    keys_one = [pair.key for pair in one.result.pairs]
    keys_other = [pair.key for pair in other.result.pairs]
    bodies = _bodies([*keys_one, *keys_other], actor)
    scores = _scores(one.market), _scores(other.market)
    where = {
        key: BridgeState.BOTH
        if key in set(keys_one) & set(keys_other)
        else (BridgeState.ONE if key in set(keys_one) else BridgeState.OTHER)
        for key in [*keys_one, *keys_other]
        if key[0] in bodies and key[1] in bodies
    }
    links = sorted(
        (_link(key, state, bodies, scores) for key, state in where.items()),
        key=lambda link: link.left.name,
    )
    return SideBySide(
        one=one,
        other=other,
        weights=_weights(one.policy, other.policy),
        others=_others(one.policy, other.policy),
        groups=_groups(one, other),
        both=tuple(link for link in links if link.where == BridgeState.BOTH),
        only_one=tuple(link for link in links if link.where == BridgeState.ONE),
        only_other=tuple(link for link in links if link.where == BridgeState.OTHER),
        map=_map(where, bodies, actor, one, other),
        is_same_round=one.solved.revision == other.solved.revision,
    )


def judge(result: citymatch.Result, market: citymatch.Market) -> Judgement:
    """What a result is worth by the weights of a market of the same towns."""
    priced = {pair.key: pair for pair in market.pairs}
    least = market.policy.absolute_floor
    floors, score, impossible = [], 0, 0
    for chosen in result.pairs:
        pair = priced.get(chosen.key)
        if pair is None or (not chosen.locked and min(pair.left_view, pair.right_view) < least):
            impossible += 1
            continue
        score += pair.score
        if not chosen.locked:
            floors.append(min(pair.left_view, pair.right_view))
    size = len(result.pairs)
    return Judgement(size, min(floors) if floors else None, score, impossible)


def _bodies(keys: Iterable[Key], actor: Actor) -> dict[str, Organisation]:
    codes = {code for key in keys for code in key}
    rows = visible_to(actor).filter(code__in=codes).select_related("country", "region")
    return {body.code: body for body in rows}


def _scores(market: citymatch.Market) -> dict[Key, int]:
    return {pair.key: pair.score for pair in market.pairs}


def _link(
    key: Key,
    state: BridgeState,
    bodies: Mapping[str, Organisation],
    scores: tuple[Mapping[Key, int], Mapping[Key, int]],
) -> Link:
    one, other = (reasons.points(rows[key]) if key in rows else "" for rows in scores)
    return Link(Town.of(bodies[key[0]]), Town.of(bodies[key[1]]), state, one, other)


def _weights(one: PolicyValues, other: PolicyValues) -> tuple[WeightRow, ...]:
    shares = queries.shares(one.weights), queries.shares(other.weights)

    def cell(side: str, name: str) -> Cell:
        return Cell(*(reasons.share(each.get(side, {}).get(name, 0.0)) for each in shares))

    return tuple(
        WeightRow(str(label), cell("left", name), cell("right", name))
        for name, label in reasons.CRITERIA.items()
        if any(each.get(side, {}).get(name) for each in shares for side in ("left", "right"))
    )


def _others(one: PolicyValues, other: PolicyValues) -> tuple[OtherRow, ...]:
    def cell(say: Any) -> Cell:
        return Cell(say(one), say(other))

    return (
        OtherRow(
            _("Absolute floor"),
            cell(lambda row: reasons.points(row.absolute_floor) if row.absolute_floor else "–"),
        ),
        OtherRow(
            _("What is made best, one after the other"),
            cell(lambda row: reasons.listed(str(reasons.STAGE_NAMES[name]) for name in row.stages)),
        ),
        OtherRow(
            _("Existing partners may be paired again"),
            cell(lambda row: _("yes") if row.partners_again else _("no")),
        ),
    )


def _groups(one: Plan, other: Plan) -> tuple[FigureGroup, ...]:
    own = judge(one.result, one.market), judge(other.result, other.market)
    by_one = own[0], judge(other.result, one.market)
    by_other = judge(one.result, other.market), own[1]
    size = own[1].size - own[0].size
    sign = "+" if size > 0 else "\N{MINUS SIGN}"
    change = f"{sign}{abs(size)}" if size else _("no change")
    count = FigureRow(_("Pairs"), str(own[0].size), str(own[1].size), change)
    return (
        FigureGroup(_("Each by its own weights"), (count, *_judged(own))),
        FigureGroup(_("Both by the weights of “%(name)s”") % {"name": one.label}, _judged(by_one)),
        FigureGroup(
            _("Both by the weights of “%(name)s”") % {"name": other.label}, _judged(by_other)
        ),
    )


def _judged(both: tuple[Judgement, Judgement]) -> tuple[FigureRow, ...]:
    one, other = both
    floor = None if one.floor is None or other.floor is None else other.floor - one.floor
    notes = [_impossible(judged) for judged in both]
    return (
        FigureRow(_("Floor"), _points(one.floor), _points(other.floor), reasons.change(floor)),
        FigureRow(
            _("Sum of scores"),
            _points(one.score),
            _points(other.score),
            reasons.change(other.score - one.score),
            "; ".join(filter(None, notes)),
        ),
    )


def _points(micro: int | None) -> str:
    return "–" if micro is None else reasons.points(micro)


def _impossible(judged: Judgement) -> str:
    if not judged.impossible:
        return ""
    return ngettext(
        "%(count)s pair is not possible by this policy and not counted",
        "%(count)s pairs are not possible by this policy and not counted",
        judged.impossible,
    ) % {"count": judged.impossible}


def _map(
    where: Mapping[Key, BridgeState],
    bodies: Mapping[str, Organisation],
    actor: Actor,
    one: Plan,
    other: Plan,
) -> MapPicture:
    names = {
        BridgeState.BOTH: _("In both"),
        BridgeState.ONE: _("Only in “%(name)s”") % {"name": one.label},
        BridgeState.OTHER: _("Only in “%(name)s”") % {"name": other.label},
    }
    bridges = [
        Bridge(
            left=_place(bodies[left], Side.LEFT, actor),
            right=_place(bodies[right], Side.RIGHT, actor),
            state=state,
            title=f"{bodies[left].name} – {bodies[right].name}: {names[state]}",
        )
        for (left, right), state in where.items()
    ]
    return draw_map(
        "side-by-side", _("The pairs of both results"), bridges=bridges, state_labels=names
    )


def _place(body: Organisation, side: Side, actor: Actor) -> MapPlace:
    return MapPlace(
        id=body.code, name=body.name, side=MAP_SIDES[side], location=location(body, actor)
    )


def head(found: SideBySide) -> list[str]:
    """The columns of the file of a comparison."""
    score = _("Score by the weights of “%(name)s”")
    return [
        _("Ukrainian municipality"), _("Code"), _("EU municipality"), _("Code"), _("Country"),
        _("Where"), score % {"name": found.one.label}, score % {"name": found.other.label},
    ]  # fmt: skip


def lines(found: SideBySide) -> Sequence[list[Any]]:
    """A row per pair of either result, as the page lists them; points of a hundred."""
    scores = _scores(found.one.market), _scores(found.other.market)
    where = {
        BridgeState.BOTH: _("In both"),
        BridgeState.ONE: _("Only in “%(name)s”") % {"name": found.one.label},
        BridgeState.OTHER: _("Only in “%(name)s”") % {"name": found.other.label},
    }
    return [
        [
            link.left.name, link.left.code, link.right.name, link.right.code,
            link.right.country_name, where[link.where],
            *(round(rows[key] / 10_000, 4) if key in rows else "" for rows in scores),
        ]
        for link in found.links
        for key in [(link.left.code, link.right.code)]
    ]  # fmt: skip
