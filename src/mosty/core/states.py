"""A workflow is a table: states with their names, and the moves between them.

`move` is the only way from one state to another: one conditional UPDATE (so that two clicks a
third of a second apart move once) and one row of history, in one transaction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor, NotAllowed, permitted
from mosty.core.history import record
from mosty.core.publication import Level

Words = str | Promise


@dataclass(frozen=True, slots=True)
class State:
    """`staff` is the name inside, `public` outside, `future` while it is not reached yet."""

    code: str
    staff: Words
    public: Words
    future: Words


@dataclass(frozen=True, slots=True)
class Move:
    """An allowed step. `rule` names the predicate that says who may take it."""

    source: str
    target: str
    verb: str
    rule: str
    needs_reason: bool = False


class WrongState(Exception):
    """The object is not (or no longer) in a state from which this move leads on."""


class ReasonMissing(Exception):
    """The move needs a reason and none was given."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """The table of one model: `field` holds the state's code."""

    name: str
    field: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]

    def __post_init__(self) -> None:
        codes = [state.code for state in self.states]
        if len(set(codes)) != len(codes):
            raise ValueError(f"{self.name}: a state stands twice")
        for step in self.moves:
            if step.source not in codes or step.target not in codes:
                raise ValueError(f"{self.name}: {step.verb} names an unknown state")

    def choices(self) -> list[tuple[str, Words]]:
        """For the model field."""
        return [(state.code, state.staff) for state in self.states]

    def state(self, code: str) -> State:
        """The state of that code; KeyError if there is none."""
        for state in self.states:
            if state.code == code:
                return state
        raise KeyError(code)

    def find(self, source: str, target: str) -> Move:
        """The move between two states; `WrongState` if the table has none."""
        for step in self.moves:
            if step.source == source and step.target == target:
                return step
        raise WrongState(f"{self.name}: no way from {source} to {target}")

    def open_moves(self, thing: models.Model, actor: Actor) -> list[Move]:
        """The moves that lead on from the object's state and that the actor may take."""
        current = getattr(thing, self.field)
        return [
            step
            for step in self.moves
            if step.source == current and permitted(step.rule, actor, thing)
        ]

    def move(
        self,
        thing: models.Model,
        target: str,
        *,
        by: Actor,
        reason: str = "",
        changes: Mapping[str, Any] | None = None,
        told: Mapping[str, Any] | None = None,
        level: Level = Level.STAFF,
    ) -> None:
        """Take one step, or raise and change nothing.

        `changes` are further fields set in the same UPDATE, `told` further facts that history
        keeps beside the new state. Raises `WrongState` when somebody was
        quicker, `NotAllowed` when the actor may not, `ReasonMissing` when one is needed.
        """
        source = getattr(thing, self.field)
        step = self.find(source, target)
        if not permitted(step.rule, by, thing):
            raise NotAllowed(_("You may not take this step."))
        if step.needs_reason and not reason.strip():
            raise ReasonMissing(step.verb)
        values = {**(changes or {}), self.field: target}
        with transaction.atomic():
            rows = type(thing)._default_manager.filter(pk=thing.pk, **{self.field: source})
            if rows.update(**values) == 0:
                raise WrongState(f"{self.name}: {thing} is no longer {source}")
            record(
                step.verb,
                thing,
                by=by,
                before={self.field: source},
                after={**(told or {}), self.field: target},
                reason=reason,
                level=level,
            )
        for name, value in values.items():
            setattr(thing, name, value)


def table(workflow: Workflow) -> Iterable[tuple[str, str, str, str, bool]]:
    """Rows (from, verb, to, who, reason needed) for the documentation, in the table's order."""
    for step in workflow.moves:
        yield step.source, step.verb, step.target, step.rule, step.needs_reason
