"""A list of partnerships from a file: found, planned, entered and taken out again."""

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from mosty.core.access import SYSTEM
from mosty.core.history import HistoryEntry
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.partnerships import domain
from mosty.partnerships.imports.kind import KIND
from mosty.partnerships.models import Partnership, ProgrammeTag, Report
from mosty.places.imports.commit import Overtaken, begin_writing, write_import
from mosty.places.imports.plan import Outcome, PlannedRow
from mosty.places.imports.storing import begin_import, fault_of, head_of, plan_import, rows_of
from mosty.places.imports.tables import Import
from mosty.places.imports.undoing import undo_import
from mosty.places.imports.undone import CannotUndo
from mosty.places.models import Name, Region
from mosty.places.naming import refresh
from tests.dumps import all_tables, differences
from tests.partnerships.world import report
from tests.people import Bodies, Cast, make_town

pytestmark = pytest.mark.django_db

HEAD = "ua_name,ua_name_uk,oblast,partner_name,country_iso2,programme,phase,theme,date,source"
PAGE = "https://www.example.org/pairs"
PAIR = f"Chuhuiv,Чугуїв,,Kuldīga,LV,bilateral,,culture,2022-06,{PAGE}"
OTHER = f"Korop,Короп,,Gulbene,LV,,,waste,2023,{PAGE}"
NOT_COMPARED = ("core.historyentry", "places.import", "places.importpart")


def lines(*rows: str, head: str = HEAD) -> bytes:
    return ("\n".join([head, *rows]) + "\n").encode()


def keep(content: bytes, name: str = "pairs.csv") -> Import:
    made = begin_import(ContentFile(content, name=name), by=SYSTEM, name=name, kind=KIND)
    plan_import(made, by=SYSTEM, progress=lambda _step, _share: None)
    made.refresh_from_db()
    return made


def write(import_: Import, *, with_doubtful: bool = False) -> Import:
    begin_writing(import_, by=SYSTEM, with_doubtful=with_doubtful)
    write_import(import_, by=SYSTEM)
    return import_


def counts(import_: Import) -> dict[str, int]:
    head = head_of(import_)
    assert head is not None
    return {key: count for key, count in head.counts.items() if count}


def rows(import_: Import, outcome: Outcome) -> list[PlannedRow]:
    return rows_of(import_, outcome, 1)


def problems(import_: Import, outcome: Outcome = Outcome.LEFT_OUT) -> list[tuple[str, ...]]:
    return [
        (problem.code, problem.field, problem.value, problem.hint)
        for row in rows(import_, outcome)
        for problem in row.problems
    ]


def undo(import_: Import, reason: str = "the wrong list") -> int:
    return undo_import(Import.objects.get(pk=import_.pk), by=SYSTEM, reason=reason)


def test_pairs_are_entered_with_what_the_source_says(bodies: Bodies) -> None:
    import_ = keep(lines(PAIR, OTHER))
    assert counts(import_) == {"create": 2}
    assert Partnership.objects.count() == 0
    write(import_)
    partnership = Partnership.objects.get(members=bodies.chuhuiv)
    assert set(partnership.members.all()) == {bodies.chuhuiv, bodies.kuldiga}
    told = partnership.reports.get()
    assert (told.source.url, told.since, str(told.about), told.note) == (
        PAGE, "2022-06", "culture", "",
    )  # fmt: skip
    assert (partnership.status, partnership.since, partnership.since_means) == (
        "reported", "2022-06", "",
    )  # fmt: skip
    assert import_.result["created"] == 2


def test_second_import_creates_nothing(bodies: Bodies) -> None:
    write(keep(lines(PAIR, OTHER)))
    again = keep(lines(PAIR, OTHER))
    assert counts(again) == {"same": 2}


