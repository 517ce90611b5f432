"""A balanced list by `citymatch.selection`: the highest sum of means that meets every quota.

The engine suggests; people decide. When quotas cannot be met together, what contradicts what is
said in words, with the smallest step that would mend it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citymatch.model import Conflict, InputError, Reason
from citymatch.model import Quota as Bounds
from citymatch.selection import Candidate, Selection, select
from mosty.calls.models import Call, Quota
from mosty.calls.words import quota_subject
from mosty.core.access import Actor
from mosty.core.figures import figure
from mosty.decisions.groups import group_of, groups
from mosty.decisions.models import Outcome
from mosty.decisions.queries import sent_in
from mosty.decisions.scores import NOTHING, results_of
from mosty.reviews.queries.results import Counted, counted

# Means are compared to a millionth.
UNIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Rule:
    """By what a list is chosen, beside means and quotas: how many are accepted and held in the
    reserve, which applications are accepted whatever they score, and which are not."""

    take: int
    reserve: int
    locked: frozenset[int] = frozenset()
    vetoed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An outcome for every application and the order of the reserve, by a rule; or why not."""

    outcomes: Mapping[int, str] = field(default_factory=dict)
    order: tuple[int, ...] = ()
    rule: Rule = Rule(0, 0)
    say: Callable[[], list[str]] = list

    @property
    def conflict(self) -> list[str]:
        """What contradicts what, in the language that is spoken just now."""
        return self.say()


@dataclass(frozen=True, slots=True)
class Case:
    """What the engine weighs, read once: of each application its value and its groups."""

    call: Call
    actor: Actor
    values: Mapping[int, int]
    within: Mapping[int, tuple[str, ...]]
    quotas: list[Quota]

    def subject(self, group: str) -> str:
        """Whom a quota speaks of."""
        return next(
            (quota_subject(one, self.actor) for one in self.quotas if group_of(one) == group), group
        )

    def body(self, application: str) -> str:
        """Whose application it is."""
        rows = sent_in(self.call).select_related("organisation").filter(pk=int(application))
        return next((str(row.organisation) for row in rows), application)


def value_of(mean: float | None) -> int:
    """A mean as the engine weighs it. Without any review nobody stands before somebody with one."""
    return round((mean or 0.0) * UNIT)


def read(call: Call, actor: Actor, found: Counted | None = None) -> Case:
    """What is weighed in a call as it stands now; `found` is what was counted already."""
    found = found or counted(call, actor)
    means = results_of(found)
    values = {pk: value_of(means.get(pk, NOTHING).mean) for pk in found.applications}
    return Case(call, actor, values, groups(call, actor), list(call.quotas.all()))


def _ask(case: Case, rule: Rule, explain: Iterable[int] = ()) -> Selection:
    present = {group for own in case.within.values() for group in own}
    return select(
        [Candidate(str(pk), value, case.within.get(pk, ())) for pk, value in case.values.items()],
        [
            Bounds(group_of(one), one.least or 0, one.most)
            for one in case.quotas if group_of(one) in present
        ],
        rule.take,
        locked=[str(pk) for pk in rule.locked],
        vetoed=[str(pk) for pk in rule.vetoed],
        tie_key=case.call.slug,
        explain=[str(pk) for pk in explain],
    )  # fmt: skip


def decide(case: Case, rule: Rule) -> Suggestion:
    """Accept as many as the rule says, hold the next that the quotas let in, decline the others."""
    if _quotas_of_nobody(case):
        return Suggestion(say=lambda: _quotas_of_nobody(case))
    try:
        found = _ask(case, rule)
    except InputError as error:
        fault = error
        return Suggestion(say=lambda: _problems(fault, rule.take))
    if (conflict := found.conflict) is not None:
        return Suggestion(say=lambda: _contradiction(case, conflict))
    order = tuple(int(one.id) for one in found.reserve[: rule.reserve])
    outcomes: dict[int, str] = dict.fromkeys(case.values, Outcome.DECLINED.value)
    outcomes |= {int(pk): Outcome.ACCEPTED.value for pk in found.chosen}
    outcomes |= dict.fromkeys(order, Outcome.RESERVE.value)
    return Suggestion(outcomes, order, rule)


