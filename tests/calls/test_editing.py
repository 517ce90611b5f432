"""Officers begin a call, write it, publish, extend, cancel and discard it; nothing is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from mosty.calls import content
from mosty.calls.domain import calls as domain
from mosty.calls.domain import enquiries
from mosty.calls.models import Call, Extension, Stage
from mosty.core.access import SYSTEM
from mosty.core.drafts.models import Draft
from mosty.core.history import HistoryEntry
from mosty.core.mail import Letter
from mosty.core.texts import Text
from mosty.programmes.models import Phase
from tests.calls.making import DAY, draft, make_phase, published
from tests.calls.pages import send, shown, url
from tests.people import Bodies, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.web]

NEW = "/calls/new/"


@pytest.fixture
def phase(bodies: Bodies) -> Phase:
    return make_phase(bodies)


@pytest.fixture
def officer(cast: Cast) -> Client:
    return cast.officer.client


def test_call_is_begun_out_of_a_template_once_however_often_it_is_sent(
    phase: Phase, officer: Client
) -> None:
    data = shown(officer, f"{NEW}?phase={phase.pk}")
    assert data["phase"] == [str(phase.pk)]
    changes = {"source": "template:pilot", "name_en": "Pilot call", "name_uk": "Пілотний конкурс"}
    answers = [send(officer, NEW, data, **changes) for _time in range(2)]
    call = Call.objects.get()
    assert [answer.headers["Location"] for answer in answers] == ["/calls/pilot-call/edit/"] * 2
    assert call.name == Text.of(en="Pilot call", uk="Пілотний конкурс")
    assert (call.state, call.phase, call.lowest, call.highest) == ("draft", phase, 1, 5)
    assert len(content.dump(call)["sections"]) == 3


def test_copy_of_a_call_asks_the_same(phase: Phase, officer: Client) -> None:
    call = published(phase)
    page = officer.get(call.get_absolute_url()).content.decode()
    link = f"/calls/new/?phase={phase.pk}&amp;source=call:{call.slug}"
    assert link in page
    data = shown(officer, link.replace("&amp;", "&"))
    assert data["source"] == [f"call:{call.slug}"]
    send(officer, NEW, data, name_en="Again")
    copied = Call.objects.get(slug="again")
    assert content.dump(copied)["sections"] == content.dump(call)["sections"]
    assert (copied.state, copied.closes_at) == ("draft", None)


def test_new_call_without_a_name_keeps_what_was_chosen(phase: Phase, officer: Client) -> None:
    data = shown(officer, NEW)
    response = send(officer, NEW, data, phase=str(phase.pk), source="template:associations")
    page = response.content.decode()
    assert "Write this in at least one language." in page
    assert '<option value="template:associations" selected>' in page
    assert Call.objects.count() == 0


def test_phase_leads_officers_to_a_new_call(phase: Phase, cast: Cast) -> None:
    link = f'href="/calls/new/?phase={phase.pk}"'
    assert link in cast.officer.client.get(phase.get_absolute_url()).content.decode()
    assert link not in cast.latvia.client.get(phase.get_absolute_url()).content.decode()
    assert 'href="/calls/new/"' in cast.officer.client.get("/calls/").content.decode()


def test_times_are_typed_and_shown_in_the_zone_of_the_call(phase: Phase, officer: Client) -> None:
    call = draft(phase)
    data = shown(officer, url("edit", call))
    changes = {"zone": "Europe/Kyiv", "opens_at": "2027-05-10T09:00",
               "closes_at": "2027-06-10T23:59"}  # fmt: skip
    assert send(officer, url("edit", call), data, **changes).status_code == 302
    call.refresh_from_db()
    assert call.closes_at == datetime(2027, 6, 10, 20, 59, tzinfo=UTC)
    again = shown(officer, url("edit", call))
    assert (again["zone"], again["closes_at"]) == (["Europe/Kyiv"], ["2027-06-10T23:59"])
    page = officer.get(url("edit", call)).content.decode()
    assert "Closes: 10 June 2027, 23:59 (Kyiv time)" in page


def test_night_of_the_clocks_is_told_and_what_was_typed_stays(
    phase: Phase, officer: Client
) -> None:
    call = draft(phase)
    data = shown(officer, url("edit", call))
    response = send(
        officer, url("edit", call), data, zone="Europe/Brussels", opens_at="2027-01-10T09:00",
        closes_at="2027-03-28T02:30", about_en="Kept",
    )  # fmt: skip
    page = response.content.decode()
    assert "On 28 March 2027 there is no 02:30 in Brussels time" in page
    assert 'value="2027-03-28T02:30"' in page
    assert "Kept" in page


def test_time_that_comes_twice_stays_when_it_is_not_touched(phase: Phase, officer: Client) -> None:
    # 02:30 in Brussels for the second time.
    call = draft(phase, opens_at=datetime(2027, 10, 1, tzinfo=UTC),
                 closes_at=datetime(2027, 10, 31, 1, 30, 17, tzinfo=UTC))  # fmt: skip
    data = shown(officer, url("edit", call))
    assert data["closes_at"] == ["2027-10-31T02:30"]
    assert send(officer, url("edit", call), data, places="12").status_code == 302
    call.refresh_from_db()
    assert (call.places, call.closes_at) == (12, datetime(2027, 10, 31, 1, 30, 17, tzinfo=UTC))


def test_call_that_closes_before_it_opens_is_refused(phase: Phase, officer: Client) -> None:
    call = draft(phase)
    data = shown(officer, url("edit", call))
    response = send(
        officer, url("edit", call), data, opens_at="2027-05-10T09:00", closes_at="2027-05-10T09:00"
    )
    assert "It closes before it opens." in response.content.decode()
    # Each of two officers moves one end.
    send(officer, url("edit", call), data, opens_at="2027-05-10T09:00",
         closes_at="2027-06-10T09:00")  # fmt: skip
    first, second = (shown(officer, url("edit", call)) for _officer in range(2))
    assert send(officer, url("edit", call), first, closes_at="2027-05-20T09:00").status_code == 302
    late = send(officer, url("edit", call), second, opens_at="2027-05-25T09:00")
    assert "It closes before it opens." in late.content.decode()


def test_scale_does_not_leave_words_of_a_score_behind(phase: Phase, officer: Client) -> None:
    call = draft(phase)
    data = shown(officer, url("edit", call))
    page = send(officer, url("edit", call), data, highest="4").content.decode()
    assert "The criteria say what a score of 5 means. Take that out there first." in page
    page = send(officer, url("edit", call), data, lowest="5").content.decode()
    assert "The highest score must be above the lowest." in page
    assert send(officer, url("edit", call), data, lowest="0", highest="10").status_code == 302


def test_two_officers_who_write_at_once_lose_nothing(phase: Phase, cast: Cast) -> None:
    call = draft(phase, about=Text.of(en="Before"))
    one, two = cast.officer.client, cast.second_officer.client
    first, second = (shown(client, url("edit", call)) for client in (one, two))
    send(one, url("edit", call), first, about_en="First", places="20",
         countries=["UA", "LV"])  # fmt: skip
    assert send(two, url("edit", call), second, email="calls@example.org").status_code == 302
    call.refresh_from_db()
    assert (str(call.about), call.places, call.email) == ("First", 20, "calls@example.org")
    assert sorted(call.countries.values_list("pk", flat=True)) == ["LV", "UA"]

    response = send(two, url("edit", call), second, about_en="Second")
    page = response.content.decode()
    assert "Somebody has changed this meanwhile to: “First”." in page
    assert "Second" in page
    call.refresh_from_db()
    assert str(call.about) == "First"


def test_form_opened_before_the_publication_is_told_and_keeps_its_words(
    phase: Phase, officer: Client
) -> None:
    call = draft(phase)
    data = shown(officer, url("edit", call))
    domain.publish_call(call, by=SYSTEM, at=timezone.now())
    before = call.closes_at
    response = send(officer, url("edit", call), data, closes_at="2031-06-10T23:59")
    page = response.content.decode()
    assert "The call is published: this stands." in page
    assert 'value="2031-06-10T23:59"' in page
    call.refresh_from_db()
    assert call.closes_at == before


def test_published_call_shows_what_stands_and_lets_words_be_corrected(
    phase: Phase, officer: Client
) -> None:
    call = published(phase)
    page = officer.get(url("edit", call)).content.decode()
    assert "people rely on this" in page
    data = shown(officer, url("edit", call))
    assert {"audience", "way", "zone", "opens_at", "closes_at", "lowest", "countries"} & set(
        data
    ) == set()
    send(officer, url("edit", call), data, about_en="Better said")
    call.refresh_from_db()
    assert call.about.said("en").text == "Better said"


def test_what_is_typed_is_a_draft_of_the_secretariat(phase: Phase, cast: Cast) -> None:
    call = draft(phase)
    one, two = cast.officer.client, cast.second_officer.client
    data = shown(one, url("edit", call))
    send(one, url("edit", call), data, about_en="Half a sent", places="many")
    assert Draft.objects.get().key == f"calls.call:{call.pk}"
    assert "You have unsent text" in two.get(url("edit", call)).content.decode()
    assert shown(two, url("edit", call) + "?draft=continue")["about_en"] == ["Half a sent"]


def test_draft_says_what_it_lacks_and_is_published_by_one_button(
    phase: Phase, officer: Client
) -> None:
    call = draft(phase, template="", opens_at=None)
    page = officer.get(url("publish", call)).content.decode()
    assert "Say when the call opens and when it closes." in page
    assert '<button class="button">Publish the call</button>' not in page
    assert officer.post(url("publish", call)).status_code == 200
    late = draft(phase, opens_at=timezone.now() - 3 * DAY, closes_at=timezone.now() - DAY)
    assert "The deadline has passed." in officer.get(url("publish", late)).content.decode()
    assert {one.stage_at() for one in Call.objects.all()} == {Stage.DRAFT}

    ready = draft(phase)
    assert "Publish the call</button>" in officer.get(url("publish", ready)).content.decode()
    for _time in range(2):
        response: Any = officer.post(url("publish", ready), follow=True)
    assert "It is published already." in response.content.decode()
    ready.refresh_from_db()
    assert ready.stage_at() is Stage.OPEN
    assert HistoryEntry.objects.filter(verb="calls.publish").count() == 1


def test_deadline_is_moved_once_and_everyone_concerned_is_told(phase: Phase, cast: Cast) -> None:
    call = published(phase, zone="Europe/Kyiv")
    enquiries.watch(call, by=cast.kuldiga.actor, is_on=True)
    enquiries.ask(call, by=cast.chuhuiv.actor, text=Text.of(en="When?"))
    type(cast.chuhuiv.user).objects.filter(pk=cast.chuhuiv.user.pk).update(language="uk")
    officer = cast.officer.client
    page = officer.get(url("extend", call)).content.decode()
    assert "2 letters go out" in page
    data = shown(officer, url("extend", call))
    year = timezone.now().year + 1
    changes = {"closes_at": f"{year}-06-10T23:59", "reason_en": "Many asked.",
               "reason_uk": "Багато хто просив."}  # fmt: skip
    for _time in range(2):
        assert send(officer, url("extend", call), data, **changes).status_code == 302
    call.refresh_from_db()
    assert call.closes_at == datetime(year, 6, 10, 20, 59, tzinfo=UTC)
    assert Extension.objects.count() == 1
    letters = {letter.to[0]: letter.body for letter in outbox.outbox}
    assert len(outbox.outbox) == 2
    assert set(letters) == {cast.kuldiga.user.email, cast.chuhuiv.user.email}
    assert f"to 10 June {year}, 23:59 (Kyiv time)" in letters[cast.kuldiga.user.email]
    assert "Many asked." in letters[cast.kuldiga.user.email]
    assert f"10 червня {year}" in letters[cast.chuhuiv.user.email]
    assert "Багато хто просив." in letters[cast.chuhuiv.user.email]


def test_deadline_is_not_moved_back_nor_without_a_reason(phase: Phase, officer: Client) -> None:
    call = published(phase)
    data = shown(officer, url("extend", call))
    page = send(officer, url("extend", call), data, closes_at="2020-06-10T23:59",
                reason_en="Sooner").content.decode()  # fmt: skip
    assert "A deadline is only moved to a later time, which lies ahead." in page
    assert "Sooner" in page
    page = send(officer, url("extend", call), data, closes_at="2060-06-10T23:59").content.decode()
    assert "Write this in at least one language." in page
    assert Extension.objects.count() == 0
    assert Letter.objects.count() == 0


def test_deadline_that_a_colleague_moved_meanwhile_is_told(phase: Phase, cast: Cast) -> None:
    call = published(phase)
    one, two = cast.officer.client, cast.second_officer.client
    first, second = (shown(client, url("extend", call)) for client in (one, two))
    send(one, url("extend", call), first, closes_at="2060-06-10T23:59", reason_en="First")
    response = send(two, url("extend", call), second, closes_at="2061-06-10T23:59",
                    reason_en="Second")  # fmt: skip
    page = response.content.decode()
    assert "Somebody has changed this meanwhile to: “10 June 2060, 23:59 (Brussels time)”" in page
    assert Extension.objects.count() == 1


def test_call_is_cancelled_for_a_reason(phase: Phase, cast: Cast) -> None:
    call = published(phase)
    enquiries.watch(call, by=cast.kuldiga.actor, is_on=True)
    officer = cast.officer.client
    assert "1 letter goes out" in officer.get(url("cancel", call)).content.decode()
    assert "This field is required." in officer.post(url("cancel", call)).content.decode()
    for _time in range(2):
        officer.post(url("cancel", call), {"reason": "No money."})
    call.refresh_from_db()
    assert call.state == "cancelled"
    assert Letter.objects.count() == 1
    assert "No money." in Client().get(call.get_absolute_url()).content.decode()


def test_draft_is_thrown_away_for_a_reason_and_a_published_call_is_not(
    phase: Phase, officer: Client
) -> None:
    call, open_call = draft(phase), published(phase)
    officer.post(url("discard", call))
    assert Call.objects.filter(pk=call.pk).exists()
    officer.post(url("discard", call), {"reason": "Begun twice."})
    officer.post(url("discard", open_call), {"reason": "Begun twice."})
    assert list(Call.objects.all()) == [open_call]
    entry = HistoryEntry.objects.get(verb="calls.discard_call")
    assert (entry.reason, len(entry.before["sections"])) == ("Begun twice.", 3)


def test_bar_of_the_secretariat_stands_on_the_page_of_a_call_for_officers_only(
    phase: Phase, cast: Cast
) -> None:
    call = published(phase)
    link = url("criteria", call)
    assert link in cast.officer.client.get(call.get_absolute_url()).content.decode()
    for client in (cast.latvia.client, cast.chuhuiv.client, Client()):
        assert link not in client.get(call.get_absolute_url()).content.decode()


@pytest.mark.parametrize("name", ["edit", "publish", "extend", "cancel", "form", "conditions",
                                  "criteria", "quotas", "documents"])  # fmt: skip
def test_pages_of_the_secretariat_take_few_queries(
    name: str, phase: Phase, officer: Client, django_assert_max_num_queries: Any
) -> None:
    call = draft(phase, opens_at=timezone.now() - timedelta(days=1))
    if name in {"extend", "cancel"}:
        domain.publish_call(call, by=SYSTEM, at=timezone.now())
    with django_assert_max_num_queries(25):
        assert officer.get(url(name, call)).status_code == 200