def test_known_pair_gets_the_further_source_and_is_not_made_twice(bodies: Bodies) -> None:
    known = report(bodies.kuldiga, bodies.chuhuiv, url="https://earlier.example", since="2021")
    import_ = keep(lines(PAIR))
    assert counts(import_) == {"change": 1}
    assert rows(import_, Outcome.CHANGE)[0].organisation == known.pk
    write(import_)
    assert Partnership.objects.get() == known
    assert known.reports.count() == 2
    # Two sources of one new pair in one file.
    second = keep(lines(OTHER, OTHER.replace("2023", "2024"), OTHER))
    assert counts(second) == {"create": 1, "change": 1, "left_out": 1}
    assert problems(second) == [("pair_twice", "", "Korop – Gulbene", "2")]
    write(second)
    assert Partnership.objects.count() == 2
    assert Report.objects.count() == 4


def test_towns_are_found_by_former_names_other_spellings_and_codes(bodies: Bodies) -> None:
    Name.objects.create(organisation=bodies.kuldiga, text="Goldingen", language="de", use="former")
    by_code = f"{HEAD},ua_code,partner_code"
    codes = f"{bodies.chuhuiv.code},{bodies.kuldiga.code}"
    for row, head in (
        (PAIR.replace("Kuldīga", "Goldingen"), HEAD),
        (PAIR.replace("Kuldīga", "kuldiga"), HEAD),
        (PAIR.replace("Chuhuiv,Чугуїв", ",чугуїв"), HEAD),
        (f"{PAIR.replace('Kuldīga', 'Whatever').replace('Chuhuiv', 'Whoever')},{codes}", by_code),
    ):
        (planned,) = rows(keep(lines(row, head=head)), Outcome.CREATE)
        assert planned.code == f"{bodies.chuhuiv.code} · {bodies.kuldiga.code}"


def test_name_in_two_languages_is_found_by_either(bodies: Bodies) -> None:
    Name.objects.create(organisation=bodies.kuldiga, text="Lahti / Lahtis", language="und",
                        use="exonym")  # fmt: skip
    bodies.kuldiga.refresh_from_db()
    refresh(bodies.kuldiga)
    for name in ("Lahti", "Lahtis"):
        assert counts(keep(lines(PAIR.replace("Kuldīga", name)))) == {"create": 1}


def test_rows_whose_towns_are_not_found_are_named_and_do_not_stop_the_others(
    bodies: Bodies,
) -> None:
    import_ = keep(lines(PAIR, OTHER.replace("Gulbene", "Gulbene district")))
    assert counts(import_) == {"create": 1, "left_out": 1}
    found = problems(import_)
    assert found[0] == ("town_unknown", "partner_code", "Gulbene district", "LV")
    assert found[1][0] == "town_near"
    assert bodies.gulbene.code in found[1][2]
    assert import_.stage == "planned"
    wrong = keep(lines(f"{PAIR},UA99999999999999999", head=f"{HEAD},ua_code"))
    assert problems(wrong) == [("town_code", "ua_code", "UA99999999999999999", "")]


def test_name_of_several_towns_needs_the_oblast_or_a_code(bodies: Bodies) -> None:
    regions = [
        Region.objects.create(
            country_id="UA", code=code, classification="KATOTTG", name_en=f"{name} oblast",
            name_uk=f"{uk} область", sort_en=name,
        )
        for code, name, uk in (
            ("UA48000000000039575", "Mykolaiv", "Миколаївська"),
            ("UA59000000000057109", "Sumy", "Сумська"),
        )
    ]  # fmt: skip
    for number, region in enumerate(regions):
        make_town(
            f"UA4800000000000000{number}", "Mykolaivka", "Миколаївка", "Миколаївка",
            in_country="UA", lat=47.0, lon=32.0, population=1000, region=region,
        )  # fmt: skip
    row = f"Mykolaivka,,,Kuldīga,LV,,,,,{PAGE}"
    ((code, column, name, _hint),) = problems(keep(lines(row)))
    assert (code, column, name) == ("town_many", "ua_code", "Mykolaivka")
    for oblast in ("Sumy", "Сумська область"):
        (planned,) = rows(keep(lines(row.replace(",,,", f",,{oblast},", 1))), Outcome.CREATE)
        assert planned.code.startswith("UA48000000000000001 ")
    ((code, *_rest),) = problems(keep(lines(row.replace(",,,", ",,Lviv,", 1))))
    assert code == "town_elsewhere"


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (PAIR.replace(PAGE, ""), ("missing", "source")),
        (PAIR.replace(PAGE, "a newspaper"), ("address", "source")),
        (PAIR.replace("2022-06", "June"), ("date", "date")),
        (PAIR.replace(",LV,", ",XX,"), ("country_unknown", "country")),
        (PAIR.replace("Kuldīga", ""), ("missing", "partner_name")),
        (PAIR.replace("Chuhuiv,Чугуїв", ","), ("missing", "ua_name")),
        (PAIR.replace("Чугуїв", "Чугуiв"), ("mixed", "ua_name_uk")),
        (PAIR + ",more", ("cells", "")),
        (f"Chuhuiv,,,Chuhuiv,UA,,,,,{PAGE}", ("pair_of_one", "")),
    ],
)
def test_broken_rows_stop_the_file_and_say_why(
    bodies: Bodies, row: str, found: tuple[str, str]
) -> None:
    import_ = keep(lines(OTHER, row))
    assert import_.stage == "unusable"
    assert [each[:2] for each in problems(import_, Outcome.REFUSED)] == [found]
    assert Partnership.objects.count() == 0


