"""Two records of one body become one, and two again exactly as they were."""

import re
import threading
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.test import Client

from mosty.core import joining
from mosty.core.access import NotAllowed, Role
from mosty.core.facts import Fact, Source
from mosty.core.history import HistoryEntry
from mosty.core.publication import Level
from mosty.core.states import ReasonMissing
from mosty.core.texts import Text
from mosty.partnerships.models import Partnership
from mosty.people.models import Membership
from mosty.places import naming
from mosty.places.domain import (
    changes,
    entries,
    figures,
    merging,
    names,
    organisations,
    succession,
)
from mosty.places.domain.changes import Refused
from mosty.places.models import Affiliation, Merger, Name, Need, Organisation, Theme
from mosty.places.views import edit
from mosty.programmes.models import Participant
from tests.dumps import all_tables, differences
from tests.matching.making import make_phase
from tests.partnerships.world import report
from tests.people import Bodies, Cast, make_town

pytestmark = [pytest.mark.django_db, pytest.mark.web]

TWIN = "/municipalities/LV_9999999/"
KULDIGA = "/municipalities/LV_0620200/"
# What a merger and its undoing write anew.
WRITTEN = ("places.merger", "core.historyentry")


def twin_of(bodies: Bodies) -> Organisation:
    """A second record of Kuldīga, as somebody entered it by hand."""
    twin = make_town("LV_9999999", "Kuldiga", "Kuldīgas novads", "", in_country="LV",
                     lat=56.9, lon=21.9, population=22028)  # fmt: skip
    Name.objects.create(organisation=twin, text="Goldingen", language="de", use="exonym")
    naming.refresh(twin)
    return twin


def fill(bodies: Bodies, cast: Cast, twin: Organisation) -> None:
    """Everything that may hang on a body, on both records or on one."""
    kuldiga = bodies.kuldiga
    source = Source.objects.create(key="yearbook", title="Yearbook")
    for body, value in ((kuldiga, 23100), (twin, 22028)):
        Fact.objects.create(organisation=body, kind="population", value=value, is_chosen=True,
                            as_of="2020", source=source)  # fmt: skip
        Need.objects.create(organisation=body, theme_id="water", text=Text.of(en=f"{value}"))
        Affiliation.objects.create(member=body, association=bodies.latvian_association)
    Fact.objects.create(organisation=twin, kind="population", value=22500, as_of="2021",
                        source=source)  # fmt: skip
    Fact.objects.create(organisation=twin, kind="area_km2", value="1756.7", is_chosen=True,
                        as_of="2020", source=source)  # fmt: skip
    Need.objects.create(organisation=twin, theme_id="youth")
    Membership.objects.create(user=cast.kuldiga.user, organisation=twin, role=Role.MUNICIPALITY,
                              since="2022-01-01")  # fmt: skip
    Membership.objects.create(user=cast.stranger.user, organisation=twin, role=Role.MUNICIPALITY,
                              since="2022-01-01")  # fmt: skip
    report(bodies.chuhuiv, kuldiga, since="2022")
    report(bodies.chuhuiv, twin, url="https://example.org/other", since="2019")
    report(bodies.korop, twin, url="https://example.org/korop")
    phase = make_phase()
    for body in (kuldiga, twin):
        Participant.objects.create(phase=phase, organisation=body)
    Organisation.objects.filter(pk=twin.pk).update(website="https://www.kuldiga.lv")


def merge(cast: Cast, kept: Organisation, gone: Organisation, **values: Any) -> Merger:
    officer = cast.officer.actor
    kept.refresh_from_db()
    gone.refresh_from_db()
    plan = merging.plan_merge(kept, gone, by=officer)
    given = {"by": officer, "reason": "The same town, entered twice.", "seen": plan.mark}
    return merging.merge(kept, gone, **(given | values))


def key(*members: Organisation) -> str:
    return "-".join(str(pk) for pk in sorted(member.pk for member in members))


