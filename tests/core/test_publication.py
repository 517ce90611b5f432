"""One chokepoint: who may know of a record, and how exactly its place is shown."""

from dataclasses import replace
from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from mosty.core.access import SYSTEM, VISITOR
from mosty.core.publication import Level, Location, Precision, hidden, location, visible
from mosty.partnerships import domain
from mosty.partnerships import queries as partnerships
from mosty.partnerships.models import Partnership
from mosty.places.models import Need, Organisation
from mosty.programmes.models import Programme
from tests.partnerships.world import report
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


def readers(cast: Cast, need: Need) -> set[str]:
    """Who of the cast may know of a need of a visible body."""
    rows = Need.objects.filter(pk=need.pk)
    everybody = {person.key: person.actor for person in cast.everybody()} | {"visitor": VISITOR}
    seen = {
        key
        for key, actor in everybody.items()
        if visible(rows, actor, owner="organisation_id").exists()
    }
    closed = {
        key
        for key, actor in everybody.items()
        if hidden(rows, actor, owner="organisation_id").exists()
    }
    # The one is what the other is not.
    assert (seen | closed, seen & closed) == (set(everybody), set())
    return seen


OFFICERS = {"officer", "second-officer"}


def kept_for_partners(bodies: Bodies) -> Need:
    need: Need = Need.objects.create(
        organisation=bodies.chuhuiv, theme_id="water", level=Level.PARTNERS
    )
    return need


@pytest.mark.parametrize("level", [Level.PUBLIC, Level.PROGRAMME, Level.PARTNERS])
def test_what_is_for_partners_is_open_to_them_to_the_owner_and_to_officers(
    cast: Cast, bodies: Bodies, level: Level
) -> None:
    need = kept_for_partners(bodies)
    assert readers(cast, need) == OFFICERS | {"chuhuiv"}
    report(bodies.chuhuiv, bodies.kuldiga, level=level)
    report(bodies.kuldiga, bodies.korop)
    # Not the association of a partner, nor the partner of a partner, nor the whole programme.
    assert readers(cast, need) == OFFICERS | {"chuhuiv", "kuldiga"}


def test_partnership_of_several_opens_to_all_of_them(cast: Cast, bodies: Bodies) -> None:
    need = kept_for_partners(bodies)
    report(bodies.chuhuiv, bodies.kuldiga, bodies.korop)
    assert readers(cast, need) == OFFICERS | {"chuhuiv", "kuldiga", "korop"}


def test_partnership_closes_at_once_what_it_had_opened(cast: Cast, bodies: Bodies) -> None:
    need = kept_for_partners(bodies)
    partnership = report(bodies.chuhuiv, bodies.kuldiga)
    with_partner = OFFICERS | {"chuhuiv", "kuldiga"}
    assert readers(cast, need) == with_partner
    domain.withdraw_partnership(partnership, reason="It is over.", by=SYSTEM)
    assert readers(cast, need) == OFFICERS | {"chuhuiv"}
    domain.restore_partnership(partnership, by=SYSTEM)
    assert readers(cast, need) == with_partner
    domain.agree_partnership([bodies.chuhuiv, bodies.kuldiga], phase=None, by=SYSTEM,
                             on=date(2023, 3, 14))  # fmt: skip
    assert readers(cast, need) == with_partner
    domain.edit_partnership(partnership, by=SYSTEM, members=[bodies.chuhuiv, bodies.korop])
    assert readers(cast, need) == OFFICERS | {"chuhuiv", "korop"}


@pytest.mark.parametrize("what", ["partnership", "partner", "third"])
def test_partnership_that_not_all_in_it_may_know_of_opens_nothing(
    cast: Cast, bodies: Bodies, what: str
) -> None:
    """Else a town would open to somebody whom it does not see among its partners."""
    need = kept_for_partners(bodies)
    partnership = report(bodies.chuhuiv, bodies.kuldiga, bodies.korop)
    row = {"partnership": partnership, "partner": bodies.kuldiga, "third": bodies.korop}[what]
    type(row)._default_manager.filter(pk=row.pk).update(level=Level.STAFF)
    assert readers(cast, need) == OFFICERS | {"chuhuiv"}


def test_partnership_for_partners_is_told_to_those_in_it(cast: Cast, bodies: Bodies) -> None:
    partnership = report(bodies.chuhuiv, bodies.kuldiga, level=Level.PARTNERS)
    assert {
        person.key
        for person in cast.everybody()
        if partnership in partnerships.visible_to(person.actor)
    } == OFFICERS | {"chuhuiv", "kuldiga"}
    assert partnership not in partnerships.visible_to(VISITOR)
    rows = Partnership.objects.filter(pk=partnership.pk)
    both = replace(cast.chuhuiv.actor,
                   organisation_ids=frozenset([bodies.chuhuiv.pk, bodies.kuldiga.pk]))  # fmt: skip
    assert visible(rows, both, circle="members").count() == 1


def test_what_belongs_to_no_body_is_open_to_partners_of_nobody(cast: Cast, bodies: Bodies) -> None:
    report(bodies.chuhuiv, bodies.kuldiga)
    Programme.objects.create(slug="bridges", level=Level.PARTNERS)
    assert [
        person.key
        for person in cast.everybody()
        if visible(Programme.objects.all(), person.actor).exists()
    ] == ["officer", "second-officer"]


def test_partners_are_asked_for_in_the_same_query(
    cast: Cast, bodies: Bodies, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    need = kept_for_partners(bodies)
    report(bodies.chuhuiv, bodies.kuldiga)
    actor = cast.kuldiga.actor
    with django_assert_num_queries(1):
        assert list(visible(Need.objects.all(), actor, owner="organisation_id")) == [need]


def test_narrowest_of_levels_is_as_closed_as_any_of_them() -> None:
    assert Level.narrowest("public", "programme") == Level.PROGRAMME
    assert Level.narrowest("partners", "programme") == Level.PARTNERS
    assert Level.narrowest("staff", "partners", "public") == Level.STAFF


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
