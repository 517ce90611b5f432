"""The official list from a file: what is planned, refused, left out, written and taken back."""

import csv
import io
import os
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from mosty.core.access import SYSTEM, NotAllowed
from mosty.core.history import HistoryEntry, history_of
from mosty.core.states import ReasonMissing, WrongState
from mosty.places import jobs
from mosty.places.domain.territory import change_status
from mosty.places.imports.commit import Overtaken, begin_writing, finish_writing, write_import
from mosty.places.imports.plan import Outcome
from mosty.places.imports.storing import begin_import, fault_of, head_of, rows_of
from mosty.places.imports.tables import Import
from mosty.places.imports.territory.layout import class_of
from mosty.places.imports.undoing import undo_import
from mosty.places.imports.undone import CannotUndo
from mosty.places.models import Organisation, TerritoryStatus
from mosty.places.queries.territory import in_force, status_on, today
from tests.demo.reading import SHARED
from tests.people import Bodies, Cast, country
from tests.places.territories import (
    ACT,
    ACTIVE,
    CHUHUIV,
    HEAD,
    KOROP,
    POSSIBLE,
    counts,
    faults,
    keep,
    lines,
    said,
    stand,
    status,
    write,
    write_kept,
)

pytestmark = pytest.mark.django_db

PAGE = "/municipalities/territory/import/"


