"""Who looks through the versions of an application: its own people all, officers what was sent."""

import pytest
from django.utils import timezone

from mosty.applications import queries
from mosty.applications.domain import sending
from mosty.applications.models import Application
from mosty.applications.signing import domain as signing
from mosty.core.texts import Text
from mosty.core.versions import versions_of
from tests.applications.making import FULL, answer, begun, small_call
from tests.calls.making import make_phase
from tests.people import Bodies, Cast, Person

pytestmark = [pytest.mark.django_db, pytest.mark.web]


@pytest.fixture
def application(bodies: Bodies, cast: Cast) -> Application:
    """Version 1 was put before somebody to sign and never sent in; 2 was sent in."""
    made = begun(small_call(make_phase(bodies)), bodies.chuhuiv)
    answer(made, **FULL)
    by = cast.chuhuiv.actor
    signing.ask_to_sign(made, [cast.chuhuiv.user.pk], by=by)
    answer(made, mayor=Text.of(record="uk", uk="Нікому не сказано").dump())
    for row in signing.signatories(made):
        signing.release_signatory(row, made, by=by, reason="Ill")
    answer(made, mayor=Text.of(record="uk", uk="Перший").dump())
    send(made, cast)
    return made


def send(application: Application, cast: Cast) -> None:
    assert sending.submit(application, by=cast.chuhuiv.actor, at=timezone.now())


def anew(application: Application, cast: Cast, mayor: str) -> None:
    """Taken back, changed, put before a colleague, changed again and sent in anew."""
    by, now = cast.chuhuiv.actor, timezone.now()
    sending.take_back(application, by=by, at=now)
    answer(application, mayor=Text.of(record="uk", uk=f"{mayor} чернетка").dump())
    signing.ask_to_sign(application, [cast.chuhuiv.user.pk], by=by)
    for row in signing.signatories(application):
        signing.release_signatory(row, application, by=by, reason="Ill")
    answer(application, mayor=Text.of(record="uk", uk=mayor).dump())
    send(application, cast)


def page(person: Person, application: Application, more: str = "") -> str:
    person.client.cookies["django_language"] = "en"
    response = person.client.get(f"/applications/{application.pk}/versions/{more}")
    assert response.status_code == 200
    return response.content.decode()


def sent_numbers(application: Application) -> list[int]:
    return [row.number for row in queries.sent_versions(application)]


def test_secretariat_compares_what_was_sent_in_and_sees_no_draft(
    application: Application, cast: Cast
) -> None:
    anew(application, cast, "Другий")
    assert [row.number for row in versions_of(application)] == [4, 3, 2, 1]
    assert sent_numbers(application) == [4, 2]
    html = page(cast.officer, application)
    shown = {row.number: row.sha256 in html for row in versions_of(application)}
    assert shown == {4: True, 3: False, 2: True, 1: False}
    for said in ("Перший", "Другий", "All that was sent in"):
        assert said in html, said
    assert ("чернетка" in html, "Approvals" in html) == (False, False)
    assert "Select a valid choice" in page(cast.officer, application, "?from=3&to=4")
    for number, status in ((1, 404), (2, 200), (3, 404), (4, 200)):
        for path in (f"versions/{number}/", f"paper.docx?version={number}"):
            response = cast.officer.client.get(f"/applications/{application.pk}/{path}")
            assert response.status_code == status, path
    # The way there: on the page of the application, and above each version.
    there = f'href="/applications/{application.pk}/versions/"'
    assert there in cast.officer.client.get(application.get_absolute_url()).content.decode()
    assert there in page(cast.officer, application, "4/")
    assert "Approvals" in page(cast.chuhuiv, application)


def test_what_was_withdrawn_is_no_version_for_others_also_when_it_is_sent_in_again(
    application: Application, cast: Cast
) -> None:
    by = cast.chuhuiv.actor
    sending.withdraw(application, by=by, reason="Another call")
    assert sent_numbers(application) == []
    path = f"/applications/{application.pk}/versions/"
    assert cast.officer.client.get(path).status_code == 403
    assert path not in cast.officer.client.get(application.get_absolute_url()).content.decode()
    sending.resume(application, by=by, at=timezone.now())
    answer(application, mayor=Text.of(record="uk", uk="Третій").dump())
    send(application, cast)
    assert sent_numbers(application) == [3]
    assert cast.officer.client.get(f"{path}2/").status_code == 404


def test_the_same_content_sent_in_twice_is_one_version(
    application: Application, cast: Cast
) -> None:
    sending.take_back(application, by=cast.chuhuiv.actor, at=timezone.now())
    # Being changed, it counts on: officers read what was sent.
    assert sent_numbers(application) == [2]
    send(application, cast)
    assert sent_numbers(application) == [2]
