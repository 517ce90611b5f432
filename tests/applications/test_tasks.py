"""What calls and applications put on a desk, and when it is over: no task outlives its reason."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mosty.applications.domain import sending, writing
from mosty.applications.models import Application
from mosty.applications.nominations import domain as nominations
from mosty.applications.signing import domain as signing
from mosty.calls.domain import calls, enquiries
from mosty.calls.models import Call
from mosty.core.access import SYSTEM
from mosty.core.panels import tasks_for
from mosty.core.texts import Text
from mosty.places.models import Affiliation
from tests.applications.making import FULL, answer, begun, released, small_call
from tests.calls.making import DAY, make_phase
from tests.people import Bodies, Cast, Person

pytestmark = [pytest.mark.django_db, pytest.mark.web]
WORD = "1 application waits for the word of your association"


@pytest.fixture
def application(bodies: Bodies) -> Application:
    """Of Chuhuiv, to a call that is applied to through associations."""
    Affiliation.objects.create(member=bodies.chuhuiv, association=bodies.ukrainian_association)
    made = begun(small_call(make_phase(bodies), way="association"), bodies.chuhuiv)
    answer(made, **FULL)
    return made


def sent(application: Application, cast: Cast) -> None:
    by = cast.chuhuiv.actor
    nominations.name_association(application, cast.ukraine.organisation, by=by)
    sending.submit(application, by=by, at=timezone.now())


def titles(person: Person) -> list[str]:
    return [str(task.title) for task in tasks_for(person.actor)]


def closed(call: Call, ago: timedelta = DAY) -> None:
    now = timezone.now()
    Call.objects.filter(pk=call.pk).update(opens_at=now - 90 * DAY, closes_at=now - ago)


def cancelled(call: Call) -> None:
    calls.cancel_call(call, by=SYSTEM, reason="No money")


def ended(call: Call) -> None:
    closed(call)
    phase = call.phase
    phase.starts, phase.ends = "2020-01-01", "2020-12-31"
    phase.save()


def decided(call: Call) -> None:
    closed(call)
    released(call)


def test_word_of_an_association_is_asked_for_until_the_call_is_decided(
    application: Application, cast: Cast
) -> None:
    assert WORD not in titles(cast.ukraine)
    sent(application, cast)
    (task,) = [one for one in tasks_for(cast.ukraine.actor) if one.title == WORD]
    assert task.due is not None
    # Phases may be written down in a hurry: this one has no end.
    phase = application.call.phase
    phase.ends, phase.ends_on = "", None
    phase.save()
    closed(application.call)
    (task,) = [one for one in tasks_for(cast.ukraine.actor) if one.title == WORD]
    # It is due before the decision, whenever that is; it is not overdue.
    assert task.due is None
    assert "Waits for your word" in nominations_page(application, cast)


@pytest.mark.parametrize("end", [cancelled, decided, ended])
def test_no_word_is_asked_for_nor_taken_when_the_call_is_over(
    application: Application, cast: Cast, end: Callable[[Call], None]
) -> None:
    sent(application, cast)
    assert WORD in titles(cast.ukraine)
    end(application.call)
    assert WORD not in titles(cast.ukraine)
    page = nominations_page(application, cast)
    assert ("The call is decided or over" in page, "Chuhuiv" in page) == (True, True)
    assert f'action="/applications/{application.pk}/nomination/"' not in page
    application.refresh_from_db()
    with pytest.raises(ValidationError, match="no word is needed"):
        nominations.say(application, by=cast.ukraine.actor, word="nominate")
    assert not application.nominations.exists()


def nominations_page(application: Application, cast: Cast) -> str:
    client = cast.ukraine.client
    client.cookies["django_language"] = "en"
    return client.get(f"/applications/nominations/{application.call.slug}/").content.decode()


def test_application_is_asked_for_while_it_can_be_sent_in_also_by_permission(
    application: Application, cast: Cast
) -> None:
    wanted = "Send your application in"
    section = application.call.sections.all()[0]
    writing.own_section(application, section, by=cast.chuhuiv.actor, user=cast.chuhuiv.user,
                        due=None)  # fmt: skip
    answer(application, title=None)
    assert {wanted, "Write “The town”"} <= set(titles(cast.chuhuiv))
    closed(application.call)
    assert not {wanted, "Write “The town”"} & set(titles(cast.chuhuiv))
    until = timezone.now() + 3 * DAY
    sending.permit_late(application.call, application.organisation_id, by=cast.officer.actor,
                        until=until, reason="Power cut", at=timezone.now())  # fmt: skip
    (task,) = [one for one in tasks_for(cast.chuhuiv.actor) if one.title == wanted]
    assert task.due == until.astimezone(ZoneInfo(application.call.zone)).date()
    cancelled(application.call)
    assert wanted not in titles(cast.chuhuiv)


def test_signature_is_asked_for_while_the_application_can_be_sent_in(
    application: Application, cast: Cast
) -> None:
    wanted = "Your signature is asked for"
    signing.ask_to_sign(application, [cast.chuhuiv.user.pk], by=cast.chuhuiv.actor)
    assert wanted in titles(cast.chuhuiv)
    closed(application.call)
    assert wanted not in titles(cast.chuhuiv)


def test_open_call_is_no_task_for_whom_the_register_says_that_they_may_not_apply(
    bodies: Bodies, cast: Cast
) -> None:
    call = small_call(make_phase(bodies))
    Affiliation.objects.create(member=bodies.chuhuiv, association=bodies.ukrainian_association)
    assert "A call is open to you" in titles(cast.chuhuiv)
    # Its members apply, the association itself cannot.
    assert "A call is open to you" not in titles(cast.ukraine)
    call.conditions.create(kind="size", params={"most": 1})
    assert "A call is open to you" not in titles(cast.chuhuiv)


@pytest.mark.parametrize(("end", "waits"), [(closed, True), (cancelled, False)])
def test_question_waits_for_its_answer_also_after_the_deadline_but_not_of_a_cancelled_call(
    application: Application, cast: Cast, end: Callable[[Call], None], waits: bool
) -> None:
    enquiries.ask(application.call, by=cast.chuhuiv.actor, text=Text.of(en="When?"))
    wanted = "1 question about a call waits for an answer"
    assert wanted in titles(cast.officer)
    end(application.call)
    assert (wanted in titles(cast.officer)) is waits
