"""The closed list of themes: complete in both languages, loaded, followed, and near to a slip."""

import json
import re
from typing import Any

import pytest

from mosty.core.search import sort_key
from mosty.places import themes
from mosty.places.models import Theme
from tests.demo.reading import mixed_words, read_shared


def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(themes.FILE.read_text(encoding="utf-8"))["themes"]
    return found


def test_themes_are_a_closed_ordered_list() -> None:
    assert 20 <= len(rows()) <= 28
    assert [row["order"] for row in rows()] == list(range(1, len(rows()) + 1))
    assert list(themes.listed()) == [row["slug"] for row in rows()]
    assert len(themes.listed()) == len(rows())
    for row in rows():
        assert set(row) == {"slug", "order", "name", "explanation", "sector"}
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", row["slug"])
        assert row["sector"]["mapping"] is True


@pytest.mark.parametrize("part", ["name", "explanation"])
def test_themes_say_all_in_both_languages(part: str) -> None:
    for row in rows():
        english, ukrainian = row[part]["en"], row[part]["uk"]
        assert not re.search(r"[\u0400-\u04ff]", english)
        assert re.search(r"[\u0400-\u04ff]", ukrainian)
        assert mixed_words(ukrainian) == []
        assert max(len(english), len(ukrainian)) <= 90
    for language in ("en", "uk"):
        said = [row[part][language] for row in rows()]
        assert len(set(said)) == len(said)


def test_theme_sectors_are_active_dac_codes() -> None:
    active = {
        row["code"]: row["name_en"]
        for row in read_shared("iati-codelists/iati_codelists_2_03.csv")
        if row["codelist"] == "Sector" and row["status"] == "active"
    }
    for row in rows():
        assert row["sector"]["name"] == active[row["sector"]["code"]]


@pytest.mark.django_db
def test_themes_stand_in_the_table_after_migrating() -> None:
    stored = {
        theme.slug: (theme.name_en, theme.name_uk, theme.about_en, theme.about_uk, theme.order)
        for theme in Theme.objects.all()
    }
    assert stored == {
        entry.slug: (entry.name_en, entry.name_uk, entry.about_en, entry.about_uk, entry.order)
        for entry in themes.listed().values()
    }


@pytest.mark.django_db
def test_load_themes_follows_the_file_and_writes_nothing_twice() -> None:
    assert themes.load_themes() == 0
    Theme.objects.filter(slug="water").update(name_en="Something else")
    Theme.objects.filter(slug="waste").delete()
    assert themes.load_themes() == 2
    assert Theme.objects.get(slug="water").name_en == themes.listed()["water"].name_en
    assert Theme.objects.get(slug="waste").sector == themes.listed()["waste"].sector
    assert themes.load_themes() == 0


@pytest.mark.parametrize(
    ("word", "slug"),
    [
        ("energi", "energy"),
        ("helth", "health"),
        ("shcools", "education"),
        ("Water", "water"),
        ("вода", "water"),
        ("молод", "youth"),
        ("Turism", "tourism"),
    ],
)
def test_nearest_theme_of_a_slip_is_the_one_meant(word: str, slug: str) -> None:
    assert themes.nearest(word)[0] == slug


def test_nearest_theme_of_nonsense_is_none() -> None:
    assert themes.nearest("xyzzy") == []


def test_sort_key_of_theme_names_has_no_two_alike() -> None:
    keys = {sort_key(row["name"]["uk"], "uk") for row in rows()}
    assert len(keys) == len(rows())
