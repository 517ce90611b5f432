"""The pictures of a call: as many questions for many bodies as for few; a long list is a page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mosty.decisions import pictures, queries
from mosty.decisions.domain import drafting, releasing
from mosty.decisions.models import Selection
from mosty.places.models import Organisation
from tests.decisions.making import World, apply, make_world, quota
from tests.decisions.test_releasing import approved
from tests.people import Bodies, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(bodies: Bodies, cast: Cast) -> World:
    world = make_world(bodies, cast)
    quota(world.call, "association", "LPS", most=1)
    quota(world.call, "partners", least=1)
    Organisation.objects.filter(applications__call=world.call).update(lat=50.0, lon=30.0)
    return world


def address(world: World) -> str:
    return f"/decisions/{world.call.slug}/pictures/"


def test_questions_do_not_grow_with_the_applicants(
    world: World, cast: Cast, bodies: Bodies
) -> None:
    drafting.begin(world.call, by=cast.officer.actor)
    client = cast.officer.client
    client.get(address(world))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address(world))
    for number in range(12):
        town = Organisation.objects.create(
            kind="municipality", scheme="own", code=f"more-{number}", label_en=f"More {number}",
            country=bodies.kuldiga.country, lat=50.0 + number, lon=20.0,
        )  # fmt: skip
        apply(world.call, town)
    with CaptureQueriesContext(connection) as many:
        page = client.get(address(world)).content.decode()
    assert page.count("More 11") >= 2
    assert len(many) == len(few) <= 25


def test_long_list_stands_on_its_own_page(
    world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafting.begin(world.call, by=cast.officer.actor)
    client, town = cast.officer.client, world.applications["korop"].organisation
    page = client.get(address(world)).content.decode()
    assert ("4 bodies as a list" in page, f'href="{town.get_absolute_url()}"' in page) == (
        True, True,
    )  # fmt: skip
    monkeypatch.setattr(pictures, "MOST_LINKED", 3)
    page = client.get(address(world)).content.decode()
    assert ("bodies as a list" in page, f'href="{town.get_absolute_url()}"' in page) == (
        False, False,
    )  # fmt: skip
    assert "See the list" in page
    assert "<title>Korop</title>" in page


def test_funnel_counts_what_began_was_sent_in_reviewed_and_accepted(
    world: World, cast: Cast
) -> None:
    actor = cast.officer.actor
    begun = world.applications["korop"]
    type(begun).objects.filter(pk=begun.pk).update(version=None, state="draft")
    counts = [step.count for step in pictures.steps(world.call, queries.applied(world.call), actor)]
    assert counts[1:] == [4, 3, 3, 0]
    type(begun).objects.filter(pk=begun.pk).update(version=begun.version, state="submitted")
    releasing.release(approved(world, cast), by=actor)
    applied = queries.applied(world.call)
    steps = pictures.steps(world.call, applied, actor)
    assert [step.count for step in steps][1:] == [4, 4, 4, 2]
    assert len(applied.outcomes) == 4
    assert applied.inside == set(
        queries.accepted(world.call).values_list("organisation_id", flat=True)
    )


def test_call_that_names_countries_addresses_those_alone(
    world: World, cast: Cast, bodies: Bodies
) -> None:
    actor, applied = cast.officer.actor, queries.Applied(0, 0, {}, frozenset())
    towns = Organisation.objects.filter(kind="municipality", standing="current")
    world.call.countries.clear()
    assert pictures.steps(world.call, applied, actor)[0].count == towns.count()
    world.call.countries.add(bodies.kuldiga.country)
    latvian = towns.filter(country="LV").count()
    assert pictures.steps(world.call, applied, actor)[0].count == latvian < towns.count()


def test_empty_call_says_so(world: World, cast: Cast) -> None:
    world.call.applications.update(version=None, state="withdrawn")
    page = cast.officer.client.get(address(world)).content.decode()
    assert "Nobody has applied." in page
    assert not Selection.objects.exists()
