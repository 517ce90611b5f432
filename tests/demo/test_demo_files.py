"""What must hold of every file in demo/: both languages, clean letters, marks, sources."""

import re

import pytest
from tests.demo.reading import DEMO, mixed_words, read_json, read_shared, stray_letters, walk_texts

JSON_FILES = sorted(path.name for path in DEMO.glob("*.json"))
CSV_FILES = sorted(path.name for path in DEMO.glob("*.csv"))
CYRILLIC = re.compile(r"[А-ЯҐЄІЇа-яґєії]")


@pytest.mark.parametrize("name", JSON_FILES)
def test_texts_have_both_languages_and_differ(name: str) -> None:
    texts = list(walk_texts(read_json(name)))
    assert texts, f"{name} holds no text at all"
    for trail, text in texts:
        assert set(text) == {"en", "uk"}, f"{name}{trail}"
        assert text["en"].strip() == text["en"] != "", f"{name}{trail}"
        assert text["uk"].strip() == text["uk"] != "", f"{name}{trail}"
        assert text["en"] != text["uk"], f"{name}{trail}"
        assert CYRILLIC.search(text["uk"]), f"{name}{trail}"
        assert not CYRILLIC.search(text["en"]), f"{name}{trail}"


@pytest.mark.parametrize("name", JSON_FILES + CSV_FILES)
def test_words_never_mix_latin_and_cyrillic(name: str) -> None:
    text = (DEMO / name).read_text(encoding="utf-8")
    assert mixed_words(text) == []
    assert stray_letters(text) == []


@pytest.mark.parametrize("name", JSON_FILES + CSV_FILES)
def test_file_is_plain_utf8_and_described(name: str) -> None:
    content = (DEMO / name).read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    assert f"`{name}`" in (DEMO / "README.md").read_text(encoding="utf-8")


def test_mixed_word_is_seen() -> None:
    assert mixed_words("Чугуїв, Ky\u0457в, \u041aуїв, Kyiv") == ["Ky\u0457в"]
    assert stray_letters("Чугуїв i Кулдіга, Київ і Рига, Kyiv a Praha") == ["i"]


def test_themes_are_a_closed_ordered_list() -> None:
    themes = read_json("themes.json")["themes"]
    assert 20 <= len(themes) <= 28
    assert [theme["order"] for theme in themes] == list(range(1, len(themes) + 1))
    slugs = [theme["slug"] for theme in themes]
    assert len(set(slugs)) == len(slugs)
    for theme in themes:
        assert set(theme) == {"slug", "order", "name", "explanation", "sector"}
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", theme["slug"])
        assert theme["sector"]["mapping"] is True
    for language in ("en", "uk"):
        names = [theme["name"][language] for theme in themes]
        assert len(set(names)) == len(names)
        assert max(len(theme["explanation"][language]) for theme in themes) <= 90


def test_theme_sectors_are_active_dac_codes() -> None:
    rows = read_shared("iati-codelists/iati_codelists_2_03.csv")
    active = {
        row["code"]: row["name_en"]
        for row in rows
        if row["codelist"] == "Sector" and row["status"] == "active"
    }
    for theme in read_json("themes.json")["themes"]:
        assert theme["sector"]["name"] == active[theme["sector"]["code"]]


def test_people_are_roles_with_places() -> None:
    content = read_json("people.json")
    people = content["people"]
    assert content["illustrative"] is True
    assert [person["role"] for person in people].count("programme_officer") == 2
    assert {person["role"] for person in people} == {
        "programme_officer",
        "association_coordinator",
        "municipality_officer",
        "expert",
        "funder",
        "none",
    }
    assert len({person["key"] for person in people}) == len(people)
    for person in people:
        assert person["email"] == f"{person['key']}@example.org"
        assert person["illustrative"] is True
        assert person["language"] in {"en", "uk"}
