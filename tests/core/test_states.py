"""A workflow moves once, only along its table, and writes history."""

import pytest
import rules

from mosty.core.access import VISITOR, NotAllowed, is_anybody, is_officer
from mosty.core.history import HistoryEntry
from mosty.core.states import Move, ReasonMissing, State, Workflow, WrongState, table
from mosty.places.models import Organisation
from tests.people import Bodies, Cast

# `standing` of an organisation serves as a field with two states.
FLOW = Workflow(
    "standing",
    "standing",
    (State("current", "current", "there", "-"), State("former", "former", "gone", "later")),
    (
        Move("current", "former", "test.retire", "test.officer", needs_reason=True),
        Move("former", "current", "test.revive", "test.anybody"),
    ),
)
for name, rule in (("test.officer", is_officer), ("test.anybody", is_anybody)):
    if not rules.rule_exists(name):
        rules.add_rule(name, rule)


def test_move_along_the_table_changes_the_row_and_writes_one_line(
    cast: Cast, bodies: Bodies
) -> None:
    town = bodies.korop
    FLOW.move(
        town, "former", by=cast.officer.actor, reason="Merged", changes={"website": "https://x.org"}
    )

    stored = Organisation.objects.get(pk=town.pk)
    entry = HistoryEntry.objects.get()
    assert (town.standing, stored.standing, stored.website) == (
        "former",
        "former",
        "https://x.org",
    )
    assert (entry.verb, entry.reason, entry.before, entry.after, entry.acting_for_id) == (
        "test.retire",
        "Merged",
        {"standing": "current"},
        {"standing": "former"},
        bodies.secretariat.pk,
    )


def test_move_taken_twice_from_two_copies_moves_once(cast: Cast, bodies: Bodies) -> None:
    first, second = (Organisation.objects.get(pk=bodies.korop.pk) for _time in range(2))
    FLOW.move(first, "former", by=cast.officer.actor, reason="Merged")

    with pytest.raises(WrongState):
        FLOW.move(second, "former", by=cast.second_officer.actor, reason="Merged too")

    assert HistoryEntry.objects.count() == 1


def test_move_without_permission_changes_nothing(cast: Cast, bodies: Bodies) -> None:
    with pytest.raises(NotAllowed):
        FLOW.move(bodies.korop, "former", by=cast.korop.actor, reason="No")
    assert Organisation.objects.get(pk=bodies.korop.pk).standing == "current"
    assert not HistoryEntry.objects.exists()


def test_move_without_its_reason_changes_nothing(cast: Cast, bodies: Bodies) -> None:
    with pytest.raises(ReasonMissing):
        FLOW.move(bodies.korop, "former", by=cast.officer.actor, reason=" ")
    assert Organisation.objects.get(pk=bodies.korop.pk).standing == "current"


def test_move_not_in_the_table_is_refused(cast: Cast, bodies: Bodies) -> None:
    with pytest.raises(WrongState):
        FLOW.move(bodies.korop, "current", by=cast.officer.actor)


def test_moves_open_to_an_actor_depend_on_state_and_rule(cast: Cast, bodies: Bodies) -> None:
    verbs = [
        [move.verb for move in FLOW.open_moves(bodies.korop, actor)]
        for actor in (cast.officer.actor, VISITOR)
    ]
    assert verbs == [["test.retire"], []]


@pytest.mark.unit
def test_workflow_with_a_move_to_nowhere_is_a_fault_of_the_code() -> None:
    with pytest.raises(ValueError, match="unknown state"):
        Workflow("x", "x", (State("a", "a", "a", "a"),), (Move("a", "b", "x.y", "x.y"),))


@pytest.mark.unit
def test_table_for_the_documentation_has_a_row_per_move() -> None:
    assert list(table(FLOW)) == [
        ("current", "test.retire", "former", "test.officer", True),
        ("former", "test.revive", "current", "test.anybody", False),
    ]
