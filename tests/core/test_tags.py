"""Numbers, pages of a list, filters in force, names, initials."""

from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from mosty.core.context import initials
from mosty.core.templatetags.mosty import Filter, active_filters, number, page_numbers

pytestmark = pytest.mark.unit


class Narrow(forms.Form):
    q = forms.CharField(label="Search", required=False)
    country = forms.ChoiceField(
        label="Country", required=False, choices=[("", "All"), ("EU", [("CZ", "Czechia")])]
    )
    theme = forms.MultipleChoiceField(
        label="Theme", required=False, choices=[("h", "Health"), ("e", "Energy")]
    )
    free = forms.BooleanField(label="Without a partner", required=False)
    sort = forms.ChoiceField(label="Order", required=False, choices=[("name", "Name")])


def in_force(query: str) -> list[Filter]:
    request = RequestFactory().get(f"/places/?{query}")
    return active_filters(Context({"request": request}), Narrow(request.GET))


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (28500, None, "28,500"),
        (Decimal("7.25"), 1, "7.3"),
        (0.5, 2, "0.50"),
        ("28500", None, "28500"),
        (True, None, True),
        (None, None, None),
    ],
)
def test_number_follows_english(value: Any, places: int | None, shown: Any) -> None:
    with translation.override("en"):
        assert number(value, places) == shown


def test_number_follows_ukrainian() -> None:
    with translation.override("uk"):
        assert number(28500) == "28\xa0500"
        assert number(7.25, 1) == "7,3"


def test_page_numbers_leave_gaps() -> None:
    page = Paginator(range(400), 10).page(7)
    assert page_numbers(page) == [1, "…", 6, 7, 8, "…", 40]


def test_active_filters_say_what_narrows_and_the_address_without_it() -> None:
    assert in_force("q=Літо&country=CZ&theme=h&theme=e&free=on&page=3&sort=name") == [
        Filter("Search", "Літо", "?country=CZ&theme=h&theme=e&free=on&sort=name"),
        Filter("Country", "Czechia", without("country=CZ")),
        Filter("Theme", "Health", without("theme=h")),
        Filter("Theme", "Energy", without("theme=e")),
        Filter("Without a partner", "", without("free=on")),
    ]


def without(part: str) -> str:
    whole = "q=%D0%9B%D1%96%D1%82%D0%BE&country=CZ&theme=h&theme=e&free=on&sort=name"
    return "?" + "&".join(word for word in whole.split("&") if word != part)


def test_active_filters_of_the_last_one_lead_to_the_bare_address() -> None:
    assert in_force("q=x") == [Filter("Search", "x", "/places/")]


def test_active_filters_are_none_when_nothing_is_asked() -> None:
    assert in_force("q=&country=") == []
    request = RequestFactory().get("/")
    assert active_filters(Context({"request": request}), Narrow()) == []
    assert active_filters(Context({}), Narrow(QueryDict("q=x"))) == []


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ('{% name "Riga" %}', '<span class="name">Riga</span>'),
        (
            '{% name "Chortkiv" local="Чортків" lang="uk" country="UA" %}',
            '<span class="name">Chortkiv <span class="name-dot" aria-hidden="true">·</span> '
            '<span class="name-beside" lang="uk">Чортків</span> '
            '<abbr class="country">UA</abbr></span>',
        ),
        (
            '{% name sharp url="/x/" %}',
            '<span class="name"><a href="/x/">&lt;b&gt;</a></span>',
        ),
    ],
)
def test_name_shows_both_spellings_and_the_country(tag: str, shown: str) -> None:
    html = Template("{% load mosty %}" + tag).render(Context({"sharp": "<b>"}))
    assert " ".join(html.split()).replace(" </span>", "</span>") == shown


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Олена Коваль", "ОК"), ("officer", "O"), ("", "·"), ("Programme officer (1)", "PO")],
)
def test_initials_take_two_letters_at_most(name: str, letters: str) -> None:
    assert initials(name) == letters