def words(client: Client, at: str) -> str:
    html = client.get(at).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_merge_moves_what_hangs_on_the_second_record(cast: Cast, bodies: Bodies) -> None:
    twin = twin_of(bodies)
    fill(bodies, cast, twin)
    merge(cast, bodies.kuldiga, twin)
    town = Organisation.objects.get(code="LV_0620200")
    assert not Organisation.objects.filter(code="LV_9999999").exists()
    assert (town.label_en, town.website) == ("Kuldīga", "https://www.kuldiga.lv")
    called = {(name.text, name.use) for name in town.names.all()}
    assert {("Kuldiga", "other"), ("Goldingen", "exonym"), ("LV_9999999", "code")} <= called
    assert [(fact.kind, int(fact.value), fact.is_chosen) for fact in town.facts.all()] == [
        ("area_km2", 1756, True), ("population", 23100, True), ("population", 22500, False),
    ]  # fmt: skip
    needs = {need.theme_id: str(need.text) for need in town.needs.all()}
    assert needs == {"water": "23100", "youth": ""}
    assert town.affiliations.count() == 1
    assert {row.user for row in town.memberships.all()} == {cast.kuldiga.user, cast.stranger.user}
    assert town.participations.count() == 1
    shared = Partnership.objects.filter(members=town).get(members_key=key(bodies.chuhuiv, town))
    assert (shared.reports.count(), shared.since) == (2, "2019")
    assert town.partnerships.count() == 2


def test_record_that_stays_keeps_its_labels_whichever_names_are_older(
    cast: Cast, bodies: Bodies
) -> None:
    twin = twin_of(bodies)
    uk = Name.objects.create(organisation=twin, text="Кульдига", language="uk", use="exonym")
    Name.objects.create(organisation=bodies.kuldiga, text="Кулдіга", language="uk", use="exonym")
    naming.refresh(bodies.kuldiga)
    before = [getattr(bodies.kuldiga, name) for name in ("label_en", "label_native", "label_uk")]
    merge(cast, bodies.kuldiga, twin)
    town = Organisation.objects.get(code="LV_0620200")
    assert [town.label_en, town.label_native, town.label_uk] == before
    uk.refresh_from_db()
    assert uk.use == "other"


def test_old_address_name_and_code_find_the_record_that_stayed(cast: Cast, bodies: Bodies) -> None:
    merge(cast, bodies.kuldiga, twin_of(bodies))
    response = Client().get(TWIN)
    assert (response.status_code, response["Location"]) == (301, KULDIGA)
    for query in ("Goldingen", "LV_9999999"):
        assert KULDIGA in Client().get("/municipalities/", {"q": query}).content.decode()


def test_merge_and_undo_give_back_every_row_as_it_was(cast: Cast, bodies: Bodies) -> None:
    twin = twin_of(bodies)
    fill(bodies, cast, twin)
    # Somebody has acted for the second record: history keeps for whom.
    HistoryEntry.objects.create(actor_name="-", acting_for=twin, verb="places.need_added",
                                object_type="places.organisation", object_id=twin.pk,
                                object_label="Kuldiga")  # fmt: skip
    before = all_tables(but=("places.merger",))
    merger = merge(cast, bodies.kuldiga, twin)
    assert len(differences(before, all_tables(but=("places.merger",)))) > 15
    back = merging.undo_merge(merger, by=cast.officer.actor, reason="Two towns after all.")
    assert back.pk == twin.pk
    after = all_tables(but=("places.merger",))
    entries = after["core.historyentry"]
    new = [entries.pop(key) for key in list(entries) if key not in before["core.historyentry"]]
    assert differences(before, after) == []
    assert sorted(entry["verb"] for entry in new) == [
        "places.merge_undone", "places.merge_undone", "places.merged", "places.merged_away",
    ]  # fmt: skip
    assert merging.undo_merge(merger, by=cast.officer.actor, reason="Twice.").pk == twin.pk


def test_plan_changes_nothing_and_is_what_is_done(cast: Cast, bodies: Bodies) -> None:
    twin = twin_of(bodies)
    fill(bodies, cast, twin)
    before = all_tables(but=("sessions.session",))
    said = words(cast.officer.client, f"{TWIN}merge/?into=LV_0620200")
    after = all_tables(but=("sessions.session",))
    after["people.user"] = before["people.user"]  # signing in notes its time
    assert differences(before, after) == []
    assert "Needs 1 Youth" in said
    assert "stands there already, and stays: Water and wastewater" in said
    assert "Website https://www.kuldiga.lv taken over" in said
    twin.refresh_from_db()
    plan = merging.plan_merge(bodies.kuldiga, twin, by=cast.officer.actor)
    ledger = merge(cast, bodies.kuldiga, twin).ledger
    assert {(line["model"], line["pk"]) for line in ledger["moved"]} == {
        step.key for step in plan.steps if not step.is_laid_aside
    } | {("places.organisation", bodies.kuldiga.pk)}
    assert len(ledger["laid_aside"]) == sum(step.is_laid_aside for step in plan.steps)


