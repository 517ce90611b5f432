"""Drafts: two people's typing is merged, nothing is lost, sending twice does it once, and nobody
reads what is not theirs."""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import close_old_connections, connection
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from mosty.core.access import NotAllowed
from mosty.core.drafts import domain, jobs, views
from mosty.core.drafts.kinds import Place, key_of, place_for
from mosty.core.drafts.merging import UNKNOWN, Typed, Value, merge, record_marks
from mosty.core.drafts.models import Draft, Sending
from mosty.core.editing import mark
from mosty.people.models import Membership
from tests.people import SINCE, Bodies, Cast, Person

PROFILE = "places.profile"


def shown(**fields: Value) -> Callable[[str], str]:
    """The marks of what a page was shown; a field not named was empty."""
    return lambda name: mark(fields.get(name, ""))


def typed(page: str, base: Mapping[str, Value] | None = None, **content: Value) -> Typed:
    """What a page with a script sends: its fields, and what stood in those that it changed."""
    return Typed(content=content, page=page, base=base or {})


def at(person: Person, body: Any, *, section: str = "form") -> Place:
    place = place_for(person.actor, key_of(PROFILE, body.pk), section)
    assert place is not None
    return place


def url(body: Any, *, more: str = "") -> str:
    return f"/drafts/{PROFILE}:{body.pk}/form/{more}"


# --- merging --------------------------------------------------------------------------------------


@pytest.mark.unit
@pytest.mark.parametrize(
    ("base", "mine", "now", "becomes", "of"),
    [
        ("a", "b", "a", "b", "taken"),
        ("a", "a", "c", "c", "theirs"),
        ("a", "b", "c", "c", "both"),
        ("a", "b", "b", "b", ""),
        ("a", "", "a", "", "taken"),
        ("", "b", "c", "c", "both"),
        (["x"], ["x", "y"], ["y", "x"], ["y", "x"], ""),
        ("a", "a", "", "", "theirs"),
    ],
)
def test_merge_of_one_field(base: Value, mine: Value, now: Value, becomes: Value, of: str) -> None:
    merged = merge({"f": now}, {"f": mine}, seen=shown(f=base))
    found = [name for name in ("taken", "theirs", "both") if "f" in getattr(merged, name)]
    assert (merged.content["f"], found) == (becomes, [of] if of else [])


@pytest.mark.unit
def test_merge_keeps_each_others_fields_and_asks_only_where_both_changed() -> None:
    base = {"a": "1", "b": "1", "c": "1", "d": "1"}
    mine = base | {"a": "mine", "c": "mine"}
    now = base | {"b": "theirs", "c": "theirs"}
    merged = merge(now, mine, seen=shown(**base))
    assert merged.content == {"a": "mine", "b": "theirs", "c": "theirs", "d": "1"}
    assert (merged.taken, merged.theirs, merged.both) == ({"a"}, {"b"}, {"c"})


@pytest.mark.unit
def test_merge_without_knowing_what_was_shown_asks_rather_than_loses() -> None:
    merged = merge({"f": "now"}, {"f": "mine"}, seen=lambda _name: UNKNOWN)
    assert (merged.content, merged.both) == ({"f": "now"}, {"f"})


@pytest.mark.unit
def test_merge_lets_a_page_type_its_own_field_anew() -> None:
    """The answer to its first save was lost on the way: its newer text is no conflict."""
    merged = merge({"f": "Pum"}, {"f": "Pumps"}, seen=shown(), own={"f"})
    assert (merged.content, merged.both) == ({"f": "Pumps"}, frozenset())


@pytest.mark.unit
def test_typed_is_read_out_of_a_posted_form() -> None:
    data = QueryDict(mutable=True)
    data.update({"about_en": "One\r\nTwo", "seen": '{"about": "ab12"}', "csrfmiddlewaretoken": "x"})
    data.setlist("languages", ["uk", "lv"])
    data.update({"draft_page": "p-1", "draft_base": '{"about_en": "One"}', "draft_open": '["w"]'})
    found = Typed.of(data)
    assert found.content == {"about_en": "One\nTwo", "languages": ["uk", "lv"]}
    assert (found.page, found.record_seen, found.open) == ("p-1", {"about": "ab12"}, {"w"})
    assert [found.seen(name) for name in ("about_en", "languages", "w", "none")] == [
        mark("One"), mark(["lv", "uk"]), UNKNOWN, "",
    ]  # fmt: skip


