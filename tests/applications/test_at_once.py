"""Several people sign an application in the same moment, and one changes it: on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from mosty.applications.domain import sending, writing
from mosty.applications.models import Application
from mosty.applications.signing import domain
from mosty.calls.models import Question
from mosty.core.signoff import Signature
from mosty.core.texts import Text
from mosty.core.versions import versions_of
from mosty.people.models import Mandate
from tests.applications.making import FULL, answer, begun, small_call
from tests.applications.test_signing import join
from tests.calls.making import make_phase
from tests.people import Bodies, Cast, Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(bodies: Bodies, cast: Cast) -> list[Person]:
    """The officer who writes, the mayor and the secretary."""
    return [cast.chuhuiv, join(bodies, "mayor", Mandate.MAYOR),
            join(bodies, "secretary", Mandate.SECRETARY)]  # fmt: skip


@pytest.fixture
def application(bodies: Bodies, people: list[Person]) -> Application:
    """All three are asked to sign it."""
    made = begun(small_call(make_phase(bodies)), bodies.chuhuiv)
    answer(made, **FULL)
    domain.ask_to_sign(made, [one.user.pk for one in people], by=people[0].actor)
    return made


def at_once(deeds: list[Callable[[], Any]]) -> list[str]:
    """Each in a thread of its own; what came of it, in order."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> str:
        start.wait(10)
        try:
            deed()
        except ValidationError as error:
            return str(error.code)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_three_who_sign_one_version_at_once_are_all_heard(
    application: Application, people: list[Person]
) -> None:
    version = versions_of(application).get()
    actors = [one.actor for one in people]
    found = at_once([
        partial(domain.say, application, version, by=actor, choice="approve")
        for actor in actors
    ])  # fmt: skip
    assert found == ["done"] * 3
    said = Signature.objects.filter(version=version).values_list("signatory__user_id", "choice")
    assert sorted(said) == sorted((one.user.pk, "approve") for one in people)
    # Nothing stands in the way any more, and what is sent in is what they signed.
    assert sending.submit(application, by=actors[0], at=timezone.now())
    assert application.version == version


def test_comma_put_while_two_sign_leaves_no_approval_of_what_was_not_read(
    application: Application, people: list[Person]
) -> None:
    version = versions_of(application).get()
    actors = [one.actor for one in people]
    about = Question.objects.get(key="about")
    value = Text.of(record="uk", uk="Нам, потрібна вода.").dump()
    *signed, written = at_once([
        *(partial(domain.say, application, version, by=actor, choice="approve")
          for actor in actors[1:]),
        partial(writing.save_answers, application, {about: value}, by=actors[0]),
    ])  # fmt: skip
    # Whoever came after the comma is told; whoever came before it is asked again.
    assert (set(signed) <= {"done", "changed"}, written) == (True, "done")
    assert Signature.objects.filter(version=version).count() == signed.count("done")
    assert versions_of(application).count() == 2
    with pytest.raises(sending.NotReady) as refused:
        sending.submit(application, by=actors[0], at=timezone.now())
    assert len(refused.value.hindrances) == 3
