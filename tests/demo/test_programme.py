"""Bridges of Trust and its bodies: every date, aim and figure with its source."""

import re
from collections import Counter
from typing import Any

import pytest

from tests.demo.reading import read_csv, read_json, split

SIX_NAMED = {"LPS", "ZMP", "TOOSZ", "SMOCR", "FEMP", "EUDEL"}
FOUR_INFERRED = {"SOS", "SALAR", "AFCCRE", "AICCRE"}


def organisations() -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in read_csv("organisations.csv")}


def phases() -> dict[str, dict[str, Any]]:
    strands = read_json("programme.json")["strands"]
    return {phase["slug"]: phase for strand in strands for phase in strand["phases"]}


def figures(phase: dict[str, Any], part: str) -> dict[str, int]:
    return {row["key"]: row["value"] for row in phase[part]}


def test_organisations_have_names_and_source() -> None:
    rows = read_csv("organisations.csv")
    assert len({row["key"] for row in rows}) == len(rows)
    for row in rows:
        assert re.fullmatch(r"[A-Z]+(-[A-Z]+)*", row["key"])
        assert row["kind"] in {"network", "association", "institution", "donor"}
        assert re.fullmatch(r"[A-Z]{2}", row["country"])
        assert re.fullmatch(r"[a-z]{2}", row["native_language"])
        assert row["short_name"]
        assert row["name_en"]
        assert row["name_native"]
        assert re.search(r"[а-яєіїґ]", row["name_uk"])
        assert row["website"] == "" or row["website"].startswith("https://")
        assert row["source"].startswith("http")
        assert re.fullmatch(r"20[12]\d", row["source_year"])


def test_ten_associations_of_nine_countries_and_four_of_them_inferred() -> None:
    known = organisations()
    partners = [row for row in phases()["phase-2"]["partners"] if row["part"] == "association"]
    ten = {row["organisation"]: row["basis"] for row in partners if row["organisation"] != "AUC"}
    assert ten == dict.fromkeys(SIX_NAMED, "stated") | dict.fromkeys(FOUR_INFERRED, "inferred")
    assert Counter(known[key]["country"] for key in ten) == {
        "ES": 2,
        **dict.fromkeys(["LV", "PL", "HU", "CZ", "SI", "SE", "FR", "IT"], 1),
    }
    for key, basis in ten.items():
        assert known[key]["stated_or_inferred"] == basis
    for key in FOUR_INFERRED:
        assert "our inference" in known[key]["note"]


def test_phase_two_has_its_dates_and_targets() -> None:
    phase = phases()["phase-2"]
    chosen = {row["kind"]: row["date"] for row in phase["dates"] if row["chosen"]}
    assert chosen == {"start": "2022-11-01", "end": "2023-09-30"}
    assert figures(phase, "targets") == {
        "proposals": 10,
        "partnerships": 30,
        "municipalities": 60,
        "municipalities_ua": 30,
        "associations": 10,
        "countries_eu": 9,
    }
    # Two bodies count the same thing differently; both counts stand.
    counted = figures(phase, "reported")
    assert (counted["joint_projects"], counted["joint_proposals"]) == (15, 48)


@pytest.mark.parametrize("slug", ["phase-1", "phase-2", "edition-2024"])
def test_everything_said_of_a_phase_has_source_and_year(slug: str) -> None:
    phase = phases()[slug]
    for part in ("dates", "objectives", "targets", "reported", "milestones", "partners"):
        for row in phase[part]:
            assert row["source"].startswith("http"), part
            assert 2021 <= row["source_year"] <= 2026, part
    lengths = {"year": 4, "month": 7, "day": 10}
    for row in [*phase["dates"], *phase["milestones"]]:
        assert len(row["date"]) == lengths[row["precision"]]
    assert [row["order"] for row in phase["objectives"]] == list(
        range(1, len(phase["objectives"]) + 1)
    )
    milestones = [row["date"] for row in phase["milestones"]]
    assert milestones == sorted(milestones)


@pytest.mark.parametrize("slug", ["phase-1", "phase-2", "edition-2024"])
def test_partners_of_a_phase_are_known_and_one_leads(slug: str) -> None:
    known = organisations()
    partners = phases()[slug]["partners"]
    assert [row["part"] for row in partners].count("lead") == 1
    assert len({(row["organisation"], row["part"]) for row in partners}) == len(partners)
    for row in partners:
        assert row["organisation"] in known
        assert row["part"] in {"lead", "partner", "funder", "association", "observer"}
        assert row["basis"] in {"stated", "inferred"}


def test_tags_of_partnerships_are_explained_and_used() -> None:
    content = read_json("programme.json")
    strands = {strand["slug"] for strand in content["strands"]}
    tags = {tag["slug"]: tag for tag in content["tags"]}
    used = {tag for row in read_csv("partnerships.csv") for tag in split(row["programme"])}
    assert set(tags) == used
    for tag in content["tags"]:
        assert tag["strand"] is None or tag["strand"] in strands
        if tag["slug"] != "bilateral":
            assert tag["source"].startswith("http")
            assert 2021 <= tag["source_year"] <= 2026
