"""The ministry's codifier: what of it becomes a municipality, and what stays as it was."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from mosty.core.facts import Fact, Source
from mosty.places.imports.plan import Outcome
from mosty.places.imports.problems import Unreadable
from mosty.places.models import Name, Organisation, Region
from tests.places import importing
from tests.places.importing import counts, rows
from tests.places.workbooks import (
    ABOVE,
    ANDRIIVKA,
    CHUHUIV,
    CODIFIER_HEAD,
    KHARKIV,
    OBLAST,
    RAION,
    SPECIAL,
    TOWN,
    book,
    codifier,
    hromada,
    keep,
    plan,
    real_codifier,
    settlement,
    write,
)

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 11, 26, 10, tzinfo=UTC)
OLD = "UA18060170000084077"  # Zviahel, once Novohrad-Volynskyi


def names(code: str) -> set[tuple[str, str, str, str]]:
    found = Name.objects.filter(organisation__code=code)
    return set(found.values_list("text", "language", "use", "until"))


def faults(content: bytes) -> list[tuple[int, str, str]]:
    return [
        (row.row, problem.code, problem.value)
        for row in plan(content).rows(Outcome.REFUSED)
        for problem in row.problems
    ]


def test_hromada_is_made_with_centre_official_name_region_and_settlements() -> None:
    made = plan(codifier(*KHARKIV, *TOWN))
    assert counts(made) == {"create": 1}
    assert made.head.layout == "codifier"
    assert [(one.country, one.rows, one.units) for one in made.head.countries] == [("UA", 6, 1)]
    write(codifier(*KHARKIV, *TOWN))
    body = Organisation.objects.get(code=CHUHUIV)
    assert (body.label_uk, body.label_en, body.legal_form) == ("Чугуїв", "Chuhuiv", "urban")
    assert (body.scheme, body.country_id, body.kind) == ("katottg", "UA", "municipality")
    assert names(CHUHUIV) >= {
        ("Чугуїв", "uk", "short", ""),
        ("Чугуївська міська громада", "uk", "official", ""),
    }
    region = Region.objects.get(code=OBLAST)
    assert body.region == region
    assert (region.name_en, region.name_uk) == ("Kharkiv oblast", "Харківська область")
    fact = Fact.objects.get(organisation=body)
    assert (fact.kind, fact.value, fact.as_of) == ("settlements", 3, "2024-01-19")
    assert fact.source == Source.objects.get(key="katottg")


def test_cities_with_special_status_and_crimea_are_ukrainian_municipalities() -> None:
    write(codifier(*SPECIAL))
    found = {
        body.code[:4]: (body.label_en, body.country_id, body.region and body.region.name_en)
        for body in Organisation.objects.select_related("region")
    }
    assert found == {
        "UA01": ("Andriivka", "UA", "Autonomous Republic of Crimea"),
        "UA80": ("Kyiv", "UA", "Kyiv"),
        "UA85": ("Sevastopol", "UA", "Sevastopol"),
    }
    assert Organisation.objects.get(code=ANDRIIVKA).legal_form == "rural"
    assert ("місто Севастополь", "uk", "official", "") in names("UA85000000000065278")


def test_second_import_of_the_same_file_changes_nothing_even_later() -> None:
    content = codifier(*KHARKIV, *TOWN, *SPECIAL)
    with time_machine.travel(DAY, tick=False):
        write(content)
    assert counts(plan(content)) == {"same": 4}


def test_names_and_figures_that_the_codifier_does_not_know_stay() -> None:
    head = "code,name,name_latin,official_name,legal_form,population,population_year,source,lat,lon"
    row = (
        f"{CHUHUIV},Чугуїв,Chuguev by hand,Чугуївська селищна громада,settlement,37962,2022,"
        "Register,49.83578,36.68802"
    )
    importing.write(importing.lines(row, head=head))
    before = names(CHUHUIV)
    write(codifier(*KHARKIV, *TOWN))
    body = Organisation.objects.get(code=CHUHUIV)
    new = {name for name in names(CHUHUIV) - before if name[2] != "exonym"}
    assert (before - names(CHUHUIV), new) == (set(), set())
    assert (body.label_en, body.legal_form, body.population) == (
        "Chuguev by hand", "settlement", 37962,
    )  # fmt: skip
    assert (body.lat, body.lon) == (49.83578, 36.68802)


def renamed(short: str = "Звягель", adjective: str = "Звягельська") -> bytes:
    oblast, raion = "UA18000000000041385", "UA18060000000048001"
    return codifier(
        (oblast, None, None, None, None, "O", "Житомирська"),
        (oblast, raion, None, None, None, "P", "Звягельський"),
        hromada(OLD, adjective, oblast=oblast, raion=raion),
        (oblast, raion, OLD, "UA18060170010012345", None, "M", short),
    )


def test_renamed_hromada_is_a_planned_change_and_the_former_name_stays_with_its_day() -> None:
    write(renamed("Новоград-Волинський", "Новоград-Волинська"))
    body = Organisation.objects.get(code=OLD)
    source = Source.objects.get(key="katottg")
    Name.objects.create(
        organisation=body, text="Novohrad-Volynskyi", language="en", use="short", source=source
    )
    Name.objects.create(
        organisation=body, text="Zwiahel", language="pl", use="exonym", source=source
    )
    with time_machine.travel(DAY, tick=False):
        content = renamed()
        made = plan(content)
        assert counts(made) == {"change": 1}
        (row,) = rows(made, Outcome.CHANGE)
        assert {(change.what, change.key[0]) for change in row.changes} == {
            ("name_ended", "Новоград-Волинський"),
            ("name_ended", "Новоград-Волинська міська громада"),
            ("name_ended", "Novohrad-Volynskyi"),
            ("name", "Звягель"),
            ("name", "Звягельська міська громада"),
            ("name", "Zviahel"),
        }
        write(content)
    assert names(OLD) >= {
        ("Новоград-Волинський", "uk", "former", "2026-11-26"),
        ("Novohrad-Volynskyi", "en", "former", "2026-11-26"),
        ("Zwiahel", "pl", "exonym", ""),
        ("Звягель", "uk", "short", ""),
    }
    body.refresh_from_db()
    assert (body.label_uk, body.label_en) == ("Звягель", "Zviahel")
    assert counts(plan(renamed())) == {"same": 1}


def test_english_name_of_its_own_survives_a_renaming() -> None:
    write(renamed("Новоград-Волинський", "Новоград-Волинська"))
    body = Organisation.objects.get(code=OLD)
    kept = {"language": "en", "use": "short", "source": Source.objects.get(key="katottg")}
    Name.objects.create(organisation=body, text="Zvyahel by treaty", **kept)
    write(renamed())
    assert ("Zvyahel by treaty", "en", "short", "") in names(OLD)


def test_name_that_a_person_entered_is_not_ended() -> None:
    importing.write(importing.lines(f"{OLD},Місто людей,UA,,,,,"))
    write(renamed())
    assert ("Місто людей", "uk", "short", "") in names(OLD)


@pytest.mark.parametrize(
    ("rows_", "found"),
    [
        ([*KHARKIV, *TOWN, TOWN[1]], [(11, "code_twice", "UA63140170010012345")]),
        ([*KHARKIV, *TOWN, TOWN[0]], [(11, "code_twice", CHUHUIV)]),
        ([KHARKIV[0], TOWN[0]], [(6, "above_unknown", RAION)]),
        (
            [*KHARKIV, settlement("UA63140170010012345", "Чугуїв")],
            [(7, "above_unknown", CHUHUIV)],
        ),
        ([*KHARKIV, hromada("UA6314", "Чугуївська")], [(7, "code_form", "UA6314")]),
        ([*KHARKIV, hromada("UА63140170000087785", "Чугуївська")],
         [(7, "code_letters", "UА63140170000087785")]),
        ([*KHARKIV, hromada(CHUHUIV, "Чугуївськa")], [(7, "mixed", "Чугуївськa")]),
        ([*KHARKIV, hromada(CHUHUIV, "")], [(7, "missing", "")]),
        ([*KHARKIV, (OBLAST, RAION, CHUHUIV, None, None, "Ж", "Чугуївська")],
         [(7, "choice", "Ж")]),
        ([*KHARKIV, (OBLAST, RAION, CHUHUIV, None, None, None, "Чугуївська")],
         [(7, "missing", "")]),
        ([*KHARKIV, (OBLAST, RAION, CHUHUIV, None, None, "H", "Чугуївська", "x")],
         [(7, "cells", "8")]),
    ],
)  # fmt: skip
def test_broken_rows_are_told_with_their_number(
    rows_: list[Any], found: list[tuple[int, str, str]]
) -> None:
    assert faults(codifier(*rows_)) == found


def test_one_broken_row_keeps_all_from_being_written() -> None:
    import_ = keep(codifier(*KHARKIV, *TOWN, hromada("UA6314", "Друга")))
    assert import_.stage == "unusable"


def test_rows_may_stand_in_any_order() -> None:
    whole = [*KHARKIV, *TOWN]
    assert counts(plan(codifier(*reversed(whole)))) == {"create": 1}
    write(codifier(*reversed(whole)))
    assert Organisation.objects.get().label_uk == "Чугуїв"


def test_workbook_without_a_day_counts_no_settlements_and_says_so() -> None:
    made = plan(codifier(*KHARKIV, *TOWN, above="Кодифікатор"))
    assert [notice.code for notice in made.head.notices] == ["no_edition"]
    (row,) = rows(made, Outcome.CREATE)
    assert row.record
    assert row.record.facts == ()


def test_table_is_found_on_another_sheet_and_below_a_title() -> None:
    content = book(
        {
            "Зміст": [("Кодифікатор",)],
            "Дані": [(ABOVE,), CODIFIER_HEAD, *KHARKIV, *TOWN],
        }
    )
    assert counts(plan(content)) == {"create": 1}


@pytest.mark.parametrize(
    ("sheets", "problem"),
    [
        ({"Sheet": [("Місто", "Мер"), ("Чугуїв", "x")]}, "layout_book"),
        ({"Кодифікатор": [CODIFIER_HEAD[:6], *KHARKIV]}, "layout_book"),
        ({"Sheet": [()]}, "empty"),
        ({"Кодифікатор": [CODIFIER_HEAD, (OBLAST, None, None, None, None, "O", "=1+1")]},
         "formulas"),
    ],
)  # fmt: skip
def test_workbook_that_cannot_be_taken_says_why(sheets: dict[str, Any], problem: str) -> None:
    with pytest.raises(Unreadable) as caught:
        plan(book(sheets))
    assert caught.value.problem.code == problem


def test_workbook_that_is_cut_off_or_no_workbook_is_refused() -> None:
    content = codifier(*KHARKIV, *TOWN)
    for broken in (content[: len(content) // 2], content[:-30], b"PK\x03\x04" + b"x" * 500):
        with pytest.raises(Unreadable) as caught:
            plan(broken)
        assert caught.value.problem.code == "workbook"


def test_real_codifier_is_read_whole_and_a_second_time_changes_nothing() -> None:
    content = real_codifier()
    made = plan(content)
    (country,) = made.head.countries
    assert (country.rows, country.units, country.is_complete) == (31744, 1774, True)
    assert counts(made) == {"create": 1774}
    assert len(made.head.regions) == 27
    write(content)
    assert Organisation.objects.filter(code__startswith="UA01", country="UA").count() == 303
    assert counts(plan(content)) == {"same": 1774}
