"""What stands in the top bar, for whom, and which entry is the present one."""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from mosty.core import navigation
from mosty.core.access import SYSTEM, VISITOR, is_officer
from mosty.core.navigation import Item, Link, Place, links_for, register

pytestmark = pytest.mark.unit


def page(request: object) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("", page, name="home"),
    path("rounds/", page, name="rounds"),
    path("rounds/old/", page, name="old_rounds"),
    path("about/", page, name="about"),
]


@pytest.fixture(autouse=True)
def own_items(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(navigation, "_items", [])
    with override_settings(ROOT_URLCONF=__name__):
        yield


def test_links_stand_by_their_order_and_once() -> None:
    register(Item("Rounds", "rounds", order=20))
    register(Item("Home", "home", order=10))
    register(Item("Rounds", "rounds", order=20))
    assert links_for(VISITOR, "/about/") == [Link("Home", "/"), Link("Rounds", "/rounds/")]


def test_links_are_kept_from_whom_the_predicate_refuses() -> None:
    register(Item("Rounds", "rounds", predicate=is_officer))
    assert links_for(VISITOR, "/") == []
    assert links_for(SYSTEM, "/") == [Link("Rounds", "/rounds/")]


def test_links_without_an_address_are_left_out() -> None:
    register(Item("Later", "not-yet"))
    assert links_for(VISITOR, "/") == []


def test_links_keep_to_their_place() -> None:
    register(Item("About", "about", place=Place.FOOT))
    assert links_for(VISITOR, "/") == []
    assert links_for(VISITOR, "/", place=Place.FOOT) == [Link("About", "/about/")]


@pytest.mark.parametrize(
    ("at", "current", "exact"),
    [
        ("/", "/", "/"),
        ("/rounds/", "/rounds/", "/rounds/"),
        ("/rounds/7/", "/rounds/", None),
        ("/rounds/old/3/", "/rounds/old/", None),
        ("/roundsabout/", None, None),
    ],
)
def test_links_mark_the_nearest_above(at: str, current: str | None, exact: str | None) -> None:
    for name in ("home", "rounds", "old_rounds"):
        register(Item(name, name))
    links = links_for(VISITOR, at)
    assert [link.url for link in links if link.current] == ([current] if current else [])
    assert [link.url for link in links if link.exact] == ([exact] if exact else [])
