"""A written import of municipalities is taken back: everything as it was, or nothing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mosty.core.access import SYSTEM, NotAllowed
from mosty.core.facts import Fact
from mosty.core.history import HistoryEntry, history_of
from mosty.core.jobs import WorkState
from mosty.core.states import ReasonMissing, WrongState
from mosty.core.texts import Text
from mosty.places import jobs
from mosty.places.domain.figures import choose_fact
from mosty.places.imports.commit import begin_writing, write_import
from mosty.places.imports.tables import Import, ImportPart
from mosty.places.imports.undoing import STEP, is_being_undone, undo_import
from mosty.places.imports.undone import CannotUndo
from mosty.places.models import Affiliation, Name, Need, Organisation, Region
from tests.dumps import all_tables, differences
from tests.people import Bodies, Cast
from tests.places import importing, workbooks
from tests.places.importing import GULBENE, HEAD, KULDIGA, keep, lines
from tests.places.workbooks import KHARKIV, TOWN, codifier

pytestmark = pytest.mark.django_db

# What an import and its undoing write anew.
NOT_COMPARED = ("core.historyentry", "places.import", "places.importpart")
FULL = (
    HEAD + ",name_latin,name_uk,official_name,former_names,region,region_name,legal_form,website,"
    "languages,profile,needs,offers,area_km2,standing"
)
OLD = (
    "LV_0620200,Kuldīga,LV,22028,2020-01-01,Register,56.96785,21.96817,,Кулдига,Kuldīgas dome,,"
    "LV003,LV003,town,https://old.example,lv,urban,water:1,energy:2,13,current"
)
NEW = (
    "LV_0620200,Kuldiga by the sea,LV,21000,2024,Other register,57.1,21.9,,Кулдиґа,"
    "Kuldīgas novads,Kuldīgas dome | Goldingen,LV005,Zemgale,district,https://new.example,lv | en,"
    "urban | coast,water:3 | energy,health:1,14,former"
)


def write(content: str) -> Import:
    import_ = keep(content)
    begin_writing(import_, by=SYSTEM, with_doubtful=True)
    write_import(import_, by=SYSTEM)
    return import_


def undo(import_: Import, reason: str = "the wrong file") -> int:
    return undo_import(Import.objects.get(pk=import_.pk), by=SYSTEM, reason=reason)


def blocked(import_: Import) -> list[tuple[int, str, str]]:
    with pytest.raises(CannotUndo) as caught:
        undo(import_)
    return caught.value.blocked


def test_everything_that_was_made_goes_and_nothing_else(bodies: Bodies) -> None:
    before = all_tables(but=NOT_COMPARED)
    import_ = write(lines(OLD.replace("LV_0620200", "LV_0777777"), head=FULL))
    assert differences(before, all_tables(but=NOT_COMPARED)) != []
    assert undo(import_) == 1
    assert differences(before, all_tables(but=NOT_COMPARED)) == []
    import_.refresh_from_db()
    assert import_.stage == "undone"


def test_everything_that_was_changed_is_exactly_as_before() -> None:
    write(lines(OLD, head=FULL))
    body = Organisation.objects.get()
    # A name in force that stands among the former ones already: it is taken away, and comes back.
    Name.objects.create(organisation=body, text="Kuldīgas dome", language="lv", use="former")
    before = all_tables(but=NOT_COMPARED)
    import_ = write(lines(NEW, head=FULL))
    body.refresh_from_db()
    assert (body.label_en, body.population, body.standing, body.website) == (
        "Kuldiga by the sea", 21000, "former", "https://new.example",
    )  # fmt: skip
    assert undo(import_) == 1
    now = all_tables(but=NOT_COMPARED)
    # The name that was taken away has a number of its own again; all else is the same row.
    assert [one.split(" ")[0] for one in differences(before, now)] == ["places.name"] * 2
    said = ("text", "language", "use", "since", "until", "source_id")
    values = [
        sorted(tuple(str(row[key]) for key in said) for row in dump["places.name"].values())
        for dump in (before, now)
    ]
    assert values[0] == values[1]


def test_codifier_is_taken_back_from_a_register_that_knew_better() -> None:
    importing.write(lines(f"{workbooks.CHUHUIV},Чугуєв,,37962,2022,Register,49.8,36.6", head=HEAD))
    Name.objects.update(source=Fact.objects.get().source)
    before = all_tables(but=NOT_COMPARED)
    import_ = workbooks.write(codifier(*KHARKIV, *TOWN))
    assert Organisation.objects.get().label_uk == "Чугуїв"
    assert Region.objects.count() == 1
    undo(import_)
    assert differences(before, all_tables(but=NOT_COMPARED)) == []


def test_history_says_who_took_it_back_and_why(cast: Cast) -> None:
    write(lines(KULDIGA.replace("22028", "1")))
    import_ = write(lines(KULDIGA.replace("2020-01-01", "2021-01-01")))
    officer = cast.officer.actor
    undo_import(import_, by=officer, reason=" another year ")
    body = Organisation.objects.get(code="LV_0620200")
    line = history_of(body, officer).first()
    assert line is not None
    assert (line.verb, line.reason, line.user) == (
        "places.organisation_restored", "another year", cast.officer.user,
    )  # fmt: skip
    assert (list(line.before.values()), list(line.after.values())) == ([["22028", True]], [None])
    whole = HistoryEntry.objects.get(verb="places.import_undone")
    assert (whole.object_label, whole.reason) == ("towns.csv", "another year")


def _rename(body: Organisation) -> None:
    Name.objects.filter(organisation=body, use="short").update(text="Kuldīga")


def _end(body: Organisation) -> None:
    Name.objects.filter(organisation=body, use="short").update(until="2026")


def _website(body: Organisation) -> None:
    Organisation.objects.filter(pk=body.pk).update(website="https://by.hand")


def _choose(body: Organisation) -> None:
    choose_fact(Fact.objects.get(organisation=body, as_of="2020-01-01", kind="population"),
                by=SYSTEM)  # fmt: skip


def _withdraw(body: Organisation) -> None:
    Fact.objects.filter(organisation=body, as_of="2024").update(
        is_chosen=False, withdrawn_reason="wrong"
    )


def _weigh(body: Organisation) -> None:
    Need.objects.filter(organisation=body, theme="water").update(weight=2)


def _delete(body: Organisation) -> None:
    body.delete()


@pytest.mark.parametrize("change", [_rename, _end, _website, _choose, _withdraw, _weigh, _delete])
def test_what_somebody_changed_since_keeps_it_from_happening(change: Any) -> None:
    write(lines(OLD, head=FULL))
    import_ = write(lines(NEW, GULBENE + "," * 14, head=FULL))
    change(Organisation.objects.get(code="LV_0620200"))
    before = all_tables(but=NOT_COMPARED)
    assert blocked(import_) == [(2, "LV_0620200", "")]
    assert differences(before, all_tables(but=NOT_COMPARED)) == []
    import_.refresh_from_db()
    assert import_.stage == "written"


def test_what_is_about_other_things_does_not_keep_it_from_happening() -> None:
    write(lines(OLD, head=FULL))
    import_ = write(lines(KULDIGA.replace("2020-01-01", "2021-01-01")))
    _website(Organisation.objects.get())
    assert undo(import_) == 1
    body = Organisation.objects.get()
    assert (body.website, body.population_as_of) == ("https://by.hand", "2020-01-01")


def _about(body: Organisation) -> None:
    Organisation.objects.filter(pk=body.pk).update(capacity=Text.of(en="two people"))


def _level(body: Organisation) -> None:
    Organisation.objects.filter(pk=body.pk).update(level="staff")


def _second_name(body: Organisation) -> None:
    Name.objects.create(organisation=body, text="Golding", language="de", use="exonym")


def _need(body: Organisation) -> None:
    Need.objects.create(organisation=body, theme_id="health", weight=1)


def _member(body: Organisation) -> None:
    union = Organisation.objects.create(kind="association", scheme="own", code="U", label_en="U")
    Affiliation.objects.create(member=body, association=union)


@pytest.mark.parametrize("change", [_about, _level, _second_name, _need, _member, _delete])
def test_made_body_that_somebody_worked_on_or_used_stays(change: Any) -> None:
    import_ = write(lines(KULDIGA, GULBENE))
    change(Organisation.objects.get(code="LV_0620200"))
    before = all_tables(but=NOT_COMPARED)
    assert blocked(import_) == [(2, "LV_0620200", "")]
    assert differences(before, all_tables(but=NOT_COMPARED)) == []


def test_later_import_is_named_and_taken_back_first() -> None:
    first = write(lines(KULDIGA))
    later = write(lines(KULDIGA.replace("2020-01-01", "2021-01-01")))
    Import.objects.filter(pk=later.pk).update(file_name="later.csv")
    assert blocked(first) == [(2, "LV_0620200", "later.csv")]
    undo(later)
    undo(first)
    assert Organisation.objects.count() == 0


def test_region_that_others_use_stays() -> None:
    region = "LV003,LV003"
    first = write(lines(f"{KULDIGA},{region}", head=HEAD + ",region,region_name"))
    write(lines(f"{GULBENE},{region}", head=HEAD + ",region,region_name"))
    undo(first)
    assert [region.code for region in Region.objects.all()] == ["LV003"]


def test_undo_needs_a_reason_a_right_and_what_was_kept(cast: Cast) -> None:
    import_ = write(lines(KULDIGA.replace("2020-01-01", "2021-01-01")))
    with pytest.raises(ReasonMissing):
        undo(import_, " ")
    with pytest.raises(NotAllowed):
        undo_import(import_, by=cast.chuhuiv.actor, reason="no")
    ImportPart.objects.filter(outcome="ledger").delete()
    with pytest.raises(WrongState):
        undo(import_)
    with pytest.raises(WrongState):
        undo(keep(lines(GULBENE)))


def test_of_two_who_undo_at_once_the_second_is_told() -> None:
    import_ = write(lines(KULDIGA))
    first, second = (Import.objects.get(pk=import_.pk) for _ in range(2))
    undo_import(first, by=SYSTEM, reason="one")
    with pytest.raises(WrongState):
        undo_import(second, by=SYSTEM, reason="two")
    assert HistoryEntry.objects.filter(verb="places.import_undone").count() == 1


def test_large_import_is_taken_back_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "ROWS_AT_ONCE", 0)
    import_ = write(lines(KULDIGA))
    _website(Organisation.objects.get())
    assert jobs.start_undoing(import_, by=SYSTEM, reason="wrong") is None
    import_.refresh_from_db()
    assert (import_.stage, import_.work_state) == ("written", WorkState.DONE)
    assert import_.result["blocked"] == [[2, "LV_0620200", ""]]
    Organisation.objects.update(website="")
    # Somebody else has just asked for it: a worker is about to begin.
    Import.objects.update(work_state=WorkState.WAITING, work_step=STEP)
    with pytest.raises(WrongState):
        jobs.start_undoing(import_, by=SYSTEM, reason="wrong")
    import_.refresh_from_db()
    assert is_being_undone(import_)
    asked = (import_.pk, None, "Mosty", "wrong")
    jobs.run_undoing.call(*asked)
    # A job that runs a second time finds the work done.
    jobs.run_undoing.call(*asked)
    import_.refresh_from_db()
    assert (import_.stage, import_.work_state) == ("undone", WorkState.DONE)
    assert Organisation.objects.count() == 0


@pytest.mark.web
def test_page_takes_back_and_says_what_stands_in_the_way(cast: Cast) -> None:
    import_ = write(lines(KULDIGA.replace("LV_0620200", "LV_0000001")))
    client: Client = cast.officer.client
    url = reverse("places:import_undo", args=[import_.pk])
    page = client.get(import_.get_absolute_url()).content.decode()
    assert url in page
    body = Organisation.objects.get(code="LV_0000001")
    website = body.website
    _website(body)
    said = client.post(url, {"reason": "wrong"}).content.decode()
    assert "It cannot be taken back" in said
    assert "LV_0000001" in said
    Organisation.objects.filter(pk=body.pk).update(website=website)
    said = client.post(url, {"reason": "wrong"}, follow=True).content.decode()
    assert "Taken back: " in said
    assert client.get(import_.get_absolute_url()).content.decode().count(url) == 0