@pytest.mark.unit
@pytest.mark.parametrize("forged", ["", "{", "5", "[[1]]", '{"a": {"b": 1}}', "[" * 100_000])
def test_typed_takes_forged_words_of_the_page_for_nothing_worse(forged: str) -> None:
    names = ("draft_base", "draft_open", "draft_done", "draft_seen", "seen", "draft_page")
    data = QueryDict(mutable=True)
    data.update({"a": "1"} | dict.fromkeys(names, forged))
    found = Typed.of(data)
    assert (found.content, found.page) == ({"a": "1"}, "5" if forged == "5" else "")


@pytest.mark.unit
def test_marks_of_the_record_go_with_the_text_that_stays() -> None:
    had = {"about": "old", "website": "old", "level": "old"}
    mine = {"about": "new", "website": "new"}
    assert record_marks(had, mine, kept={"about_uk"}) == {
        "about": "old", "website": "new", "level": "old",
    }  # fmt: skip


# --- keeping --------------------------------------------------------------------------------------


def colleague_of(person: Person, other: Person) -> Person:
    """The other person, acting for the same body from now on."""
    Membership.objects.filter(user=other.user).delete()
    row = Membership.objects.get(user=person.user)
    Membership.objects.create(
        user=other.user, organisation=row.organisation, role=row.role, since=SINCE
    )
    return other


@pytest.fixture
def colleague(cast: Cast) -> Person:
    return colleague_of(cast.chuhuiv, cast.stranger)


def test_colleagues_share_one_draft_and_both_texts_stay(cast: Cast, colleague: Person) -> None:
    one, other = cast.chuhuiv, colleague
    place = at(one, one.organisation)
    first = domain.save_draft(place, typed("p1", about="Pumps", web=""), by=one.actor)
    second = domain.save_draft(
        at(other, one.organisation), typed("p2", {"about": ""}, about="Pipes", web="x.ua"),
        by=other.actor,
    )  # fmt: skip
    assert first.draft is not None
    assert second.draft is not None
    assert (first.draft.revision, second.draft.revision, Draft.objects.count()) == (1, 2, 1)
    kept = Draft.objects.get()
    # `web` was empty for both until the second named it unchanged since its own base.
    assert (second.both, kept.content["about"]) == ({"about"}, "Pumps")
    rival = kept.rivals["about"]["p2"]
    assert (rival["text"], rival["by"]) == ("Pipes", "Stranger")
    assert (kept.said_by["about"]["by"], kept.saved_by_name) == ("Officer, Chuhuiv", "Stranger")


def test_fields_that_only_one_changed_are_merged(cast: Cast, colleague: Person) -> None:
    one, place = cast.chuhuiv, at(cast.chuhuiv, cast.chuhuiv.organisation)
    domain.save_draft(place, typed("p1", about="Pumps", web="", lang="uk"), by=one.actor)
    found = domain.save_draft(
        place, typed("p2", {"web": ""}, about="", web="x.ua", lang="uk"), by=colleague.actor
    )
    assert (found.theirs, found.both) == ({"about": "Pumps"}, frozenset())
    assert Draft.objects.get().content == {"about": "Pumps", "web": "x.ua", "lang": "uk"}


@pytest.mark.parametrize(
    ("base", "text", "left"),
    [("Pumps", "Pipes", "Pipes"), ("Pumps", "Pumps", "Pumps"), ("Pumps", "Pumps\n\nPipes", None)],
    ids=["keep", "take", "both"],
)
def test_choice_in_the_page_ends_the_waiting(
    base: str, text: str, left: str | None, cast: Cast, colleague: Person
) -> None:
    one, place = cast.chuhuiv, at(cast.chuhuiv, cast.chuhuiv.organisation)
    domain.save_draft(place, typed("p1", about="Pumps"), by=one.actor)
    domain.save_draft(place, typed("p2", {"about": ""}, about="Pipes"), by=colleague.actor)
    found = domain.save_draft(place, typed("p2", {"about": base}, about=text), by=colleague.actor)
    kept = Draft.objects.get()
    assert (found.both, kept.rivals, kept.content["about"]) == (frozenset(), {}, left or text)


