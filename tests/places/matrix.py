"""Who gets in at the addresses of the register."""

from django.core.files.base import ContentFile

from mosty.core.access import SYSTEM
from mosty.core.facts import Fact, Source
from mosty.places.domain import merging, succession
from mosty.places.models import Contact, Need, Picture
from tests.matrix import EVERYBODY, OFFICERS, Row, World
from tests.people import make_town
from tests.places.importing import KULDIGA, keep, lines
from tests.places.territories import status

# Who speaks for Chuhuiv, on whose pages the rows below stand.
CHUHUIV = OFFICERS | {"chuhuiv"}


def build(world: World) -> None:
    chuhuiv = world.bodies.chuhuiv
    source = Source.objects.create(key="places-matrix", title="State Statistics Service")
    world.things["places.fact"] = Fact.objects.create(
        organisation=chuhuiv, kind="population", value=36789, as_of="2022-01-01", source=source
    )
    world.things["places.import"] = keep(lines(KULDIGA))
    world.things["places.contact"] = Contact.objects.create(
        organisation=chuhuiv, office="Cooperation", email="coop@example.org"
    )
    world.things["places.picture"] = Picture.objects.create(
        organisation=chuhuiv, width=1, height=1, digest="0", credit="Town hall",
        large=ContentFile(b"\xff\xd8\xff", name="large.jpg"),
        small=ContentFile(b"\xff\xd8\xff", name="small.jpg"),
    )  # fmt: skip
    world.things["places.status"] = status(chuhuiv, "possible", "2022-02-24")
    world.things["places.need"] = Need.objects.create(organisation=chuhuiv, theme_id="water")
    old, twin = (
        make_town(f"UA6314011000000000{place}", "Old Chuhuiv", "", "", in_country="UA",
                  lat=49.8, lon=36.7, population=None)
        for place in (1, 2)
    )  # fmt: skip
    world.things["places.succession"] = succession.record_succession(
        old, chuhuiv, by=SYSTEM, kind="merged", day="2020", source=source
    )
    seen = merging.plan_merge(chuhuiv, twin, by=SYSTEM).mark
    world.things["places.merger"] = merging.merge(
        chuhuiv, twin, by=SYSTEM, reason="One town.", seen=seen
    )


def code(world: World) -> dict[str, object]:
    return {"code": world.bodies.chuhuiv.code}


def needs(world: World) -> dict[str, object]:
    return code(world) | {"side": "needs"}


def water(world: World) -> dict[str, object]:
    return needs(world) | {"theme": "water"}


def name(world: World) -> dict[str, object]:
    first = world.bodies.chuhuiv.names.order_by("pk").first()
    assert first is not None
    return code(world) | {"name_id": first.pk}


def import_(world: World) -> dict[str, object]:
    return {"import_id": world.things["places.import"].pk}


def import_rows(world: World) -> dict[str, object]:
    return import_(world) | {"outcome": "change", "suffix": "csv"}


def contact(world: World) -> dict[str, object]:
    return code(world) | {"contact_id": world.things["places.contact"].pk}


def picture(world: World) -> dict[str, object]:
    return code(world) | {"picture_id": world.things["places.picture"].pk}


def small_picture(world: World) -> dict[str, object]:
    return picture(world) | {"size": "small"}


def territory(world: World) -> dict[str, object]:
    return code(world) | {"status_id": world.things["places.status"].pk}


def fact(world: World) -> dict[str, object]:
    return code(world) | {"fact_id": world.things["places.fact"].pk}


def succession_(world: World) -> dict[str, object]:
    return code(world) | {"succession_id": world.things["places.succession"].pk}


def merger(world: World) -> dict[str, object]:
    return code(world) | {"merger_id": world.things["places.merger"].pk}


ROWS = {
    "places:list": Row(EVERYBODY),
    "places:contacts": Row(CHUHUIV, otherwise=403, args=code),
    "places:contact_add": Row(CHUHUIV, otherwise=403, args=code),
    "places:contact_edit": Row(CHUHUIV, otherwise=403, args=contact),
    "places:contact_remove": Row(CHUHUIV, otherwise=403, args=contact, post=True),
    "places:pictures": Row(CHUHUIV, otherwise=403, args=code),
    "places:picture_add": Row(CHUHUIV, otherwise=403, args=code),
    "places:picture_edit": Row(CHUHUIV, otherwise=403, args=picture),
    "places:picture_file": Row(EVERYBODY, visitor=200, args=small_picture),
    "places:picture_remove": Row(CHUHUIV, otherwise=403, args=picture, post=True),
    "places:imports": Row(OFFICERS, otherwise=403),
    "places:import": Row(OFFICERS, otherwise=403, args=import_),
    "places:import_write": Row(OFFICERS, otherwise=403, args=import_, post=True),
    "places:import_drop": Row(OFFICERS, otherwise=403, args=import_, post=True),
    "places:import_again": Row(OFFICERS, otherwise=403, args=import_, post=True),
    "places:import_file": Row(OFFICERS, otherwise=403, args=import_),
    "places:import_rows": Row(OFFICERS, otherwise=403, args=import_rows),
    "places:import_undo": Row(OFFICERS, otherwise=403, args=import_, post=True),
    "places:territory": Row(EVERYBODY),
    "places:territory_file": Row(EVERYBODY, args=lambda _world: {"suffix": "xlsx"}),
    "places:territory_imports": Row(OFFICERS, otherwise=403),
    "places:statuses": Row(OFFICERS, otherwise=403, args=code),
    "places:status_edit": Row(OFFICERS, otherwise=403, args=territory),
    "places:status_remove": Row(OFFICERS, otherwise=403, args=territory, post=True),
    "places:list_file": Row(EVERYBODY, args=lambda _world: {"suffix": "csv"}),
    "places:bodies": Row(EVERYBODY),
    "places:bodies_file": Row(EVERYBODY, args=lambda _world: {"suffix": "xlsx"}),
    "places:profile": Row(EVERYBODY, args=code),
    "places:create": Row(OFFICERS, otherwise=403),
    "places:edit": Row(CHUHUIV, otherwise=403, args=code),
    "places:names": Row(CHUHUIV, otherwise=403, args=code),
    "places:name_edit": Row(CHUHUIV, otherwise=403, args=name),
    "places:name_end": Row(CHUHUIV, otherwise=403, args=name, post=True),
    "places:facts": Row(OFFICERS, otherwise=403, args=code),
    "places:fact_add": Row(CHUHUIV, otherwise=403, args=code),
    "places:fact_choose": Row(OFFICERS, otherwise=403, args=fact, post=True),
    "places:fact_withdraw": Row(OFFICERS, otherwise=403, args=fact, post=True),
    "places:fact_restore": Row(OFFICERS, otherwise=403, args=fact, post=True),
    "places:over_time": Row(OFFICERS, otherwise=403, args=code),
    "places:succession_withdraw": Row(OFFICERS, otherwise=403, args=succession_, post=True),
    "places:merge": Row(OFFICERS, otherwise=403, args=code),
    "places:merger": Row(OFFICERS, otherwise=403, args=merger),
    "places:merger_undo": Row(OFFICERS, otherwise=403, args=merger, post=True),
    "places:entries": Row(CHUHUIV, otherwise=403, args=needs),
    "places:entry_add": Row(CHUHUIV, otherwise=403, args=needs),
    "places:entry_edit": Row(CHUHUIV, otherwise=403, args=water),
    "places:entry_remove": Row(CHUHUIV, otherwise=403, args=water, post=True),
}
