"""An application is begun once, written by several, and nothing of it is lost."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from mosty.applications import content, hindrances, progress, queries, reuse
from mosty.applications.domain import files, sending, writing
from mosty.applications.models import Answer, Application, Attachment
from mosty.calls.domain import form
from mosty.calls.models import Question
from mosty.core.access import NotAllowed
from mosty.core.drafts.models import Draft
from mosty.core.files import PDF
from mosty.core.history import HistoryEntry
from mosty.core.states import WrongState
from mosty.core.texts import Text
from mosty.people.models import User
from mosty.places.models import Need, Theme
from tests.applications.making import FULL, answer, begun, small_call
from tests.applications.pages import fill, section_url
from tests.calls.making import DAY, make_phase
from tests.calls.pages import shown
from tests.people import Bodies, Cast

PDF_BYTES = b"%PDF-1.7\nwhole\n%%EOF\n"


@pytest.fixture
def application(bodies: Bodies, cast: Cast) -> Application:
    return begun(small_call(make_phase(bodies)), bodies.chuhuiv)


def question(key: str) -> Question:
    return Question.objects.get(key=key)


def upload(name: str = "letter.pdf", data: bytes = PDF_BYTES) -> Any:
    return SimpleUploadedFile(name, data)


def test_two_who_begin_get_the_same_application(bodies: Bodies, cast: Cast) -> None:
    call, now = small_call(make_phase(bodies)), timezone.now()
    one, is_new = writing.begin(call, bodies.chuhuiv, by=cast.chuhuiv.actor, language="uk", at=now)
    other, is_new_again = writing.begin(
        call, bodies.chuhuiv, by=cast.chuhuiv.actor, language="en", at=now
    )
    assert (is_new, is_new_again, one.pk) == (True, False, other.pk)
    assert Application.objects.get().language == "uk"


def test_nobody_begins_for_a_neighbour_or_for_a_call_of_others(bodies: Bodies, cast: Cast) -> None:
    call, now = small_call(make_phase(bodies)), timezone.now()
    with pytest.raises(NotAllowed):
        writing.begin(call, bodies.korop, by=cast.chuhuiv.actor, language="uk", at=now)
    with pytest.raises(NotAllowed):
        writing.begin(
            call, bodies.ukrainian_association, by=cast.ukraine.actor, language="uk", at=now
        )
    assert not Application.objects.exists()


@pytest.mark.parametrize(("days", "said"), [(-2, "not open yet"), (11, "deadline has passed")])
def test_nothing_is_begun_outside_of_the_times(
    days: int, said: str, bodies: Bodies, cast: Cast
) -> None:
    call = small_call(make_phase(bodies))
    with pytest.raises(ValidationError, match=said):
        writing.begin(
            call, bodies.chuhuiv, by=cast.chuhuiv.actor, language="uk",
            at=timezone.now() + days * DAY,
        )  # fmt: skip


def test_form_of_a_call_stands_once_somebody_has_begun(application: Application) -> None:
    from_call = application.call
    assert "begun to apply" in str(queries.why_form_stands(from_call))
    application.delete()
    assert queries.why_form_stands(from_call) == ""


def test_answer_over_its_limit_is_kept_and_told(application: Application, cast: Cast) -> None:
    client, url = cast.chuhuiv.client, section_url(application, "title")
    data = shown(client, url)
    title = f"q{question('title').pk}_uk"
    response = client.post(url, data | {title: "Щ" * 43})
    assert response.status_code == 302
    kept = Answer.objects.get(question=question("title"))
    assert Text.load(kept.value).wordings["uk"][0] == "Щ" * 43
    page = client.get(url).content.decode()
    assert "Ukrainian: 3 characters too many." in page
    lines = [each.text for each in hindrances.hindrances(application, timezone.now())]
    assert lines == ["Ukrainian: 3 characters too many.", "This is asked for."]


def test_section_stores_each_kind_and_sends_twice_once(
    application: Application, cast: Cast
) -> None:
    client, url = cast.chuhuiv.client, section_url(application, "title")
    data = fill(client, url, title_uk="Вода", title_en="Water", about_uk="Про нас",
                people="1 200,5", mayor_uk="Голова")  # fmt: skip
    first, again = client.post(url, data), client.post(url, data)
    assert (first.status_code, again.status_code) == (302, 302)
    url = section_url(application, "way")
    way, themes, partners = (question(key).pk for key in ("way", "themes", "partners"))
    data = shown(client, url) | {
        f"q{way}": ["rail"], f"q{themes}": ["water", "youth"],
        f"q{partners}-0-c0": ["Kuldīga"], f"q{partners}-0-c1": ["2023"],
    }  # fmt: skip
    assert client.post(url, data).status_code == 302
    given = {row.question.key: row.value for row in Answer.objects.all()}
    assert given == {
        "title": Text.of(record="uk", uk="Вода", en="Water").dump(),
        "about": Text.of(record="uk", uk="Про нас").dump(),
        "people": "1200.5",
        "mayor": Text.of(record="uk", uk="Голова").dump(),
        "way": "rail",
        "themes": ["water", "youth"],
        "partners": [{"town": "Kuldīga", "since": "2023"}],
    }
    verbs = list(HistoryEntry.objects.filter(verb="applications.write"))
    assert len(verbs) == 2
    assert not Draft.objects.exists()


def test_colleague_who_saves_later_overwrites_only_what_they_touched(
    application: Application, cast: Cast
) -> None:
    client, url = cast.chuhuiv.client, section_url(application, "title")
    one, other = fill(client, url, title_uk="Одна"), fill(client, url, about_uk="Друга")
    client.post(url, one)
    client.post(url, other)
    assert {row.question.key for row in Answer.objects.all()} == {"title", "about"}
    late = client.post(url, one | {"draft_page": "another", f"q{question('title').pk}_uk": "Інша"})
    assert "Somebody has changed this meanwhile" in late.content.decode()
    kept = Text.load(Answer.objects.get(question=question("title")).value)
    assert kept.wordings["uk"][0] == "Одна"
    draft = Draft.objects.get()
    assert draft.content[f"q{question('title').pk}_uk"] == "Інша"


def test_profile_is_offered_and_taken_over_with_one_press(
    application: Application, bodies: Bodies, cast: Cast
) -> None:
    bodies.chuhuiv.about = Text.of(en="A town", uk="Громада на Донці")
    bodies.chuhuiv.save()
    client, url = cast.chuhuiv.client, section_url(application, "about")
    about = question("about").pk
    page = client.get(url).content.decode()
    assert "Your profile" in page
    data = fill(client, url, title_uk="Вода")
    taken = client.post(url, data | {"take": str(about)})
    assert "Taken over." in taken.content.decode()
    assert not Answer.objects.exists()
    draft = Draft.objects.get()
    assert draft.content[f"q{about}_uk"] == "Громада на Донці"
    assert draft.content[f"q{question('title').pk}_uk"] == "Вода"


def test_largest_table_that_a_call_may_ask_for_is_kept_as_a_draft(
    application: Application, cast: Cast
) -> None:
    table = question("partners")
    table.most_rows, table.columns = 50, [
        {"key": key, "text": Text.of(en=key).dump()} for key in ("a", "b")
    ]  # fmt: skip
    table.save()
    others = Question.objects.filter(section=table.section).exclude(pk=table.pk)
    assert form.boxes_of(table) + sum(map(form.boxes_of, others)) <= form.MOST_BOXES
    client, url = cast.chuhuiv.client, section_url(application, "partners")
    data = fill(client, url)
    data[f"q{table.pk}-TOTAL_FORMS"] = "50"
    for row in range(50):
        for box, typed in (("c0", "x"), ("c1", "y"), ("was", ""), ("ORDER", str(row + 1))):
            data[f"q{table.pk}-{row}-{box}"] = typed
        data[f"q{table.pk}-{row}-DELETE"] = "on" if row == 49 else ""
    found = re.search(r'data-draft="([^"]+)"', client.get(url).content.decode())
    assert found is not None
    answer = client.post(found[1], data, headers={"accept": "application/json"})
    assert (answer.status_code, Draft.objects.get().content[f"q{table.pk}-48-c1"]) == (200, "y")


def test_needs_of_the_profile_keep_their_themes(
    application: Application, bodies: Bodies, cast: Cast
) -> None:
    for weight, (slug, text) in enumerate(
        [("water", Text()), ("energy", Text.of(record="uk", uk="Насоси", en="Pumps"))]
    ):
        Need.objects.create(
            organisation=bodies.chuhuiv, theme_id=slug, weight=weight + 1, text=text
        )
    Question.objects.filter(key="about").update(reuse="needs")
    Question.objects.filter(key="themes").update(reuse="needs")
    asked = [question("about"), question("themes")]
    found = reuse.suggestions(application, asked, cast.chuhuiv.actor)
    themes = {one.pk: one for one in Theme.objects.all()}
    said = Text.load(found[asked[0].pk].value)
    assert {code: words for code, (words, *_rest) in said.wordings.items()} == {
        "uk": f"{themes['energy'].name_uk}: Насоси\n{themes['water'].name_uk}",
        "en": f"{themes['energy'].name_en}: Pumps\n{themes['water'].name_en}",
    }
    # Of several answers those that are themes of the body.
    assert found[asked[1].pk].value == ["water"]


def test_file_is_asked_for_at_its_question(application: Application, cast: Cast) -> None:
    Question.objects.filter(key="letter").update(order=0, section=question("title").section)
    url, letter = section_url(application, "title"), question("letter")
    page = cast.chuhuiv.client.get(url).content.decode()
    places = [page.index(f'id="q-{question(key).pk}"') for key in ("title", "letter", "about")]
    assert places == sorted(places)
    # No form stands inside another: the box names its own, which follows.
    main = page.partition('id="draft-form"')[2].partition("</form>")[0]
    assert ("<form" in main, f'form="attach-{letter.pk}"' in main) == (False, True)
    assert f'<form id="attach-{letter.pk}" method="post" enctype="multipart/form-data"' in page
    data = {"file": SimpleUploadedFile("a.pdf", PDF_BYTES)}
    sent = cast.chuhuiv.client.post(
        f"/applications/{application.pk}/questions/{letter.pk}/file/", data
    )
    assert sent.headers["Location"] == f"{url}#q-{letter.pk}"
    page = cast.chuhuiv.client.get(url).content.decode()
    made = Attachment.objects.get()
    assert f'form="take-out-{made.pk}"' in page
    assert f'<form id="take-out-{made.pk}"' in page


def test_answer_of_the_last_call_is_offered_before_the_profile(
    application: Application, bodies: Bodies, cast: Cast
) -> None:
    earlier = begun(small_call(application.call.phase, name=Text.of(en="Last year")),
                    bodies.chuhuiv)  # fmt: skip
    answer(earlier, title=Text.of(record="uk", uk="Торік").dump())
    page = cast.chuhuiv.client.get(section_url(application, "title")).content.decode()
    assert "Your answer in “Last year”" in page
    assert "Торік" in page


def test_owner_of_a_section_is_somebody_of_the_body(application: Application, cast: Cast) -> None:
    section = question("title").section
    due = timezone.localdate()
    assert writing.own_section(
        application, section, by=cast.chuhuiv.actor, user=cast.chuhuiv.user, due=due
    )
    with pytest.raises(ValidationError):
        writing.own_section(
            application, section, by=cast.chuhuiv.actor, user=cast.korop.user, due=None
        )
    row = application.owners.get()
    assert (row.user, row.due) == (cast.chuhuiv.user, due)
    found = progress.standings(application, timezone.now() + 2 * DAY)
    assert [(each.is_overdue, each.missing) for each in found] == [(True, 2), (False, 0)]


def test_language_of_record_changes_with_the_answers(application: Application, cast: Cast) -> None:
    answer(application, title=Text.of(record="uk", uk="Вода", en="Water").dump())
    writing.set_language(application, by=cast.chuhuiv.actor, language="en")
    title = Text.load(Answer.objects.get().value)
    assert (title.record, title.wordings["en"][1], title.wordings["uk"][1]) == (
        "en", "own", "edited",
    )  # fmt: skip


def test_file_sent_twice_is_one_and_its_type_is_told_by_content(
    application: Application, cast: Cast
) -> None:
    letter, by = question("letter"), cast.chuhuiv.actor
    one, is_new = files.attach(application, letter, upload(), by=by)
    again, is_new_again = files.attach(application, letter, upload("same.pdf"), by=by)
    assert (one.pk, is_new, is_new_again) == (again.pk, True, False)
    assert Answer.objects.get(question=letter).value == [str(one.pk)]
    with pytest.raises(ValidationError) as wrong:
        files.attach(application, letter, upload("virus.pdf", b"MZ" + b"\0" * 90), by=by)
    assert wrong.value.code == "wrong_type"


@pytest.mark.parametrize(
    "data",
    [PDF_BYTES[:-7], b"\x89PNG\r\n\x1a\nhalf", b"\xff\xd8\xffhalf"],
    ids=["pdf", "png", "jpeg"],
)
def test_upload_that_was_cut_is_refused_with_the_remedy(
    data: bytes, application: Application, cast: Cast
) -> None:
    client = cast.chuhuiv.client
    letter = question("letter")
    url = f"/applications/{application.pk}/questions/{letter.pk}/file/"
    page = client.post(url, {"file": upload("letter.pdf", data)}, follow=True).content.decode()
    assert "it was cut on the way. Send it once more." in page
    assert not Attachment.objects.exists()


def test_request_that_breaks_off_keeps_nothing(application: Application, cast: Cast) -> None:
    client, letter = cast.chuhuiv.client, question("letter")
    body = (
        b'--cut\r\nContent-Disposition: form-data; name="file"; filename="letter.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n%PDF-1.7\nhal"
    )
    response = client.post(
        f"/applications/{application.pk}/questions/{letter.pk}/file/", body,
        content_type="multipart/form-data; boundary=cut", follow=True,
    )  # fmt: skip
    assert "Choose it and send it once more." in response.content.decode()
    assert not Attachment.objects.exists()


def test_file_taken_out_stays_with_what_was_sent(application: Application, cast: Cast) -> None:
    letter, by = question("letter"), cast.chuhuiv.actor
    made, _is_new = files.attach(application, letter, upload(), by=by)
    before = content.dump(application)
    files.take_out(made, by=by)
    after = content.dump(application)
    assert ([row["key"] for row in before["files"]], after["files"]) == ([str(made.pk)], [])
    assert Attachment.objects.get().file.read() == PDF_BYTES
    assert (files.file_name("../..\\a<b>.exe", PDF), made.media_type) == (
        "ab.pdf", "application/pdf",
    )  # fmt: skip


def test_unsaved_text_of_a_colleague_keeps_from_sending(
    application: Application, cast: Cast
) -> None:
    answer(application, **FULL)
    client, url = cast.chuhuiv.client, section_url(application, "title")
    data = fill(client, url, title_uk="Вода й тепло")
    section = question("title").section_id
    client.post(f"/drafts/applications.section:{application.pk}/{section}/", data)
    assert Draft.objects.count() == 1
    texts = [each.text for each in hindrances.hindrances(application, timezone.now())]
    assert texts == ["Officer, Chuhuiv has typed here and not saved it yet. Save it, or drop it."]
    found = progress.standings(application, timezone.now())
    assert [(each.words, each.is_at_work) for each in found] == [
        ("Not saved yet", True), ("Complete", False),
    ]  # fmt: skip


@pytest.mark.parametrize("state", ["cancelled", "submitted"])
def test_what_is_typed_while_it_ends_is_kept_and_shown(
    state: str, application: Application, cast: Cast
) -> None:
    answer(application, **FULL)
    client, url = cast.chuhuiv.client, section_url(application, "title")
    data = fill(client, url, title_uk="Вода й тепло")
    if state == "submitted":
        sending.submit(application, by=cast.chuhuiv.actor, at=timezone.now())
    else:
        application.call.state = "cancelled"
        application.call.save()
    page = client.post(url, data, follow=True).content.decode()
    with pytest.raises(WrongState):
        writing.save_answers(application, {question("people"): "3"}, by=cast.chuhuiv.actor)
    assert Text.load(Answer.objects.get(question=question("title")).value) == Text.load(
        FULL["title"]
    )
    assert Draft.objects.get().content[f"q{question('title').pk}_uk"] == "Вода й тепло"
    assert "Typed and not saved" in page
    assert "Нам потрібна вода." in page


@pytest.mark.django_db(transaction=True)
def test_four_who_begin_at_once_make_one(bodies: Bodies, cast: Cast) -> None:
    call, now, actor = small_call(make_phase(bodies)), timezone.now(), cast.chuhuiv.actor

    def begin(_number: int) -> int:
        try:
            return writing.begin(call, bodies.chuhuiv, by=actor, language="uk", at=now)[0].pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(begin, range(4)))
    assert found == {Application.objects.get().pk}
    assert HistoryEntry.objects.filter(verb="applications.begin").count() == 1


def test_neighbour_finds_nothing_and_officer_does_not_write(
    application: Application, cast: Cast
) -> None:
    url = section_url(application, "title")
    for person, status in ((cast.korop, 404), (cast.expert, 404), (cast.officer, 403)):
        assert person.client.get(url).status_code == status
        assert person.client.post(url, {}).status_code == status
    page = cast.officer.client.get(application.get_absolute_url()).content.decode()
    assert "Nothing is sent in" in page


def test_question_of_another_call_is_no_address_here(application: Application, cast: Cast) -> None:
    other = small_call(application.call.phase)
    section = other.sections.all()[0]
    url = f"/applications/{application.pk}/sections/{section.pk}/"
    assert cast.chuhuiv.client.get(url).status_code == 404


def test_person_who_left_writes_no_more(application: Application, cast: Cast) -> None:
    User.objects.get(pk=cast.chuhuiv.user.pk).memberships.update(
        until=timezone.localdate() - timedelta(days=1)
    )
    url = section_url(application, "title")
    assert cast.chuhuiv.client.get(url).status_code == 404
    assert queries.writers(application) == []
