"""The municipalities of the demo against the registers, the map and each other."""

import json
import re
from functools import cache
from typing import Any

import pytest

from tests.demo.reading import SHARED, read_csv, read_shared, split, theme_slugs

SIDES = ["ua", "eu"]
EU_27 = set(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)
ROUGH_BOX = {"ua": (44.0, 52.5, 22.0, 40.3), "eu": (34.5, 70.2, -10.0, 34.7)}
TOOK_PART = {
    "bot-phase-1",
    "bot-phase-2",
    "bot-slovenia",
    "bot-ulead",
    "partner-of-bot-town",
    "auc-cemr",
    "cities4cities",
}


def towns(side: str) -> list[dict[str, str]]:
    return read_csv(f"municipalities_{side}.csv")


def participants(side: str) -> list[dict[str, str]]:
    return [row for row in towns(side) if row["participant"] == "1"]


@cache
def country_boxes() -> dict[str, list[tuple[float, float, float, float]]]:
    """For every country the box (south, north, west, east) of each of its pieces of land."""
    source = SHARED / "map-outlines" / "europe_countries_50m.geojson"
    if not source.exists():
        pytest.skip(f"{source} is not on this machine; places cannot be compared with outlines")
    boxes: dict[str, list[tuple[float, float, float, float]]] = {}
    for feature in json.loads(source.read_text(encoding="utf-8"))["features"]:
        shape: dict[str, Any] = feature["geometry"]
        pieces = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for piece in pieces:
            lons = [point[0] for point in piece[0]]
            lats = [point[1] for point in piece[0]]
            box = (min(lats), max(lats), min(lons), max(lons))
            boxes.setdefault(feature["properties"]["iso2"], []).append(box)
    return boxes


@pytest.mark.parametrize("side", SIDES)
def test_thirty_towns_take_part_on_each_side(side: str) -> None:
    assert len(participants(side)) == 30


def test_ten_associations_of_nine_countries_vouch_for_the_eu_towns() -> None:
    found = {(row["association"], row["country"]) for row in participants("eu")}
    assert found == {
        ("LPS", "LV"),
        ("ZMP", "PL"),
        ("TOOSZ", "HU"),
        ("SMOCR", "CZ"),
        ("FEMP", "ES"),
        ("EUDEL", "ES"),
        ("SOS", "SI"),
        ("SALAR", "SE"),
        ("AFCCRE", "FR"),
        ("AICCRE", "IT"),
    }
    assert {row["association"] for row in participants("ua")} == {"AUC"}


@pytest.mark.parametrize("side", SIDES)
def test_every_town_has_its_facts_with_source_and_year(side: str) -> None:
    rows = towns(side)
    assert len({row["code"] for row in rows}) == len(rows)
    for row in rows:
        where = row["code"]
        assert row["name"], where
        assert row["name_native"], where
        assert row["official_name"], where
        assert int(row["population"]) > 0, where
        assert row["population_source"], where
        assert row["data_source"], where
        assert row["source"].startswith("http"), where
        for column in ("population_year", "data_year", "source_year", "classification_year"):
            assert re.fullmatch(r"20[0-2]\d", row[column]), f"{where} {column}"
        assert row["area_km2"] == "" or float(row["area_km2"]) > 0, where
        assert set(split(row["profile"])) <= {"urban", "rural", "mountain", "coast", "border"}
        assert row["participant"] in {"0", "1"}, where
        assert row["former_unit"] in {"0", "1"}, where


@pytest.mark.parametrize("side", SIDES)
def test_what_is_not_stated_is_marked(side: str) -> None:
    for row in participants(side):
        assert row["association_basis"] in {"stated", "inferred", "illustrative"}
        assert row["name_uk"], row["code"]
        assert set(split(row["took_part"])) <= TOOK_PART, row["code"]
        in_the_programme = any(part.startswith("bot-phase") for part in split(row["took_part"]))
        assert in_the_programme or row["association_basis"] in {"illustrative", "stated"}
    for row in towns(side):
        if row["participant"] == "0":
            assert row["association"] == row["association_basis"] == "", row["code"]
        assert (row["former_unit"] == "1") <= ("reform of 1 July 2021" in row["note"]), row["code"]


@pytest.mark.parametrize("side", SIDES)
def test_most_participants_took_part_in_bridges_of_trust(side: str) -> None:
    programme = [row for row in participants(side) if "bot-" in row["took_part"]]
    assert len(programme) >= 28


@pytest.mark.parametrize("side", SIDES)
def test_places_lie_in_europe_and_in_their_country(side: str) -> None:
    south, north, west, east = ROUGH_BOX[side]
    boxes = country_boxes()
    for row in towns(side):
        lat, lon = float(row["lat"]), float(row["lon"])
        assert south <= lat <= north, row["code"]
        assert west <= lon <= east, row["code"]
        assert any(
            box[0] - 0.1 <= lat <= box[1] + 0.1 and box[2] - 0.1 <= lon <= box[3] + 0.1
            for box in boxes[row["country"]]
        ), row["code"]


def test_swapped_coordinates_would_be_seen() -> None:
    row = participants("ua")[0]
    south, north, _, _ = ROUGH_BOX["ua"]
    assert not south <= float(row["lon"]) <= north


def test_ukrainian_towns_equal_the_register() -> None:
    register = {row["katottg"]: row for row in read_shared("ua-hromadas/hromadas.csv")}
    for row in towns("ua"):
        known = register[row["code"]]
        assert row["country"] == "UA"
        assert row["code_system"] == "KATOTTG"
        assert row["population"] == known["population_2022"]
        assert (row["lat"], row["lon"]) == (known["lat"], known["lon"])
        assert row["region_code"] == known["oblast_code"]
        assert row["type"] == known["type"]
        if row["name_uk"] not in {"Київ", "Підгородне"}:
            assert row["name_uk"] == known["centre_uk"]
            assert row["name"] == known["centre_en"]
            assert row["official_name"] == known["full_name_uk"]


