"""The list of municipalities and that of other bodies, on the page and as a file."""

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from mosty.core.publication import Level
from mosty.core.search import search_key, sort_key
from mosty.places.models import Need, Offer, Organisation
from tests.people import Bodies, Cast, country

pytestmark = [pytest.mark.django_db, pytest.mark.web]

LIST = "/municipalities/"
BODIES = "/municipalities/organisations/"
MOST_QUERIES = 25


def page(client: Client, query: str = "", *, at: str = LIST) -> str:
    """The page as a reader gets it."""
    response = client.get(at + query)
    assert response.status_code == 200
    return response.content.decode()


def shown(html: str) -> list[str]:
    """The codes that the rows of a page lead to, in their order."""
    rows = re.findall(r'<th scope="row".*?</th>', html, re.DOTALL)
    return [re.search(r'href="/municipalities/([^/"]+)/"', row)[1] for row in rows]  # type: ignore[index]


def results(html: str) -> str:
    """What stands in the list itself, its map and its chips."""
    return html[html.index('id="results"') : html.index("</main>")]


def count(html: str) -> str:
    """The line that says how many there are."""
    return re.search(r'id="found" role="status">([^<]*)<', html)[1]  # type: ignore[index]


def table(client: Client, suffix: str, query: str = "", *, at: str = LIST) -> list[list[Any]]:
    """The file as a spreadsheet reads it: rows of cells, the heading first."""
    response = client.get(f"{at}export.{suffix}{query}")
    assert response.status_code == 200
    if suffix == "csv":
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))
    book = load_workbook(io.BytesIO(response.content))
    return [["" if cell is None else cell for cell in row] for row in book.active.values]  # type: ignore[union-attr]


def fill(number: int) -> None:
    """So many Latvian municipalities, each with a need and an offer."""
    latvia = country("LV")
    made = Organisation.objects.bulk_create(
        Organisation(
            kind="municipality", scheme="gisco", code=f"LV_{place:07}", country=latvia,
            label_en=f"Town {place:04}", search_key=search_key([f"Town {place:04}"]),
            sort_en=sort_key(f"Town {place:04}"), sort_uk=sort_key(f"Town {place:04}"),
            lat=56.5 + place / 10000, lon=24.5, population=1000 + place,
        )
        for place in range(number)
    )  # fmt: skip
    Need.objects.bulk_create(Need(organisation=town, theme_id="water") for town in made)
    Offer.objects.bulk_create(Offer(organisation=town, theme_id="waste") for town in made)


@pytest.mark.parametrize("number", [10, 1000])
@pytest.mark.parametrize("query", ["", "?q=town", "?country=LV&need=water&sort=-population"])
def test_list_asks_as_few_questions_whatever_the_number_of_rows(
    django_assert_max_num_queries: DjangoAssertNumQueries,
    client: Client,
    number: int,
    query: str,
) -> None:
    fill(number)
    with django_assert_max_num_queries(MOST_QUERIES):
        html = page(client, query)
    assert len(shown(html)) == min(number, 50)


@pytest.mark.parametrize("number", [10, 1000])
def test_list_asks_as_few_questions_for_an_officer(
    django_assert_max_num_queries: DjangoAssertNumQueries, cast: Cast, number: int
) -> None:
    fill(number)
    client = cast.officer.client
    with django_assert_max_num_queries(MOST_QUERIES):
        html = page(client, "?country=LV&country=UA")
    assert len(shown(html)) == min(number + 4, 50)


def test_list_says_how_many_there_are_and_shows_fifty_a_page(client: Client) -> None:
    fill(120)
    assert count(page(client)) == "120 municipalities"
    pages = [shown(page(client, f"?page={number}")) for number in (1, 2, 3)]
    assert [len(rows) for rows in pages] == [50, 50, 20]
    assert len({code for rows in pages for code in rows}) == 120
    assert shown(page(client, "?page=99")) == pages[2]
    assert shown(page(client, "?page=x")) == pages[0]


def test_list_shows_both_spellings_country_region_and_population(
    client: Client, bodies: Bodies
) -> None:
    html = page(client, "?q=chuhuiv")
    row = re.search(r"<tbody><tr>(.*?)</tr>", html, re.DOTALL)[1]  # type: ignore[index]
    said = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    assert said.startswith("Chuhuiv UA Чугуїв Ukraine Kharkivska 36,789")
    assert '<span class="name-local" lang="uk">Чугуїв</span>' in row


