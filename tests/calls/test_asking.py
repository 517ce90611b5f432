"""Officers write what a call asks; once it is open only words can be said better."""

from typing import Any

import pytest
from django.test import Client

from mosty.calls.models import Call, Question, Section
from mosty.core.drafts.models import Draft
from mosty.core.history import HistoryEntry
from mosty.core.texts import Text
from mosty.programmes.models import Phase
from tests.calls.making import draft, make_phase, published
from tests.calls.pages import send, shown, url
from tests.people import Bodies, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.web]


@pytest.fixture
def phase(bodies: Bodies) -> Phase:
    return make_phase(bodies)


@pytest.fixture
def officer(cast: Cast) -> Client:
    return cast.officer.client


def question_of(call: Call, key: str) -> Question:
    return Question.objects.get(section__call=call, key=key)


def new_question(call: Call, section: Section | None = None, kind: str = "long") -> str:
    section = section or call.sections.first()
    assert section is not None
    return url("add_question", call, section_id=section.pk) + f"?kind={kind}"


def test_section_and_questions_are_written_once_and_in_order(phase: Phase, officer: Client) -> None:
    call = draft(phase, template="")
    assert "Nothing is asked yet" in officer.get(url("form", call)).content.decode()
    data = shown(officer, url("add_section", call))
    for _time in range(2):
        send(officer, url("add_section", call), data, title_en="Your town")
    section = call.sections.get()
    address = new_question(call, section, "choice")
    data = shown(officer, address)
    assert "most_letters" not in data
    changes = {
        "text_en": "Who decides?", "need": "required",
        "options-0-text_en": "The council", "options-0-text_uk": "Рада",
        "options-1-text_en": "The mayor", "options-1-key": "head",
    }  # fmt: skip
    for _time in range(2):
        assert send(officer, address, data, **changes).status_code == 302
    question = section.questions.get()
    assert [row["key"] for row in question.options] == ["the-council", "head"]
    assert question.said_options[0][1] == Text.of(en="The council", uk="Рада")
    assert (question.key, question.need) == ("who-decides", "required")


def test_question_of_another_kind_is_asked_for_without_losing_words(
    phase: Phase, officer: Client
) -> None:
    call = draft(phase)
    address = new_question(call)
    data = shown(officer, address)
    # By the button beside the kind, and by saving at once.
    for more in ({"show_kind": "1"}, {}):
        response = send(officer, address, data, kind="table", text_en="With whom?", **more)
        page = response.content.decode()
        assert "With whom?" in page
        assert "columns-0-text_en" in page
        assert '<option value="table" selected>' in page
        assert "Please look at this again" not in page
    assert not Question.objects.filter(text__icontains="With whom?").exists()


def test_question_that_turns_into_another_kind_keeps_nothing_of_the_old(
    phase: Phase, officer: Client
) -> None:
    call = draft(phase)
    question = question_of(call, "support")
    address = url("edit_question", call, question_id=question.pk)
    data = shown(officer, address)
    page = send(officer, address, data, kind="number", show_kind="1")
    assert 'name="least"' in page.content.decode()
    number = shown(officer, f"{address}?kind=number")
    assert number["kind"] == ["number"]
    assert send(officer, address, number, least="0", most="20").status_code == 302
    question.refresh_from_db()
    assert (question.kind, question.options, int(question.most or 0)) == ("number", [], 20)


@pytest.mark.parametrize(
    ("kind", "changes", "told"),
    [
        ("choice", {"options-0-text_en": "One"}, "Give at least two answers to choose from."),
        ("choice", {"options-0-text_en": "One", "options-0-key": "a",
                    "options-1-text_en": "Two", "options-1-key": "a"},
         "Two of these have the same key."),
        ("table", {}, "Name at least one column."),
        ("table", {**{f"columns-{n}-text_en": f"Column {n}" for n in range(3)}, "most_rows": "50",
                   "columns-TOTAL_FORMS": "3"},
         "A section holds at most 280 boxes to fill in"),
        ("number", {"least": "5", "most": "4"}, "The most is less than the least."),
        ("long", {"need": "later"}, "Say from which day on it is required."),
        ("long", {"most_letters": "90000"}, "less than or equal to 20000"),
    ],
)  # fmt: skip
def test_question_that_cannot_be_answered_is_refused_and_kept(
    kind: str, changes: dict[str, str], told: str, phase: Phase, officer: Client
) -> None:
    call = draft(phase)
    address = new_question(call, kind=kind)
    data = shown(officer, address)
    page = send(officer, address, data, text_en="Why <now>?", **changes).content.decode()
    assert told in page
    assert "Why &lt;now&gt;?" in page
    assert not Question.objects.filter(text__icontains="Why <now>").exists()


def test_parts_move_one_place_and_stop_at_the_ends(phase: Phase, officer: Client) -> None:
    call = draft(phase)
    first, second, third = call.sections.all()
    for steps in ("1", "1", "1"):
        address = url("move_part", call, what="section", part_id=first.pk)
        response = officer.post(address, {"steps": steps})
        assert response.headers["Location"] == f"{url('form', call)}#section-{first.pk}"
    assert list(call.sections.all()) == [second, third, first]
    last = second.questions.last()
    assert last is not None
    officer.post(url("move_part", call, what="question", part_id=last.pk), {"steps": "-1"})
    assert list(second.questions.all())[-2] == last
    assert officer.post(url("move_part", call, what="call", part_id=1)).status_code == 404