def test_merge_of_a_changed_record_is_refused(cast: Cast, bodies: Bodies) -> None:
    twin = twin_of(bodies)
    seen = merging.plan_merge(bodies.kuldiga, twin, by=cast.officer.actor).mark
    Need.objects.create(organisation=twin, theme_id="youth")
    with pytest.raises(Refused, match="has changed since you looked"):
        merge(cast, bodies.kuldiga, twin, seen=seen)
    with pytest.raises(ReasonMissing):
        merge(cast, bodies.kuldiga, twin, reason=" ")
    with pytest.raises(NotAllowed):
        merge(cast, bodies.kuldiga, twin, by=cast.kuldiga.actor)


def test_merge_never_makes_a_record_more_public(cast: Cast, bodies: Bodies) -> None:
    twin = twin_of(bodies)
    Organisation.objects.filter(pk=twin.pk).update(
        level=Level.STAFF, level_reason="Hidden for a reason", precision="withheld",
        precision_reason="Near the front",
    )  # fmt: skip
    twin.refresh_from_db()
    said = words(cast.officer.client, f"{TWIN}merge/?into=LV_0620200")
    assert "Who may see it: Secretariat only. Hidden for a reason" in said
    merge(cast, bodies.kuldiga, twin)
    town = Organisation.objects.get(code="LV_0620200")
    assert (town.level, town.precision) == ("staff", "withheld")
    assert Client().get(KULDIGA).status_code == 404


def test_merge_refuses_what_cannot_be_one(cast: Cast, bodies: Bodies) -> None:
    twin, officer = twin_of(bodies), cast.officer.actor

    def obstacles(one: Organisation, other: Organisation) -> str:
        return " ".join(map(str, merging.plan_merge(one, other, by=officer).obstacles))

    assert "same record" in obstacles(twin, twin)
    assert "different countries: Ukraine and Latvia" in obstacles(bodies.chuhuiv, twin)
    assert "different kinds: Association and Municipality" in obstacles(
        bodies.latvian_association, twin
    )
    assert "You act for this record yourself" in obstacles(bodies.donor, bodies.secretariat)
    succession.record_succession(twin, bodies.kuldiga, by=officer, kind="renamed", day="2021",
                                 source=figures.source_of(title="Law"))  # fmt: skip
    assert "One came after the other: Kuldiga → Kuldīga" in obstacles(bodies.kuldiga, twin)
    with pytest.raises(Refused, match="One came after the other"):
        merge(cast, bodies.kuldiga, twin)


def test_second_officer_who_merges_the_same_record_is_told(cast: Cast, bodies: Bodies) -> None:
    twin, again = twin_of(bodies), Organisation.objects.get(code="LV_9999999")
    seen = merging.plan_merge(bodies.gulbene, again, by=cast.second_officer.actor).mark
    merge(cast, bodies.kuldiga, twin)
    with pytest.raises(Refused, match=r"Programme officer has merged .* into Kuldīga already"):
        merging.merge(bodies.gulbene, again, by=cast.second_officer.actor, reason="x", seen=seen)
    assert Merger.objects.count() == 1