def test_list_names_the_filters_in_force_and_how_to_take_them_off(
    client: Client, bodies: Bodies
) -> None:
    html = page(client, "?q=k&country=LV&country=UA&need=water")
    chips = re.findall(r'<a class="chip chip-remove" href="([^"]*)">(.*?)</a>', html, re.DOTALL)
    said = [" ".join(re.sub(r"<[^>]+>", " ", text).split()) for _href, text in chips]
    assert said == [
        "Search: k (take this filter off)",
        "Country: Latvia (take this filter off)",
        "Country: Ukraine (take this filter off)",
        "Looks for: Water and wastewater (take this filter off)",
    ]
    assert "country=UA" in chips[1][0]
    assert "country=LV" not in chips[1][0]


@pytest.mark.parametrize(
    "query",
    ["?country=ZZ", "?need=magic", "?size=huge", "?standing=odd", "?sort=secret", "?side=x"],
)
def test_list_passes_over_a_filter_that_it_does_not_know(
    client: Client, bodies: Bodies, query: str
) -> None:
    assert len(shown(page(client, query))) == 4


def test_list_offers_regions_of_the_chosen_countries_only(client: Client, bodies: Bodies) -> None:
    assert "Choose a country first" in page(client)
    html = page(client, "?country=UA")
    assert '<option value="UA63000000000041885">' in html
    assert shown(page(client, "?country=UA&region=UA63000000000041885")) == ["UA63140110000017413"]
    assert len(shown(page(client, "?region=UA63000000000041885"))) == 4


def test_list_with_nothing_found_says_what_to_do(client: Client, bodies: Bodies) -> None:
    html = page(client, "?q=zzz")
    assert "Nothing found" in html
    assert "Take all filters off" in html
    assert count(html) == "0 municipalities"


def test_list_that_is_empty_tells_the_officer_how_to_begin(client: Client, cast: Cast) -> None:
    Organisation.objects.filter(kind="municipality").delete()
    assert "The secretariat has not entered anything yet" in page(client)
    officer = page(cast.officer.client)
    assert "import_municipalities" in officer
    assert 'href="/municipalities/add/"' in officer


def test_list_tells_of_former_bodies_that_the_words_mean_too(
    client: Client, bodies: Bodies
) -> None:
    Organisation.objects.filter(code="LV_0500200").update(standing="former")
    html = page(client, "?q=gulbene")
    assert shown(html) == []
    assert "The words also mean 1 body that exists no more." in html
    assert shown(page(client, "?q=gulbene&standing=all")) == ["LV_0500200"]


