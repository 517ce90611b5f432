"""Which class holds on which day, that rows do not overlap, and what a class coarsens."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from mosty.core.access import SYSTEM, VISITOR, NotAllowed
from mosty.core.history import history_of
from mosty.core.publication import Level, Location, Precision, is_coarse, location
from mosty.core.states import ReasonMissing
from mosty.partnerships.bridges import place_of
from mosty.places.domain.changes import Refused
from mosty.places.domain.territory import add_status, change_status, copy_periods, remove_status
from mosty.places.models import Organisation, TerritoryStatus
from mosty.places.queries.territory import status_on, today, with_class
from mosty.places.territory.tables import collisions
from tests.people import Bodies, Cast
from tests.places.territories import status

pytestmark = pytest.mark.django_db
CHUHUIV = "/municipalities/UA63140110000017413/"


def on(day: str, *bodies: Organisation) -> list[str]:
    """The classes that count on a day."""
    found = status_on(bodies, date.fromisoformat(day))
    return [found[body.pk].kind if body.pk in found else "" for body in bodies]


def test_status_counts_from_its_first_to_its_last_day(bodies: Bodies) -> None:
    status(bodies.chuhuiv, "active", "2022-02-24", "2022-05-01")
    days = ("2022-02-23", "2022-02-24", "2022-05-01", "2022-05-02")
    assert [on(day, bodies.chuhuiv) for day in days] == [[""], ["active"], ["active"], [""]]


def test_open_status_has_no_last_day(bodies: Bodies) -> None:
    status(bodies.chuhuiv, "possible", "2022-02-24")
    assert on("2099-01-01", bodies.chuhuiv) == ["possible"]


def test_graver_of_two_classes_counts_whichever_came_first(bodies: Bodies) -> None:
    status(bodies.chuhuiv, "occupied", "2022-03-01", "2022-04-01")
    status(bodies.chuhuiv, "active", "2022-04-01", "2022-06-01")
    status(bodies.chuhuiv, "services", "2022-05-15")
    status(bodies.chuhuiv, "possible", "2022-02-24")
    days = ("2022-02-24", "2022-04-01", "2022-04-02", "2022-06-02")
    assert [on(day, bodies.chuhuiv)[0] for day in days] == [
        "possible", "occupied", "active", "services",
    ]  # fmt: skip
    day = date(2022, 4, 1)
    assert [with_class(kind, day).count() for kind in ("possible", "active", "occupied")] == [
        0, 0, 1,
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 300])
def test_status_of_many_bodies_is_one_query(
    bodies: Bodies, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    status(bodies.chuhuiv, "active", "2022-02-24")
    with django_assert_num_queries(1):
        found = status_on([bodies.chuhuiv.pk, *range(10**6, 10**6 + count)], date(2022, 3, 1))
    assert list(found) == [bodies.chuhuiv.pk]


@pytest.mark.parametrize(
    ("since", "until"),
    [("2022-05-01", ""), ("2022-01-01", "2022-02-24"), ("2022-03-01", "2022-04-01"),
     ("2022-01-01", "")],
)  # fmt: skip
def test_overlap_of_the_same_class_is_refused_and_names_both_rows(
    bodies: Bodies, since: str, until: str
) -> None:
    status(bodies.chuhuiv, "active", "2022-02-24", "2022-05-01", act="order 309")
    with pytest.raises(Refused) as caught:
        status(bodies.chuhuiv, "active", since, until, act="order 376")
    assert "24 February 2022 to 1 May 2022 (order 309)" in str(caught.value)
    assert "(order 376)" in str(caught.value)
    assert TerritoryStatus.objects.count() == 1


def test_another_class_another_body_and_the_next_day_do_not_overlap(bodies: Bodies) -> None:
    status(bodies.chuhuiv, "active", "2022-02-24", "2022-05-01")
    status(bodies.chuhuiv, "active", "2022-05-02")
    status(bodies.chuhuiv, "possible", "2022-02-24")
    status(bodies.korop, "active", "2022-02-24", "2022-05-01")
    # The same row a second time is the same row.
    status(bodies.korop, "active", "2022-02-24", "2022-05-01")
    assert TerritoryStatus.objects.count() == 4


def test_collisions_name_every_span_that_shares_a_day() -> None:
    spans = [
        (date(2022, 1, 1), None, "long"),
        (date(2022, 2, 1), date(2022, 2, 2), "inside"),
        (date(2021, 1, 1), date(2021, 12, 31), "before"),
        (date(2022, 3, 1), date(2022, 3, 2), "inside too"),
    ]
    assert collisions(spans) == {"inside": "long", "long": "inside", "inside too": "long"}


def test_changes_are_told_with_before_and_after(cast: Cast, bodies: Bodies) -> None:
    officer = cast.officer.actor
    row = status(bodies.chuhuiv, "active", "2022-02-24", by=officer)
    change_status(row, by=officer, values={"until": date(2022, 5, 1)})
    change_status(row, by=officer, values={"until": date(2022, 5, 1)})
    with pytest.raises(ReasonMissing):
        remove_status(row, by=officer, reason=" ")
    remove_status(row, by=officer, reason="another hromada")
    told = [
        (entry.verb, entry.before.get("until", "-"), entry.after.get("until", "-"), entry.reason)
        for entry in history_of(bodies.chuhuiv, officer).order_by("pk")
    ]
    assert told == [
        ("places.status_added", "-", None, ""),
        ("places.status_changed", None, "2022-05-01", ""),
        ("places.status_removed", "2022-05-01", "-", "another hromada"),
    ]
    bodies.chuhuiv.refresh_from_db()
    assert bodies.chuhuiv.coarse_periods == []


def test_last_day_before_the_first_is_refused(cast: Cast, bodies: Bodies) -> None:
    row = status(bodies.chuhuiv, "active", "2022-02-24")
    with pytest.raises(Refused) as caught:
        change_status(row, by=cast.officer.actor, values={"until": date(2022, 2, 23)})
    assert caught.value.field == "until"


def test_only_officers_keep_the_list(cast: Cast, bodies: Bodies) -> None:
    for person in cast.everybody():
        if person.key.endswith("officer"):
            continue
        with pytest.raises(NotAllowed):
            add_status(
                bodies.chuhuiv, by=person.actor, kind="active", since=date(2022, 2, 24), act="x"
            )
    assert TerritoryStatus.objects.count() == 0


# What a class coarsens.


def shown(body: Organisation) -> Location | None:
    fresh = Organisation.objects.select_related("region", "country").get(pk=body.pk)
    return location(fresh, VISITOR)


@pytest.mark.parametrize("kind", ["active", "services", "occupied"])
def test_place_is_no_more_exact_than_the_region_while_the_class_holds(
    bodies: Bodies, kind: str
) -> None:
    town = Location(49.83578, 36.68802, Precision.MUNICIPALITY)
    assert shown(bodies.chuhuiv) == town
    now = today()
    row = status(bodies.chuhuiv, kind, (now - timedelta(days=9)).isoformat(), now.isoformat())
    assert shown(bodies.chuhuiv) == Location(49.9, 36.2, Precision.REGION)
    # Yesterday was its last day: nobody has to do anything for the place to come back.
    change_status(row, by=SYSTEM, values={"until": now - timedelta(days=1)})
    assert shown(bodies.chuhuiv) == town


def test_possible_hostilities_leave_the_place_as_it_is(bodies: Bodies) -> None:
    status(bodies.chuhuiv, "possible", "2022-02-24")
    assert shown(bodies.chuhuiv) == Location(49.83578, 36.68802, Precision.MUNICIPALITY)


def test_class_makes_no_withheld_place_visible_and_no_exact_one_stay(
    cast: Cast, bodies: Bodies
) -> None:
    status(bodies.chuhuiv, "active", "2022-02-24")
    rows = Organisation.objects.filter(pk=bodies.chuhuiv.pk)
    rows.update(precision=Precision.WITHHELD)
    assert shown(bodies.chuhuiv) is None
    rows.update(precision=Precision.EXACT)
    assert shown(bodies.chuhuiv) == Location(49.9, 36.2, Precision.REGION)
    exact = Location(49.83578, 36.68802, Precision.EXACT)
    body = rows.select_related("region").get()
    assert [location(body, one.actor) for one in (cast.officer, cast.chuhuiv, cast.kuldiga)] == [
        exact, exact, Location(49.9, 36.2, Precision.REGION),
    ]  # fmt: skip


def test_place_of_a_body_without_a_region_goes_out_of_the_map(bodies: Bodies) -> None:
    status(bodies.korop, "occupied", "2022-02-24")
    assert shown(bodies.korop) is None


def test_coarse_periods_are_a_copy_of_the_rows(bodies: Bodies) -> None:
    status(bodies.chuhuiv, "active", "2022-02-24", "2022-05-01")
    status(bodies.chuhuiv, "occupied", "2022-06-01")
    status(bodies.chuhuiv, "possible", "2022-01-01")
    assert bodies.chuhuiv.coarse_periods == [["2022-02-24", "2022-05-01"], ["2022-06-01", ""]]
    held = [is_coarse(bodies.chuhuiv, day=date(2022, 5, day)) for day in (1, 2)]
    assert held == [True, False]
    Organisation.objects.update(coarse_periods=[])
    copy_periods([bodies.chuhuiv.pk])
    bodies.chuhuiv.refresh_from_db()
    assert len(bodies.chuhuiv.coarse_periods) == 2


def test_bridge_of_a_partnership_ends_at_the_region(bodies: Bodies) -> None:
    status(bodies.chuhuiv, "active", "2022-02-24")
    body = Organisation.objects.select_related("region", "country").get(pk=bodies.chuhuiv.pk)
    assert place_of(body, VISITOR).location == Location(49.9, 36.2, Precision.REGION)


@pytest.mark.web
@pytest.mark.parametrize("at", [CHUHUIV, "/municipalities/?q=chuhuiv"])
def test_point_is_on_no_page_while_the_class_holds(bodies: Bodies, at: str) -> None:
    before = Client().get(at).content.decode()
    status(bodies.chuhuiv, "active", "2022-02-24")
    after = Client().get(at).content.decode()
    marks = [html[html.index("<svg", html.index('class="map')) :] for html in (before, after)]
    assert marks[0] != marks[1]
    for html in (before, after):
        assert "49.83578" not in html


@pytest.mark.web
@pytest.mark.parametrize("suffix", ["csv"])
def test_export_of_the_list_holds_the_centre_of_the_region(bodies: Bodies, suffix: str) -> None:
    status(bodies.chuhuiv, "active", "2022-02-24")
    answer = Client().get(f"/municipalities/export.{suffix}?q=chuhuiv")
    text = b"".join(answer.streaming_content).decode()
    assert "49.83578" not in text
    assert "49.9,36.2,Centre of the region" in text
    assert "Active hostilities" in text


def test_list_of_statuses_leaves_out_a_body_that_the_actor_may_not_know(
    bodies: Bodies,
) -> None:
    status(bodies.chuhuiv, "active", "2022-02-24")
    Organisation.objects.filter(pk=bodies.chuhuiv.pk).update(level=Level.STAFF)
    page = Client().get(reverse("places:territory")).content.decode()
    assert "Chuhuiv" not in page
    assert "0 rows in force" in page
