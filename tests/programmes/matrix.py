"""Who gets in at the addresses of programmes: all read what is public, officers change it."""

from tests.matrix import EVERYBODY, IN_PROGRAMME, OFFICERS, Row, World
from tests.programmes.world import make_programme


def build(world: World) -> None:
    world.things["programme"] = make_programme(world.bodies)


def _programme(world: World) -> dict[str, str]:
    return {"programme": world.things["programme"].programme.slug}


def _strand(world: World) -> dict[str, str]:
    return _programme(world) | {"strand": world.things["programme"].strand.slug}


def _phase(world: World) -> dict[str, str]:
    return dict(world.things["programme"].path)


def _rows(world: World) -> dict[str, str]:
    return _phase(world) | {"rows": "targets"}


def _partner(world: World) -> dict[str, object]:
    return _phase(world) | {"pk": world.things["programme"].partner.pk}


def _inner(world: World) -> dict[str, str]:
    return _phase(world) | {"code": world.bodies.chuhuiv.code}


def _file(world: World) -> dict[str, str]:
    return _phase(world) | {"suffix": "csv"}


# Chuhuiv takes part inside the programme only: others do not even learn that there is an entry.
INSIDE = IN_PROGRAMME - OFFICERS

ROWS = {
    "programmes:list": Row(EVERYBODY),
    "programmes:list_file": Row(EVERYBODY, args=lambda _world: {"suffix": "csv"}),
    "programmes:create": Row(OFFICERS, otherwise=403),
    "programmes:show": Row(EVERYBODY, args=_programme),
    "programmes:edit": Row(OFFICERS, otherwise=403, args=_programme),
    "programmes:create_strand": Row(OFFICERS, otherwise=403, args=_programme),
    "programmes:edit_strand": Row(OFFICERS, otherwise=403, args=_strand),
    "programmes:create_phase": Row(OFFICERS, otherwise=403, args=_strand),
    "programmes:phase": Row(EVERYBODY, args=_phase),
    "programmes:edit_phase": Row(OFFICERS, otherwise=403, args=_phase),
    "programmes:edit_rows": Row(OFFICERS, otherwise=403, args=_rows),
    "programmes:add_partner": Row(OFFICERS, otherwise=403, args=_phase),
    "programmes:edit_partner": Row(OFFICERS, otherwise=403, args=_partner),
    "programmes:remove_partner": Row(OFFICERS, otherwise=403, args=_partner, post=True),
    "programmes:participants": Row(EVERYBODY, args=_phase),
    "programmes:participants_file": Row(EVERYBODY, args=_file),
    "programmes:add_participants": Row(OFFICERS, otherwise=403, args=_phase),
    "programmes:edit_participant": Row(OFFICERS, refused=INSIDE, args=_inner),
    "programmes:remove_participant": Row(OFFICERS, refused=INSIDE, args=_inner, post=True),
}
