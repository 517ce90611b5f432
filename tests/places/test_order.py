"""A list's order, read page by page: the same as all of it sorted at once."""

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from mosty.core.access import Actor
from mosty.core.search import search_key, sort_key
from mosty.places.models import Country, Organisation
from mosty.places.queries import order, register

pytestmark = pytest.mark.django_db

# Towns per country, "" for bodies without one: pages of seven begin and end within countries,
# and one page holds several.
TOWNS = {"DE": 20, "LV": 3, "UA": 9, "LT": 1, "AT": 2, "": 4}


@pytest.fixture
def towns() -> list[Organisation]:
    Organisation.objects.all().delete()
    return Organisation.objects.bulk_create(
        Organisation(
            kind="municipality", scheme="own", code=f"{code}X{place}", label_en=name,
            country=Country.objects.filter(code=code).first(), search_key=search_key([name]),
            sort_en=sort_key(name), sort_uk=sort_key(name, "uk"),
            population=None if place % 3 == 0 else place * 100,
        )
        for code, number in TOWNS.items()
        for place in range(number)
        for name in [f"Town {(place * 7) % 5}"]
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("sort", ["", "-name", "population", "-population", "country", "-country"])
@pytest.mark.parametrize("per_page", [7, 13, 50])
def test_pages_together_are_the_whole_list_in_its_order(
    towns: list[Organisation], sort: str, per_page: int, language: str
) -> None:
    wanted = register.Wanted(sort=sort)
    with translation.override(language):
        whole = list(register.wanted_rows(Actor(), wanted).values_list("pk", flat=True))
        ids, _is_more = register.ids_of(Actor(), wanted)
        pages = Paginator[int](ids, per_page)
        listed = [list(page.object_list) for page in pages]
    assert len(whole) == sum(TOWNS.values())
    assert [pk for page in listed for pk in page] == whole
    assert max(map(len, listed)) <= per_page


def test_bodies_without_a_country_come_last_and_first(towns: list[Organisation]) -> None:
    rows = Organisation.objects.all()
    nowhere = {town.pk for town in towns if town.country_id is None}
    assert set(order.IdsByCountry(rows, down=False)[-4:]) == nowhere
    assert set(order.IdsByCountry(rows, down=True)[:4]) == nowhere


@pytest.mark.parametrize("kind", [order.Ids, order.IdsByCountry])
def test_ids_are_read_like_a_list(towns: list[Organisation], kind: type) -> None:
    rows = Organisation.objects.order_by("country_id", "sort_en", "pk")
    ids = kind(rows) if kind is order.Ids else kind(rows, down=False)
    every = list(ids)
    assert len(every) == len(ids) == 39
    assert (ids[0], ids[-1], ids[5:8]) == (every[0], every[-1], every[5:8])
    assert (ids[38:60], ids[60:70], ids[3:3]) == (every[38:], [], [])
    with pytest.raises(IndexError):
        ids[39]


def test_pages_at_the_end_are_read_from_the_end(
    towns: list[Organisation],
) -> None:
    ids = order.Ids(Organisation.objects.order_by("sort_en", "pk"))
    assert len(ids) == 39
    with CaptureQueriesContext(connection) as asked:
        last = list(ids[35:39])
    assert "OFFSET" not in asked[0]["sql"]
    assert len(last) == 4
