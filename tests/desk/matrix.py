"""Who gets in where: the desk."""

from datetime import date

from mosty.core.publication import Level
from mosty.places.models import Contact
from tests.matrix import KNOWN, OFFICERS, Row, World


def build(world: World) -> None:
    world.things["desk.withheld"] = Contact.objects.create(
        organisation=world.bodies.chuhuiv, office="Shelters", email="shelters@example.org",
        level=Level.STAFF, level_reason="Numbers", level_review_on=date(2031, 3, 4),
    )  # fmt: skip


def withheld(world: World) -> dict[str, object]:
    return {"kind": "contact", "pk": world.things["desk.withheld"].pk}


ROWS = {
    "desk:home": Row(KNOWN),
    "desk:withheld": Row(KNOWN),
    "desk:look_again": Row(OFFICERS | {"chuhuiv"}, args=withheld),
}
