"""Who gets in at the addresses of core: the gallery hides nothing, a scheme is anybody's choice,
the draft of a form is there for those alone who may send the form."""

from tests.matrix import EVERYBODY, OFFICERS, Row, World


def draft(world: World) -> dict[str, object]:
    return {"key": f"places.profile:{world.bodies.chuhuiv.pk}", "section": "form"}


ROWS = {
    "core:gallery": Row(EVERYBODY),
    "core:gallery_page": Row(EVERYBODY, args=lambda _world: {"page": "entry"}),
    "drafts:save": Row(OFFICERS | {"chuhuiv"}, args=draft, post=True),
    "drafts:drop": Row(OFFICERS | {"chuhuiv"}, args=draft, post=True),
    "set_theme": Row(EVERYBODY, post=True),
}
