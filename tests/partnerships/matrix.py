"""Who gets in at the addresses of partnerships: everybody reads what is public, officers change."""

from typing import Any

from tests.matrix import EVERYBODY, OFFICERS, Row, World
from tests.partnerships.world import make_partnerships


def build(world: World) -> None:
    world.things["partnership"], world.things["inner partnership"] = make_partnerships(world.bodies)


def _one(world: World) -> dict[str, Any]:
    return {"pk": world.things["partnership"].pk}


def _report(world: World) -> dict[str, Any]:
    partnership = world.things["partnership"]
    return {"pk": partnership.pk, "report": partnership.reports.get().pk}


ROWS = {
    "partnerships:list": Row(EVERYBODY),
    "partnerships:list_file": Row(EVERYBODY, args=lambda _world: {"suffix": "csv"}),
    "partnerships:imports": Row(OFFICERS, otherwise=403),
    "partnerships:report": Row(OFFICERS, otherwise=403),
    "partnerships:show": Row(EVERYBODY, args=_one),
    "partnerships:edit": Row(OFFICERS, otherwise=403, args=_one),
    "partnerships:withdraw": Row(OFFICERS, otherwise=403, args=_one, post=True),
    "partnerships:restore": Row(OFFICERS, otherwise=403, args=_one, post=True),
    "partnerships:add_report": Row(OFFICERS, otherwise=403, args=_one),
    "partnerships:edit_report": Row(OFFICERS, otherwise=403, args=_report),
    "partnerships:remove_report": Row(OFFICERS, otherwise=403, args=_report, post=True),
}
