"""One chokepoint: who may know of a record, and how exactly its place is shown."""

import pytest

from mosty.core.access import VISITOR
from mosty.core.publication import Level, Location, Precision, location, visible
from mosty.places.models import Organisation
from tests.people import Bodies, Cast


def test_visible_records_follow_level_and_own_body(cast: Cast, bodies: Bodies) -> None:
    Organisation.objects.filter(pk=bodies.korop.pk).update(level=Level.STAFF)
    Organisation.objects.filter(pk=bodies.gulbene.pk).update(level=Level.PROGRAMME)
    towns = Organisation.objects.filter(kind="municipality")

    seen = {
        name: sorted(visible(towns, actor, owner="pk").values_list("label_en", flat=True))
        for name, actor in {
            "visitor": VISITOR,
            "stranger": cast.stranger.actor,
            "chuhuiv": cast.chuhuiv.actor,
            "korop": cast.korop.actor,
            "officer": cast.officer.actor,
        }.items()
    }

    assert seen == {
        "visitor": ["Chuhuiv", "Kuldīga"],
        "stranger": ["Chuhuiv", "Kuldīga"],
        "chuhuiv": ["Chuhuiv", "Gulbene", "Kuldīga"],
        "korop": ["Chuhuiv", "Gulbene", "Korop", "Kuldīga"],
        "officer": ["Chuhuiv", "Gulbene", "Korop", "Kuldīga"],
    }


@pytest.mark.parametrize(
    ("precision", "shown"),
    [
        (Precision.EXACT, Location(49.83578, 36.68802, Precision.EXACT)),
        (Precision.MUNICIPALITY, Location(49.83578, 36.68802, Precision.MUNICIPALITY)),
        (Precision.REGION, Location(49.9, 36.2, Precision.REGION)),
        (Precision.WITHHELD, None),
    ],
)
def test_location_for_a_visitor_is_as_exact_as_the_precision_allows(
    precision: Precision, shown: Location | None, bodies: Bodies
) -> None:
    bodies.chuhuiv.precision = precision
    assert location(bodies.chuhuiv, VISITOR) == shown


def test_location_withheld_is_exact_for_the_secretariat_and_the_own_body(
    cast: Cast, bodies: Bodies
) -> None:
    bodies.chuhuiv.precision = Precision.WITHHELD
    exact = Location(49.83578, 36.68802, Precision.EXACT)
    assert [
        location(bodies.chuhuiv, person.actor)
        for person in (cast.officer, cast.chuhuiv, cast.kuldiga, cast.funder)
    ] == [exact, exact, None, None]


def test_location_by_region_without_a_centre_is_not_shown(bodies: Bodies) -> None:
    bodies.gulbene.precision = Precision.REGION
    assert location(bodies.gulbene, VISITOR) is None


def test_location_by_region_is_not_shown_where_its_centre_is_the_place_itself(
    cast: Cast, bodies: Bodies
) -> None:
    bodies.chuhuiv.precision = Precision.REGION
    assert bodies.chuhuiv.region is not None
    bodies.chuhuiv.region.lat, bodies.chuhuiv.region.lon = 49.83579, 36.68801
    assert location(bodies.chuhuiv, VISITOR) is None
    assert location(bodies.chuhuiv, cast.officer.actor) is not None


def test_location_of_a_body_without_a_point_is_unknown(cast: Cast, bodies: Bodies) -> None:
    assert location(bodies.donor, cast.officer.actor) is None
