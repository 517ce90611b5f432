"""What was taken back, changed and not sent anew: its own people's, whatever others look at."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mosty.applications.domain import sending
from mosty.applications.models import Application
from mosty.applications.nominations import domain as nominations
from mosty.applications.paper.council import set_council
from mosty.calls.models import Call
from mosty.core.history import HistoryEntry
from mosty.core.texts import Text
from mosty.places.models import Affiliation
from tests.applications.making import FULL, answer, begun, released, small_call
from tests.calls.making import DAY, make_phase
from tests.people import Bodies, Cast, Person

pytestmark = [pytest.mark.django_db, pytest.mark.web]
SECRET = "Qwostra"


@pytest.fixture
def application(bodies: Bodies, cast: Cast) -> Application:
    """Sent in through AUC; taken back, given other words, another association and a day of the
    council; then the deadline passed."""
    for association in (bodies.ukrainian_association, bodies.latvian_association):
        Affiliation.objects.create(member=bodies.chuhuiv, association=association)
    made = begun(small_call(make_phase(bodies), way="either"), bodies.chuhuiv)
    answer(made, **FULL)
    by, now = cast.chuhuiv.actor, timezone.now()
    nominations.name_association(made, bodies.ukrainian_association, by=by)
    sending.submit(made, by=by, at=now)
    sending.take_back(made, by=by, at=now)
    answer(made, mayor=Text.of(record="uk", uk=SECRET).dump())
    nominations.name_association(made, bodies.latvian_association, by=by)
    set_council(made, by=by, day=timezone.localdate() - timedelta(days=3), file=None)
    return made


def let_stand(application: Application) -> None:
    now = timezone.now()
    Call.objects.filter(pk=application.call_id).update(closes_at=now - DAY, opens_at=now - 9 * DAY)
    assert sending.let_stand(now) == 1
    application.refresh_from_db()


def pages(person: Person, application: Application) -> dict[str, Any]:
    person.client.cookies["django_language"] = "en"
    paths = ("", "print/", "receipt/", "frozen.json", "versions/", "versions/1/")
    return {
        path: person.client.get(f"/applications/{application.pk}/{path}", follow=True)
        for path in paths
    }


def test_officers_and_associations_read_what_was_sent_after_the_deadline_too(
    application: Application, cast: Cast
) -> None:
    let_stand(application)
    for person in (cast.officer, cast.ukraine):
        for path, response in pages(person, application).items():
            said = response.content.decode()
            assert SECRET not in said, path
            assert response.status_code == 200 or person is cast.ukraine, path
        # A DOCX is a ZIP: its text is packed.
        response = person.client.get(f"/applications/{application.pk}/paper.docx")
        assert response["Content-Disposition"].endswith('-v1.docx"')
    assert cast.latvia.client.get(application.get_absolute_url()).status_code == 404
    assert application.association == cast.ukraine.organisation
    assert application.council_on is None


def test_its_own_people_are_told_and_still_read_what_they_changed(
    application: Application, cast: Cast
) -> None:
    let_stand(application)
    found = pages(cast.chuhuiv, application)
    assert "Changed and not sent in anew" in found[""].content.decode()
    assert SECRET in found["print/"].content.decode()
    assert SECRET not in found["versions/1/"].content.decode()


def test_printing_what_is_sent_in_does_not_say_that_it_is_not(
    application: Application, cast: Cast
) -> None:
    sending.submit(application, by=cast.chuhuiv.actor, at=timezone.now())
    said = pages(cast.chuhuiv, application)
    assert "not sent in" not in said["print/"].content.decode()
    assert "Changed and not sent in anew" not in said[""].content.decode()


def test_officers_see_no_association_and_no_deed_of_what_is_being_written(
    application: Application, cast: Cast
) -> None:
    said = pages(cast.officer, application)[""].content.decode()
    assert ("Association of Ukrainian Cities" in said, "Latvian Association" in said) == (
        True, False,
    )  # fmt: skip
    assert "through which association" not in said
    assert "entered the decision of the council" not in said
    own = pages(cast.chuhuiv, application)[""].content.decode()
    assert ("Latvian Association" in own, "entered the decision of the council" in own) == (
        True, True,
    )  # fmt: skip


def test_decided_application_is_not_withdrawn_any_more(
    application: Application, cast: Cast
) -> None:
    let_stand(application)
    released(application.call)
    client = cast.chuhuiv.client
    page = client.get(application.get_absolute_url()).content.decode()
    assert "Withdraw the application" not in page
    path = f"/applications/{application.pk}/withdraw/"
    said = client.post(path, {"reason": "Too late"}, follow=True).content.decode()
    assert "It is decided" in said
    application.refresh_from_db()
    assert (application.state, application.version is None) == ("submitted", False)
    assert not HistoryEntry.objects.filter(verb="applications.withdraw").exists()
