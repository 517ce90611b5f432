"""The decision of the council: optional, with its day and file, part of what is signed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mosty.applications.content import dump
from mosty.applications.domain import sending
from mosty.applications.models import Application
from mosty.applications.signing import domain as signing
from mosty.core.history import HistoryEntry
from mosty.core.versions import versions_of
from tests.applications.making import FULL, answer, begun, small_call
from tests.calls.making import make_phase
from tests.people import Bodies, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.web]
DAY = "2023-03-14"


def pdf(name: str = "Рішення 14.pdf", more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7 " + more + b"%%EOF")


@pytest.fixture
def application(bodies: Bodies) -> Application:
    made = begun(small_call(make_phase(bodies)), bodies.chuhuiv)
    answer(made, **FULL)
    return made


def post(application: Application, cast: Cast, **sent: Any) -> str:
    client = cast.chuhuiv.client
    response = client.post(f"/applications/{application.pk}/council/", sent, follow=True)
    assert response.status_code == 200
    application.refresh_from_db()
    return response.content.decode()


def test_decision_is_shown_frozen_and_asked_about_again(
    application: Application, cast: Cast
) -> None:
    signing.ask_to_sign(application, [cast.chuhuiv.user.pk], by=cast.chuhuiv.actor)
    page = post(application, cast, day=DAY, file=pdf())
    assert "14 March 2023" in page
    content = dump(application)
    assert content["council_on"] == DAY
    assert [(row["question"], row["name"]) for row in content["files"]] == [("", "Рішення 14.pdf")]
    # One change, one version: day and file together.
    assert versions_of(application).count() == 2
    entry = HistoryEntry.objects.get(verb="applications.set_council")
    assert (entry.after["day"], entry.after["file"]) == (DAY, "Рішення 14.pdf")
    post(application, cast, day=DAY)
    assert (versions_of(application).count(), application.council_file is None) == (2, False)


def test_new_file_takes_the_place_of_the_old_and_no_day_takes_both_out(
    application: Application, cast: Cast
) -> None:
    post(application, cast, day=DAY, file=pdf())
    post(application, cast, day=DAY, file=pdf("Other.pdf", b"other"))
    assert [row["name"] for row in dump(application)["files"]] == ["Other.pdf"]
    post(application, cast, day="")
    content = dump(application)
    assert (content["council_on"], content["files"]) == ("", [])
    assert (application.council_on, application.council_file) == (None, None)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"file": "pdf"}, "Say when the council decided."),
        ({"day": "ahead"}, "This day lies ahead."),
        ({"day": "31.02.2023"}, "Enter a valid date."),
        ({"day": DAY, "file": "cut"}, "was cut on the way"),
        ({"day": DAY, "file": "exe"}, "is not what its name says"),
    ],
)
def test_what_lacks_something_changes_nothing(
    application: Application, cast: Cast, sent: dict[str, Any], said: str
) -> None:
    made = {
        "pdf": pdf(),
        "cut": SimpleUploadedFile("a.pdf", b"%PDF-1.7 and then the power failed"),
        "exe": SimpleUploadedFile("a.pdf", b"MZ\x90\x00"),
        "ahead": (timezone.localdate() + timedelta(days=1)).isoformat(),
    }
    page = post(application, cast, **{name: made.get(value, value) for name, value in sent.items()})
    assert said in page
    assert (application.council_on, application.attachments.count()) == (None, 0)
    assert not HistoryEntry.objects.filter(verb="applications.set_council").exists()


def test_nothing_is_entered_once_it_is_sent_in(application: Application, cast: Cast) -> None:
    sending.submit(application, by=cast.chuhuiv.actor, at=timezone.now())
    assert "nothing is changed now" in post(application, cast, day=DAY)
    assert application.council_on is None
    assert cast.officer.client.get(f"/applications/{application.pk}/council/").status_code == 403
