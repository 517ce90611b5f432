"""What people see of a territory's status: the list of a day, the page of a body, the register."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from mosty.places.models import Organisation, TerritoryStatus
from mosty.places.queries.territory import today
from mosty.places.regions import place_regions
from tests.people import Bodies, Cast, make_town
from tests.places.territories import ACT, ACTIVE, POSSIBLE, lines, status, write

pytestmark = [pytest.mark.django_db, pytest.mark.web]

LIST = "/municipalities/territory/"
CHUHUIV = "/municipalities/UA63140110000017413/"
KOROP = "/municipalities/UA74100190000091190/"


def page(client: Client, at: str) -> str:
    answer = client.get(at)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def main(html: str) -> str:
    """What stands below the heading."""
    return html[html.index('id="results"') : html.index("</main>")]


def names(html: str) -> list[str]:
    """Chuhuiv and Korop, as far as they stand in the list."""
    return [name for name in ("Chuhuiv", "Korop") if f">{name}<" in main(html)]


@pytest.fixture
def listed(bodies: Bodies) -> Bodies:
    write(lines(ACTIVE, POSSIBLE), name="march.csv")
    return bodies


def test_list_shows_what_holds_on_the_day_asked_for(listed: Bodies) -> None:
    found = {
        query: names(page(Client(), LIST + query))
        for query in ("", "?day=2022-04-15", "?day=2022-03-01", "?day=2022-01-01", "?day=nonsense")
    }
    assert found == {
        "": ["Korop"],
        "?day=2022-04-15": ["Chuhuiv", "Korop"],
        "?day=2022-03-01": ["Chuhuiv"],
        "?day=2022-01-01": [],
        "?day=nonsense": ["Korop"],
    }
    html = page(Client(), LIST + "?day=2022-04-15")
    assert "2 rows in force on 15 April 2022" in html
    assert "By the file march.csv, imported on" in html


def test_list_is_narrowed_by_class_oblast_and_words(listed: Bodies) -> None:
    day = "?day=2022-04-15&"
    found = {
        query: names(page(Client(), f"{LIST}{day}{query}"))
        for query in ("kind=active", "kind=occupied", "region=UA63000000000041885", "q=короп",
                      "kind=wrong")
    }  # fmt: skip
    assert found == {
        "kind=active": ["Chuhuiv"],
        "kind=occupied": [],
        "region=UA63000000000041885": ["Chuhuiv"],
        "q=короп": ["Korop"],
        "kind=wrong": ["Chuhuiv", "Korop"],
    }
    assert "Nothing found" in page(Client(), f"{LIST}{day}kind=occupied")


@pytest.mark.parametrize("sort", ["name", "region", "class", "since", "until"])
def test_list_is_sorted_both_ways(listed: Bodies, sort: str) -> None:
    def order(key: str) -> bool:
        html = main(page(Client(), f"{LIST}?day=2022-04-15&sort={key}"))
        return html.index(">Chuhuiv<") < html.index(">Korop<")

    assert order(sort) is not order(f"-{sort}")


def test_files_hold_exactly_what_the_list_shows(listed: Bodies) -> None:
    query = "?day=2022-04-15&kind=active"
    answer: Any = Client().get(f"{LIST}export.csv{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows == [
        ["Code", "Name", "Name in Ukrainian", "Oblast", "Class", "First day", "Last day",
         "Legal act", "Imported from"],
        ["UA63140110000017413", "Chuhuiv", "Чугуїв", "Kharkivska", "Active hostilities",
         "2022-02-24", "2022-05-01", ACT, "march.csv"],
    ]  # fmt: skip
    book = load_workbook(io.BytesIO(Client().get(f"{LIST}export.xlsx{query}").content))
    assert book.active is not None
    same = [["" if cell is None else cell for cell in row] for row in book.active.values]
    assert same == rows
    assert Client().get(f"{LIST}export.pdf").status_code == 404


def test_empty_list_does_not_say_that_nothing_happens(bodies: Bodies) -> None:
    html = page(Client(), LIST)
    assert "That does not mean that nothing happens there." in html


@pytest.mark.parametrize("count", [2, 60])
def test_list_of_statuses_asks_few_queries(
    bodies: Bodies, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        town = make_town(f"UA{number:017}", f"Town {number}", "", "", in_country="UA", lat=49.0,
                         lon=30.0, population=1)  # fmt: skip
        status(town, "active", "2022-02-24")
    with django_assert_max_num_queries(12):
        page(Client(), LIST)


# The page of a body.


def test_page_of_a_body_shows_status_warning_and_history(listed: Bodies) -> None:
    status(listed.chuhuiv, "active", "2023-01-01", act="order 9")
    html = page(Client(), CHUHUIV)
    assert "Active hostilities since 1 January 2023, order 9" in html
    assert "Plan no visit" in html
    assert "1 May 2022" in html
    assert "entered by hand" in html
    assert "By the list imported on" in html
    assert "Edit the rows" not in html
    assert (
        "The map shows the centre of the region, not the place itself. The reason is the status "
        "of the territory: Active hostilities since 1 January 2023, order 9."
    ) in html


def test_page_says_when_a_body_is_in_no_class_and_nothing_about_other_countries(
    listed: Bodies,
) -> None:
    html = page(Client(), CHUHUIV)
    assert "Today it stands in no class of the official list" in html
    assert "Plan no visit" not in html
    assert "Status of the territory" not in page(Client(), "/municipalities/LV_0620200/")


def test_page_of_the_body_itself_says_what_others_see(cast: Cast) -> None:
    assert cast.chuhuiv.organisation is not None
    status(cast.chuhuiv.organisation, "occupied", "2022-02-24")
    html = page(cast.chuhuiv.client, CHUHUIV)
    assert "You see the exact place; everybody else sees the centre of the region." in html
    assert "Temporarily occupied since 24 February 2022" in html


def test_page_of_a_place_without_a_region_says_why_it_is_not_shown(bodies: Bodies) -> None:
    status(bodies.korop, "active", "2022-02-24")
    html = page(Client(), KOROP)
    assert "Only the region is shown, and its centre is not known." in html


def test_only_municipality_of_a_region_is_not_given_away_by_its_centre(bodies: Bodies) -> None:
    status(bodies.chuhuiv, "active", "2022-02-24")
    assert bodies.chuhuiv.region is not None
    place_regions([bodies.chuhuiv.region.pk])
    html = page(Client(), CHUHUIV)
    assert "Only the region is named: its centre would give the place away." in html
    assert 'id="place-map' not in html
    answer: Any = Client().get("/municipalities/export.csv?q=chuhuiv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    row = dict(zip(*csv.reader(io.StringIO(text)), strict=True))
    assert (row["Latitude"], row["Longitude"]) == ("", "")
    assert row["Place shown as"] == "Centre of the region"


def test_status_pages_in_ukrainian(listed: Bodies) -> None:
    status(listed.chuhuiv, "active", "2023-01-01")
    client = Client()
    client.cookies["django_language"] = "uk"
    html = page(client, CHUHUIV)
    assert "Активні бойові дії з 1 січня 2023" in html
    assert "Не плануйте візиту" in html
    html = page(client, LIST)
    assert "2 рядки діють станом на" in html
    assert "Status" not in main(html)


def test_officer_enters_corrects_and_takes_out_a_row(cast: Cast) -> None:
    client = cast.officer.client
    at = f"{CHUHUIV}territory/"
    given = {"kind": "active", "since": "2022-02-24", "until": "", "act": "order 376"}
    html = client.post(at, given, follow=True).content.decode()
    assert "order 376" in html
    row = TerritoryStatus.objects.get()
    overlapping = given | {"since": "2023-01-01"}
    html = client.post(at, overlapping).content.decode()
    assert "overlaps a row that stands already" in html
    wrong = given | {"until": "2022-02-23"}
    html = client.post(f"{at}{row.pk}/", wrong).content.decode()
    assert "The last day lies before the first one." in html
    client.post(f"{at}{row.pk}/", given | {"until": "2022-05-01"})
    row.refresh_from_db()
    assert str(row.until) == "2022-05-01"
    html = client.post(f"{at}{row.pk}/remove/", {"reason": ""}, follow=True).content.decode()
    assert "write the reason" in html
    client.post(f"{at}{row.pk}/remove/", {"reason": "not in the order"})
    assert TerritoryStatus.objects.count() == 0
    # Two officers took it out: the second finds no row.
    assert client.post(f"{at}{row.pk}/remove/", {"reason": "x"}).status_code == 404
    assert client.get(f"{KOROP}territory/{row.pk}/").status_code == 404
    assert client.get("/municipalities/LPS/territory/").status_code == 404


# The register.


def test_register_is_narrowed_by_class_and_has_its_column(listed: Bodies) -> None:
    status(listed.chuhuiv, "occupied", (today() - timedelta(days=3)).isoformat())
    found = {
        choice: [
            name
            for name in ("Chuhuiv", "Korop", "Kuldīga")
            if f">{name}<" in main(page(Client(), f"/municipalities/?territory={choice}"))
        ]
        for choice in ("occupied", "possible", "active", "none")
    }
    assert found == {"occupied": ["Chuhuiv"], "possible": ["Korop"], "active": [], "none": []}
    answer: Any = Client().get("/municipalities/export.csv?q=korop")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, row = list(csv.reader(io.StringIO(text)))
    assert dict(zip(head, row, strict=True))["Territory"] == "Possible hostilities"


def test_register_has_neither_filter_nor_column_while_no_list_is_kept(bodies: Bodies) -> None:
    html = page(Client(), "/municipalities/")
    assert 'name="territory"' not in html
    assert 'data-label="Territory"' not in html


def test_register_asks_no_more_for_more_statuses(
    bodies: Bodies, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for body in Organisation.objects.filter(country="UA", kind="municipality"):
        status(body, "possible", "2022-02-24")
    with django_assert_max_num_queries(25):
        page(Client(), "/municipalities/?territory=possible")