def workbook(*rows: tuple[Any, ...], head: tuple[str, ...] = tuple(HEAD.split(","))) -> bytes:
    """A file as a spreadsheet program saves it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (head, *rows):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_rows_are_planned_and_written_as_shown(bodies: Bodies) -> None:
    import_ = keep(lines(ACTIVE, POSSIBLE))
    assert (import_.stage, counts(import_)) == ("planned", {"create": 2})
    assert TerritoryStatus.objects.count() == 0
    written = write_kept(import_)
    assert (written.created, written.changed) == (2, 0)
    assert stand() == [
        (CHUHUIV, "active", "2022-02-24", "2022-05-01", ACT),
        (KOROP, "possible", "2022-04-01", "", ACT),
    ]
    assert {row.source_import_id for row in TerritoryStatus.objects.all()} == {import_.pk}
    bodies.chuhuiv.refresh_from_db()
    assert bodies.chuhuiv.coarse_periods == [["2022-02-24", "2022-05-01"]]


def test_second_run_creates_nothing(bodies: Bodies) -> None:
    write(lines(ACTIVE, POSSIBLE))
    before = (stand(), HistoryEntry.objects.filter(object_type="places.organisation").count())
    again = keep(lines(ACTIVE, POSSIBLE))
    assert counts(again) == {"same": 2}
    written = write_kept(again)
    assert (written.created, written.changed) == (0, 0)
    again.refresh_from_db()
    assert again.result == {"created": 0, "changed": 0, "same": 2, "regions": 0}
    after = (stand(), HistoryEntry.objects.filter(object_type="places.organisation").count())
    assert after == before


def test_last_day_and_act_of_a_row_change_and_are_told_in_its_history(
    cast: Cast, bodies: Bodies
) -> None:
    write(lines(POSSIBLE))
    newer = f"{KOROP},Korop,possible hostilities,2022-04-01,2023-01-31,order 9"
    written = write(lines(newer), by=cast.officer.actor)
    assert (written.created, written.changed) == (0, 1)
    assert stand() == [(KOROP, "possible", "2022-04-01", "2023-01-31", "order 9")]
    entry = history_of(bodies.korop, cast.officer.actor).first()
    assert entry is not None
    assert (entry.verb, entry.user) == ("places.status_imported", cast.officer.user)
    assert entry.before == {"status possible 2022-04-01": ["", ACT]}
    assert entry.after == {"status possible 2022-04-01": ["2023-01-31", "order 9"]}


def test_empty_act_leaves_the_one_in_the_register(bodies: Bodies) -> None:
    write(lines(POSSIBLE))
    assert counts(keep(lines(f"{KOROP},,possible,2022-04-01,,"))) == {"same": 1}


def test_ukrainian_file_of_a_spreadsheet_is_understood(bodies: Bodies) -> None:
    head = ("Код", "Найменування", "Категорія", "Дата початку", "Дата завершення", "Акт")
    content = workbook(
        (CHUHUIV, "Чугуївська", "Території активних бойових дій",
         datetime.combine(date(2022, 2, 24), time()),
         date(2022, 5, 1), "наказ № 376"),
        (KOROP, "Коропська", "Можливі бойові дії", "01.04.2022", "-", "наказ № 376"),
        (CHUHUIV, "Чугуївська", "Тимчасово окуповані Російською Федерацією території України",
         "24.02.2022", "", ""),
        (None, None, None, None, None, None),
        head=head,
    )  # fmt: skip
    import_ = keep(content, name="перелік.xlsx")
    assert counts(import_) == {"create": 3}
    found = head_of(import_)
    assert found is not None
    assert (found.encoding, found.separator, found.layout) == ("XLSX", "", "territory")
    write_kept(import_)
    assert stand() == [
        (CHUHUIV, "active", "2022-02-24", "2022-05-01", "наказ № 376"),
        (CHUHUIV, "occupied", "2022-02-24", "", ""),
        (KOROP, "possible", "2022-04-01", "", "наказ № 376"),
    ]
    # The same as text in the encoding of Windows.
    text = (
        "Код;Клас;Дата початку;Дата завершення;Акт\n"
        f"{CHUHUIV};активні бойові дії;24.02.2022;01.05.2022;наказ № 376\n"
    )
    assert counts(keep(text.encode("cp1251"))) == {"same": 1}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Possible hostilities", "possible"),
        ("active hostilities, state electronic resources work", "services"),
        ("Активних бойових дій, на яких функціонують державні електронні інформаційні ресурси",
         "services"),
        ("ACTIVE", "active"),
        ("Тимчасово окуповані", "occupied"),
        ("not occupied", ""),
        ("деокупована", ""),
        ("hostilities", ""),
    ],
)  # fmt: skip
def test_class_is_understood_by_whole_words_only(words: str, kind: str) -> None:
    assert class_of(words) == kind


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (f"{CHUHUIV[:-1]}8,x,active,2022-02-24,,", ("", "body_unknown")),
        # The first two letters are Cyrillic.
        (f"{'UА'}{CHUHUIV[2:]},x,active,2022-02-24,,", ("code", "code_letters")),
        ("LV_0620200,Kuldīga,active,2022-02-24,,", ("code", "code_form")),
        (f"{CHUHUIV},x,quiet,2022-02-24,,", ("class", "class_unknown")),
        (f"{CHUHUIV},x,,2022-02-24,,", ("class", "missing")),
        (f"{CHUHUIV},x,active,,,", ("from", "missing")),
        (f"{CHUHUIV},x,active,2022-02-30,,", ("from", "day")),
        (f"{CHUHUIV},x,active,2022-02,,", ("from", "day")),
        (f"{CHUHUIV},x,active,0222-02-24,,", ("from", "day")),
        (f"{CHUHUIV},x,active,2022-02-24,later,", ("to", "day")),
        (f"{CHUHUIV},x,active,2022-02-24,2022-02-23,", ("to", "until_before")),
        (f"{CHUHUIV},x,active,2022-02-24,," + "a" * 301, ("act", "too_long")),
        # A settlement of Chuhuiv, and its raion: not kept, but no fault.
        ("UA63140110010013215,x,active,2022-02-24,,", ("", "not_hromada")),
        ("UA63140000000059432,x,active,2022-02-24,,", ("", "not_hromada_above")),
        # A settlement of a hromada that the register does not know.
        ("UA05020010010058853,x,active,2022-02-24,,", ("", "body_unknown")),
    ],
)  # fmt: skip
def test_bad_row_is_told_with_its_number_and_column(
    bodies: Bodies, row: str, fault: tuple[str, str]
) -> None:
    assert faults(lines(POSSIBLE, row)) == [(3, *fault)]


def test_row_that_cannot_be_taken_stops_the_file_and_nothing_is_lost(bodies: Bodies) -> None:
    write(lines(POSSIBLE))
    before = stand()
    import_ = keep(lines(ACTIVE, f"{KOROP},x,quiet,2022-02-24,,"))
    assert import_.stage == "unusable"
    with pytest.raises(WrongState):
        begin_writing(import_, by=SYSTEM)
    assert stand() == before


def test_settlements_are_left_out_with_the_reason_and_the_rest_is_written(bodies: Bodies) -> None:
    import_ = keep(lines(ACTIVE, "UA63140110010013215,x,active,2022-02-24,,"))
    assert counts(import_) == {"create": 1, "left_out": 1}
    (row,) = rows_of(import_, Outcome.LEFT_OUT, 1)
    assert row.problems[0].text == (
        "UA63140110010013215 is the code of a settlement; only hromadas are kept. "
        f"It belongs to Chuhuiv ({CHUHUIV})."
    )
    assert write_kept(import_).created == 1


def test_code_that_was_borne_before_and_one_of_another_body_say_so(bodies: Bodies) -> None:
    bodies.chuhuiv.names.create(
        text="UA63140110000099999", language="zxx", use="code", organisation=bodies.chuhuiv
    )
    assert faults(lines("UA63140110000099999,x,active,2022-02-24,,")) == [(2, "", "code_before")]
    Organisation.objects.filter(pk=bodies.korop.pk).update(kind="association")
    assert faults(lines(POSSIBLE)) == [(2, "", "body_other")]


def test_overlapping_rows_of_a_file_name_each_other(bodies: Bodies) -> None:
    content = lines(ACTIVE, POSSIBLE, f"{CHUHUIV},x,active,2022-05-01,,order 9")
    assert faults(content) == [(2, "", "overlap_file"), (4, "", "overlap_file")]
    assert said(content) == [
        "This row (2022-02-24 – 2022-05-01) overlaps row 4 (2022-05-01 – …).",
        "This row (2022-05-01 – …) overlaps row 2 (2022-02-24 – 2022-05-01).",
    ]
    # The same line twice is an overlap too.
    assert faults(lines(ACTIVE, ACTIVE)) == [(2, "", "overlap_file"), (3, "", "overlap_file")]


def test_row_that_overlaps_one_of_the_register_is_refused(bodies: Bodies) -> None:
    status(bodies.chuhuiv, "active", "2022-01-01", "2022-03-01", act="order 309")
    assert said(lines(ACTIVE)) == [
        "This row (2022-02-24 – 2022-05-01) overlaps a row of the register: "
        "2022-01-01 – 2022-03-01, order 309."
    ]


def test_file_that_ends_a_row_may_begin_the_next_one(bodies: Bodies) -> None:
    write(lines(f"{CHUHUIV},x,active,2022-02-24,,{ACT}"))
    import_ = keep(lines(ACTIVE, f"{CHUHUIV},x,active,2022-09-01,,{ACT}"))
    assert counts(import_) == {"change": 1, "create": 1}
    write_kept(import_)
    assert [row[2:4] for row in stand()] == [("2022-02-24", "2022-05-01"), ("2022-09-01", "")]


def test_rows_that_the_file_does_not_have_stay_and_are_counted(bodies: Bodies) -> None:
    write(lines(ACTIVE, POSSIBLE))
    import_ = keep(lines(ACTIVE))
    head = head_of(import_)
    assert head is not None
    assert [notice.code for notice in head.notices] == ["kept_besides"]
    assert head.notices[0].text == "1 rows of the register are not in this file."
    write_kept(import_)
    assert len(stand()) == 2


@pytest.mark.parametrize("moved", ["changed", "made", "overlapping", "gone"])
def test_nothing_is_written_when_the_list_moved_underneath(bodies: Bodies, moved: str) -> None:
    status(bodies.korop, "possible", "2022-04-01")
    import_ = keep(lines(ACTIVE, POSSIBLE.replace(",,", ",2023-01-01,")))
    if moved == "changed":
        row = TerritoryStatus.objects.get()
        change_status(row, by=SYSTEM, values={"until": date(2022, 12, 1)})
    elif moved == "made":
        status(bodies.chuhuiv, "active", "2022-02-24")
    elif moved == "overlapping":
        status(bodies.chuhuiv, "active", "2022-03-24")
    else:
        bodies.chuhuiv.delete()
    before = stand()
    begin_writing(import_, by=SYSTEM)
    assert finish_writing(import_, by=SYSTEM) is False
    import_.refresh_from_db()
    expected = {
        "changed": [3, KOROP, "status"], "made": [2, CHUHUIV, "status"],
        "overlapping": [2, CHUHUIV, "overlap"], "gone": [2, CHUHUIV, "body"],
    }  # fmt: skip
    assert (import_.stage, import_.result["moved"]) == ("stale", [expected[moved]])
    assert stand() == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"town,mayor\nTalsi,x\n", "territory_layout"),
        ("код,код,клас,дата початку\n".encode(), "twice_column"),
        (b"PK\x03\x04" + b"\x00" * 100, "workbook"),
        (workbook(head=("", "")), "empty"),
        (b'code,class,from\nUA1,"open\n', "quotes"),
    ],
)
def test_file_that_cannot_be_taken_as_a_whole_says_why(
    bodies: Bodies, content: bytes, code: str
) -> None:
    import_ = keep(content)
    fault = fault_of(import_)
    assert fault is not None
    assert (import_.stage, fault.code) == ("unusable", code)


# Taking back.


def test_undo_removes_exactly_what_the_import_made(cast: Cast, bodies: Bodies) -> None:
    officer = cast.officer.actor
    status(bodies.gulbene, "possible", "2022-01-01")
    status(bodies.korop, "possible", "2022-04-01")
    before = stand()
    import_ = keep(lines(ACTIVE, POSSIBLE.replace(f",,{ACT}", ",2023-01-31,order 9")), by=officer)
    write_kept(import_, by=officer)
    assert len(stand()) == 3
    with pytest.raises(ReasonMissing):
        undo_import(import_, by=officer, reason="")
    assert undo_import(import_, by=officer, reason="the file of another year") == 2
    assert stand() == before
    import_.refresh_from_db()
    assert import_.stage == "undone"
    bodies.chuhuiv.refresh_from_db()
    assert bodies.chuhuiv.coarse_periods == []
    entry = history_of(bodies.chuhuiv, officer).first()
    assert entry is not None
    assert (entry.verb, entry.reason) == ("places.status_undone", "the file of another year")
    assert entry.after == {"status active 2022-02-24": None}
    with pytest.raises(WrongState):
        undo_import(import_, by=officer, reason="again")
    # And it may be written once more.
    assert write(lines(ACTIVE)).created == 1


def test_undo_is_refused_while_a_later_import_stands_on_it(bodies: Bodies) -> None:
    first = keep(lines(ACTIVE, POSSIBLE), name="march.csv")
    write_kept(first)
    second = keep(lines(POSSIBLE.replace(",,", ",2023-01-31,")), name="june.csv")
    write_kept(second)
    before = stand()
    with pytest.raises(CannotUndo) as caught:
        undo_import(first, by=SYSTEM, reason="wrong")
    assert caught.value.blocked == [(3, KOROP, "june.csv")]
    assert (stand(), first.stage, Import.objects.get(pk=first.pk).stage) == (
        before, "written", "written",
    )  # fmt: skip
    undo_import(second, by=SYSTEM, reason="wrong")
    undo_import(first, by=SYSTEM, reason="wrong")
    assert stand() == []


def test_undo_is_refused_where_somebody_changed_a_row_or_took_its_room(bodies: Bodies) -> None:
    first = keep(lines(ACTIVE))
    write_kept(first)
    row = TerritoryStatus.objects.get()
    change_status(row, by=SYSTEM, values={"act": "order 9"})
    with pytest.raises(CannotUndo) as caught:
        undo_import(first, by=SYSTEM, reason="wrong")
    assert caught.value.blocked == [(2, CHUHUIV, "")]
    # One that shortened a row cannot go while another stands where the row was.
    status(bodies.korop, "possible", "2022-04-01")
    shortened = keep(lines(POSSIBLE.replace(",,", ",2022-06-01,")))
    write_kept(shortened)
    later = keep(lines(f"{KOROP},x,possible,2022-08-01,,{ACT}"), name="later.csv")
    write_kept(later)
    with pytest.raises(CannotUndo) as caught:
        undo_import(shortened, by=SYSTEM, reason="wrong")
    assert caught.value.blocked == [(2, KOROP, "later.csv")]


def test_list_is_taken_back_only_when_written_and_by_officers(cast: Cast) -> None:
    import_ = keep(lines(ACTIVE))
    with pytest.raises(WrongState):
        undo_import(import_, by=SYSTEM, reason="wrong")
    write_kept(import_)
    with pytest.raises(NotAllowed):
        undo_import(import_, by=cast.chuhuiv.actor, reason="wrong")
    Import.objects.filter(pk=import_.pk).update(kind="municipalities")
    with pytest.raises(WrongState):
        undo_import(Import.objects.get(pk=import_.pk), by=SYSTEM, reason="wrong")
    assert TerritoryStatus.objects.count() == 1


def test_plan_of_another_day_is_not_written_over_a_newer_one(bodies: Bodies) -> None:
    old = keep(lines(ACTIVE))
    write(lines(ACTIVE))
    begin_writing(old, by=SYSTEM)
    with pytest.raises(Overtaken):
        write_import(old, by=SYSTEM)


# The pages.


def send(client: Client, content: str | bytes, name: str = "list.csv") -> str:
    kept = content.encode() if isinstance(content, str) else content
    answer = client.post(PAGE, {"file": SimpleUploadedFile(name, kept)}, follow=True)
    return " ".join(answer.content.decode().split())


@pytest.mark.web
def test_officer_sends_looks_writes_and_takes_back(cast: Cast) -> None:
    client = cast.officer.client
    page = send(client, workbook(tuple(ACTIVE.split(","))), "list.xlsx")
    assert "Active hostilities from 24 February 2022" in page
    assert "1 row is written, all at once or not at all." in page
    import_ = Import.objects.latest("pk")
    url = reverse("places:import_write", args=[import_.pk])
    page = client.post(url, {"sha256": import_.sha256}, follow=True).content.decode()
    assert "1 created, 0 changed, 0 the same." in page
    assert "To the list of territories" in page
    assert len(stand()) == 1
    undo = reverse("places:import_undo", args=[import_.pk])
    assert "write the reason" in client.post(undo, {"reason": ""}, follow=True).content.decode()
    change_status(TerritoryStatus.objects.get(), by=SYSTEM, values={"act": "other"})
    page = client.post(undo, {"reason": "wrong"}).content.decode()
    assert "It cannot be taken back" in page
    assert "somebody by hand" in page
    change_status(TerritoryStatus.objects.get(), by=SYSTEM, values={"act": ACT})
    page = client.post(undo, {"reason": "wrong"}, follow=True).content.decode()
    assert "Taken back: 1 row." in page
    assert "Make a new plan of this file" in page
    assert stand() == []


@pytest.mark.web
def test_refused_rows_stand_on_the_page_and_in_its_file(cast: Cast) -> None:
    client = cast.officer.client
    page = send(client, lines(ACTIVE, "UA63140110010013215,Town,active,2022-02-24,,"))
    assert "Not kept here" in page
    import_ = Import.objects.latest("pk")
    url = reverse("places:import_rows", args=[import_.pk, "left_out", "csv"])
    body = b"".join(client.get(url).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(body)))
    assert rows[1][:3] == ["3", "UA63140110010013215", "Town"]
    assert "only hromadas are kept" in rows[1][4]


@pytest.mark.web
@pytest.mark.parametrize(
    ("name", "content", "said_there"),
    [
        ("list.csv", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "is not what its name says"),
        ("list.xlsx", b"%PDF-1.7 and so on", "is not what its name says"),
        ("list.xlsx", lines(ACTIVE).encode(), "it is CSV"),
        ("list.csv", workbook(tuple(ACTIVE.split(","))), "it is XLSX"),
        ("list.xlsx", b"PK\x03\x04" + b"\x00" * 100, "is not what its name says"),
        ("list.csv", b"", "empty"),
    ],
)
def test_file_that_lies_about_its_type_is_refused_at_the_door(
    cast: Cast, name: str, content: bytes, said_there: str
) -> None:
    assert said_there in send(cast.officer.client, content, name)
    assert Import.objects.count() == 0


@pytest.mark.web
def test_file_over_the_limit_is_refused_at_the_door(cast: Cast, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024
    page = send(cast.officer.client, lines(ACTIVE) + "x" * 2000)
    assert "This file has 2.1 KB; at most 1.0 KB are taken." in page
    assert Import.objects.count() == 0


@pytest.mark.web
def test_imports_of_both_kinds_stand_apart(cast: Cast) -> None:
    keep(lines(ACTIVE), name="territories.csv")
    client = cast.officer.client
    assert "territories.csv" in client.get(PAGE).content.decode()
    assert "territories.csv" not in client.get("/municipalities/import/").content.decode()


@pytest.mark.web
def test_large_list_is_planned_and_written_in_the_background(cast: Cast) -> None:
    content = lines(*(f"{KOROP},Korop,possible,{day},{day},{ACT}" for day in _days(2_100)))
    file = SimpleUploadedFile("many.csv", content.encode())
    import_ = begin_import(file, by=cast.officer.actor, name="many.csv", kind=Import.Kind.TERRITORY)
    jobs.run_planning.enqueue(import_.pk, cast.officer.user.pk, "Officer")
    import_.refresh_from_db()
    assert counts(import_) == {"create": 2_100}
    begin_writing(import_, by=cast.officer.actor)
    jobs.start_writing(import_, by=cast.officer.actor)
    import_.refresh_from_db()
    assert (import_.stage, TerritoryStatus.objects.count()) == ("written", 2_100)


def _days(count: int) -> list[str]:
    return [
        date.fromordinal(date(2015, 1, 1).toordinal() + 1 + n).isoformat() for n in range(count)
    ]


# The history of 2022 as a list in the layout.


@cache
def history() -> list[dict[str, str]]:
    """Rows of war_status_history.csv, where the shared data are."""
    path = Path(os.environ.get("MOSTY_DATA", SHARED), "ua-hromadas/war_status_history.csv")
    if not path.exists():
        pytest.skip(f"{path} is not on this machine; the history of 2022 cannot be read")
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


FREED = {"March-April": "2022-04-30", "September-October": "2022-10-31", "November": "2022-11-30"}


def as_list(rows: list[dict[str, str]]) -> str:
    """Made by us for the test, with days that only fit the months of the source: occupied since
    2014 or 2022, until freed; active hostilities where it was a war zone and not occupied."""
    made = []
    for row in rows:
        freed = FREED.get(row["deoccupation_date_minregion"], "")
        if row["occupied_before_2022"] == "1":
            made.append(f"{row['katottg']},,occupied,2014-04-07,,")
        elif row["status_sept_2022"] == "occupied" or freed:
            made.append(f"{row['katottg']},,occupied,2022-02-24,{freed},")
        if row["war_zone_2022_10_10"] == "1" and row["status_sept_2022"] != "occupied":
            made.append(f"{row['katottg']},,active,2022-04-27,,")
    return lines(*made)


def test_history_of_2022_is_imported_whole() -> None:
    rows = history()
    Organisation.objects.bulk_create(
        Organisation(
            kind="municipality", scheme="katottg", code=row["katottg"], country=country("UA"),
            label_en=row["katottg"], sort_en=row["katottg"], sort_uk=row["katottg"],
        )
        for row in rows
    )  # fmt: skip
    content = as_list(rows)
    # Counted in the source: 254 were occupied at some time, 160 lay in the war zone and were not.
    written = write(content)
    assert written.created == TerritoryStatus.objects.count() == 254 + 160
    assert counts(keep(content)) == {"same": 254 + 160}
    by_class = {
        kind: in_force(date(2022, 9, 1)).filter(kind=kind).count()
        for kind in ("active", "occupied")
    }
    assert by_class == {"active": 160, "occupied": 194}
    ids = list(Organisation.objects.values_list("pk", flat=True))
    counted = status_on(ids, date(2022, 9, 1)).values()
    assert sum(row.kind == "occupied" for row in counted) == 194
    coarse = Organisation.objects.exclude(coarse_periods=[])
    assert coarse.count() == TerritoryStatus.objects.values("organisation").distinct().count()
    assert status_on(ids, today()).keys() <= set(coarse.values_list("pk", flat=True))
