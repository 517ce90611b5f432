"""Which outcomes would be others without one reviewer, by the very rule of the draft.

The rule is the one by which the suggested list was chosen: as many places, the quotas, what stood
as it was. Where people decided otherwise than suggested, that stands: it is no place that the rule
gives out, nor one that it can take. Both lists, with all reviewers and without one, are chosen
anew, so that what differs hangs on that reviewer alone; where the list with all of them is not the
draft any more, that is counted.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from mosty.core.access import Actor
from mosty.decisions.groups import group_of
from mosty.decisions.models import Basis, Outcome, Selection
from mosty.decisions.queries import sent_in
from mosty.decisions.suggesting import Case, Rule, Suggestion, decide, read, value_of
from mosty.reviews.queries.results import Counted

ACCEPTED, RESERVE, DECLINED = (one.value for one in Outcome)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that follows a suggestion: what is weighed, by which rule, and what stands in it.

    `by_hand`: application → outcome, where people decided otherwise than suggested; `drafted`: of
    every application, what is decided, or else what is suggested.
    """

    case: Case
    counted: Counted
    rule: Rule
    by_hand: Mapping[int, str]
    drafted: Mapping[int, str]

    @property
    def digest(self) -> str:
        """Of all out of which the lists are worked out: with another one they may be others."""
        rule = self.rule
        quotas = [(group_of(one), one.least, one.most) for one in self.case.quotas]
        content = [
            self.case.call.slug, self.counted.divisor, sorted(self.counted.rows),
            sorted(self.case.within.items()), sorted(quotas, key=str), rule.take, rule.reserve,
            sorted(rule.locked), sorted(rule.vetoed), sorted(self.by_hand.items()),
            [(pk, self.drafted.get(pk, "")) for pk in sorted(self.case.values)],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Without:
    """What would be other without that reviewer.

    `changes`: application, outcome with and without; `moves`: application, place in the reserve
    with and without; `alone`: those of both that nobody else has reviewed.
    """

    reviewer: int
    changes: tuple[tuple[int, str, str], ...]
    moves: tuple[tuple[int, int, int], ...]
    alone: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """What was found: how many lines of the draft the rule would decide otherwise now, whatever
    changes without one reviewer, and the reviewers without whom no sure list was found."""

    apart: int = 0
    rows: tuple[Without, ...] = ()
    unsure: tuple[int, ...] = ()

    def dump(self) -> dict[str, Any]:
        """As the database keeps it."""
        return {
            "apart": self.apart,
            "unsure": self.unsure,
            "rows": [[row.reviewer, row.changes, row.moves, row.alone] for row in self.rows],
        }

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> Self:
        """Out of what is kept."""
        rows = [
            Without(
                reviewer, tuple((pk, was, then) for pk, was, then in changes),
                tuple((pk, was, then) for pk, was, then in moves), tuple(alone),
            )
            for reviewer, changes, moves, alone in kept["rows"]
        ]  # fmt: skip
        return cls(kept["apart"], tuple(rows), tuple(kept["unsure"]))


def draft_of(selection: Selection, actor: Actor, found: Counted) -> Draft | None:
    """The draft as it stands now; None when it follows no suggestion: none was made, or people
    have chosen most of those who are accepted otherwise."""
    basis = Basis.objects.filter(selection=selection).first()
    if basis is None:
        return None
    rows = sent_in(selection.call).order_by()
    # What came or went since the reviews were counted is not weighed.
    lines = [
        line for line in rows.values_list("pk", "decision__outcome", "decision__suggested")
        if line[0] in found.applications
    ]  # fmt: skip
    by_hand = {pk: outcome for pk, outcome, said in lines if outcome and outcome != said}
    suggested = {pk: said for pk, _outcome, said in lines if said}
    drafted = {pk: outcome or said or "" for pk, outcome, said in lines}
    chosen = [pk for pk, outcome in by_hand.items() if outcome == ACCEPTED]
    if 2 * len(chosen) > sum(outcome == ACCEPTED for outcome in drafted.values()):
        return None
    rule = _rule(basis, by_hand, suggested)
    return Draft(read(selection.call, actor, found), found, rule, by_hand, drafted)


def _rule(basis: Basis, by_hand: Mapping[int, str], suggested: Mapping[int, str]) -> Rule:
    """The rule beside what people decided: their places come on top, those they took are gone."""
    held = {pk for pk, outcome in by_hand.items() if outcome == ACCEPTED}
    taken = sum(suggested.get(pk) == ACCEPTED for pk in by_hand)
    given_back = sum(suggested.get(pk) == RESERVE for pk in by_hand)
    follow = suggested.keys() - by_hand.keys()
    return Rule(
        basis.take + len(held) - taken,
        max(0, basis.reserve - given_back),
        frozenset(held | (follow & set(basis.locked))),
        frozenset((by_hand.keys() - held) | (follow & set(basis.vetoed))),
    )


def work_out(draft: Draft, tell: Callable[[float], None]) -> Lists | Suggestion:
    """The lists without each reviewer in turn; a suggestion that says why when there is none even
    with all of them. `tell` is told the share that is done.

    Whose leaving moves no mean changes nothing: the engine is not asked.
    """
    whole = _choose(draft, draft.case.values)
    if not whole.outcomes:
        return whole
    sums: dict[int, int] = defaultdict(int)
    counts: dict[int, int] = defaultdict(int)
    of_reviewer: dict[int, dict[int, int]] = defaultdict(dict)
    for application, reviewer, total in draft.counted.rows:
        sums[application] += total
        counts[application] += 1
        of_reviewer[reviewer][application] = total
    rows, unsure = [], []
    for number, (reviewer, given) in enumerate(sorted(of_reviewer.items())):
        tell(number / len(of_reviewer))
        values = {
            pk: _value(sums[pk] - total, counts[pk] - 1, draft.counted.divisor)
            for pk, total in given.items()
        }
        if all(draft.case.values[pk] == value for pk, value in values.items()):
            continue
        then = _choose(draft, {**draft.case.values, **values})
        if not then.outcomes:
            # Means decide nothing about which quotas go together: the engine gave up.
            unsure.append(reviewer)
            continue
        alone = [pk for pk in given if counts[pk] == 1]
        row = _differences(reviewer, whole, then, alone)
        if row.changes or row.moves:
            rows.append(row)
    apart = sum(said != draft.drafted.get(pk) for pk, said in whole.outcomes.items())
    return Lists(apart, tuple(rows), tuple(unsure))


def _value(total: int, count: int, divisor: int) -> int:
    return value_of(total / (count * divisor) if count else None)


def _choose(draft: Draft, values: Mapping[int, int]) -> Suggestion:
    """The list by the rule of the draft, with what people decided as they did."""
    found = decide(replace(draft.case, values=values), draft.rule)
    if not found.outcomes:
        return found
    return replace(found, outcomes={**found.outcomes, **draft.by_hand})


def _differences(
    reviewer: int, whole: Suggestion, then: Suggestion, alone: Iterable[int]
) -> Without:
    changes = tuple(
        (pk, was, then.outcomes[pk])
        for pk, was in sorted(whole.outcomes.items())
        if then.outcomes[pk] != was
    )
    before, after = ({pk: place for place, pk in enumerate(one.order, 1)} for one in (whole, then))
    moves = tuple(
        (pk, place, after[pk]) for pk, place in before.items()
        if pk in after and after[pk] != place
    )  # fmt: skip
    touched = {pk for pk, *_rest in (*changes, *moves)}
    return Without(reviewer, changes, moves, tuple(sorted(touched.intersection(alone))))
