"""A call is begun, changed, published, extended, cancelled; what people rely on stands still."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mosty.calls import blueprints, content, locks
from mosty.calls.domain import calls, enquiries, form, terms
from mosty.calls.models import Call, Criterion, Enquiry, Question, Stage, Watch
from mosty.core.access import SYSTEM, NotAllowed
from mosty.core.history import HistoryEntry
from mosty.core.mail import Letter
from mosty.core.states import ReasonMissing, WrongState
from mosty.core.texts import Text
from mosty.core.versions import versions_of
from mosty.programmes.models import Phase
from tests.calls.making import DAY, at, draft, make_phase, published
from tests.people import Bodies, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def phase(bodies: Bodies) -> Phase:
    return make_phase(bodies)


@pytest.mark.parametrize("template", blueprints.NAMES)
def test_call_of_a_template_asks_what_the_template_asks(phase: Phase, template: str) -> None:
    call = draft(phase, template)
    given = blueprints.read(template)
    said = content.dump(call)
    assert said["conditions"] == [row | {"note": Text().dump()} for row in given["conditions"]]
    assert [one["key"] for one in said["criteria"]] == [one["key"] for one in given["criteria"]]
    asked = [question["key"] for section in said["sections"] for question in section["questions"]]
    assert asked == [one["key"] for part in given["sections"] for one in part["questions"]]
    assert len(set(asked)) == len(asked)
    for question in Question.objects.filter(section__call=call):
        form.clean_question(question)
        assert {"en", "uk"} <= set(question.text.wordings)
    assert calls.missing(call) == []


def test_copy_is_a_draft_that_asks_the_same(phase: Phase) -> None:
    call = published(phase)
    copied = calls.copy_call(call, phase, by=SYSTEM, name=Text.of(en="Again"))
    assert (copied.state, copied.opens_at, copied.slug) == ("draft", None, "again")
    before, after = content.dump(call), content.dump(copied)
    assert before.pop("name") != after.pop("name")
    assert before == after


def test_table_larger_than_a_draft_keeps_a_call_from_being_published(phase: Phase) -> None:
    call = draft(phase)
    section = call.sections.all()[0]
    columns = [{"key": key, "text": Text.of(en=key).dump()} for key in "abcdef"]
    # As a copy of an older call may have it.
    Question.objects.create(
        section=section, key="big", kind="table", text=Text.of(en="Big"), columns=columns,
        most_rows=50, order=99,
    )  # fmt: skip
    (lack,) = calls.missing(call)
    assert lack.startswith(f"“{section}” asks for ")


def test_two_calls_of_one_name_have_two_addresses(phase: Phase) -> None:
    slugs = [draft(phase, name=Text.of(en=name)).slug for name in ("New", "A call", "A call")]
    assert slugs == ["new-2", "a-call", "a-call-2"]


def test_published_call_is_frozen_and_its_terms_stand(phase: Phase) -> None:
    call = draft(phase)
    version = calls.publish_call(call, by=SYSTEM, at=timezone.now())
    assert version.content == content.dump(call)
    assert list(versions_of(call)) == [version]
    for name, value in (("closes_at", timezone.now() + 20 * DAY), ("audience", "association")):
        with pytest.raises(ValidationError):
            calls.edit_call(call, by=SYSTEM, **{name: value})
    with pytest.raises(ValidationError):
        calls.edit_call(call, by=SYSTEM, countries=[])
    assert calls.edit_call(call, by=SYSTEM, about=Text.of(en="Better said")) == ["about"]
    with pytest.raises(WrongState):
        calls.publish_call(call, by=SYSTEM, at=timezone.now())


def test_call_that_lacks_something_is_not_published(phase: Phase) -> None:
    call = draft(phase, template="", opens_at=None)
    with pytest.raises(ValidationError) as refusal:
        calls.publish_call(call, by=SYSTEM, at=timezone.now())
    assert len(refusal.value.messages) == 5
    late = draft(phase, opens_at=timezone.now() - 3 * DAY, closes_at=timezone.now() - DAY)
    with pytest.raises(ValidationError):
        calls.publish_call(late, by=SYSTEM, at=timezone.now())
    assert {call.state for call in Call.objects.all()} == {"draft"}


def test_only_officers_make_calls(phase: Phase, cast: Cast) -> None:
    actor = cast.latvia.actor
    with pytest.raises(NotAllowed):
        calls.begin_call(phase, by=actor, name=Text.of(en="Ours"))
    call = draft(phase)
    with pytest.raises(NotAllowed):
        calls.publish_call(call, by=actor, at=timezone.now())
    with pytest.raises(NotAllowed):
        form.add_section(call, by=actor, title=Text.of(en="Ours"))


def test_stage_and_grace_by_the_clock_of_the_server(phase: Phase) -> None:
    call = draft(phase, opens_at=at("2021-05-17 08:00"), closes_at=at("2021-06-10 22:00"))
    Call.objects.filter(pk=call.pk).update(state="published")
    call.refresh_from_db()
    second = timedelta(seconds=1)
    assert call.stage_at(at("2021-05-17 08:00") - second) is Stage.ANNOUNCED
    assert call.stage_at(at("2021-05-17 08:00")) is Stage.OPEN
    assert call.stage_at(at("2021-06-10 22:00")) is Stage.OPEN
    assert call.stage_at(at("2021-06-10 22:00") + second) is Stage.CLOSED
    assert call.takes_at(at("2021-06-10 22:01")) is True
    assert call.takes_at(at("2021-06-10 22:01") + second) is False
    assert call.takes_at(at("2021-05-17 08:00") - second) is False


def test_extension_tells_everyone_concerned_once(phase: Phase, cast: Cast) -> None:
    call = published(phase)
    enquiries.watch(call, by=cast.kuldiga.actor, is_on=True)
    enquiries.watch(call, by=cast.kuldiga.actor, is_on=True)
    enquiries.ask(call, by=cast.chuhuiv.actor, text=Text.of(en="When?"))
    enquiries.ask(call, by=cast.kuldiga.actor, text=Text.of(en="Who?"))
    assert Watch.objects.count() == 1
    before, until = call.closes_at, timezone.now() + 30 * DAY
    reason = Text.of(en="Power cuts", uk="Відключення світла")
    extension = calls.extend_call(call, by=SYSTEM, until=until, reason=reason, at=timezone.now())
    call.refresh_from_db()
    assert (extension.before, extension.after, call.closes_at) == (before, until, until)
    letters = Letter.objects.order_by("to")
    assert [letter.to for letter in letters] == ["chuhuiv@example.org", "kuldiga@example.org"]
    assert ["Power cuts" in letter.body for letter in outbox.outbox] == [True, True]
    with pytest.raises(ValidationError):
        calls.extend_call(call, by=SYSTEM, until=until, reason=reason, at=timezone.now())
    with pytest.raises(ReasonMissing):
        calls.extend_call(call, by=SYSTEM, until=until + DAY, reason=Text(), at=timezone.now())
    assert (Letter.objects.count(), len(outbox.outbox)) == (2, 2)


def test_closed_call_is_opened_again_only_into_the_future(phase: Phase) -> None:
    call = published(phase)
    past = timezone.now() - DAY
    Call.objects.filter(pk=call.pk).update(closes_at=past, opens_at=past - DAY)
    reason = Text.of(en="Late")
    with pytest.raises(ValidationError):
        calls.extend_call(
            call, by=SYSTEM, until=past + timedelta(hours=1), reason=reason, at=timezone.now()
        )
    until = timezone.now() + DAY
    calls.extend_call(call, by=SYSTEM, until=until, reason=reason, at=timezone.now())
    assert Call.objects.get(pk=call.pk).stage_at() is Stage.OPEN


def test_cancelled_call_says_why_and_tells(phase: Phase, cast: Cast) -> None:
    call = published(phase)
    enquiries.watch(call, by=cast.korop.actor, is_on=True)
    with pytest.raises(ReasonMissing):
        calls.cancel_call(call, by=SYSTEM, reason=" ")
    calls.cancel_call(call, by=SYSTEM, reason="No money")
    assert [letter.to for letter in Letter.objects.all()] == ["korop@example.org"]
    assert "No money" in outbox.outbox[0].body
    assert call.stage_at() is Stage.CANCELLED


def test_form_stands_once_the_call_is_open_but_words_may_be_corrected(phase: Phase) -> None:
    call = published(phase)
    section = call.sections.all()[0]
    question = section.questions.all()[0]
    with pytest.raises(ValidationError):
        form.add_section(call, by=SYSTEM, title=Text.of(en="More"))
    with pytest.raises(ValidationError):
        form.add_question(section, by=SYSTEM, text=Text.of(en="More?"))
    with pytest.raises(ValidationError):
        form.remove_question(question, by=SYSTEM)
    with pytest.raises(ValidationError):
        form.edit_question(question, by=SYSTEM, most_letters=10)
    with pytest.raises(ValidationError):
        terms.set_conditions(call, [], by=SYSTEM)
    assert form.edit_question(question, by=SYSTEM, text=Text.of(en="Who are you?")) == ["text"]


def test_form_of_an_announced_call_may_change_until_it_opens(phase: Phase) -> None:
    call = published(phase, opens_at=timezone.now() + DAY)
    section = form.add_section(call, by=SYSTEM, title=Text.of(en="Last"))
    asked = {
        "kind": "choice",
        "options": [{"key": key, "text": Text.of(en=key).dump()} for key in ("yes", "no")],
    }
    made = [
        form.add_question(section, by=SYSTEM, text=Text.of(en="Sure?"), **asked) for _time in "ab"
    ]
    assert [one.key for one in made] == ["sure", "sure-2"]
    assert form.move(made[1], by=SYSTEM, steps=-1) is True
    assert [one.key for one in section.questions.all()] == ["sure-2", "sure"]
    assert form.move(made[1], by=SYSTEM, steps=-1) is False
    form.remove_section(section, by=SYSTEM)
    assert not Question.objects.filter(key__startswith="sure").exists()


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "choice", "options": [{"key": "one", "text": {}}]},
        {"kind": "table"},
        {"need": "later"},
        {"kind": "number", "least": 5, "most": 4},
        {"most_letters": 20_001},
        {"most_rows": 0},
    ],
)
def test_question_that_cannot_be_answered_is_refused(
    phase: Phase, values: dict[str, object]
) -> None:
    call = draft(phase, opens_at=None)
    section = form.add_section(call, by=SYSTEM, title=Text.of(en="Part"))
    with pytest.raises(ValidationError):
        form.add_question(section, by=SYSTEM, text=Text.of(en="What?"), **values)
    assert not section.questions.exists()


def rows(call: Call) -> list[dict[str, object]]:
    return [
        {"key": one.key, "name": one.name, "about": one.about, "weight": one.weight,
         "anchors": one.anchors}
        for one in content.criteria_of(call)
    ]  # fmt: skip


def test_criteria_change_in_place_until_somebody_has_scored(
    phase: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = published(phase)
    changed = rows(call)
    changed[0]["weight"] = 99
    assert terms.set_criteria(call, changed, by=SYSTEM) is True
    assert terms.set_criteria(call, changed, by=SYSTEM) is False
    assert [one.version for one in Criterion.objects.filter(call=call)] == [1] * 4

    monkeypatch.setitem(locks._locks, locks.CRITERIA, [lambda _call: "Somebody has scored."])
    changed[0]["weight"] = 50
    with pytest.raises(ValidationError, match="Somebody has scored"):
        terms.set_criteria(call, changed, by=SYSTEM)
    with pytest.raises(ValidationError, match="Say why"):
        terms.set_criteria(call, changed, by=SYSTEM, as_new_version=True)
    assert terms.set_criteria(
        call, changed, by=SYSTEM, as_new_version=True, reason="Weights were wrong"
    )
    call.refresh_from_db()
    assert (call.criteria_version, content.criteria_of(call)[0].weight) == (2, 50)
    # What was scored by stays as it was.
    assert Criterion.objects.get(call=call, version=1, order=0).weight == 99


def test_quota_that_cannot_be_met_is_refused(phase: Phase) -> None:
    call = draft(phase)
    before = content.dump(call)["quotas"]
    for quota in (
        [{"by": "country", "key": "LV", "least": 3, "most": 2}],
        [{"by": "country", "key": "LV"}],
        [{"by": "country", "key": "LV", "most": 2}] * 2,
    ):
        with pytest.raises(ValidationError):
            terms.set_quotas(call, quota, by=SYSTEM)
    assert content.dump(call)["quotas"] == before


@pytest.mark.parametrize("body", [b"<html>", b"PK\x03\x04 no workbook", b"", b"GIF89a"])
def test_document_that_lies_about_its_type_is_refused(phase: Phase, body: bytes) -> None:
    call = draft(phase)
    file = SimpleUploadedFile("terms.pdf", body, content_type="application/pdf")
    with pytest.raises(ValidationError):
        terms.add_document(call, file, by=SYSTEM, title=Text.of(en="Terms"), language="en")
    assert not call.documents.exists()


def test_document_is_kept_under_its_title_and_goes_with_its_file(
    phase: Phase, django_capture_on_commit_callbacks: object
) -> None:
    call = draft(phase)
    file = SimpleUploadedFile("x.exe", b"%PDF-1.7 terms")
    made = terms.add_document(
        call, file, by=SYSTEM, title=Text.of(uk="Умови участі", record="uk"), language="uk"
    )
    assert made.file_name == "umovy-uchasti.pdf"
    storage, name = made.file.storage, made.file.name
    assert storage.open(name).read() == b"%PDF-1.7 terms"
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        terms.remove_document(made, by=SYSTEM)
    assert not storage.exists(name)


def test_question_sent_twice_stands_once_and_is_answered_to_everybody(
    phase: Phase, cast: Cast
) -> None:
    call = published(phase)
    text = Text.of(uk="Чи можна разом?", record="uk")
    asked = {enquiries.ask(call, by=cast.chuhuiv.actor, text=text).pk for _time in range(2)}
    assert len(asked) == 1
    enquiry = Enquiry.objects.get()
    given = {"text": Text.of(en="No."), "question": text, "is_public": True}
    for _time in range(2):
        enquiries.answer(enquiry, by=cast.officer.actor, at=timezone.now(), **given)  # type: ignore[arg-type]
    enquiries.answer(
        enquiry,
        by=cast.officer.actor,
        at=timezone.now(),
        **given | {"text": Text.of(en="Yes.")},  # type: ignore[arg-type]
    )
    assert [letter.to for letter in Letter.objects.all()] == ["chuhuiv@example.org"]
    assert str(Enquiry.objects.get().answer) == "Yes."
    assert HistoryEntry.objects.filter(verb="calls.answer").count() == 2


def test_questions_end_with_the_deadline_and_ten_may_wait(phase: Phase, cast: Cast) -> None:
    call = published(phase)
    for number in range(enquiries.MOST_WAITING):
        enquiries.ask(call, by=cast.korop.actor, text=Text.of(en=f"Question {number}"))
    with pytest.raises(ValidationError):
        enquiries.ask(call, by=cast.korop.actor, text=Text.of(en="One more"))
    with pytest.raises(NotAllowed):
        enquiries.ask(call, by=cast.stranger.actor, text=Text.of(en="Me too"))
    Call.objects.filter(pk=call.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    call.refresh_from_db()
    with pytest.raises(ValidationError):
        enquiries.ask(call, by=cast.chuhuiv.actor, text=Text.of(en="Too late"))


def test_draft_is_thrown_away_and_a_published_call_is_not(phase: Phase) -> None:
    call = draft(phase)
    calls.discard_call(call, by=SYSTEM)
    assert not Call.objects.exists()
    kept = published(phase)
    with pytest.raises(WrongState):
        calls.discard_call(kept, by=SYSTEM)
    assert Call.objects.count() == 1
