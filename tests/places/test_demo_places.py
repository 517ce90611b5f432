"""The places of the demonstration as `load` leaves them."""

import csv
import json
from typing import Any

import pytest

from mosty.core.access import SYSTEM, VISITOR
from mosty.core.facts import Fact, FactKind
from mosty.places import demo
from mosty.places.domain import merging
from mosty.places.models import Affiliation, Kind, Name, Need, Offer, Organisation, Region
from mosty.places.queries import visible_to
from mosty.places.queries.over_time import over_time
from mosty.places.queries.register import Wanted, page_of
from mosty.places.queries.search import find
from tests.demo.reading import DEMO, read_csv

pytestmark = pytest.mark.django_db


def town(code: str) -> Organisation:
    return Organisation.objects.select_related("region", "country").get(code=code)


@pytest.fixture
def loaded() -> dict[str, int]:
    return demo.load(DEMO, by=SYSTEM)


def test_demo_places_bring_every_row_and_a_second_run_none(loaded: dict[str, int]) -> None:
    towns = read_csv("municipalities_ua.csv") + read_csv("municipalities_eu.csv")
    profiles = json.loads((DEMO / "profiles.json").read_text(encoding="utf-8"))["profiles"]
    entries = sum(len(row["needs"]) + len(row["offers"]) for row in profiles)
    assert loaded["bodies"] == len(read_csv("organisations.csv"))
    assert loaded["municipalities"] == len(towns)
    assert loaded["needs and offers"] == entries
    former = read_csv("successions.csv")
    assert loaded["former municipalities"] == len(former) == 2
    fictional = read_csv("fictional.csv")
    assert loaded["fictional bodies"] == len(fictional)
    invented = [row for row in fictional if row["kind"] == "municipality"]
    assert Organisation.objects.filter(kind=Kind.MUNICIPALITY).count() == sum(
        len(rows) for rows in (towns, former, invented)
    )
    assert set(demo.load(DEMO, by=SYSTEM).values()) == {0}


def test_demo_places_are_what_their_rows_say(loaded: dict[str, int]) -> None:
    chuhuiv = town("UA63140170000087785")
    assert (chuhuiv.label_en, chuhuiv.label_native, chuhuiv.label_uk) == (
        "Chuhuiv", "Чугуїв", "Чугуїв",
    )  # fmt: skip
    assert chuhuiv.region is not None
    assert str(chuhuiv.region) == "Kharkiv oblast"
    assert (chuhuiv.legal_form, chuhuiv.profile) == ("urban", ["urban"])
    kuldiga = town("LV_0620200")
    assert (kuldiga.label_en, kuldiga.label_uk, kuldiga.side) == ("Kuldīga", "Кулдіга", "eu")


def test_demo_figures_carry_source_and_date(loaded: dict[str, int]) -> None:
    facts = Fact.objects.filter(organisation__code="LV_0620200").select_related("source")
    population = facts.get(kind=FactKind.POPULATION)
    assert (population.as_of, population.is_chosen) == ("2020-01-01", True)
    assert (population.source.key, population.source.licence) == ("eurostat-lau-2020", "CC BY 4.0")
    assert "before the Latvian reform" in population.note
    kuldiga = town("LV_0620200")
    assert (kuldiga.population, kuldiga.population_as_of) == (population.number, "2020-01-01")
    vidin = Fact.objects.get(organisation__code="BG_VID09", kind=FactKind.POPULATION)
    assert vidin.as_of == "2011"
    real = Organisation.objects.filter(kind=Kind.MUNICIPALITY, is_illustrative=False)
    uncounted = real.filter(population=None)
    assert [body.label_en for body in uncounted] == []


def test_demo_former_municipalities_are_found_as_what_they_became(loaded: dict[str, int]) -> None:
    alsunga = town("LV_0624200")
    assert alsunga.standing == Organisation.Standing.FORMER
    for words in ("Alsunga", "Алсунга", "skrund"):
        (row,) = page_of(VISITOR, Wanted(q=words), number=1).rows
        assert row.organisation.label_en == "Kuldīga"
    became = over_time(alsunga, VISITOR).became
    assert [(row.kind, row.day, row.successor.code) for row in became] == [
        ("merged", "2021-07-01", "LV_0620200")
    ]
    assert became[0].source.publisher == "Saeima of the Republic of Latvia"


