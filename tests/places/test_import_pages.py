"""The import in the browser: send, look, write; only the secretariat, and never by looking."""

import csv
import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mosty.core.history import HistoryEntry
from mosty.core.jobs import WorkState
from mosty.places import jobs
from mosty.places.imports.storing import begin_import
from mosty.places.imports.tables import Import
from mosty.places.models import Organisation
from tests.people import Cast
from tests.places.importing import GULBENE, HEAD, KULDIGA, keep, lau, lines
from tests.places.workbooks import KHARKIV, SPECIAL, codifier

pytestmark = [pytest.mark.django_db, pytest.mark.web]

PAGE = "/municipalities/import/"
LVIV = "UA46060250000025047,Львів,UA,,,,,"
TALSI = "LV_9,Talsi,LV,9000,2021,Register,57.24,22.58"


def send(client: Client, content: str | bytes, name: str = "towns.csv", **more: Any) -> Any:
    kept = content.encode() if isinstance(content, str) else content
    data = {"file": SimpleUploadedFile(name, kept, content_type="text/csv"), **more}
    return client.post(PAGE, data, follow=True)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def newest() -> Import:
    return Import.objects.latest("pk")


def test_sending_a_file_shows_the_plan_and_writes_nothing(cast: Cast) -> None:
    before = Organisation.objects.count()
    response = send(cast.officer.client, lines(TALSI, LVIV).encode("cp1251"))
    assert response.redirect_chain == [(f"{PAGE}{newest().pk}/", 302)]
    page = text(response)
    for said in ("Windows-1251", "Waiting for you", "Talsi", "9,000 people (2021)", "Write it"):
        assert said in page
    assert newest().stage == "planned"
    assert Organisation.objects.count() == before


def test_writing_the_plan_makes_the_municipalities_and_says_so(cast: Cast) -> None:
    client = cast.officer.client
    send(client, lines(TALSI))
    import_ = newest()
    response = client.post(
        reverse("places:import_write", args=[import_.pk]), {"sha256": import_.sha256}, follow=True
    )
    assert "1 created, 0 changed, 0 the same." in text(response)
    assert Organisation.objects.get(code="LV_9").label_en == "Talsi"
    import_.refresh_from_db()
    assert (import_.stage, import_.work_state) == ("written", WorkState.DONE)
    entry = HistoryEntry.objects.get(verb="places.import_written")
    assert (entry.user, entry.object_label) == (cast.officer.user, "towns.csv")
    # A second click finds it done.
    again = client.post(
        reverse("places:import_write", args=[import_.pk]), {"sha256": import_.sha256}, follow=True
    )
    assert "Somebody was quicker" in text(again)
    assert Organisation.objects.filter(code="LV_9").count() == 1


def test_writing_another_plan_than_the_one_seen_is_refused(cast: Cast) -> None:
    client = cast.officer.client
    send(client, lines(TALSI))
    response = client.post(
        reverse("places:import_write", args=[newest().pk]), {"sha256": "0" * 64}, follow=True
    )
    assert "This is not the plan that you saw." in text(response)
    assert newest().stage == "planned"


def test_doubtful_rows_are_written_only_when_asked(cast: Cast) -> None:
    client = cast.officer.client
    content = lines("LV_0009999,Kuldīga,LV,,,,56.97,21.97")
    assert "The register has Kuldīga near by under another code" in text(send(client, content))
    import_ = newest()
    url = reverse("places:import_write", args=[import_.pk])
    response = client.post(url, {"sha256": import_.sha256}, follow=True)
    assert "0 created, 0 changed" in text(response)
    send(client, content)
    client.post(
        reverse("places:import_write", args=[newest().pk]),
        {"sha256": newest().sha256, "with_doubtful": "on"},
    )
    assert Organisation.objects.filter(code="LV_0009999").exists()


def test_refused_rows_are_shown_with_row_column_and_remedy(cast: Cast) -> None:
    page = text(send(cast.officer.client, lines("LV_1,Town,LV,,,,26.75,57.17", TALSI)))
    assert "Latitude and longitude are swapped: 26.75, 57.17 would lie outside Latvia." in page
    assert "Exchange the two columns lat and lon." in page
    assert "Mend the rows below" in page
    assert "Write it" not in page
    assert newest().stage == "unusable"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("town,mayor\nTalsi,x\n", "The first row names no known columns: town, mayor."),
        ('code,name\nLV_1,"open\n', "The quotation marks of row 2 do not match."),
        ("code,name\nLV_1,Düren\n".encode("cp1252"), "The letters of this file cannot be read"),
    ],
)
def test_file_that_cannot_be_taken_as_a_whole_says_why(
    cast: Cast, content: str | bytes, said: str
) -> None:
    assert said in text(send(cast.officer.client, content))
    assert newest().stage == "unusable"


