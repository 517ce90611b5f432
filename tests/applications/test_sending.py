"""An application is sent in once, counts while it is changed, and is late only by rule."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection
from django.utils import timezone

from mosty.applications import content, queries
from mosty.applications.domain import sending, writing
from mosty.applications.jobs import remind
from mosty.applications.models import Application, Permission
from mosty.calls.concerned import concerned
from mosty.calls.domain import calls
from mosty.core.access import SYSTEM, NotAllowed
from mosty.core.history import HistoryEntry
from mosty.core.mail import Letter
from mosty.core.signoff import ask
from mosty.core.states import ReasonMissing, WrongState
from mosty.core.texts import Text
from mosty.core.versions import Version, versions_of
from mosty.people.models import Mandate, Membership
from tests.applications.making import FULL, answer, begun, small_call
from tests.applications.test_signing import join
from tests.calls.making import DAY, make_phase
from tests.people import Bodies, Cast

SECOND = timedelta(seconds=1)


@pytest.fixture
def application(bodies: Bodies, cast: Cast) -> Application:
    made = begun(small_call(make_phase(bodies)), bodies.chuhuiv)
    answer(made, **FULL)
    return made


def closes(application: Application) -> datetime:
    assert application.call.closes_at is not None
    return application.call.closes_at


def late_entry() -> HistoryEntry:
    return HistoryEntry.objects.get(verb__startswith="applications.take_")


def test_sent_application_is_frozen_with_a_receipt(application: Application, cast: Cast) -> None:
    client = cast.chuhuiv.client
    response = client.post(f"/applications/{application.pk}/send/", follow=True)
    page = response.content.decode()
    application.refresh_from_db()
    version = application.version
    assert version is not None
    assert (application.state, application.submitted_by, version.is_intact()) == (
        "submitted", cast.chuhuiv.user, True,
    )  # fmt: skip
    assert version.content == json.loads(json.dumps(content.dump(application)))
    assert (version.sha256 in page, "(Brussels time)" in page) == (True, True)
    (letter,) = outbox.outbox
    assert (letter.to, version.sha256 in letter.body) == ([cast.chuhuiv.user.email], True)
    frozen = client.get(f"/applications/{application.pk}/frozen.json").content
    assert sha256(frozen).hexdigest() == version.sha256


def test_second_submit_changes_nothing(application: Application, cast: Cast) -> None:
    now = timezone.now()
    stale = Application.objects.get(pk=application.pk)
    assert sending.submit(application, by=cast.chuhuiv.actor, at=now)
    assert not sending.submit(stale, by=cast.chuhuiv.actor, at=now + SECOND)
    assert stale.submitted_at == now
    assert (Version.objects.filter(object_id=application.pk,
                                   object_type="applications.application").count(),
            Letter.objects.count()) == (1, 1)  # fmt: skip
    assert HistoryEntry.objects.filter(verb="applications.submit").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_submits_at_once_give_one_version_and_one_receipt(
    application: Application, cast: Cast
) -> None:
    actor, now = cast.chuhuiv.actor, timezone.now()

    def send(_number: int) -> bool:
        try:
            return sending.submit(Application.objects.get(pk=application.pk), by=actor, at=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        first = sorted(pool.map(send, range(4)))
    assert first == [False, False, False, True]
    assert versions_of(application).count() == 1
    assert Letter.objects.count() == 1


def test_what_is_missing_is_listed_with_links_and_nothing_is_sent(
    application: Application, cast: Cast
) -> None:
    application.answers.filter(question__key="about").delete()
    answer(application, people="700", title=Text.of(record="uk", uk="Щ" * 41).dump())
    response = cast.chuhuiv.client.post(f"/applications/{application.pk}/send/")
    page = response.content.decode()
    assert response.status_code == 422
    for said in ("Ukrainian: one character too many.", "This is asked for.", "At most 500."):
        assert said in page, said
    assert f"/applications/{application.pk}/sections/" in page
    application.refresh_from_db()
    assert (application.state, Letter.objects.count()) == ("draft", 0)


def test_answer_required_later_is_asked_for_from_its_day_on(
    application: Application, cast: Cast
) -> None:
    question = application.call.sections.all()[0].questions.get(key="mayor")
    question.need, question.needed_from = "later", timezone.localdate() + 5 * DAY
    question.save()
    answer(application, mayor=None)
    with pytest.raises(sending.NotReady):
        sending.submit(application, by=cast.chuhuiv.actor, at=timezone.now() + 6 * DAY)
    assert sending.submit(application, by=cast.chuhuiv.actor, at=timezone.now())


@pytest.mark.parametrize("seconds", [1, 60])
def test_minute_of_grace_is_taken_and_recorded(
    seconds: int, application: Application, cast: Cast
) -> None:
    at = closes(application) + seconds * SECOND
    assert sending.submit(application, by=cast.chuhuiv.actor, at=at)
    entry = late_entry()
    assert (entry.verb, entry.after["seconds"]) == ("applications.take_within_grace", seconds)
    assert application.is_late


def test_in_time_to_the_second_is_not_late(application: Application, cast: Cast) -> None:
    assert sending.submit(application, by=cast.chuhuiv.actor, at=closes(application))
    assert not application.is_late
    assert not HistoryEntry.objects.filter(verb__startswith="applications.take_").exists()


def test_later_than_the_grace_needs_a_permission(application: Application, cast: Cast) -> None:
    at = closes(application) + 61 * SECOND
    with pytest.raises(sending.Shut, match="deadline has passed"):
        sending.submit(application, by=cast.chuhuiv.actor, at=at)
    sending.permit_late(
        application.call, application.organisation_id, by=cast.officer.actor,
        until=at + DAY, reason="No power since Tuesday", at=at,
    )  # fmt: skip
    assert sending.submit(application, by=cast.chuhuiv.actor, at=at + SECOND)
    entry = late_entry()
    assert (entry.verb, entry.reason) == (
        "applications.take_by_permission", "No power since Tuesday",
    )  # fmt: skip
    assert [letter.to for letter in Letter.objects.filter(key__contains="permission")] == [
        cast.chuhuiv.user.email
    ]


def test_permission_ends_and_is_for_one_body(
    application: Application, bodies: Bodies, cast: Cast
) -> None:
    at = closes(application) + DAY
    other = {"organisation": bodies.korop, "until": at + DAY}
    over = {"organisation": bodies.chuhuiv, "until": at - SECOND}
    for values in (other, over):
        Permission.objects.create(call=application.call, reason="x", by_name="x", **values)
    with pytest.raises(sending.Shut):
        sending.submit(application, by=cast.chuhuiv.actor, at=at)
    with pytest.raises(NotAllowed):
        sending.permit_late(application.call, bodies.chuhuiv.pk, by=cast.chuhuiv.actor,
                            until=at, reason="x", at=at)  # fmt: skip


def test_officer_permits_on_the_page_in_the_zone_of_the_call(
    application: Application, cast: Cast
) -> None:
    client, url = cast.officer.client, f"/applications/calls/{application.call.slug}/late/"
    data = {"body": application.organisation_id, "until": "2031-07-01T12:00"}
    assert "This field is required." in client.post(url, data | {"reason": ""}).content.decode()
    response = client.post(url, data | {"reason": "No power"}, follow=True)
    assert "until 1 July 2031, 12:00 (Brussels time), by Programme officer" in (
        response.content.decode()
    )
    assert Permission.objects.get().until.isoformat() == "2031-07-01T10:00:00+00:00"


def test_cancelled_call_takes_nothing_even_with_a_permission(
    application: Application, cast: Cast
) -> None:
    calls.cancel_call(application.call, by=SYSTEM, reason="No money")
    Permission.objects.create(call=application.call, organisation=application.organisation,
                              reason="x", by_name="x", until=timezone.now() + DAY)  # fmt: skip
    client = cast.chuhuiv.client
    page = client.post(f"/applications/{application.pk}/send/").content.decode()
    assert "The call was cancelled." in page
    application.refresh_from_db()
    assert application.state == "draft"


def test_what_was_sent_counts_while_it_is_changed(application: Application, cast: Cast) -> None:
    by, now = cast.chuhuiv.actor, timezone.now()
    sending.submit(application, by=by, at=now)
    first = application.version
    sending.take_back(application, by=by, at=now)
    question = application.answers.get(question__key="people").question
    writing.save_answers(application, {question: "13"}, by=by)
    application.refresh_from_db()
    assert (application.state, application.version) == ("draft", first)
    page = cast.chuhuiv.client.get(application.get_absolute_url()).content.decode()
    assert "counts until you send it in anew" in page
    sending.submit(application, by=by, at=now + SECOND)
    assert application.version is not None
    assert (application.version.number, Letter.objects.count()) == (2, 2)


def test_taken_back_and_not_sent_anew_stands_after_the_deadline(
    application: Application, cast: Cast
) -> None:
    by, now = cast.chuhuiv.actor, timezone.now()
    sending.submit(application, by=by, at=now)
    sending.take_back(application, by=by, at=now)
    at = closes(application) + 61 * SECOND
    assert sending.let_stand(closes(application) + 59 * SECOND) == 0
    allowed = Permission.objects.create(call=application.call, reason="x", by_name="x",
                                        organisation=application.organisation,
                                        until=at + DAY)  # fmt: skip
    assert sending.let_stand(at) == 0
    allowed.delete()
    assert (sending.let_stand(at), sending.let_stand(at)) == (1, 0)
    application.refresh_from_db()
    assert (application.state, application.submitted_at) == ("submitted", now)
    assert HistoryEntry.objects.filter(verb="applications.let_stand").count() == 1


def test_nothing_is_taken_back_after_the_deadline(application: Application, cast: Cast) -> None:
    by = cast.chuhuiv.actor
    sending.submit(application, by=by, at=timezone.now())
    with pytest.raises(sending.Shut):
        sending.take_back(application, by=by, at=closes(application) + 61 * SECOND)
    application.refresh_from_db()
    assert application.state == "submitted"


def test_withdrawn_counts_no_more_and_comes_back_as_a_draft(
    application: Application, cast: Cast
) -> None:
    by, now = cast.chuhuiv.actor, timezone.now()
    sending.submit(application, by=by, at=now)
    with pytest.raises(ReasonMissing):
        sending.withdraw(application, by=by, reason=" ")
    client = cast.chuhuiv.client
    client.post(f"/applications/{application.pk}/withdraw/", {"reason": "The council said no"})
    application.refresh_from_db()
    assert (application.state, application.version) == ("withdrawn", None)
    assert client.get(f"/applications/{application.pk}/receipt/").status_code == 404
    with pytest.raises(WrongState):
        sending.withdraw(application, by=by, reason="Again")
    sending.resume(application, by=by, at=now)
    assert sending.let_stand(closes(application) + DAY) == 0
    assert (application.state, versions_of(application).count()) == ("draft", 1)


def test_neighbour_sends_and_withdraws_nothing(application: Application, cast: Cast) -> None:
    client = cast.korop.client
    for deed in ("send", "withdraw", "take-back", "resume", "language"):
        response = client.post(f"/applications/{application.pk}/{deed}/", {"reason": "x"})
        assert response.status_code == 404, deed
    for page in ("", "receipt/", "frozen.json", "send/"):
        assert client.get(f"/applications/{application.pk}/{page}").status_code == 404, page
    application.refresh_from_db()
    assert application.state == "draft"


def test_people_are_reminded_once_a_week_and_once_a_day_before(
    application: Application, cast: Cast
) -> None:
    end = closes(application)
    Application.objects.update(begun_at=end - 30 * DAY)
    sent = [remind(end - before) for before in
            (8 * DAY, 7 * DAY, 3 * DAY, DAY, DAY / 2, -SECOND)]  # fmt: skip
    assert sent == [0, 1, 0, 1, 0, 0]
    assert {letter.to for letter in Letter.objects.all()} == {cast.chuhuiv.user.email}
    application.call.closes_at = end + 20 * DAY
    application.call.save()
    assert remind(end + 13 * DAY) == 1


def test_those_are_reminded_whose_work_it_is_and_nobody_else(
    application: Application, bodies: Bodies, cast: Cast
) -> None:
    author, owner, asked, _other = (
        join(bodies, key, Mandate.STAFF) for key in ("author", "owner", "asked", "other")
    )
    mayor, left = join(bodies, "mayor", Mandate.MAYOR), join(bodies, "left", Mandate.STAFF)
    for writer in (author, left):
        writing.set_language(application, by=writer.actor, language="en")
        writing.set_language(application, by=writer.actor, language="uk")
    part = application.call.sections.all()[0]
    writing.own_section(application, part, by=author.actor, user=owner.user, due=None)
    ask(application, asked.user.pk, name="Asked", organisation_id=bodies.chuhuiv.pk)
    Membership.objects.filter(user=left.user).update(until=timezone.localdate() - DAY)
    end = closes(application)
    Application.objects.update(begun_at=end - 30 * DAY)
    told = [author, owner, asked, mayor]
    assert remind(end - DAY) == len(told)
    assert {letter.to for letter in Letter.objects.all()} == {one.user.email for one in told}


@pytest.mark.parametrize("state", ["submitted", "withdrawn"])
def test_nobody_is_reminded_of_what_is_done(
    state: str, application: Application, cast: Cast
) -> None:
    by, end = cast.chuhuiv.actor, closes(application)
    sending.submit(application, by=by, at=timezone.now())
    if state == "withdrawn":
        sending.withdraw(application, by=by, reason="No")
    Application.objects.update(begun_at=end - 30 * DAY)
    assert remind(end - DAY) == 0


def test_what_was_begun_in_the_last_days_is_not_reminded_at_once(
    application: Application, cast: Cast
) -> None:
    end = closes(application)
    Application.objects.update(begun_at=end - 3 * DAY)
    assert (remind(end - 2 * DAY), remind(end - DAY)) == (0, 1)


def test_who_applies_is_told_when_the_deadline_moves(application: Application, cast: Cast) -> None:
    assert list(concerned(application.call)) == [cast.chuhuiv.user]
    sending.withdraw(application, by=cast.chuhuiv.actor, reason="No")
    assert list(concerned(application.call)) == []


def _many(application: Application, bodies: Bodies, count: int) -> None:
    made: Any = []
    for number in range(count):
        body = bodies.korop.__class__(
            kind="municipality", scheme="own", code=f"T{number}", label_en=f"Town {number:03}",
            sort_en=f"town {number:03}", country=bodies.korop.country,
        )  # fmt: skip
        made.append(body)
    bodies.korop.__class__.objects.bulk_create(made)
    Application.objects.bulk_create(
        Application(call=application.call, organisation=body) for body in made
    )


@pytest.mark.parametrize("count", [10, 2000])
def test_list_of_a_call_needs_few_queries_whatever_its_length(
    count: int, application: Application, bodies: Bodies, cast: Cast,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    _many(application, bodies, count)
    client = cast.officer.client
    url = f"/applications/calls/{application.call.slug}/"
    with django_assert_max_num_queries(25):
        page = client.get(url).content.decode()
    assert f"{count + 1:,} applications" in page
    with django_assert_max_num_queries(25):
        answered: Any = client.get(f"{url}file.csv?state=draft")
        file = b"".join(answered.streaming_content)
    assert file.decode().count("\n") == count + 2


def test_list_is_narrowed_and_tells_nobody_else(
    application: Application, bodies: Bodies, cast: Cast
) -> None:
    sending.submit(application, by=cast.chuhuiv.actor, at=timezone.now())
    begun(application.call, bodies.kuldiga)
    client = cast.officer.client
    url = f"/applications/calls/{application.call.slug}/"
    found = {
        query: [name for name in ("Chuhuiv", "Kuldīga") if f">{name}" in page]
        for query in ("", "?state=submitted", "?country=LV", "?q=Чугуїв", "?late=on")
        if (page := client.get(url + query).content.decode())
    }
    assert found == {
        "": ["Chuhuiv", "Kuldīga"], "?state=submitted": ["Chuhuiv"], "?country=LV": ["Kuldīga"],
        "?q=Чугуїв": ["Chuhuiv"], "?late=on": [],
    }  # fmt: skip
    for person in (cast.chuhuiv, cast.ukraine, cast.expert, cast.funder):
        assert person.client.get(url).status_code == 403
    assert [each.pk for each in queries.visible_to(cast.korop.actor)] == []


def test_page_of_the_call_leads_to_ones_own_application(
    application: Application, cast: Cast
) -> None:
    url = application.call.get_absolute_url()
    pages = {
        person.key: person.client.get(url).content.decode()
        for person in (cast.chuhuiv, cast.korop, cast.officer)
    }
    link = f'href="{application.get_absolute_url()}"'
    assert [link in page for page in pages.values()] == [True, False, False]
    assert "Apply for Korop" in pages["korop"]
    assert f"/applications/calls/{application.call.slug}/" in pages["officer"]


def test_whoever_may_not_apply_is_told_and_may_write_all_the_same(
    bodies: Bodies, cast: Cast
) -> None:
    call = small_call(make_phase(bodies))
    call.conditions.create(kind="size", params={"least": 400, "most": 10_000})
    url = f"/applications/for/{call.slug}/"
    client = cast.chuhuiv.client
    page = client.get(url).content.decode()
    assert "By the register, Chuhuiv may not apply" in page
    assert "Begin all the same" in page
    assert client.post(url, {"language": "uk"}).status_code == 302
    assert Application.objects.get().organisation == bodies.chuhuiv
    again = client.get(url)
    assert again.headers["Location"] == Application.objects.get().get_absolute_url()


def test_desk_asks_for_what_is_not_sent_and_for_nothing_else(
    application: Application, cast: Cast
) -> None:
    client = cast.chuhuiv.client
    section = application.call.sections.all()[0]
    writing.own_section(application, section, by=cast.chuhuiv.actor, user=cast.chuhuiv.user,
                        due=timezone.localdate())  # fmt: skip
    words = ("A call is open to you", "Send your application in", "Write “The town”")

    def shown() -> list[bool]:
        page = client.get("/desk/").content.decode()
        return [said in page for said in words]

    # What is asked of the section is there: its owner is not asked for it any more.
    assert shown() == [False, True, False]
    answer(application, title=None)
    assert shown() == [False, True, True]
    answer(application, title=FULL["title"])
    sending.submit(application, by=cast.chuhuiv.actor, at=timezone.now())
    assert shown() == [False, False, False]
    other = cast.korop.client.get("/desk/").content.decode()
    assert [said in other for said in words] == [True, False, False]
