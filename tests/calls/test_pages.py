"""What everybody reads of calls."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mosty.calls.domain import calls, enquiries, form, terms
from mosty.calls.models import Call, Enquiry
from mosty.core.access import SYSTEM
from mosty.core.facts import FactKind
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.places.models import Affiliation
from tests.calls.making import DAY, at, draft, make_phase, published
from tests.calls.test_eligibility import say, town
from tests.people import Bodies, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.web]
LIST = "/calls/"


def words(html: str) -> str:
    text = re.sub(r"<(script|style|template).*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def read(client: Client, address: str, language: str = "en") -> str:
    client.cookies["django_language"] = language
    response = client.get(address)
    assert response.status_code == 200
    return words(response.content.decode())


@pytest.fixture
def call(bodies: Bodies) -> Call:
    return published(make_phase(bodies), name=Text.of(en="Pilot call", uk="Пілотний конкурс"))


def test_page_says_what_is_asked_of_whom_until_when_and_how_it_is_judged(call: Call) -> None:
    Call.objects.filter(pk=call.pk).update(closes_at=at("2031-06-10 21:59"))
    page = read(Client(), call.get_absolute_url())
    for said in (
        "Open", "10 June 2031, 23:59 (Brussels time)", "From 400 to 50,000 inhabitants",
        "Not part of a metropolitan area", "What can you give a partner?",
        "at most 3,000 characters", "Motivation", "30 %", "Convincing and concrete",
        "Without a partner yet: at least 3", "Scores from 1 to 5",
    ):  # fmt: skip
        assert said in page, said
    ukrainian = read(Client(), call.get_absolute_url(), "uk")
    assert "Що ви можете дати партнерові?" in ukrainian
    assert "What can you give" not in ukrainian


def test_draft_is_there_for_the_secretariat_alone(bodies: Bodies, cast: Cast) -> None:
    hidden = draft(make_phase(bodies), template="", name=Text.of(en="Qwostracall"))
    for client in (Client(), cast.latvia.client, cast.chuhuiv.client):
        assert client.get(hidden.get_absolute_url()).status_code == 404
        for address in (LIST, f"{LIST}?stage=draft", "/calls/feed.json", "/desk/"):
            assert "Qwostracall" not in client.get(address, follow=True).content.decode()
    page = read(cast.officer.client, hidden.get_absolute_url())
    assert "Before it can be published" in page
    assert "Ask at least one question." in page


def test_call_of_a_hidden_phase_is_hidden(bodies: Bodies, cast: Cast) -> None:
    inner = published(make_phase(bodies, level=Level.PROGRAMME), name=Text.of(en="Innercall"))
    assert Client().get(inner.get_absolute_url()).status_code == 404
    assert "Innercall" not in Client().get("/calls/feed.json").content.decode()
    assert "Innercall" in read(cast.chuhuiv.client, LIST)


def test_list_leads_with_what_is_open(bodies: Bodies) -> None:
    phase, now = make_phase(bodies), timezone.now()
    closed = published(phase, name=Text.of(en="Closed one"))
    published(phase, name=Text.of(en="Open one"))
    published(phase, name=Text.of(en="Coming one"), opens_at=now + DAY)
    Call.objects.filter(pk=closed.pk).update(opens_at=now - 3 * DAY, closes_at=now - DAY)
    page = read(Client(), LIST)
    order = [page.index(name) for name in ("Open one", "Coming one", "Closed one")]
    assert order == sorted(order)
    assert "3 calls" in page
    only = read(Client(), f"{LIST}?stage=announced")
    assert ("Coming one" in only, "Open one" in only) == (True, False)
    assert "3 calls" in read(Client(), f"{LIST}?stage=nonsense")


def test_feed_is_a_json_feed_of_what_everybody_may_know(call: Call, cast: Cast) -> None:
    Call.objects.filter(pk=call.pk).update(closes_at=at("2031-06-10 21:59"))
    response = cast.officer.client.get(reverse("calls:feed"))
    assert response["Content-Type"] == "application/feed+json"
    data = json.loads(response.content)
    assert data["version"] == "https://jsonfeed.org/version/1.1"
    (item,) = data["items"]
    assert item["url"].endswith("/calls/pilot-call/")
    assert item["title"] == "Pilot call"
    assert item["_mosty"] | {"opens": ""} == {
        "stage": "open", "opens": "", "closes": "2031-06-10T23:59:00+02:00",
        "time_zone": "Europe/Brussels", "audience": "municipality", "places": 10,
        "countries": sorted(call.countries.values_list("pk", flat=True)),
        "languages": ["en", "uk", "de", "fr"],
        "conditions": [{"kind": "size", "least": 400, "most": 50000}, {"kind": "metropolitan"}],
    }  # fmt: skip


def test_feed_names_no_association_that_is_withheld_since(bodies: Bodies) -> None:
    call = draft(make_phase(bodies), template="pilot", opens_at=timezone.now() + DAY)
    codes = ["AUC", "LPS"]
    terms.set_conditions(call, [{"kind": "association", "params": {"codes": codes}}], by=SYSTEM)
    calls.publish_call(call, by=SYSTEM, at=timezone.now())

    def named() -> list[str]:
        (item,) = Client().get(reverse("calls:feed")).json()["items"]
        found: list[str] = item["_mosty"]["conditions"][0]["codes"]
        return found

    assert named() == codes
    hidden = bodies.latvian_association
    type(hidden).objects.filter(pk=hidden.pk).update(level=Level.STAFF)
    assert named() == ["AUC"]


def test_extension_and_cancellation_stand_on_the_page(call: Call) -> None:
    until = at("2031-07-01 12:00")
    calls.extend_call(
        call, by=SYSTEM, until=until, reason=Text.of(en="Power cuts"), at=timezone.now()
    )
    page = read(Client(), call.get_absolute_url())
    assert "to 1 July 2031, 14:00 (Brussels time). Power cuts" in page
    calls.cancel_call(call, by=SYSTEM, reason="No money")
    page = read(Client(), call.get_absolute_url())
    assert "This call was cancelled. No money" in page


def test_own_body_is_answered_at_once_on_the_page(call: Call, cast: Cast, bodies: Bodies) -> None:
    page = read(cast.chuhuiv.client, call.get_absolute_url())
    assert "Whether it is part of a metropolitan area is not recorded." in page
    say(bodies.chuhuiv, FactKind.METROPOLITAN, 1)
    page = read(cast.chuhuiv.client, call.get_absolute_url())
    assert "May not apply It is part of one (2021, Register)" in page
    Affiliation.objects.create(member=bodies.kuldiga, association=bodies.latvian_association)
    page = read(cast.latvia.client, call.get_absolute_url())
    assert "Kuldīga" in page.split("May you apply?")[1]
    assert "May you apply?" not in read(Client(), call.get_absolute_url())


def test_anybody_asks_for_any_body_that_they_may_know_of(call: Call, bodies: Bodies) -> None:
    address = reverse("calls:eligibility", args=[call.slug])
    fits = town(400)
    page = read(Client(), f"{address}?body={fits.pk}")
    assert "May apply" in page
    assert "400 inhabitants" in page
    type(fits).objects.filter(pk=fits.pk).update(level=Level.STAFF)
    hidden = read(Client(), f"{address}?body={fits.pk}")
    unknown = read(Client(), f"{address}?body=999999")
    assert "400 inhabitants" not in hidden
    assert hidden.replace(str(fits.pk), "") == unknown.replace("999999", "")


def test_blank_form_has_room_for_every_answer(call: Call) -> None:
    html = Client().get(reverse("calls:blank_form", args=[call.slug])).content.decode()
    asked = [str(one) for part in call.sections.all() for one in part.questions.all()]
    assert [text for text in asked if text not in words(html)] == []
    assert html.count("calls-blank-lines") == 6
    # Two thousand characters in lines of ninety.
    assert html.count("<div></div>") == 22 + 2 + 24 + 24 + 22 + 16
    assert html.count("<td>&nbsp;</td>") == 24


def test_question_comes_to_the_desk_and_its_answer_to_everybody(call: Call, cast: Cast) -> None:
    address = reverse("calls:enquiries", args=[call.slug])
    sent = cast.chuhuiv.client.post(address, {"text_record": "en", "text_en": "Who may sign?"})
    assert sent["Location"] == address
    assert "Who may sign?" in read(cast.chuhuiv.client, address)
    assert "Who may sign?" not in read(cast.kuldiga.client, address)
    assert "1 question about a call waits for an answer" in read(cast.officer.client, "/desk/")
    enquiry = Enquiry.objects.get()
    there = reverse("calls:answer", args=[call.slug, enquiry.pk])
    cast.officer.client.post(there, {
        "text_record": "en", "text_en": "Who may sign?", "answer_record": "en",
        "answer_en": "The mayor.", "is_public": "on",
    })  # fmt: skip
    page = read(Client(), address)
    assert "Who may sign? The mayor." in page
    assert "Chuhuiv" not in page
    assert cast.chuhuiv.user.name not in page


def test_question_that_is_not_for_everybody_is_read_by_whoever_asked(
    call: Call, cast: Cast
) -> None:
    enquiry = enquiries.ask(call, by=cast.chuhuiv.actor, text=Text.of(en="Ours?"))
    enquiries.answer(
        enquiry, by=SYSTEM, text=Text.of(en="Yes."), question=enquiry.text, is_public=False,
        at=timezone.now(),
    )  # fmt: skip
    address = reverse("calls:enquiries", args=[call.slug])
    assert "Ours?" in read(cast.chuhuiv.client, address)
    for client in (Client(), cast.korop.client, cast.latvia.client):
        assert "Ours?" not in read(client, address)


def test_visitor_who_posts_a_question_is_refused(call: Call) -> None:
    address = reverse("calls:enquiries", args=[call.slug])
    assert Client().post(address, {"text_en": "Hello"}).status_code == 403
    assert not Enquiry.objects.exists()


def test_desk_of_those_who_may_apply_names_the_open_call(call: Call, cast: Cast) -> None:
    assert "A call is open to you" in read(cast.chuhuiv.client, "/desk/")
    assert "A call is open to you" not in read(cast.expert.client, "/desk/")


@pytest.mark.parametrize("count", [1, 30])
def test_pages_take_a_bounded_number_of_queries(
    call: Call, cast: Cast, bodies: Bodies, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        published(call.phase, name=Text.of(en=f"Call {number}"))
        Enquiry.objects.create(call=call, text=Text.of(en=f"Question {number}"))
        Affiliation.objects.create(
            member=town(500 + number), association=bodies.latvian_association
        )
    for client in (cast.officer.client, cast.latvia.client):
        for address in (
            LIST, "/calls/feed.json", call.get_absolute_url(),
            reverse("calls:blank_form", args=[call.slug]),
            reverse("calls:enquiries", args=[call.slug]),
            f"{reverse('calls:eligibility', args=[call.slug])}?body={bodies.chuhuiv.pk}",
            call.phase.get_absolute_url(),
        ):  # fmt: skip
            with django_assert_max_num_queries(25):
                assert client.get(address).status_code == 200


def test_words_of_a_question_are_shown_in_the_language_that_is_there(call: Call) -> None:
    question = call.sections.all()[0].questions.all()[0]
    form.edit_question(question, by=SYSTEM, text=Text.of(uk="Лише українською?", record="uk"))
    assert "Лише українською?" in read(Client(), call.get_absolute_url())
