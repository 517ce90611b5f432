"""The written matrix of addresses and roles is complete and true."""

from importlib import import_module
from importlib.util import find_spec

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.layers import APPS
from tests.matrix import PEOPLE, VISITOR, Row, World, names
from tests.people import Bodies, Cast

MODULES = [
    import_module(f"tests.{app}.matrix")
    for app in APPS
    if find_spec(f"tests.{app}") and find_spec(f"tests.{app}.matrix")
]
ROWS: dict[str, Row] = {name: row for module in MODULES for name, row in module.ROWS.items()}


def test_matrix_has_a_row_for_every_address_and_no_other() -> None:
    assert sorted(ROWS) == sorted(set(names()))


@pytest.fixture
def world(bodies: Bodies, cast: Cast) -> World:
    made = World(bodies, cast)
    for module in MODULES:
        if hasattr(module, "build"):
            module.build(made)
    return made


def answer(client: Client, name: str, row: Row, world: World) -> int:
    """The status that somebody gets at an address."""
    address = reverse(name, kwargs=row.args(world)) + row.query
    response = client.post(address) if row.post else client.get(address)
    if hasattr(response, "streaming_content"):
        b"".join(response.streaming_content)
    return response.status_code


# Whoever sees nothing of the programme, one town, an association with its members, and all.
ON_BOTH = (VISITOR, "chuhuiv", "latvia", "officer")
OTHERS = tuple(who for who in PEOPLE if who not in ON_BOTH)
GROUPS = (ON_BOTH, OTHERS[:4], OTHERS[4:])


@pytest.mark.web
@pytest.mark.parametrize(
    "people",
    [pytest.param(some, marks=[pytest.mark.both] if some is ON_BOTH else []) for some in GROUPS],
    ids=" ".join,
)
def test_matrix_addresses_answer_each_role_as_written(
    people: tuple[str, ...], world: World
) -> None:
    wrong = []
    for who in people:
        # What one does is gone before the next comes: making a world takes as long as a walk.
        with transaction.atomic():
            wrong += walk(who, world)
            transaction.set_rollback(True)
    assert wrong == []


def test_matrix_walks_as_everybody() -> None:
    assert sorted(who for some in GROUPS for who in some) == sorted((*PEOPLE, VISITOR))


def walk(who: str, world: World) -> list[str]:
    """A line for each address that answers this person otherwise than is written."""
    client = Client() if who == VISITOR else getattr(world.cast, who).client
    wrong = []
    for name, row in ROWS.items():
        status = answer(client, name, row, world)
        if who in row.open_to:
            fine = status not in {403, 404, 405, 500} if row.post else status in {200, 302}
            wanted = "let in"
        else:
            wanted = str(row.visitor if who == VISITOR else row.otherwise)
            wanted = "403" if who in row.refused else wanted
            fine = str(status) == wanted
        if not fine:
            wrong.append(f"{name}: {who} got {status}, written is {wanted}")
    return wrong


@pytest.mark.web
def test_matrix_addresses_that_change_something_refuse_get(world: World) -> None:
    client = world.cast.officer.client
    got = {
        name: client.get(reverse(name, kwargs=row.args(world))).status_code
        for name, row in ROWS.items()
        if row.post
    }
    assert got == dict.fromkeys(got, 405)