def test_choice_is_awaited_while_others_fields_are_typed(cast: Cast, colleague: Person) -> None:
    one, place = cast.chuhuiv, at(cast.chuhuiv, cast.chuhuiv.organisation)
    domain.save_draft(place, typed("p1", about="Pumps", web=""), by=one.actor)
    for words in ("Pipes", "Pipes and", "Pipes and pipes"):
        again = Typed({"about": words, "web": "x"}, page="p2", base={}, open=frozenset(["about"]))
        found = domain.save_draft(place, again, by=colleague.actor)
        assert found.both == {"about"}
    kept = Draft.objects.get()
    versions = [said["text"] for said in kept.rivals["about"].values()]
    assert (kept.content["about"], versions) == ("Pumps", ["Pipes and pipes"])


def test_version_of_a_page_that_crashed_waits_for_whoever_goes_on(cast: Cast) -> None:
    one, place = cast.chuhuiv, at(cast.chuhuiv, cast.chuhuiv.organisation)
    domain.save_draft(place, typed("p1", about="Pumps"), by=one.actor)
    domain.save_draft(place, typed("p2", {"about": ""}, about="Pipes"), by=one.actor)
    domain.save_draft(place, typed("p3", {"about": "Pumps"}, about="Pumps!"), by=one.actor)
    assert Draft.objects.get().rivals["about"]["p2"]["text"] == "Pipes"
    done = Typed({"about": "Pumps!"}, page="p3", base={}, done=frozenset(["p2:about"]))
    domain.save_draft(place, done, by=one.actor)
    assert Draft.objects.get().rivals == {}


def test_page_that_goes_on_with_a_crashed_one_is_no_rival_of_it(cast: Cast) -> None:
    one, place = cast.chuhuiv, at(cast.chuhuiv, cast.chuhuiv.organisation)
    domain.save_draft(place, typed("p1", {"about": ""}, about="Pum"), by=one.actor)
    resumed = Typed({"about": "Pumps"}, page="p2", was="p1", base={"about": ""})
    found = domain.save_draft(place, resumed, by=one.actor)
    assert (found.both, Draft.objects.get().content) == (frozenset(), {"about": "Pumps"})


def test_save_that_says_nothing_new_makes_no_revision(cast: Cast) -> None:
    one, place = cast.chuhuiv, at(cast.chuhuiv, cast.chuhuiv.organisation)
    for _time in range(3):
        domain.save_draft(place, typed("p1", about="Pumps"), by=one.actor)
    assert Draft.objects.get().revision == 1


@pytest.mark.parametrize(
    "content",
    [
        {f"f{number}": "x" for number in range(domain.MOST_FIELDS + 1)},
        {"about": "x" * domain.MOST_LETTERS},
        {"x" * (domain.LONGEST_NAME + 1): "x"},
    ],
    ids=["fields", "letters", "name"],
)
def test_draft_has_a_limit(content: dict[str, str], cast: Cast) -> None:
    one, place = cast.chuhuiv, at(cast.chuhuiv, cast.chuhuiv.organisation)
    with pytest.raises(domain.TooMuch):
        domain.save_draft(place, Typed(content, page="p1", base={}), by=one.actor)
    assert not Draft.objects.exists()


def test_drafts_of_one_form_have_a_limit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    one = cast.chuhuiv
    monkeypatch.setattr(domain, "MOST_SECTIONS", 2)
    for section in ("a", "b"):
        place = at(one, one.organisation, section=section)
        domain.save_draft(place, typed("p1", a="1"), by=one.actor)
    with pytest.raises(domain.TooMuch):
        domain.save_draft(at(one, one.organisation, section="c"), typed("p", a="1"), by=one.actor)


@pytest.mark.django_db(transaction=True)
def test_two_first_saves_in_two_connections_make_one_draft_with_both_texts(
    cast: Cast, colleague: Person
) -> None:
    people = (cast.chuhuiv, colleague) * 3
    actors = [person.actor for person in people]
    places = [at(person, cast.chuhuiv.organisation) for person in people]
    start = threading.Barrier(len(people))
    faults: list[BaseException] = []

    def save(number: int) -> None:
        start.wait()
        try:
            content = {"all": f"text {number}", f"own{number}": f"{number}"}
            domain.save_draft(
                places[number],
                Typed(content, page=f"p{number}", base=dict.fromkeys(content, "")),
                by=actors[number],
            )
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[number]) for number in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert faults == []
    kept = Draft.objects.get()
    texts = [kept.content["all"], *(said["text"] for said in kept.rivals["all"].values())]
    assert sorted(texts) == [f"text {number}" for number in range(len(people))]
    assert {name: kept.content[name] for name in sorted(kept.content) if name != "all"} == {
        f"own{number}": f"{number}" for number in range(len(people))
    }
    assert kept.revision == len(people)


