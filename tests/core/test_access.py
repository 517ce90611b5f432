"""What an actor may do is asked by name; an unknown name is a fault of the code."""

import pytest

from mosty.core.access import SYSTEM, VISITOR, Actor, NotAllowed, Role, permitted, require


@pytest.mark.unit
def test_actor_circles_follow_from_roles() -> None:
    actors = (VISITOR, Actor(user_id=1), Actor(user_id=1, roles=frozenset({Role.FUNDER})),
              Actor(user_id=1, roles=frozenset({Role.OFFICER})), SYSTEM)  # fmt: skip
    assert [(a.is_known, a.is_in_programme, a.is_officer) for a in actors] == [
        (False, False, False),
        (True, False, False),
        (True, True, False),
        (True, True, True),
        (True, True, True),
    ]


@pytest.mark.unit
def test_permission_of_an_unknown_verb_is_a_fault() -> None:
    with pytest.raises(LookupError):
        permitted("nobody.knows", SYSTEM)


@pytest.mark.unit
def test_require_raises_for_whoever_may_not() -> None:
    require("people.see_people", SYSTEM)
    with pytest.raises(NotAllowed):
        require("people.see_people", VISITOR)
