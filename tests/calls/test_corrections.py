"""What is corrected in a published call is a new version, and those concerned get one letter."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail as outbox
from django.utils import timezone

from mosty.applications import content as applications
from mosty.applications.signing import domain as signing
from mosty.calls.domain import calls, form, terms
from mosty.calls.domain.corrections import QUIET, tell_corrections
from mosty.calls.jobs import tell_of_corrections
from mosty.calls.models import Call, Question, Watch
from mosty.core.access import SYSTEM
from mosty.core.mail import Letter
from mosty.core.texts import Text
from mosty.core.versions import versions_of
from tests.applications.making import begun
from tests.calls.making import DAY, draft, make_phase, published
from tests.people import Bodies, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(bodies: Bodies) -> Call:
    return published(make_phase(bodies))


def letters() -> dict[str, str]:
    told = {row.subject for row in Letter.objects.filter(key__startswith="calls:corrected:")}
    return {one.to[0]: str(one.body) for one in outbox.outbox if one.subject in told}


def note(call: Call, words: str) -> None:
    """The note of its first condition."""
    one = call.conditions.get(kind="size")
    terms.put_condition(call, one.kind, one.params, by=SYSTEM, pk=one.pk, note=Text.of(en=words))


CORRECTIONS: dict[str, Callable[[Call], Any]] = {
    "What the call says of itself": lambda call: calls.edit_call(
        call, by=SYSTEM, about=Text.of(en="Better said")
    ),
    "Questions": lambda call: form.edit_question(
        Question.objects.filter(section__call=call)[0], by=SYSTEM, text=Text.of(en="Why, really?")
    ),
    "Who may apply": lambda call: note(call, "By the census of 2021"),
    "Criteria and scores": lambda call: terms.set_criteria(
        call,
        [{"key": "need", "name": Text.of(en="Need"), "about": Text(), "weight": 1, "anchors": {}}],
        by=SYSTEM, as_new_version=True, reason="Two were the same",
    ),
    "Places and quotas": lambda call: terms.set_quotas(
        call, [{"by": "partners", "key": "", "least": 2, "most": None}], by=SYSTEM
    ),
}  # fmt: skip


@pytest.mark.parametrize("part", CORRECTIONS)
def test_correction_is_a_version_and_tells_those_concerned_which_part(
    part: str, call: Call, cast: Cast
) -> None:
    Watch.objects.create(call=call, user=cast.korop.user)
    CORRECTIONS[part](call)
    assert [one.number for one in versions_of(call)] == [2, 1]
    # The same said twice is no version more.
    CORRECTIONS[part](Call.objects.get(pk=call.pk)) if part != "Criteria and scores" else None
    assert versions_of(call).count() == 2
    later = timezone.now() + QUIET
    assert (tell_corrections(timezone.now()), letters()) == (0, {})
    assert (tell_corrections(later), tell_corrections(later)) == (1, 0)
    body = letters()[cast.korop.user.email]
    assert [line for line in body.splitlines() if line.startswith("–")] == [f"– {part}"]
    assert ("ask for the signatures anew" in body) == (part == "Questions")
    page = cast.korop.client.get(call.get_absolute_url()).content.decode()
    assert "corrected on" in page


def test_many_corrections_in_a_row_are_one_letter_in_the_language_of_its_reader(
    call: Call, cast: Cast
) -> None:
    cast.korop.user.language = "uk"
    cast.korop.user.save()
    Watch.objects.create(call=call, user=cast.korop.user)
    for number in range(5):
        note(call, f"Note {number}")
        calls.edit_call(call, by=SYSTEM, about=Text.of(en=f"About {number}"))
    assert versions_of(call).count() == 11
    tell_corrections(timezone.now() + QUIET)
    body = letters()[cast.korop.user.email]
    assert [line for line in body.splitlines() if line.startswith("–")] == [
        "– Що конкурс каже про себе", "– Хто може податися",
    ]  # fmt: skip
    assert Letter.objects.get(key__startswith="calls:corrected:").subject == "Виправлено: Конкурс"


def test_what_stands_again_as_it_was_is_told_to_nobody(call: Call, cast: Cast) -> None:
    Watch.objects.create(call=call, user=cast.korop.user)
    before = call.about
    for about in (Text.of(en="A slip"), before):
        calls.edit_call(call, by=SYSTEM, about=about)
    assert (tell_corrections(timezone.now() + QUIET), letters()) == (0, {})
    call.refresh_from_db()
    assert call.told_version == 3


def test_draft_has_no_versions_and_what_is_published_is_no_correction(
    bodies: Bodies, cast: Cast
) -> None:
    call = draft(make_phase(bodies))
    calls.edit_call(call, by=SYSTEM, about=Text.of(en="A draft"))
    note(call, "A draft")
    assert not versions_of(call).exists()
    calls.publish_call(call, by=SYSTEM, at=timezone.now())
    Watch.objects.create(call=call, user=cast.korop.user)
    assert (tell_corrections(timezone.now() + DAY), letters()) == (0, {})
    assert tell_of_corrections.call() == 0


def test_correction_beside_the_questions_voids_no_signature(
    call: Call, bodies: Bodies, cast: Cast
) -> None:
    application = begun(call, bodies.chuhuiv)
    by = cast.chuhuiv.actor
    signing.ask_to_sign(application, [cast.chuhuiv.user.pk], by=by)
    before = applications.dump(application)
    CORRECTIONS["Places and quotas"](call)
    CORRECTIONS["Who may apply"](call)
    assert applications.dump(application) == before
    CORRECTIONS["Questions"](call)
    assert applications.dump(application)["call_version"] == 4
    # Nothing else of it has changed.
    assert applications.dump(application) | {"call_version": 1} == before


def test_condition_added_twice_takes_the_note_of_the_second_time(bodies: Bodies) -> None:
    new = draft(make_phase(bodies), template="")
    for words in ("", "As the register has it", ""):
        terms.put_condition(new, "metropolitan", {}, by=SYSTEM, note=Text.of(en=words))
    assert [(one.kind, str(one.note)) for one in new.conditions.all()] == [
        ("metropolitan", "As the register has it")
    ]


def test_note_is_said_beside_the_condition_and_its_answer(
    call: Call, bodies: Bodies, cast: Cast
) -> None:
    size = call.conditions.get(kind="size")
    address = f"/calls/{call.slug}/edit/conditions/{size.pk}/"
    client = cast.officer.client
    form_ = client.get(address).context["form"]
    data = {
        "least": size.params["least"], "most": size.params["most"], "note_record": "en",
        "note_en": "By the <census>", "seen": form_["seen"].value(),
    }  # fmt: skip
    # The call is open: only words change.
    refused = client.post(address, data | {"least": "1"}).content.decode()
    assert "what it asks stands" in refused
    assert client.post(address, data).status_code == 302
    size.refresh_from_db()
    assert (str(size.note), size.params["least"]) == ("By the <census>", data["least"])
    for page in ("", f"eligibility/?body={bodies.chuhuiv.pk}"):
        assert "By the &lt;census&gt;" in client.get(f"/calls/{call.slug}/{page}").content.decode()