def test_part_that_is_taken_out_stays_in_the_history(phase: Phase, officer: Client) -> None:
    call = draft(phase)
    section = call.sections.first()
    assert section is not None
    page = officer.get(url("form", call)).content.decode()
    assert "The section goes, and its 3 questions with it." in page
    officer.post(url("remove_part", call, what="section", part_id=section.pk))
    assert call.sections.count() == 2
    entry = HistoryEntry.objects.get(verb="calls.remove_section")
    assert len(entry.before["questions"]) == 3


def test_neighbouring_call_gives_no_part_away(phase: Phase, officer: Client) -> None:
    one, two = draft(phase), draft(phase)
    section, question = one.sections.first(), question_of(one, "support")
    assert section is not None
    for address in (
        url("edit_section", two, section_id=section.pk),
        url("edit_question", two, question_id=question.pk),
        url("add_question", two, section_id=section.pk),
    ):
        assert officer.get(address).status_code == 404
    address = url("remove_part", two, what="question", part_id=question.pk)
    assert officer.post(address).status_code == 404
    assert Question.objects.filter(pk=question.pk).exists()


def test_open_call_says_what_stands_and_lets_words_be_corrected(
    phase: Phase, officer: Client
) -> None:
    call = published(phase)
    page = officer.get(url("form", call)).content.decode()
    assert "The call is open: what it asks stands. Words can be corrected." in page
    assert "Take it out" not in page
    question = question_of(call, "support")
    address = url("edit_question", call, question_id=question.pk)
    data = shown(officer, address)
    assert {"kind", "need", "tells_who", "options-0-DELETE"} & set(data) == set()
    assert data["options-0-key"] == ["council"]
    assert "Add an answer" not in officer.get(address).content.decode()
    send(officer, address, data, **{"text_en": "Who is behind it?",
                                    "options-0-text_en": "The council decided"})  # fmt: skip
    question.refresh_from_db()
    assert str(question.text) == "Who is behind it?"
    assert str(question.said_options[0][1]) == "The council decided"
    assert [row["key"] for row in question.options] == ["council", "mayor", "not-yet"]

    response: Any = officer.post(url("remove_part", call, what="question", part_id=question.pk),
                                 follow=True)  # fmt: skip
    assert "The call is open: what it asks stands." in response.content.decode()
    for steps in ("1", "-1"):
        officer.post(url("move_part", call, what="question", part_id=question.pk), {"steps": steps})
    assert HistoryEntry.objects.filter(verb="calls.move_part").count() == 0
    fresh = new_question(call)
    assert "The call is open" in send(officer, fresh, shown(officer, fresh),
                                      text_en="More?").content.decode()  # fmt: skip


def test_question_form_opened_before_the_call_is_told_and_keeps_its_words(
    phase: Phase, officer: Client
) -> None:
    call = draft(phase)
    question = question_of(call, "needs")
    address = url("edit_question", call, question_id=question.pk)
    data = shown(officer, address)
    Call.objects.filter(pk=call.pk).update(state="published")
    page = send(officer, address, data, need="optional", text_en="Said better").content.decode()
    assert "The call is open: what it asks stands." in page
    assert "Said better" in page
    question.refresh_from_db()
    assert question.need == "required"


def test_two_officers_who_write_one_question_lose_nothing(phase: Phase, cast: Cast) -> None:
    call = draft(phase)
    question = question_of(call, "support")
    address = url("edit_question", call, question_id=question.pk)
    one, two = cast.officer.client, cast.second_officer.client
    first, second = (shown(client, address) for client in (one, two))
    send(one, address, first, **{"options-0-text_en": "First"})
    assert send(two, address, second, help_en="Think").status_code == 302
    question.refresh_from_db()
    assert (str(question.said_options[0][1]), str(question.help)) == ("First", "Think")

    page = send(two, address, second, **{"options-0-text_en": "Second"}).content.decode()
    assert "Somebody has changed this meanwhile to: “First, The mayor supports it" in page
    assert 'value="Second"' in page


def test_question_that_a_colleague_took_out_can_be_added_again(
    phase: Phase, officer: Client
) -> None:
    call = draft(phase)
    question = question_of(call, "needs")
    address = url("edit_question", call, question_id=question.pk)
    data = shown(officer, address)
    officer.post(url("remove_part", call, what="question", part_id=question.pk))
    page = send(officer, address, data, text_en="Still wanted").content.decode()
    assert "Somebody has taken this question out meanwhile." in page
    assert "Still wanted" in page
    last = call.sections.last()
    assert last is not None
    assert f'action="{url("add_question", call, section_id=last.pk)}"' in page
    assert officer.get(address).status_code == 404


def test_rows_of_a_question_are_kept_as_a_draft(phase: Phase, officer: Client) -> None:
    call = draft(phase)
    address = new_question(call, kind="choice")
    data = shown(officer, address)
    changes = {"options-0-text_en": "Only one", "text_en": ""}
    assert send(officer, address, data, **changes).status_code == 200
    assert Draft.objects.get().content["options-0-text_en"] == "Only one"
    again = shown(officer, address.partition("?")[0] + "?draft=continue")
    assert again["options-0-text_en"] == ["Only one"]
    assert again["kind"] == ["choice"]
