"""The illustrative part of the demo: marked throughout, complete, and feasible."""

import re
from collections import Counter
from itertools import chain
from typing import Any

import pytest

from tests.demo.reading import read_csv, read_json, split, theme_slugs

CRITERIA = {"needs", "offers", "languages", "size", "distance", "contact"}


def profiles() -> list[dict[str, Any]]:
    return read_json("profiles.json")["profiles"]


def participants() -> dict[str, dict[str, str]]:
    rows = chain(read_csv("municipalities_ua.csv"), read_csv("municipalities_eu.csv"))
    return {row["code"]: row for row in rows if row["participant"] == "1"}


def entries() -> list[tuple[dict[str, Any], str, dict[str, Any]]]:
    return [
        (profile, kind, entry)
        for profile in profiles()
        for kind in ("needs", "offers")
        for entry in profile[kind]
    ]


def test_each_participant_has_one_profile() -> None:
    known = participants()
    assert [profile["municipality"] for profile in profiles()] == list(
        dict.fromkeys(profile["municipality"] for profile in profiles())
    )
    assert {profile["municipality"] for profile in profiles()} == set(known)
    for profile in profiles():
        assert profile["name"] == known[profile["municipality"]]["name"]


def test_everything_in_profiles_is_marked_illustrative() -> None:
    assert read_json("profiles.json")["illustrative"] is True
    for profile in profiles():
        assert profile["illustrative"] is True
    for _, _, entry in entries():
        assert entry["illustrative"] is True


def test_both_sides_need_and_offer() -> None:
    slugs = theme_slugs()
    for profile in profiles():
        assert 2 <= len(profile["needs"]) <= 4, profile["name"]
        assert 1 <= len(profile["offers"]) <= 4, profile["name"]
        for kind in ("needs", "offers"):
            themes = [entry["theme"] for entry in profile[kind]]
            assert len(set(themes)) == len(themes), profile["name"]
            assert set(themes) <= slugs, profile["name"]
            assert {entry["weight"] for entry in profile[kind]} <= {1, 2, 3}


def test_every_theme_is_needed_or_offered_and_met_across_the_bridge() -> None:
    used = {entry["theme"] for _, _, entry in entries()}
    assert used == theme_slugs()
    side = {code: row["country"] == "UA" for code, row in participants().items()}
    wanted = {
        (side[profile["municipality"]], entry["theme"])
        for profile, kind, entry in entries()
        if kind == "needs"
    }
    given = {
        (side[profile["municipality"]], entry["theme"])
        for profile, kind, entry in entries()
        if kind == "offers"
    }
    ukrainian = {theme for is_ukrainian, theme in wanted if is_ukrainian}
    european = {theme for is_ukrainian, theme in given if not is_ukrainian}
    # Nobody in the European Union claims to know better than Ukraine how to stand by veterans.
    assert ukrainian - european == {"veterans"}


def test_sentences_are_short_and_each_is_said_once() -> None:
    for language in ("en", "uk"):
        texts = [entry["text"][language] for _, _, entry in entries()]
        assert [text for text, times in Counter(texts).items() if times > 1] == []
        for text in texts:
            assert text.endswith("."), text
            assert len(text) <= 100, text
            assert text[0].isupper(), text
            assert not re.search(r"\d|!", text), text


def test_based_on_names_partnerships_of_the_town_with_that_theme() -> None:
    reported = {row["id"]: row for row in read_csv("partnerships.csv")}
    used = 0
    for profile, _, entry in entries():
        for key in entry["based_on"]:
            row = reported[key]
            assert profile["municipality"] in {row["left"], row["right"]}
            assert entry["theme"] in split(row["theme_slugs"])
            used += 1
    assert used >= 50


def test_languages_are_plausible_for_the_country() -> None:
    own = {
        "UA": "uk",
        "CZ": "cs",
        "ES": "es",
        "FR": "fr",
        "HU": "hu",
        "IT": "it",
        "LV": "lv",
        "PL": "pl",
        "SE": "sv",
        "SI": "sl",
    }
    known = participants()
    for profile in profiles():
        languages = profile["languages"]
        assert languages[0] == own[known[profile["municipality"]]["country"]]
        assert len(set(languages)) == len(languages)
        assert all(re.fullmatch(r"[a-z]{2}", language) for language in languages)


def test_round_stands_in_the_programme_and_is_marked() -> None:
    content = read_json("round.json")
    strands = read_json("programme.json")["strands"]
    phases = {(strand["slug"], phase["slug"]) for strand in strands for phase in strand["phases"]}
    assert (content["strand"], content["phase"]) in phases
    assert content["illustrative"] is True
    assert content["policy"]["illustrative"] is True
    for row in chain(content["left"], content["right"], content["quotas"]):
        assert row["illustrative"] is True


def test_round_has_thirty_towns_a_side_each_through_its_association() -> None:
    content = read_json("round.json")
    known = participants()
    for side, is_ukrainian in (("left", True), ("right", False)):
        codes = {row["municipality"] for row in content[side]}
        assert len(codes) == len(content[side]) == 30
        assert codes == {
            code for code, row in known.items() if (row["country"] == "UA") is is_ukrainian
        }
        for row in content[side]:
            assert row["association"] == known[row["municipality"]]["association"]
            assert 0 <= row["min"] <= row["max"] >= 1


def test_quotas_allow_thirty_pairs() -> None:
    content = read_json("round.json")
    members = Counter(row["association"] for row in chain(content["left"], content["right"]))
    quotas = {row["association"]: row for row in content["quotas"]}
    assert len(quotas) == len(content["quotas"])
    assert set(quotas) == set(members)
    for key, quota in quotas.items():
        assert 0 <= quota["min"] <= quota["max"] <= members[key]
    abroad = [row for key, row in quotas.items() if key != "AUC"]
    assert len(abroad) == 10
    assert sum(row["min"] for row in abroad) <= 30 <= sum(row["max"] for row in abroad)
    assert quotas["AUC"]["min"] <= 30 <= quotas["AUC"]["max"]


def test_policy_explains_every_criterion_and_adds_up() -> None:
    policy = read_json("round.json")["policy"]
    explained = [row["criterion"] for row in policy["criteria"]]
    assert set(explained) == CRITERIA
    for side in ("left", "right"):
        assert list(policy["weights"][side]) == explained
        assert sum(policy["weights"][side].values()) == 100
    assert policy["stages"] == ["size", "floor", "score"]


def test_earlier_contacts_are_reported_and_parted_from_what_came_later() -> None:
    content = read_json("round.json")
    reported = {row["id"]: (row["left"], row["right"]) for row in read_csv("partnerships.csv")}
    ours = {row["municipality"] for row in content["left"]}
    theirs = {row["municipality"] for row in content["right"]}
    both = chain(content["earlier_contacts"], content["reported_later"])
    keys = []
    for row in both:
        assert reported[row["partnership"]] == (row["left"], row["right"])
        keys.append(row["partnership"])
    among = [key for key, (left, right) in reported.items() if left in ours and right in theirs]
    assert sorted(keys) == among
    for row in content["earlier_contacts"]:
        assert row["source"].startswith("http")
        assert 2017 <= row["source_year"] <= 2023


@pytest.mark.parametrize("pair", [("Chuhuiv", "Kuldīga"), ("Polianytsia", "Polanica-Zdrój")])
def test_pairs_carried_over_from_the_pilot_are_earlier_contacts(pair: tuple[str, str]) -> None:
    contacts = read_json("round.json")["earlier_contacts"]
    assert pair in {(row["left_name"], row["right_name"]) for row in contacts}
