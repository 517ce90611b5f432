"""Eurostat's workbook: a sheet for each country, read as `lau.csv` is."""

from typing import Any

import pytest

from mosty.core.facts import Fact
from mosty.places.imports.plan import Outcome
from mosty.places.imports.problems import Unreadable
from mosty.places.models import Name, Organisation, Region
from tests.places import importing
from tests.places.importing import counts, rows
from tests.places.workbooks import LAU_HEAD, LAU_NAME, book, lau, plan, write

pytestmark = pytest.mark.django_db

KULDIGA = ("LV003", "0006010", "Kuldīgas novads", "KULDIGAS NOVADS", "NO", 27936, 2_505_400_000,
           "3", "NO", "no")  # fmt: skip
HAAPSALU = ("EE004", "0184", "Haapsalu linn", "Haapsalu linn", "no", 12883, 271_890_000, 2, "no",
            "yes")  # fmt: skip
ROANNE = ("FRK25", 42187, "Roanne", "Roanne", "no", 34000, "n.a.", 1, "no", "no")
BOURG = ("FRK21", 1053, "Bourg-en-Bresse", "Bourg-en-Bresse", "no", ":", None, 1, "no", "no")
AGIA = ("EL612", "19010101", "Αγιά", "Agia", "no", 3000, 1000000, 3, "no", "yes")
AJUDA = ("PT170", "110601", "Ajuda", "Ajuda", "no", 14000, 2880000, 1, "no", "no")


def test_units_of_all_sheets_are_made_with_figures_of_their_year() -> None:
    made = plan(lau(LV=[KULDIGA], EE=[HAAPSALU], FR=[ROANNE, BOURG]), LAU_NAME)
    assert (made.head.layout, counts(made)) == ("lau_workbook", {"create": 4})
    assert [(one.country, one.units) for one in made.head.countries] == [
        ("EE", 1), ("FR", 2), ("LV", 1),
    ]  # fmt: skip
    # The sheet of all countries is not read a second time, and that is said.
    assert [(one.code, one.value) for one in made.head.notices] == [("sheets_unread", "Combined")]
    write(lau(LV=[KULDIGA], EE=[HAAPSALU], FR=[ROANNE, BOURG]), LAU_NAME)
    body = Organisation.objects.get(code="LV_0006010")
    assert (body.standing, body.code_year, body.region.code if body.region else "") == (
        "current", "2024", "LV003",
    )  # fmt: skip
    facts = {
        (fact.kind, str(fact.number), fact.as_of, fact.source.key)
        for fact in Fact.objects.filter(organisation=body)
    }
    assert facts == {
        ("population", "27936", "2024", "eurostat-lau-2024"),
        ("area_km2", "2505.4", "2024", "eurostat-lau-2024"),
        ("degurba", "3", "2024", "eurostat-lau-2024"),
    }
    assert Organisation.objects.get(code="EE_0184").label_en == "Haapsalu"
    assert Organisation.objects.get(code="EE_0184").profile == ["urban", "coast"]


def test_codes_that_lost_their_zeros_get_them_back_and_gaps_are_no_figures() -> None:
    write(lau(FR=[ROANNE, BOURG]), LAU_NAME)
    assert set(Organisation.objects.values_list("code", flat=True)) == {"FR_42187", "FR_01053"}
    assert not Fact.objects.filter(organisation__code="FR_01053", kind="population").exists()


def test_second_import_changes_nothing() -> None:
    content = lau(LV=[KULDIGA], EE=[HAAPSALU])
    write(content, LAU_NAME)
    assert counts(plan(content, LAU_NAME)) == {"same": 2}


def test_newer_figures_are_shown_and_points_and_names_stay() -> None:
    importing.write(importing.lau(("EE_0184", "Haapsalu linn", 13127, 58.93, 23.52, "EE004")))
    body = Organisation.objects.get(code="EE_0184")
    Name.objects.create(organisation=body, text="Hapsal", language="en", use="exonym")
    write(lau(EE=[HAAPSALU]), LAU_NAME)
    body.refresh_from_db()
    assert (body.population, body.population_as_of) == (12883, "2024")
    assert (body.lat, body.lon) == (58.93, 23.52)
    assert Name.objects.filter(organisation=body, text="Hapsal", use="exonym").exists()
    assert Fact.objects.filter(organisation=body, kind="population").count() == 2


def test_new_code_of_the_same_name_in_the_same_region_is_doubtful() -> None:
    importing.write(importing.lau(("EE_0183", "Haapsalu linn", 13127, 58.93, 23.52, "EE004")))
    made = plan(lau(EE=[HAAPSALU]), LAU_NAME)
    (row,) = rows(made, Outcome.DOUBTFUL)
    assert [(one.code, one.hint) for one in row.problems] == [("twin", "EE_0183")]


def test_parishes_and_communities_are_left_out_and_told() -> None:
    made = plan(lau(EL=[AGIA], PT=[AJUDA], EE=[HAAPSALU]), LAU_NAME)
    assert counts(made) == {"create": 1}
    told = [(one.code, one.value) for one in made.head.notices if one.code == "left_out"]
    assert told == [("left_out", "PT"), ("left_out", "GR")]


def test_greek_region_keeps_eurostats_letters() -> None:
    made = plan(lau(CY=[("CY000", "1000", "Λευκωσία", "Lefkosia", "", 100, 1000000, 1, "", "")]),
                LAU_NAME)  # fmt: skip
    (row,) = rows(made, Outcome.CREATE)
    assert (row.code, row.country) == ("CY_G1", "CY")
    assert Region.objects.count() == 0


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        (("EE004", "0184", "", "", "no", 1, 1, 1, "no", "no"), "name", "missing"),
        (("EE004", "", "Haapsalu", "", "no", 1, 1, 1, "no", "no"), "gisco_id", "missing"),
        (("EE004", "0184", "Haapsalu", "", "no", "many", 1, 1, "", ""), "population", "number"),
        (("EE004", "0184", "Haapsalu", "", "no", 1, "wide", 1, "", ""), "area_km2", "number"),
        (("EE04", "0184", "Haapsalu", "", "no", 1, 1, 1, "no", "no"), "region", "region"),
        (("EE004", "0184", "Haapsalu", "", "no", 1, 1, 9, "no", "no"), "degurba", "choice"),
    ],
)
def test_broken_rows_are_told_with_row_and_country(row: Any, field: str, code: str) -> None:
    (refused,) = rows(plan(lau(EE=[(*HAAPSALU[:1], "0999", *HAAPSALU[2:]), row]), LAU_NAME),
                      Outcome.REFUSED)  # fmt: skip
    assert (refused.row, refused.country) == (3, "EE")
    assert [(one.field, one.code) for one in refused.problems] == [(field, code)]


def test_code_that_stands_twice_is_refused() -> None:
    (refused,) = rows(plan(lau(EE=[HAAPSALU, HAAPSALU]), LAU_NAME), Outcome.REFUSED)
    assert [one.code for one in refused.problems] == ["code_twice"]


def test_workbook_without_its_year_or_without_countries_is_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        plan(lau(EE=[HAAPSALU]), "eurostat.xlsx")
    assert caught.value.problem.code == "lau_year"
    with pytest.raises(Unreadable) as caught:
        plan(book({"Combined": [LAU_HEAD, HAAPSALU]}), LAU_NAME)
    assert caught.value.problem.code == "lau_sheets"