def suggest(
    call: Call,
    take: int,
    reserve: int,
    *,
    actor: Actor,
    locked: Iterable[int] = (),
    vetoed: Iterable[int] = (),
    progress: Callable[[str], None] = lambda _step: None,
) -> Suggestion:
    """A balanced list of that call as it stands now."""
    case = read(call, actor)
    progress("weigh")
    return decide(case, Rule(take, reserve, frozenset(locked), frozenset(vetoed)))


def why(call: Call, application: int, take: int, *, actor: Actor) -> list[str]:
    """Why the engine would accept that one, or not, in sentences."""
    case = read(call, actor)
    if nobody := _quotas_of_nobody(case):
        return nobody
    try:
        found = _ask(case, Rule(take, 0), [application])
    except InputError as error:
        return _problems(error, take)
    if found.conflict is not None:
        return _contradiction(case, found.conflict)
    return [said for one in found.reasons.get(str(application), ()) for said in _reason(case, one)]


def _quotas_of_nobody(case: Case) -> list[str]:
    present = {group for own in case.within.values() for group in own}
    return [
        _("At least %(least)s are wanted (%(whom)s), but nobody of them applies.")
        % {"least": one.least, "whom": quota_subject(one, case.actor)}
        for one in case.quotas if one.least and group_of(one) not in present
    ]  # fmt: skip


def _problems(error: InputError, take: int) -> list[str]:
    codes = {problem.code for problem in error.problems}
    if "locked_over_take" in codes:
        return [_("More are accepted already than the %(take)s that shall be.") % {"take": take}]
    if "too_many_candidates" in codes:
        return [_("There are more applications than the suggestion can weigh (2,000).")]
    return [_("A quota or a score cannot be used. Look at the quotas of the call.")]


def _contradiction(case: Case, conflict: Conflict) -> list[str]:
    said = [_bound(case, one.code, one.id, one.value) for one in conflict.bounds]
    lines = [_("These cannot hold together: %(bounds)s.") % {"bounds": "; ".join(said)}]
    for step in conflict.relaxation:
        lines.append(
            _("It would work with %(end)s instead of %(start)s: %(whom)s.")
            % {"whom": _whom(case, step.code, step.id), "start": step.start, "end": step.end}
        )
    return lines


def _whom(case: Case, code: str, name: Any) -> str:
    return _("places in all") if code == "take" else case.subject(str(name))


def _bound(case: Case, code: str, name: Any, value: int) -> str:
    if code in {"lock", "veto"}:
        body = case.body(str(name))
        if code == "lock":
            return _("%(body)s is accepted") % {"body": body}
        return _("%(body)s is declined") % {"body": body}
    if code == "take":
        return ngettext("%(count)s place", "%(count)s places", value) % {"count": value}
    words = (
        _("at least %(count)s: %(whom)s")
        if code == "group_min"
        else _("at most %(count)s: %(whom)s")
    )
    return words % {"count": value, "whom": case.subject(str(name))}


def _reason(case: Case, reason: Reason) -> list[str]:
    params = reason.params
    if reason.code == "chosen":
        margin = params["margin"]
        if margin is None:
            return [_("Chosen: without it the quotas cannot be met.")]
        return [
            _("Chosen: the best list without it is worse by %(by)s of a point.")
            % {"by": _points(margin)}
        ]
    if reason.code == "quota_full":
        whom = case.subject(params["group"])
        return [
            _("The quota is full (%(whom)s: %(most)s).") % {"whom": whom, "most": params["max"]}
        ]
    if reason.code == "value_too_low":
        return [
            _("Not chosen: the best list with it is worse by %(by)s of a point.")
            % {"by": _points(params["by"])}
        ]
    if reason.code == "bounds_forbid":
        said = [_bound(case, one["code"], one["id"], one["value"]) for one in params["bounds"]]
        return [_("Not possible beside: %(bounds)s.") % {"bounds": "; ".join(said)}]
    return []


def _points(value: int) -> str:
    return str(figure(value / UNIT, 2))