def test_workbook_with_the_same_columns_is_read(bodies: Bodies) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in (["List of 2026"], HEAD.split(","), PAIR.split(",")):
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    assert counts(keep(out.getvalue(), "pairs.xlsx")) == {"create": 1}
    cut = keep(out.getvalue()[:2000], "pairs.xlsx")
    fault = fault_of(cut)
    assert (cut.stage, fault and fault.code) == ("unusable", "workbook")


def test_file_without_the_columns_says_which_are_needed(bodies: Bodies) -> None:
    fault = fault_of(keep(b"town,mayor\nx,y\n"))
    assert fault is not None
    assert "It needs at least ua_name (or ua_name_uk)" in fault.remedy


def test_programmes_become_tags_and_unknown_ones_stay_in_the_note(bodies: Bodies) -> None:
    tag = ProgrammeTag.objects.create(slug="bot", name=Text.of(en="Bridges of Trust"))
    words = "Bridges of Trust (CEMR/AUC/U-LEAD) | Comune adotta Comune"
    import_ = keep(lines(PAIR.replace("bilateral", words)))
    head = head_of(import_)
    assert head is not None
    assert [(one.code, one.value) for one in head.notices] == [
        ("programmes_unknown", "Comune adotta Comune")
    ]
    write(import_)
    partnership = Partnership.objects.get()
    assert list(partnership.tags.all()) == [tag]
    assert partnership.reports.get().note == "Comune adotta Comune"


def test_withdrawn_pair_is_entered_anew_only_when_asked(bodies: Bodies) -> None:
    gone = report(bodies.chuhuiv, bodies.kuldiga, url=PAGE)
    domain.withdraw_partnership(gone, reason="never was", by=SYSTEM)
    import_ = keep(lines(PAIR))
    assert counts(import_) == {"doubtful": 1}
    write(import_)
    assert Partnership.objects.get().status == "withdrawn"
    write(keep(lines(PAIR)), with_doubtful=True)
    assert Partnership.objects.filter(status="reported").count() == 1


def test_nothing_is_written_when_somebody_entered_the_pair_meanwhile(bodies: Bodies) -> None:
    import_ = keep(lines(PAIR, OTHER))
    report(bodies.chuhuiv, bodies.kuldiga, url="https://other.example")
    with pytest.raises(Overtaken) as caught:
        write(import_)
    assert [(row, what) for row, _code, what in caught.value.moved] == [(2, "pair")]
    assert Partnership.objects.count() == 1