@pytest.mark.web
def test_pages_under_the_code_of_a_merged_record_lead_on_and_a_form_comes_back(
    cast: Cast, bodies: Bodies
) -> None:
    merge(cast, bodies.kuldiga, twin_of(bodies))
    officer = cast.officer.client
    for page in ("edit/", "names/", "needs/add/"):
        answer = officer.get(f"/municipalities/LV_9999999/{page}")
        assert (answer.status_code, answer["Location"]) == (
            302,
            f"/municipalities/LV_0620200/{page}",
        )
    written = {"website": "https://typed.example/", "about_en": "What I wrote"}
    answer = officer.post("/municipalities/LV_9999999/edit/", written)
    assert answer.status_code == 409
    said = answer.content.decode()
    assert "What I wrote" in said
    assert "https://typed.example/" in said
    assert 'href="/municipalities/LV_0620200/"' in said
    # Whoever may not see the other record learns nothing of it.
    Organisation.objects.filter(pk=bodies.kuldiga.pk).update(level="staff")
    stranger = cast.stranger.client
    for answer in (stranger.get("/municipalities/LV_9999999/names/"),
                   stranger.post("/municipalities/LV_9999999/edit/", written)):  # fmt: skip
        assert answer.status_code == 404
    assert officer.get("/municipalities/LV_404/names/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_officers_merging_at_once_merge_once(cast: Cast, bodies: Bodies) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time")
    twin, officer = twin_of(bodies), cast.officer.actor
    into = [bodies.kuldiga, bodies.gulbene, bodies.kuldiga, bodies.gulbene]
    marks = [merging.plan_merge(kept, twin, by=officer).mark for kept in into]
    said: list[str] = []

    def go(kept: Organisation, seen: str) -> None:
        try:
            merging.merge(kept, twin, by=officer, reason="Twice", seen=seen)
        except Refused as refusal:
            said.append(str(refusal))
        connection.close()

    threads = [threading.Thread(target=go, args=each) for each in zip(into, marks, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert Merger.objects.count() == 1
    assert len(said) == 3
    assert all("has merged Kuldiga (LV_9999999) into" in each for each in said)


def test_undo_keeps_what_was_changed_since_and_harms_nothing(cast: Cast, bodies: Bodies) -> None:
    twin, officer = twin_of(bodies), cast.officer.actor
    need = Need.objects.create(organisation=twin, theme_id="youth")
    merger = merge(cast, bodies.kuldiga, twin)
    Need.objects.filter(pk=need.pk).update(weight=3)
    names.add_name(bodies.kuldiga, by=officer, text="Kuldig", language="de", use="exonym")
    merging.undo_merge(merger, by=officer, reason="Two towns.")
    need.refresh_from_db()
    assert (need.organisation, need.weight) == (twin, 3)
    assert " kuldig " in f"{Organisation.objects.get(code='LV_0620200').search_key} "


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("need", "needs: Youth"),
        ("website", "organisations: Kuldīga"),
        ("code", "another record bears the code LV_9999999"),
        ("again", "organisations: Kuldīga|names: "),
    ],
)
def test_undo_that_cannot_be_says_what_was_changed(
    cast: Cast, bodies: Bodies, change: str, sentence: str
) -> None:
    twin, officer = twin_of(bodies), cast.officer.actor
    need = Need.objects.create(organisation=twin, theme_id="youth")
    Organisation.objects.filter(pk=twin.pk).update(website="https://www.kuldiga.lv")
    twin.refresh_from_db()
    merger = merge(cast, bodies.kuldiga, twin)
    if change == "need":
        need.delete()
    elif change == "website":
        organisations.edit_organisation(
            bodies.kuldiga, by=officer, values={"website": "https://x.lv"}
        )
    elif change == "code":
        make_town("LV_9999999", "Other", "", "", in_country="LV", lat=56, lon=21, population=1)
    else:
        merge(cast, bodies.gulbene, Organisation.objects.get(code="LV_0620200"))
        merger.refresh_from_db()
        assert merger.kept == bodies.gulbene
    before = all_tables(but=WRITTEN)
    with pytest.raises(Refused, match=sentence):
        merging.undo_merge(merger, by=officer, reason="Two towns.")
    assert differences(before, all_tables(but=WRITTEN)) == []


def test_two_mergers_are_undone_one_after_the_other(cast: Cast, bodies: Bodies) -> None:
    twin, officer = twin_of(bodies), cast.officer.actor
    before = all_tables(but=WRITTEN)
    first = merge(cast, bodies.kuldiga, twin)
    second = merge(cast, bodies.gulbene, Organisation.objects.get(code="LV_0620200"))
    assert Client().get(TWIN)["Location"] == "/municipalities/LV_0500200/"
    for merger in (second, first):
        merging.undo_merge(merger, by=officer, reason="Towns of their own.")
    assert differences(before, all_tables(but=WRITTEN)) == []