def test_file_over_the_limit_is_refused_with_the_way_out(cast: Cast, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024
    page = text(send(cast.officer.client, lines(TALSI) + "x" * 2000))
    assert "at most 1.0 KB are taken here" in page
    assert "manage.py import_municipalities" in page
    assert Import.objects.count() == 0


def test_file_of_fifty_megabytes_is_refused_at_the_door(cast: Cast) -> None:
    content = lines(TALSI).encode() + b"LV_1,Town,LV,,,,,\n" * 3_000_000
    assert len(content) > 50_000_000
    assert "Split it" in text(send(cast.officer.client, content))
    assert Import.objects.count() == 0


def test_workbook_sent_as_csv_is_refused(cast: Cast) -> None:
    page = text(send(cast.officer.client, b"PK\x03\x04" + b"\x00" * 100))
    assert "is not what its name says. Send one of these: CSV, XLSX." in page


def test_codifier_is_sent_shown_and_written(cast: Cast) -> None:
    client = cast.officer.client
    page = text(send(client, codifier(*KHARKIV, *SPECIAL), name="codifier.xlsx"))
    assert "Codifier of Ukraine (KATOTTG)" in page
    import_ = newest()
    url = reverse("places:import_write", args=[import_.pk])
    said = text(client.post(url, {"sha256": import_.sha256}, follow=True))
    assert "3 created, 0 changed, 0 the same." in said
    page = text(send(client, codifier(*KHARKIV, *SPECIAL), name="codifier.xlsx"))
    assert newest().head["counts"] == {"same": 3}


def bomb() -> bytes:
    """A workbook that unpacks to a thousand times its size."""
    out = io.BytesIO(codifier(*KHARKIV))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet2.xml", b"0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("codifier.xlsx", b"%PDF-1.7 " + b"x" * 3000, "is not what its name says"),
        ("codifier.xlsx", lines(TALSI).encode(), "it is CSV"),
        ("towns.csv", codifier(*KHARKIV), "it is XLSX"),
        ("codifier.xlsx", bomb(), "is not what its name says"),
        ("codifier.xlsx", codifier(*KHARKIV)[:3000], "is not what its name says"),
        ("codifier.xlsx", b"x" * 21_000_000, "at most 20.0 MB are taken here"),
    ],
    ids=["PDF", "CSV as XLSX", "XLSX as CSV", "bomb", "cut off", "too large"],
)
def test_what_is_no_workbook_is_refused_at_the_door(
    cast: Cast, name: str, content: bytes, said: str
) -> None:
    assert said in text(send(cast.officer.client, content, name=name)).replace("\xa0", " ")
    assert Import.objects.count() == 0


def test_name_of_the_file_cannot_leave_its_folder(cast: Cast) -> None:
    send(cast.officer.client, lines(TALSI), name="../../../etc/громади <b>.csv")
    import_ = newest()
    assert "/" not in import_.file_name
    assert import_.file.name.startswith("imports/")
    assert ".." not in import_.file.name
    assert "<b>.csv" not in text(cast.officer.client.get(import_.get_absolute_url()))


def test_second_file_brings_the_groups(cast: Cast) -> None:
    content = lau(("PT_110601", "Ajuda", 15617, 38.7, -9.2, "PT170"))
    groups = (
        "group_id,iso2,group_code,name,name_from,members,population,area_km2,lat,lon,nuts3\n"
        "PT_G1106,PT,1106,Lisbon,GeoNames,24,552700,100.0,38.74157,-9.15154,PT170\n"
    )
    page = text(send(cast.officer.client, content))
    assert "1 rows of Portugal were left out" in page
    second = SimpleUploadedFile("groups.csv", groups.encode())
    page = text(send(cast.officer.client, content, groups=second))
    assert "Lisbon" in page
    assert "made of 24 rows" in page


def test_looking_changes_nothing(cast: Cast) -> None:
    import_ = keep(lines(TALSI))
    client = cast.officer.client
    before = (Organisation.objects.count(), HistoryEntry.objects.count())
    for name in ("import_write", "import_drop", "import_again"):
        assert client.get(reverse(f"places:{name}", args=[import_.pk])).status_code == 405
    client.get(import_.get_absolute_url())
    client.get(PAGE)
    import_.refresh_from_db()
    assert import_.stage == "planned"
    assert (Organisation.objects.count(), HistoryEntry.objects.count()) == before


def test_plan_shows_every_outcome_page_by_page(cast: Cast) -> None:
    many = [f"own-{number},Town {number},LV,,,,," for number in range(120)]
    import_ = keep(lines(*many, KULDIGA))
    client = cast.officer.client
    url = import_.get_absolute_url()
    first = text(client.get(url))
    assert "Town 0<" in first
    assert "Town 49<" in first
    assert "Town 50<" not in first
    last = text(client.get(url, {"show": "create", "page": 3}))
    assert "Town 119<" in last
    changed = text(client.get(url, {"show": "change"}))
    assert "Population, 2020-01-01" in changed
    assert "No row here" in text(client.get(url, {"show": "refused"}))
    assert "Town 0<" in text(client.get(url, {"show": "nonsense"}))


