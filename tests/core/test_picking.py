"""Choosing out of a register: search, tick, keep."""

import pytest
from django import forms
from django.http import QueryDict

from mosty.core.picking import PickField, is_search
from mosty.places.models import Organisation
from mosty.places.queries import search
from tests.people import Bodies

pytestmark = pytest.mark.django_db


class Choosing(forms.Form):
    name = forms.CharField()
    towns = PickField(
        rows=Organisation.objects.select_related("country", "region").filter(kind="municipality"),
        find=search.find,
        least=2,
        most=3,
    )
    body = PickField(
        rows=Organisation.objects.select_related("country", "region"),
        find=search.find,
        most=1,
        required=False,
    )


def filled(query: str) -> Choosing:
    return Choosing(QueryDict(query))


def test_search_draws_the_form_again_without_complaints(bodies: Bodies) -> None:
    form = filled(f"name=&towns={bodies.korop.pk}&towns_q=kuld&towns_find=1")

    assert is_search(form) is True
    html = form.as_div()
    assert f'name="towns" value="{bodies.korop.pk}" checked' in html
    assert f'name="towns" value="{bodies.kuldiga.pk}">' in html
    assert "Not saved yet" not in html
    assert "This field is required" not in html


def test_form_without_search_is_no_search(bodies: Bodies) -> None:
    form = filled("name=&towns_q=kuld")

    assert is_search(form) is False
    assert form.errors["towns"] == ["Search and tick at least one."]


def test_what_is_ticked_comes_in_its_order_and_once(bodies: Bodies) -> None:
    one, two = bodies.korop.pk, bodies.chuhuiv.pk
    form = filled(f"name=x&towns={one}&towns={two}&towns={one}&body={bodies.donor.pk}")

    assert form.is_valid()
    assert form.cleaned_data["towns"] == [bodies.korop, bodies.chuhuiv]
    assert form.cleaned_data["body"] == [bodies.donor]


def test_too_few_too_many_and_foreign_ones_are_refused(bodies: Bodies) -> None:
    towns = [bodies.korop, bodies.chuhuiv, bodies.kuldiga, bodies.gulbene]

    def faults(query: str) -> list[str]:
        return list(filled("name=x&" + query).errors.get("towns", []))

    assert faults(f"towns={bodies.korop.pk}") == ["Choose at least 2."]
    assert faults("&".join(f"towns={town.pk}" for town in towns)) == ["Choose at most 3."]
    gone = "One of those chosen is not in the register any more. Search for it again."
    assert faults(f"towns={bodies.korop.pk}&towns={bodies.donor.pk}") == [gone]
    assert faults(f"towns={bodies.korop.pk}&towns=99999") == [gone]
    # What is no number at all was never a choice.
    assert faults("towns=²&towns=1%27--") == ["Search and tick at least one."]


def test_search_that_finds_nothing_says_what_to_try(bodies: Bodies) -> None:
    form = filled("towns_q=nowhere&towns_find=1")

    assert is_search(form) is True
    assert "Nothing else was found under this name." in form.as_div()


def test_search_shows_the_first_and_says_that_there_are_more(bodies: Bodies) -> None:
    for number in range(20):
        Organisation.objects.create(
            kind="municipality", scheme="own", code=f"T{number}", label_en=f"Testing {number}",
            search_key=f" testing {number}", sort_en=f"testing {number:02}", sort_uk="",
        )  # fmt: skip
    form = filled("towns_q=testing&towns_find=1")

    assert is_search(form) is True
    html = form.as_div()
    assert html.count('type="checkbox"') == 12
    assert "The first that were found" in html