def test_list_of_bodies_shows_their_kind(client: Client, bodies: Bodies) -> None:
    html = page(client, at=BODIES)
    assert shown(html) == ["AUC", "CEMR", "BMZ", "LPS"]
    assert count(html) == "4 organisations"
    assert shown(page(client, "?kind=donor", at=BODIES)) == ["BMZ"]
    assert [row[0] for row in table(client, "csv", "?kind=donor", at=BODIES)[1:]] == ["BMZ"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("query", ["", "?country=LV&sort=-name", "?q=town+00", "?need=water"])
def test_file_holds_exactly_what_all_pages_of_the_list_show(
    client: Client, bodies: Bodies, suffix: str, query: str
) -> None:
    fill(70)
    listed: list[str] = []
    for number in (1, 2):
        after = f"{query}&page={number}" if query else f"?page={number}"
        rows = shown(page(client, after))
        listed += [code for code in rows if code not in listed]
    assert [row[0] for row in table(client, suffix, query)[1:]] == listed


def test_file_carries_the_year_and_the_source_of_the_population(
    client: Client, bodies: Bodies
) -> None:
    head, row = table(client, "csv", "?q=chuhuiv")
    said = dict(zip(head, row, strict=True))
    assert said == said | {
        "Code": "UA63140110000017413",
        "Code list": "KATOTTG",
        "Name": "Chuhuiv",
        "Name in Ukrainian": "Чугуїв",
        "Kind": "Municipality",
        "Standing": "Exists",
        "Country": "UA",
        "Country name": "Ukraine",
        "Region": "Kharkivska",
        "Population": "36789",
        "Population as of": "2022-01-01",
        "Latitude": "49.83578",
        "Place shown as": "Centre of the municipality",
    }


def test_file_of_another_kind_is_not_found(client: Client, bodies: Bodies) -> None:
    assert client.get("/municipalities/export.exe").status_code == 404
    assert client.get("/municipalities/organisations/export.pdf").status_code == 404


def test_file_never_holds_a_formula(client: Client, bodies: Bodies) -> None:
    evil = '=HYPERLINK("https://example.org")'
    Organisation.objects.filter(code="LV_0500200").update(label_en=evil)
    assert table(client, "csv", "?country=LV&sort=country")[1][2] == f"'{evil}"
    response = client.get("/municipalities/export.xlsx?country=LV&sort=country")
    cell = load_workbook(io.BytesIO(response.content)).active["C2"]  # type: ignore[index]
    assert (cell.value, cell.data_type) == (evil, "s")


LEVELS = {Level.STAFF: {"officer", "korop"}, Level.PROGRAMME: {"officer", "korop", "kuldiga"}}


@pytest.mark.parametrize("level", [Level.STAFF, Level.PROGRAMME])
def test_list_never_tells_of_a_body_that_is_not_open(cast: Cast, level: Level) -> None:
    """Not in rows, counts, search, files, filters; its page is not there."""
    Organisation.objects.filter(code="UA74100190000091190").update(level=level)
    Need.objects.create(organisation=cast.korop.organisation, theme_id="water")
    people = {
        "visitor": Client(),
        "stranger": cast.stranger.client,
        "kuldiga": cast.kuldiga.client,
        "korop": cast.korop.client,
        "officer": cast.officer.client,
    }
    for who, client in people.items():
        knows = who in LEVELS[level]
        assert ("Korop" in results(page(client))) is knows, who
        assert count(page(client)) == ("4 municipalities" if knows else "3 municipalities"), who
        assert shown(page(client, "?q=korop")) == (["UA74100190000091190"] if knows else []), who
        assert shown(page(client, "?need=water")) == (["UA74100190000091190"] if knows else []), who
        for suffix in ("csv", "xlsx"):
            codes = [row[0] for row in table(client, suffix)[1:]]
            assert ("UA74100190000091190" in codes) is knows, (who, suffix)
        status = client.get("/municipalities/UA74100190000091190/").status_code
        assert status == (200 if knows else 404), who


def test_list_never_tells_of_a_need_that_is_not_open(cast: Cast) -> None:
    korop = cast.korop.organisation
    Need.objects.create(organisation=korop, theme_id="water", level=Level.STAFF)
    for who, client in (("visitor", Client()), ("kuldiga", cast.kuldiga.client)):
        assert shown(page(client, "?need=water")) == [], who
        [row] = table(client, "csv", "?q=korop")[1:]
        assert "Water" not in " ".join(row), who
    assert shown(page(cast.korop.client, "?need=water")) == ["UA74100190000091190"]
    assert shown(page(cast.officer.client, "?need=water")) == ["UA74100190000091190"]


def test_list_never_tells_where_a_withheld_place_is(cast: Cast) -> None:
    Organisation.objects.filter(code="UA74100190000091190").update(
        precision="withheld", precision_reason="For the safety of its people"
    )
    for client in (Client(), cast.kuldiga.client):
        html = page(client, "?q=korop")
        assert 'id="list-map"' not in html
        for suffix in ("csv", "xlsx"):
            [row] = table(client, suffix, "?q=korop")[1:]
            said = " ".join(str(cell) for cell in row)
            assert "51.5" not in said
            assert "32.9" not in said
            assert "Withheld" in said
    assert 'id="list-map"' in page(cast.korop.client, "?q=korop")


def test_list_draws_the_places_of_its_page(client: Client, bodies: Bodies) -> None:
    html = page(client)
    dots = re.findall(r'class="dot (\w+)"><title>([^<,]*)', html)
    assert sorted(dots) == [
        ("eu", "Gulbene"), ("eu", "Kuldīga"), ("ua", "Chuhuiv"), ("ua", "Korop"),
    ]  # fmt: skip


def test_list_in_ukrainian_leads_with_the_ukrainian_name(client: Client, bodies: Bodies) -> None:
    client.cookies["django_language"] = "uk"
    html = page(client, "?q=чугуїв")
    row = re.search(r"<tbody><tr>(.*?)</tr>", html, re.DOTALL)[1]  # type: ignore[index]
    said = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    # A no-break space groups the thousands; `split` has made it a plain one.
    assert said.startswith("Чугуїв UA Chuhuiv Україна Харківська 36 789")