# --- ending ---------------------------------------------------------------------------------------


def test_draft_goes_when_the_form_was_sent(cast: Cast) -> None:
    one, place = cast.chuhuiv, at(cast.chuhuiv, cast.chuhuiv.organisation)
    domain.save_draft(place, typed("p1", about="Pum"), by=one.actor)
    domain.end_draft(place, typed("p1", {"about": "Pum"}, about="Pumps"), by=one.actor, result="/")
    assert not Draft.objects.exists()


def test_what_a_colleague_typed_outlives_the_sending(cast: Cast, colleague: Person) -> None:
    one, place = cast.chuhuiv, at(cast.chuhuiv, cast.chuhuiv.organisation)
    domain.save_draft(place, typed("p1", about="Pumps", web=""), by=one.actor)
    other = typed("p2", {"web": ""}, about="Pumps", web="x.ua")
    domain.save_draft(place, other, by=colleague.actor)
    sent = typed("p1", {"about": "Pumps"}, about="Pumps!", web="")
    domain.end_draft(place, sent, by=one.actor, result="/")
    assert Draft.objects.get().content == {"about": "Pumps!", "web": "x.ua"}


def test_same_page_with_the_same_content_is_sent_once(cast: Cast) -> None:
    one, place = cast.chuhuiv, at(cast.chuhuiv, cast.chuhuiv.organisation)
    sent = typed("p1", about="Pumps")
    domain.end_draft(place, sent, by=one.actor, result="/there/")
    with pytest.raises(domain.SentBefore) as before:
        domain.end_draft(place, sent, by=one.actor, result="/elsewhere/")
    assert (before.value.result, domain.sent_before(sent, by=one.actor)) == ("/there/", "/there/")
    assert domain.sent_before(sent, by=cast.officer.actor) is None
    # A page that was gone back to and changed says something new.
    domain.end_draft(place, typed("p1", about="Pumps!"), by=one.actor, result="/there/")
    assert Sending.objects.count() == 2


def test_save_that_arrives_after_the_form_was_sent_is_passed_over(cast: Cast) -> None:
    one, place = cast.chuhuiv, at(cast.chuhuiv, cast.chuhuiv.organisation)
    sent = typed("p1", about="Pumps")
    domain.end_draft(place, sent, by=one.actor, result="/")
    assert domain.save_draft(place, sent, by=one.actor).draft is None
    assert not Draft.objects.exists()


def test_drop_spares_what_was_written_on(cast: Cast) -> None:
    one, place = cast.chuhuiv, at(cast.chuhuiv, cast.chuhuiv.organisation)
    domain.save_draft(place, typed("p1", about="Pumps"), by=one.actor)
    assert not domain.drop_draft(place, by=one.actor, revision=0)
    assert domain.drop_draft(place, by=one.actor, revision=1)
    assert not Draft.objects.exists()


def test_drafts_of_last_year_are_cleared(cast: Cast) -> None:
    one, place = cast.chuhuiv, at(cast.chuhuiv, cast.chuhuiv.organisation)
    domain.save_draft(place, typed("p1", about="Pumps"), by=one.actor)
    assert jobs.clear_old.call() == 0
    long_ago = timezone.now() - domain.KEPT_FOR - timedelta(hours=1)
    Draft.objects.update(saved_at=long_ago)
    Sending.objects.create(page="p", digest="d", result="/", at=long_ago)
    assert (jobs.clear_old.call(), Sending.objects.count()) == (1, 0)


# --- who ------------------------------------------------------------------------------------------


def test_draft_is_written_by_whoever_may_edit_the_record_and_nobody_else(
    cast: Cast, bodies: Bodies
) -> None:
    key = key_of(PROFILE, bodies.chuhuiv.pk)
    found = [one.key for one in cast.everybody() if place_for(one.actor, key, "form")]
    assert found == ["officer", "second-officer", "chuhuiv"]
    for forged in ("places.profile:0", "places.profile:x", "none:1", "places.profile", ""):
        assert place_for(cast.officer.actor, forged, "form") is None


def test_rule_is_asked_at_each_save(cast: Cast) -> None:
    place = at(cast.chuhuiv, cast.chuhuiv.organisation)
    for do in (
        lambda: domain.save_draft(place, typed("p", a="1"), by=cast.korop.actor),
        lambda: domain.drop_draft(place, by=cast.korop.actor, revision=0),
        lambda: domain.draft_at(place, by=cast.korop.actor),
        lambda: domain.end_draft(place, typed("p", a="1"), by=cast.korop.actor, result="/"),
    ):
        with pytest.raises(NotAllowed):
            do()


