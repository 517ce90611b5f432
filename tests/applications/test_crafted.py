"""What no form of ours sends: made-up fields, zero bytes, methods that only look."""

import pytest
from django.test import Client
from django.utils import timezone

from mosty.applications import queries
from mosty.applications.domain import sending
from mosty.applications.models import Application
from mosty.calls.models import Question, Section
from mosty.core.drafts.models import Draft
from mosty.core.history import HistoryEntry
from mosty.core.signoff import Signature, signatories
from mosty.core.versions import versions_of
from tests.applications.making import FULL, answer, begun, small_call
from tests.calls.making import make_phase
from tests.people import Bodies, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.web]


@pytest.fixture
def application(bodies: Bodies, cast: Cast) -> Application:
    made = begun(small_call(make_phase(bodies)), bodies.chuhuiv)
    answer(made, **FULL)
    return made


def address(application: Application, order: int) -> str:
    section = Section.objects.get(call=application.call, order=order)
    return f"/applications/{application.pk}/sections/{section.pk}/"


def box(application: Application, key: str) -> str:
    return f"q{Question.objects.get(section__call=application.call_id, key=key).pk}"


def value(application: Application, key: str) -> object:
    question = Question.objects.get(section__call=application.call_id, key=key)
    return queries.values(application).get(question.pk)


def test_one_answer_chosen_twice_is_chosen_once(application: Application, cast: Cast) -> None:
    themes, table = box(application, "themes"), box(application, "partners")
    data = {
        themes: ["youth", "youth", "water", "youth"], box(application, "way"): "rail",
        f"{table}-TOTAL_FORMS": "0", f"{table}-INITIAL_FORMS": "0",
    }  # fmt: skip
    response = cast.chuhuiv.client.post(address(application, 1), data)
    assert response.status_code == 302
    assert value(application, "themes") == ["youth", "water"]


def test_answer_that_the_question_does_not_have_is_not_kept(
    application: Application, cast: Cast
) -> None:
    table = box(application, "partners")
    data = {
        box(application, "way"): "boat", box(application, "themes"): ["space"],
        f"{table}-TOTAL_FORMS": "0", f"{table}-INITIAL_FORMS": "0",
    }  # fmt: skip
    response = cast.chuhuiv.client.post(address(application, 1), data)
    assert response.status_code == 200
    assert (value(application, "way"), value(application, "themes")) == ("rail", ["water", "youth"])


def test_zero_bytes_break_nothing_and_are_kept_nowhere(
    application: Application, cast: Cast
) -> None:
    client, title = cast.chuhuiv.client, f"{box(application, 'title')}_uk"
    response = client.post(address(application, 0), {title: "Во\x00да", "na\x00me": "x"})
    assert response.status_code == 200
    kept = Draft.objects.get(key=f"{queries.SECTION_DRAFT}:{application.pk}")
    assert kept.content[title] == "Вода"
    assert "\x00" not in "".join(kept.content)
    client.post(f"/applications/{application.pk}/withdraw/", {"reason": "No\x00thing"})
    assert HistoryEntry.objects.get(verb="applications.withdraw").reason == "Nothing"


def test_looking_changes_nothing(application: Application, cast: Cast) -> None:
    """Scanners open every link of a letter, some with HEAD."""
    client = cast.chuhuiv.client
    client.post(
        f"/applications/{application.pk}/signatures/ask/", {"people": [cast.chuhuiv.user.pk]}
    )
    before = (HistoryEntry.objects.count(), versions_of(application).count())
    places = ("signatures/", "signatures/sign/", "send/", "withdraw/", "take-back/", "council/",
              "nomination/", "print/", "versions/")  # fmt: skip
    for visitor in (client, Client()):
        for place in places:
            for method in (visitor.get, visitor.head, visitor.options):
                method(f"/applications/{application.pk}/{place}?choice=approve&version=1")
    assert (HistoryEntry.objects.count(), versions_of(application).count()) == before
    assert signatories(application).exists()
    assert not Signature.objects.exists()
    application.refresh_from_db()
    assert application.state == "draft"


def test_text_longer_than_anything_is_refused_and_kept_to_be_cut(
    application: Application, cast: Cast
) -> None:
    title = f"{box(application, 'title')}_uk"
    endless = "я" * 50_001
    response = cast.chuhuiv.client.post(address(application, 0), {title: endless})
    assert response.status_code == 200
    assert "longer than anything that can be kept" in response.content.decode()
    assert endless in response.content.decode()
    assert value(application, "title") == FULL["title"]


def test_too_long_an_answer_is_never_sent_in(application: Application, cast: Cast) -> None:
    title = f"{box(application, 'title')}_uk"
    about, mayor = f"{box(application, 'about')}_uk", f"{box(application, 'mayor')}_uk"
    data = {title: "я" * 41, about: "Вода", mayor: "Голова", box(application, "people"): "12"}
    assert cast.chuhuiv.client.post(address(application, 0), data).status_code == 302
    response = cast.chuhuiv.client.post(f"/applications/{application.pk}/send/")
    assert response.status_code == 422
    assert "one character too many" in response.content.decode()
    with pytest.raises(sending.NotReady):
        sending.submit(application, by=cast.chuhuiv.actor, at=timezone.now())
    assert not versions_of(application).exists()