def test_demo_needs_and_offers_are_all_marked_as_illustrative(loaded: dict[str, int]) -> None:
    for model in (Need, Offer):
        assert model.objects.count() > 100
        assert model.objects.filter(is_illustrative=False).count() == 0
    need = Need.objects.filter(organisation__country="UA").first()
    assert need is not None
    assert need.text.record == "uk"
    assert set(need.text.wordings) == {"en", "uk"}
    offer = Offer.objects.filter(organisation__country="LV").first()
    assert offer is not None
    assert offer.text.record == "en"


def test_demo_affiliations_say_what_they_rest_on(loaded: dict[str, int]) -> None:
    rows = [
        row
        for side in ("ua", "eu")
        for row in read_csv(f"municipalities_{side}.csv")
        if row["association"]
    ]
    real = Affiliation.objects.filter(member__is_illustrative=False)
    assert real.count() == len(rows) >= 60
    for basis, marks in {
        "stated": (False, False), "inferred": (True, False), "illustrative": (False, True),
    }.items():  # fmt: skip
        wanted = {row["code"] for row in rows if row["association_basis"] == basis}
        inferred, illustrative = marks
        found = real.filter(is_inferred=inferred, is_illustrative=illustrative)
        assert {row.member.code for row in found.select_related("member")} == wanted
    assert not Affiliation.objects.filter(
        is_inferred=False, is_illustrative=False, source=None
    ).exists()


def test_demo_bodies_are_called_by_name_and_found_by_initials(loaded: dict[str, int]) -> None:
    auc = town("AUC")
    assert (auc.label_en, auc.label_native, auc.label_uk) == (
        "Association of Ukrainian Cities", "AUC", "Асоціація міст України",
    )  # fmt: skip
    assert town("LPS").kind == Kind.ASSOCIATION


def test_demo_regions_have_a_centre_among_their_towns(loaded: dict[str, int]) -> None:
    assert Region.objects.filter(lat=None).count() == 0
    region = Region.objects.get(code="UA63000000000041885")
    points = list(region.organisations.values_list("lat", "lon"))
    assert len(points) > 1
    assert min(lat for lat, _ in points) <= region.lat <= max(lat for lat, _ in points)
    assert min(lon for _, lon in points) <= region.lon <= max(lon for _, lon in points)


SPELLINGS = {
    "Kuldīga": "LV_0620200",
    "Kuldiga": "LV_0620200",
    "Goldingen": "LV_0620200",
    "Кулдіга": "LV_0620200",
    "Чугуїв": "UA63140170000087785",
    "Chuhuiv": "UA63140170000087785",
    "Chuguev": "UA63140170000087785",
    "Novohrad-Volynskyi": "UA18080150000022496",
    "Новоград-Волинський": "UA18080150000022496",
    "Zviahel": "UA18080150000022496",
    "Lwów": "UA46060250000025047",
    "Lemberg": "UA46060250000025047",
    "Львів": "UA46060250000025047",
}


def test_demo_towns_are_found_in_every_spelling(loaded: dict[str, int]) -> None:
    first = {
        query: find(visible_to(VISITOR), query).values_list("code", flat=True).first()
        for query in SPELLINGS
    }
    assert first == SPELLINGS


def test_demo_leaves_what_somebody_changed(loaded: dict[str, int]) -> None:
    chuhuiv = town("UA63140170000087785")
    chuhuiv.languages = ["uk"]
    chuhuiv.legal_form = "changed"
    chuhuiv.save()
    Need.objects.filter(organisation=chuhuiv).first().delete()  # type: ignore[union-attr]
    left = Need.objects.filter(organisation=chuhuiv).count()
    demo.load(DEMO, by=SYSTEM)
    chuhuiv.refresh_from_db()
    assert (chuhuiv.languages, chuhuiv.legal_form) == (["uk"], "changed")
    assert Need.objects.filter(organisation=chuhuiv).count() == left


def test_demo_loads_all_or_nothing(tmp_path: Any) -> None:
    for path in DEMO.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "names.csv").open("a", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerow(["XX_1", "Nowhere", "x", "en", "short", "", "", "x", ""])
    with pytest.raises(KeyError):
        demo.load(tmp_path, by=SYSTEM)
    assert Organisation.objects.count() == Name.objects.count() == 0


def test_demo_loaded_again_leaves_a_merged_record_merged(loaded: dict[str, int]) -> None:
    riga, ogre = town("LV_0010000"), town("LV_0740202")
    seen = merging.plan_merge(riga, ogre, by=SYSTEM).mark
    merger = merging.merge(riga, ogre, by=SYSTEM, reason="To try it.", seen=seen)
    assert set(demo.load(DEMO, by=SYSTEM).values()) == {0}
    assert not Organisation.objects.filter(code="LV_0740202").exists()
    assert merging.not_to_be_undone(merger) == []