def test_eu_towns_equal_the_register() -> None:
    register = {row["gisco_id"]: row for row in read_shared("eu-lau/lau.csv")}
    regions = {row["nuts_code"]: row for row in read_shared("nuts-stats/nuts_regions.csv")}
    for row in towns("eu"):
        known = register[row["code"]]
        assert row["country"] == known["iso2"]
        assert row["country"] in EU_27
        assert row["code_system"] == "GISCO_ID"
        assert row["official_name"] == known["name"]
        assert row["population"] == known["population"]
        assert (row["lat"], row["lon"]) == (known["lat"], known["lon"])
        assert row["region_code"] == known["nuts3"]
        assert row["region"] == regions[known["nuts3"]]["name_latin"]


def test_names_belong_to_towns_of_the_demo_and_add_something() -> None:
    known = {row["code"]: row for side in SIDES for row in towns(side)}
    seen = set()
    for row in read_csv("names.csv"):
        town = known[row["code"]]
        assert row["municipality"] == town["name"]
        assert row["name"] not in {town["name"], town["name_native"], town["official_name"]}
        assert re.fullmatch(r"[a-z]{2}", row["language"])
        assert row["kind"] in {"short", "official", "former", "exonym", "transliteration"}
        assert row["source"]
        assert re.fullmatch(r"20[0-2]\d", row["source_year"])
        key = (row["code"], row["name"], row["language"], row["kind"])
        assert key not in seen
        seen.add(key)


@pytest.mark.parametrize(
    ("code", "former", "until"),
    [
        ("UA18080150000022496", "Novohrad-Volynskyi", "2022"),
        ("UA12100070000011492", "Новомосковськ", "2024"),
        ("UA46120130000026331", "Червоноград", "2024"),
        ("UA63100090000052019", "Первомайський", "2024"),
        ("UA63140110000087562", "Комсомольське", "2016"),
    ],
)
def test_renamed_towns_keep_their_former_name(code: str, former: str, until: str) -> None:
    found = [row for row in read_csv("names.csv") if (row["code"], row["name"]) == (code, former)]
    assert [(row["kind"], row["to_year"]) for row in found] == [("former", until)]


def test_searched_spellings_are_there() -> None:
    spellings = {row["name"] for row in read_csv("names.csv")}
    spellings |= {row["name"] for side in SIDES for row in towns(side)}
    spellings |= {row["name_uk"] for side in SIDES for row in towns(side)}
    wanted = {"Kuldīga", "Kuldiga", "Кулдіга", "Чугуїв", "Chuhuiv", "Chuguev", "Chuguyev"}
    wanted |= {"Novohrad-Volynskyi", "Zviahel", "Lwów", "Lemberg", "Львів"}
    assert wanted <= spellings


def test_partnerships_have_both_ends_and_keep_the_precision_of_their_date() -> None:
    left = {row["code"]: row["name"] for row in towns("ua")}
    right = {row["code"]: (row["name"], row["country"]) for row in towns("eu")}
    rows = read_csv("partnerships.csv")
    slugs = theme_slugs()
    lengths = {"": 0, "year": 4, "month": 7, "day": 10}
    assert [row["id"] for row in rows] == [f"p{n:03d}" for n in range(1, len(rows) + 1)]
    assert len({(row["left"], row["right"], row["programme"]) for row in rows}) == len(rows)
    for row in rows:
        assert left[row["left"]] == row["left_name"]
        assert right[row["right"]] == (row["right_name"], row["country"])
        assert set(split(row["theme_slugs"])) <= slugs, row["id"]
        assert (row["theme_mapping"] == "1") == bool(row["theme_slugs"]), row["id"]
        assert bool(row["theme_text"]) == bool(row["theme_text_uk"]), row["id"]
        assert re.fullmatch(r"|\d{4}(-\d{2}(-\d{2})?)?", row["date"]), row["id"]
        assert len(row["date"]) == lengths[row["date_precision"]], row["id"]
        assert bool(row["date"]) == bool(row["date_meaning"]), row["id"]
        assert row["source"].startswith("http"), row["id"]
        assert row["read"] == "2026-11"
        assert row["certainty"] in {"stated", "inferred"}
        assert (row["certainty"] == "inferred") <= bool(row["note"]), row["id"]
        assert set(split(row["phase"])) <= {"1", "2"}
        assert bool(row["phase"]) == ("bridges-of-trust" in split(row["programme"])), row["id"]


def test_every_municipality_is_there_for_a_reason() -> None:
    rows = read_csv("partnerships.csv")
    ends = {row["left"] for row in rows} | {row["right"] for row in rows}
    for side in SIDES:
        for row in towns(side):
            assert row["participant"] == "1" or row["code"] in ends, row["code"]


def test_list_of_partnerships_is_used_up() -> None:
    shared = read_shared("partnerships/partnerships.csv")
    taken = [row for row in read_csv("partnerships.csv") if row["row_in_list"]]
    left_out = [row for row in read_csv("left_out.csv") if row["row_in_list"]]
    numbers = [int(row["row_in_list"]) for row in [*taken, *left_out]]
    assert sorted(numbers) == list(range(1, len(shared) + 1))
    for row in taken:
        listed = shared[int(row["row_in_list"]) - 1]
        assert row["source"] == listed["source"]
        assert row["date"] == listed["date"]
        assert row["country"] == listed["country_iso2"]
    for row in read_csv("left_out.csv"):
        assert row["reason"]
        assert row["source"].startswith("http")