def test_secretariat_and_town_have_a_draft_each(cast: Cast, bodies: Bodies) -> None:
    for person in (cast.chuhuiv, cast.officer, cast.second_officer):
        said = typed(person.key, {"a": ""}, a=person.key)
        domain.save_draft(at(person, bodies.chuhuiv), said, by=person.actor)
    rows = Draft.objects.order_by("pk").values_list("organisation__code", "content", "rivals")
    assert [(code, content["a"], len(rivals)) for code, content, rivals in rows] == [
        ("UA63140110000017413", "chuhuiv", 0),
        ("CEMR", "officer", 1),
    ]


# --- the address ----------------------------------------------------------------------------------

SCRIPT = {"Accept": "application/json"}


def post(client: Client, address: str, data: dict[str, str], *, script: bool = True) -> Any:
    return client.post(address, data, headers=SCRIPT if script else {})


@pytest.mark.web
def test_address_answers_the_script_with_both_texts(cast: Cast, colleague: Person) -> None:
    town = cast.chuhuiv.organisation
    first = {"about_en": "Pumps", "website": "", "draft_page": "p1", "draft_base": "{}"}
    answer = post(cast.chuhuiv.client, url(town), first).json()
    assert (answer["revision"], answer["theirs"], answer["both"]) == (1, {}, [])
    second = first | {"about_en": "Pipes", "draft_page": "p2", "draft_base": '{"about_en": ""}'}
    answer = post(colleague.client, url(town), second).json()
    (both,) = answer["both"]
    assert (both["name"], both["theirs"], both["by"]) == ("about_en", "Pumps", "Officer, Chuhuiv")
    assert (answer["revision"], both["at"]) == (2, answer["at"])


@pytest.mark.web
def test_draft_of_the_neighbour_is_not_there(cast: Cast, bodies: Bodies) -> None:
    post(cast.chuhuiv.client, url(bodies.chuhuiv), {"about_en": "Secret"})
    for more in ("", "drop/"):
        for person in (cast.korop, cast.ukraine, cast.expert, cast.stranger):
            response = post(person.client, url(bodies.chuhuiv, more=more), {"about_en": "x"})
            assert (response.status_code, b"Secret" in response.content) == (404, False)
    assert Draft.objects.get().content == {"about_en": "Secret"}


@pytest.mark.web
def test_address_refuses_what_is_too_long_and_too_often(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, town = cast.chuhuiv.client, cast.chuhuiv.organisation
    response = post(client, url(town), {"about_en": "x" * domain.MOST_LETTERS})
    assert response.status_code == 413
    assert response.json()["refusal"].startswith("This is more than a draft can hold.")
    monkeypatch.setattr(views, "MOST_A_MINUTE", 3)
    cache.clear()
    codes = [post(client, url(town), {"about_en": str(n)}).status_code for n in range(5)]
    assert codes == [200, 200, 200, 429, 429]


@pytest.mark.web
def test_address_leads_a_browser_without_script_back_to_the_form(cast: Cast) -> None:
    client, town = cast.chuhuiv.client, cast.chuhuiv.organisation
    data = {"about_en": "Pumps", "draft_back": "/municipalities/x/edit/?a=b"}
    assert post(client, url(town), data, script=False)["Location"] == (
        "/municipalities/x/edit/?draft=continue"
    )
    data["draft_back"] = "https://elsewhere.example/"
    assert post(client, url(town), data, script=False)["Location"] == "/?draft=continue"


@pytest.mark.web
def test_nothing_typed_stands_in_the_log(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for data in ({"about_en": "Secret"}, {"about_en": "Secret" * domain.MOST_LETTERS}):
            post(cast.chuhuiv.client, url(cast.chuhuiv.organisation), data)
            post(cast.korop.client, url(cast.chuhuiv.organisation), data)
    loud = [row for row in caplog.records if not row.name.startswith("django.db")]
    assert "Secret" not in "".join(row.getMessage() for row in loud)


def test_answer_is_small_for_the_script(cast: Cast) -> None:
    town = cast.chuhuiv.organisation
    data = {"about_en": "x" * 5000, "draft_page": "p1", "draft_base": "{}"}
    assert len(json.dumps(post(cast.chuhuiv.client, url(town), data).json())) < 300
