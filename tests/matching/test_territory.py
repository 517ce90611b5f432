"""A round says where hostilities go on, and whose class changed since its run."""

from datetime import timedelta

import pytest
from django.urls import reverse

from mosty.core.publication import Level
from mosty.matching import market, territory
from mosty.matching.models import Run
from mosty.places.models import Organisation
from mosty.places.queries.territory import today
from tests.matching.making import Made, approve, run
from tests.people import Cast
from tests.places.territories import status

pytestmark = [pytest.mark.django_db, pytest.mark.web]

NOW = "Active hostilities since 24 February 2022, order 376."


def page(cast: Cast, made: Made, name: str) -> str:
    answer = cast.officer.client.get(reverse(f"matching:{name}", args=[made.round.slug]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def town(made: Made) -> Organisation:
    return made.left[0]


@pytest.fixture(autouse=True)
def kept(request: pytest.FixtureRequest, made: Made) -> None:
    """The site keeps the list: some municipality stands in it."""
    if "without_list" not in request.node.name:
        status(made.left[1], "possible", "2014-04-07", "2014-05-07")


@pytest.mark.parametrize("name", ["prepare", "board", "approval"])
def test_pages_of_a_round_flag_a_town_with_the_reason(cast: Cast, made: Made, name: str) -> None:
    run(made)
    assert "Active hostilities" not in page(cast, made, name)
    status(town(made), "active", "2022-02-24")
    html = page(cast, made, name)
    assert f"{town(made)}: {NOW}" in html
    assert "The status of a territory has changed since run 1" in html
    assert f"{town(made)}: in no class before, now {NOW}" in html


def test_possible_hostilities_are_no_flag_but_a_change(cast: Cast, made: Made) -> None:
    run(made)
    status(town(made), "possible", "2022-02-24")
    html = page(cast, made, "board")
    assert "Active hostilities or occupation" not in html
    assert f"{town(made)}: in no class before, now Possible hostilities since" in html


def test_run_that_knew_the_class_says_nothing_of_a_change(cast: Cast, made: Made) -> None:
    status(town(made), "active", "2022-02-24")
    done = run(made)
    assert done.territory == {town(made).code: "active"}
    html = page(cast, made, "board")
    assert "has changed since run" not in html
    assert f"{town(made)}: {NOW}" in html


def test_run_without_list_is_compared_with_the_list_for_its_day(made: Made) -> None:
    done = run(made)
    assert done.territory is None
    status(town(made), "active", "2022-02-24")
    assert territory.look(done, [town(made)]).changes == []
    Run.objects.filter(pk=done.pk).update(created_at=done.created_at - timedelta(days=3650))
    done.refresh_from_db()
    (said,) = territory.look(done, [town(made)]).changes
    assert said.startswith(f"{town(made)}: in no class before")


def test_class_that_ended_is_told_too(cast: Cast, made: Made) -> None:
    row = status(town(made), "active", "2022-02-24")
    run(made)
    row.until = today() - timedelta(days=1)
    row.save()
    html = page(cast, made, "board")
    assert f"{town(made)}: Active hostilities before, now in no class." in html


def test_board_of_somebody_else_names_no_body_that_they_may_not_know(
    cast: Cast, made: Made
) -> None:
    approve(made)
    hidden = town(made)
    status(hidden, "active", "2022-02-24")
    Organisation.objects.filter(pk=hidden.pk).update(level=Level.STAFF)
    answer = cast.gulbene.client.get(reverse("matching:board", args=[made.round.slug]))
    assert answer.status_code == 200
    assert NOW not in answer.content.decode()


def test_market_gets_no_more_than_the_region(made: Made) -> None:
    status(town(made), "active", "2022-02-24")
    fresh = Organisation.objects.select_related("region").get(pk=town(made).pk)
    place = market.place_of(fresh)
    assert place is None or (place.lat, place.lon) != (fresh.lat, fresh.lon)