def test_pages_merge_show_and_undo(cast: Cast, bodies: Bodies) -> None:
    twin, client = twin_of(bodies), cast.officer.client
    response = client.post(f"{TWIN}merge/", {"other": str(bodies.kuldiga.pk)})
    at = response["Location"]
    assert at == f"{TWIN}merge/?into=LV_0620200"
    html = client.get(at).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', html)
    assert seen
    assert "Reason: say how" in client.post(at, {"seen": seen[1]}).content.decode()
    done = client.post(at, {"seen": seen[1], "reason": "Entered twice."})
    merger = Merger.objects.get()
    assert done["Location"] == f"{KULDIGA}mergers/{merger.pk}/"
    assert "Entered twice." in words(client, done["Location"])
    page = words(client, KULDIGA)
    assert "Second records Kuldiga (LV_9999999)" in page
    assert "merged a second record of it into this one: Entered twice." in page
    assert "Second records" not in words(cast.kuldiga.client, KULDIGA)
    assert client.post(at, {"seen": seen[1], "reason": "Again."}).status_code == 409
    undone = client.post(f"{done['Location']}undo/", {"reason": "Two towns."})
    assert undone["Location"] == TWIN
    assert "Undone" in words(client, done["Location"])
    assert Organisation.objects.get(code="LV_9999999").pk == twin.pk


def test_every_key_to_a_body_is_known_to_the_plan(bodies: Bodies) -> None:
    found = {f"{key.model._meta.label_lower}.{key.name}" for key in joining.keys_to(Organisation)}
    assert {
        "places.name.organisation", "places.affiliation.association", "core.fact.organisation",
        "people.membership.organisation", "partnerships.partnership_members.organisation",
        "programmes.participant.association", "matching.override.left",
        "core.historyentry.acting_for", "places.succession.predecessor", "places.merger.kept",
    } <= found  # fmt: skip


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("edit", {"website": "https://example.org/written", "about_en": "Two bridges"}),
        ("names", {"text": "Two bridges", "language": "lv", "use": "other"}),
    ],
)
def test_a_save_after_a_merger_says_so_and_gives_the_words_back(
    cast: Cast, bodies: Bodies, monkeypatch: pytest.MonkeyPatch, page: str, form: dict[str, str]
) -> None:
    twin = twin_of(bodies)
    browser = cast.officer.client
    plan = merging.plan_merge(bodies.kuldiga, twin, by=cast.officer.actor)
    hold = changes.holding

    def merged_first(body: Organisation) -> Any:
        """Between opening the record and holding it somebody merges it away."""
        if Organisation.objects.filter(pk=twin.pk).exists():
            merging.merge(
                bodies.kuldiga, twin, by=cast.officer.actor, reason="Twice", seen=plan.mark
            )
        return hold(body)

    for module in (edit, names):
        monkeypatch.setattr(module, "holding", merged_first)
    answer = browser.post(f"{TWIN}{page}/", form)
    assert answer.status_code == 409
    said = answer.content.decode()
    assert "became part of another record" in said
    assert "Two bridges" in said
    assert f'href="{KULDIGA}"' in said
    assert not Organisation.objects.filter(pk=twin.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_save_and_a_merger_at_once_lose_nothing(bodies: Bodies, cast: Cast) -> None:
    twin = twin_of(bodies)
    plan = merging.plan_merge(bodies.kuldiga, twin, by=cast.officer.actor)
    start = threading.Barrier(2)
    said: dict[str, str] = {}

    def run(name: str, act: Any) -> None:
        start.wait(timeout=20)
        try:
            act()
            said[name] = "done"
        except (Refused, changes.GoneMeanwhile) as error:
            said[name] = type(error).__name__
        finally:
            connection.close()

    def save() -> None:
        entries.set_entry(
            Need, twin, Theme.objects.get(slug="youth"), by=cast.officer.actor,
            values={"weight": 2, "text": Text.of(en="Two bridges")},
        )  # fmt: skip

    def merge() -> None:
        merging.merge(bodies.kuldiga, twin, by=cast.officer.actor, reason="Twice", seen=plan.mark)

    threads = [
        threading.Thread(target=run, args=each) for each in (("save", save), ("merge", merge))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    is_there = Organisation.objects.filter(pk=twin.pk).exists()
    assert (said["save"], said["merge"], is_there) in {
        ("done", "Refused", True),
        ("GoneMeanwhile", "done", False),
    }
    assert Need.objects.filter(organisation=twin.pk).exists() == is_there