def test_rows_of_an_outcome_can_be_taken_away_as_a_file(cast: Cast) -> None:
    import_ = keep(lines(TALSI, "LV_2,=1+1,LV,,,,,"))
    client = cast.officer.client
    url = reverse("places:import_rows", args=[import_.pk, "create", "csv"])
    body = b"".join(client.get(url).streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    assert rows[0] == ["Row", "Code", "Name", "Country", "What"]
    assert rows[1][:4] == ["2", "LV_9", "Talsi", "LV"]
    assert rows[2][2] == "'=1+1"
    for wrong in ("create.pdf", "other.csv"):
        assert client.get(f"{import_.get_absolute_url()}{wrong}").status_code == 404


def test_kept_file_is_given_back_as_it_was_sent(cast: Cast) -> None:
    content = lines(TALSI).encode("utf-16")
    import_ = keep(content)
    response = cast.officer.client.get(reverse("places:import_file", args=[import_.pk]))
    assert b"".join(response.streaming_content) == content
    assert response["Content-Disposition"] == 'attachment; filename="towns.csv"'


def test_plan_can_be_dropped_and_made_again(cast: Cast) -> None:
    client = cast.officer.client
    send(client, lines(TALSI))
    first = newest()
    client.post(reverse("places:import_drop", args=[first.pk]))
    first.refresh_from_db()
    assert first.stage == "dropped"
    response = client.post(reverse("places:import_again", args=[first.pk]), follow=True)
    assert newest().pk != first.pk
    assert "Talsi" in text(response)
    assert newest().stage == "planned"


def test_overtaken_plan_says_what_had_changed(cast: Cast) -> None:
    client = cast.officer.client
    send(client, lines(TALSI))
    import_ = newest()
    Organisation.objects.create(kind="municipality", scheme="gisco", code="LV_9", label_en="X")
    response = client.post(
        reverse("places:import_write", args=[import_.pk]), {"sha256": import_.sha256}, follow=True
    )
    page = text(response)
    assert "Nothing was written" in page
    assert "this code has been taken meanwhile" in page
    assert "Make a new plan of this file" in page


def test_large_file_is_planned_in_the_background_with_progress(cast: Cast) -> None:
    content = lines(*(f"own-{number},Town {number},LV,,,,," for number in range(30_000)))
    assert len(content) > jobs.BYTES_AT_ONCE
    file = SimpleUploadedFile("many.csv", content.encode())
    import_ = begin_import(file, by=cast.officer.actor, name="many.csv")
    import_.begin_work("reading")
    import_.advance_work("comparing", 0.42)
    client = cast.officer.client
    page = text(client.get(import_.get_absolute_url()))
    assert "Comparing with the register" in page
    assert 'value="42" max="100"' in page
    assert "42&nbsp;%" in page
    part = client.get(f"{import_.get_absolute_url()}?part=progress", headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div class="progress"')
    # The worker takes it up again where another one was lost, and does it once.
    jobs.run_planning.enqueue(import_.pk, cast.officer.user.pk, "Officer")
    import_.refresh_from_db()
    assert (import_.stage, import_.work_state) == ("planned", WorkState.DONE)
    jobs.run_planning.enqueue(import_.pk, cast.officer.user.pk, "Officer")
    done = client.get(f"{import_.get_absolute_url()}?part=progress", headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == import_.get_absolute_url()


def test_background_jobs_may_run_twice(cast: Cast) -> None:
    client = cast.officer.client
    send(client, lines(TALSI, GULBENE))
    import_ = newest()
    client.post(reverse("places:import_write", args=[import_.pk]), {"sha256": import_.sha256})
    before = list(Organisation.objects.order_by("pk").values())
    jobs.run_writing.enqueue(import_.pk, cast.officer.user.pk, "Officer")
    jobs.run_planning.enqueue(import_.pk, cast.officer.user.pk, "Officer")
    assert list(Organisation.objects.order_by("pk").values()) == before
    import_.refresh_from_db()
    assert import_.stage == "written"


def test_list_leads_officers_to_the_import_and_nobody_else(cast: Cast) -> None:
    link = f'href="{PAGE}"'
    assert link in text(cast.officer.client.get("/municipalities/"))
    assert link not in text(cast.chuhuiv.client.get("/municipalities/"))
    assert link not in text(Client().get("/municipalities/"))


def test_import_pages_in_ukrainian_say_everything_in_ukrainian(cast: Cast) -> None:
    client = cast.officer.client
    client.cookies["django_language"] = "uk"
    page = text(send(client, lines("LV_1,Town,LV,,,,26.75,57.17", head=HEAD)))
    assert "Широту й довготу" in page or "Широта" in page
    assert "Латвія" in page
    assert "Cannot be taken" not in page


@pytest.mark.parametrize("count", [10, 1000])
def test_import_page_asks_few_queries(
    cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    import_ = keep(lines(*(f"own-{number},Town {number},LV,,,,," for number in range(count))))
    client = cast.officer.client
    with django_assert_max_num_queries(14):
        client.get(import_.get_absolute_url())


@pytest.mark.parametrize("count", [1, 30])
def test_list_of_imports_asks_few_queries(
    cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    for _number in range(count):
        keep(lines(TALSI))
    client = cast.officer.client
    with django_assert_max_num_queries(12):
        client.get(PAGE)
