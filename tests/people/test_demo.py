"""Entering as any role works in the demo and nowhere else."""

from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from mosty.core.access import SYSTEM
from mosty.people import demo
from mosty.people.models import Membership, User
from tests.people import Bodies, Person

PEOPLE = """{"people": [
 {"key": "o", "display_name": {"en": "Programme officer", "uk": "Програмна менеджерка"},
  "email": "o@example.org", "role": "officer", "organisation": "CEMR", "language": "uk"},
 {"key": "s", "display_name": {"en": "Stranger", "uk": "Сторонній"},
  "email": "s@example.org", "role": null, "organisation": null, "language": "en"}]}"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "people.json").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


def test_demo_people_loaded_twice_are_made_once(folder: Path, bodies: Bodies) -> None:
    assert [demo.load(folder, by=SYSTEM), demo.load(folder, by=SYSTEM)] == [
        {"people": 2},
        {"people": 0},
    ]
    assert list(Membership.objects.values_list("user__email", "role", "organisation__code")) == [
        ("o@example.org", "officer", "CEMR")
    ]
    assert [user.has_usable_password() for user in User.objects.all()] == [False, False]


def test_demo_entrance_in_demo_mode_signs_in_with_one_click(
    folder: Path, bodies: Bodies, client: Client
) -> None:
    demo.load(folder, by=SYSTEM)
    officer = User.objects.get(email="o@example.org")
    with override_settings(DEMO_MODE=True):
        page = client.get(reverse("people:demo"))
        assert [person.pk for person in page.context["people"]] == list(
            User.objects.order_by("demo_order").values_list("pk", flat=True)
        )
        response = client.post(reverse("people:demo_enter", kwargs={"user_id": officer.pk}))
        assert response.url == reverse("desk:home")
        assert response.cookies["django_language"].value == "uk"
        desk = client.get(reverse("desk:home"))
        assert desk.context["actor"].is_officer is True


def test_demo_entrance_outside_demo_mode_does_not_exist(
    folder: Path, bodies: Bodies, client: Client
) -> None:
    demo.load(folder, by=SYSTEM)
    officer = User.objects.get(email="o@example.org")

    page = client.get(reverse("people:demo"))
    response = client.post(reverse("people:demo_enter", kwargs={"user_id": officer.pk}))

    assert (page.status_code, response.status_code) == (404, 404)
    assert "_auth_user_id" not in client.session


def test_demo_session_left_over_is_nobody_when_demo_mode_ends(
    folder: Path, bodies: Bodies, client: Client
) -> None:
    demo.load(folder, by=SYSTEM)
    officer = User.objects.get(email="o@example.org")
    with override_settings(DEMO_MODE=True):
        client.post(reverse("people:demo_enter", kwargs={"user_id": officer.pk}))

    response = client.get(reverse("people:people"))

    assert response.status_code == 404


def test_demo_person_of_real_life_cannot_be_entered(cast_officer: Person, client: Client) -> None:
    with override_settings(DEMO_MODE=True):
        address = reverse("people:demo_enter", kwargs={"user_id": cast_officer.user.pk})
        assert client.post(address).status_code == 404


@pytest.fixture
def cast_officer(cast: object) -> Person:
    return cast.officer  # type: ignore[attr-defined]