def test_undo_puts_everything_back(bodies: Bodies) -> None:
    tag = ProgrammeTag.objects.create(slug="bot", name=Text.of(en="Bridges of Trust"))
    report(bodies.chuhuiv, bodies.kuldiga, url="https://earlier.example", since="2024")
    before = all_tables(but=NOT_COMPARED)
    import_ = write(keep(lines(PAIR.replace("bilateral", "Bridges of Trust"), OTHER)))
    assert Partnership.objects.get(members=bodies.chuhuiv).since == "2022-06"
    assert list(Partnership.objects.get(members=bodies.chuhuiv).tags.all()) == [tag]
    assert undo(import_) == 2
    assert differences(before, all_tables(but=NOT_COMPARED)) == []
    lines_ = HistoryEntry.objects.filter(reason="the wrong list").values_list("verb", flat=True)
    assert set(lines_) == {
        "places.import_undone", "partnerships.unimport", "partnerships.remove_report",
    }  # fmt: skip


def _note(partnership: Partnership) -> None:
    partnership.reports.update(note="by hand")


def _second(partnership: Partnership) -> None:
    report(*partnership.members.all(), url="https://second.example")


def _level(partnership: Partnership) -> None:
    Partnership.objects.filter(pk=partnership.pk).update(level=Level.STAFF)


def _themes(partnership: Partnership) -> None:
    partnership.themes.add("culture")


def _withdraw(partnership: Partnership) -> None:
    domain.withdraw_partnership(partnership, reason="over", by=SYSTEM)


def _gone(partnership: Partnership) -> None:
    partnership.delete()


@pytest.mark.parametrize("change", [_note, _second, _level, _themes, _withdraw, _gone])
def test_pair_that_somebody_worked_on_keeps_the_import_in(bodies: Bodies, change: Any) -> None:
    import_ = write(keep(lines(PAIR, OTHER)))
    change(Partnership.objects.get(members=bodies.chuhuiv))
    before = all_tables(but=NOT_COMPARED)
    with pytest.raises(CannotUndo) as caught:
        undo(import_)
    assert [row for row, _code, _file in caught.value.blocked] == [2]
    assert differences(before, all_tables(but=NOT_COMPARED)) == []


@pytest.mark.web
def test_pages_send_show_write_and_take_back(cast: Cast) -> None:
    client = cast.officer.client
    page = reverse("partnerships:imports")
    assert page in client.get(reverse("partnerships:list")).content.decode()
    assert "partner_name" in client.get(page).content.decode()
    file = SimpleUploadedFile("pairs.csv", lines(PAIR, OTHER.replace("Korop", "Nowhere")
                                                 .replace("Короп", "")))  # fmt: skip
    said = client.post(page, {"file": file}, follow=True).content.decode()
    for words in ("Chuhuiv – Kuldīga", "New partnerships", "1 report of a partnership is entered",
                  "List of partnerships"):  # fmt: skip
        assert words in said
    import_ = Import.objects.get()
    left_out = client.get(f"{import_.get_absolute_url()}?show=left_out").content.decode()
    assert "No municipality is called “Nowhere” (Ukraine), now or before" in left_out
    url = reverse("places:import_write", args=[import_.pk])
    said = client.post(url, {"sha256": import_.sha256}, follow=True).content.decode()
    assert "1 created, 0 changed, 0 the same." in said
    url = reverse("places:import_undo", args=[import_.pk])
    said = client.post(url, {"reason": "wrong"}, follow=True).content.decode()
    assert "Taken back: 1 row." in said
    assert Partnership.objects.count() == 0
    # It stands in the list of its own kind only.
    assert "pairs.csv" in client.get(page).content.decode()
    assert "pairs.csv" not in client.get(reverse("places:imports")).content.decode()


@pytest.mark.web
@pytest.mark.parametrize(
    ("name", "content"),
    [("pairs.xlsx", b"%PDF-1.7 " + b"x" * 3000), ("pairs.xlsx", lines(PAIR))],
)
def test_renamed_files_are_refused_at_the_door(cast: Cast, name: str, content: bytes) -> None:
    file = SimpleUploadedFile(name, content)
    said = cast.officer.client.post(reverse("partnerships:imports"), {"file": file})
    assert "its name says" in said.content.decode() or "says something else" in (
        said.content.decode()
    )
    assert Import.objects.count() == 0
