"""No table holds something about persons without saying so."""

from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import translation

from mosty.core import personal
from mosty.core.personal import Holding
from tests.layers import ROOT

pytestmark = pytest.mark.unit

PAGE = ROOT / "docs/administrators/personal-data.md"


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Holding]:
    """A copy of the registry that a test may spoil."""
    copy = dict(personal._holdings)
    monkeypatch.setattr(personal, "_holdings", copy)
    monkeypatch.setattr(personal, "_free", dict(personal._free))
    return copy


def test_every_model_says_what_it_holds_of_people_or_why_nothing() -> None:
    assert personal.faults() == []


def test_models_without_personal_data_each_have_a_reason() -> None:
    assert [label for label, reason in personal.listed_free().items() if len(reason) < 15] == []


def test_page_for_administrators_is_what_the_registry_says() -> None:
    with translation.override("en"):
        written = personal.as_markdown()
    assert Path(PAGE).read_text(encoding="utf-8") == written, "manage.py personal_data > page"


def test_model_that_nobody_thought_of_is_found(registered: dict[str, Holding]) -> None:
    del registered["people.membership"]
    assert personal.faults() == [
        "people.Membership: user, vouched_by: neither registered nor listed as free"
    ]
    with pytest.raises(CommandError, match="Membership"):
        call_command("personal_data")


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("people.User", "email"),
        ("usersessions.UserSession", "ip"),
        ("matching.Override", "author"),
        ("matching.Override", "author_name"),
        ("core.HistoryEntry", "actor_name"),
    ],
)
def test_field_about_a_person_that_is_left_out_is_found(
    label: str, field: str, registered: dict[str, Holding]
) -> None:
    known = registered[label.lower()]
    left = " ".join(name for name in known.fields if name != field)
    personal.hold(label, left, what=known.what, why=known.why)
    assert personal.faults() == [f"{label}: {field} is not among the fields"]


def test_field_or_model_that_is_not_there_is_found(registered: dict[str, Holding]) -> None:
    known = registered["people.consent"]
    personal.hold("people.Consent", " ".join([*known.fields, "shoe_size"]), what="", why="")
    personal.free({"people.Ghost": "it never was"})
    assert personal.faults() == [
        "people.Consent: no field shoe_size",
        "people.ghost: no such model",
    ]


def test_model_about_persons_cannot_be_called_free(registered: dict[str, Holding]) -> None:
    del registered["mfa.authenticator"]
    personal.free({"mfa.Authenticator": "nothing in it, they say"})
    assert personal.faults() == ["mfa.Authenticator: listed as free, but user is about a person"]


def test_free_text_counts_as_something_to_say(registered: dict[str, Holding]) -> None:
    telling = dict(personal.telling_fields(apps.get_model("matching.RoundContact")))
    assert telling == {"why": False}
