"""What must hold of every file in demo/: both languages, clean letters, keys that meet."""

import re
from pathlib import Path

import pytest

from tests.demo.reading import (
    DEMO,
    THEMES,
    mixed_words,
    read_csv,
    read_json,
    read_shared,
    stray_letters,
    walk_texts,
)

FILES = sorted(path for path in DEMO.iterdir() if path.suffix in {".csv", ".json"})
JSON_FILES = [path for path in FILES if path.suffix == ".json"]
CYRILLIC = re.compile(r"[А-ЯҐЄІЇа-яґєії]")
ONLY_RUSSIAN = re.compile(r"[ЁЪЫЭёъыэ]")


@pytest.mark.parametrize("path", [*JSON_FILES, THEMES], ids=lambda path: path.name)
def test_texts_have_both_languages_and_differ(path: Path) -> None:
    texts = list(walk_texts(read_json(path)))
    assert texts, "no text at all"
    for trail, text in texts:
        assert set(text) == {"en", "uk"}, trail
        assert text["en"].strip() == text["en"] != "", trail
        assert text["uk"].strip() == text["uk"] != "", trail
        assert text["en"] != text["uk"], trail
        assert CYRILLIC.search(text["uk"]), trail
        assert not CYRILLIC.search(text["en"]), trail
        assert not ONLY_RUSSIAN.search(text["uk"]), trail


@pytest.mark.parametrize("path", [*FILES, THEMES], ids=lambda path: path.name)
def test_words_never_mix_latin_and_cyrillic(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert mixed_words(text) == []
    assert stray_letters(text) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_is_plain_utf8_and_described(path: Path) -> None:
    content = path.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    readme = (DEMO / "README.md").read_text(encoding="utf-8")
    assert f"\n| `{path.name}` |" in readme
    assert re.search(rf"^## .*{re.escape(path.name)}", readme, re.MULTILINE) or (
        f"`{path.name}` (" in readme
    )


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".csv"], ids=str)
def test_columns_are_described_and_counted(path: Path) -> None:
    rows = read_csv(path.name)
    readme = (DEMO / "README.md").read_text(encoding="utf-8")
    for column in rows[0]:
        assert f"`{column}`" in readme, f"{path.name}: {column} is not explained"
    assert re.search(rf"`{path.name}` \| .* \| {len(rows)} \|", readme)


def test_slips_that_nobody_sees_are_seen() -> None:
    assert mixed_words("Чугуїв, Ky\u0457в, \u041aуїв, Kyiv") == ["Ky\u0457в"]
    assert stray_letters("Чугуїв i Кулдіга, Київ і Рига, Kyiv a Praha") == ["i"]


def test_themes_are_a_closed_ordered_list() -> None:
    themes = read_json(THEMES)["themes"]
    assert 20 <= len(themes) <= 28
    assert [theme["order"] for theme in themes] == list(range(1, len(themes) + 1))
    slugs = [theme["slug"] for theme in themes]
    assert len(set(slugs)) == len(slugs)
    for theme in themes:
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
    for theme in read_json(THEMES)["themes"]:
        assert theme["sector"]["name"] == active[theme["sector"]["code"]]


def test_people_are_roles_with_places() -> None:
    content = read_json("people.json")
    people = content["people"]
    organisations = {row["key"]: row["kind"] for row in read_csv("organisations.csv")}
    fictional = {row["key"]: row["kind"] for row in read_csv("fictional.csv")}
    towns = {row["code"] for side in ("ua", "eu") for row in read_csv(f"municipalities_{side}.csv")}
    towns |= {key for key, kind in fictional.items() if kind == "municipality"}
    associations = {
        key for key, kind in {**organisations, **fictional}.items() if kind == "association"
    }
    assert content["illustrative"] is True
    assert [person["role"] for person in people if person.get("enters", True)] == [
        *["officer"] * 2,
        *["coordinator"] * 3,
        *["municipality"] * 6,
        *["expert"] * 3,
        "funder",
        None,
    ]
    assert len({person["key"] for person in people}) == len(people)
    for person in people:
        assert person["email"] == f"{person['key']}@example.org"
        assert person["illustrative"] is True
        assert person["language"] in {"en", "uk"}
        match person["role"]:
            case "coordinator":
                assert person["organisation"] in associations
            case "municipality":
                assert person["organisation"] in towns
            case None:
                assert person["organisation"] is None
            case _:
                assert person["organisation"] in organisations


def test_cast_holds_two_real_pairs() -> None:
    towns = {person["key"]: person["organisation"] for person in read_json("people.json")["people"]}
    reported = {(row["left"], row["right"]) for row in read_csv("partnerships.csv")}
    assert {
        (towns["officer-chuhuiv"], towns["officer-kuldiga"]),
        (towns["officer-pavlohrad"], towns["officer-novy-jicin"]),
    } <= reported
