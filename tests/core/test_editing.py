"""A late save is merged: untouched fields are left alone, a field that both changed is asked."""

from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from mosty.core.editing import EditForm, LevelFields, mark
from mosty.core.texts import Text

pytestmark = pytest.mark.unit


class TownForm(EditForm):
    name = forms.CharField()
    note = forms.CharField(required=False)


def posted(form: EditForm, **values: str) -> QueryDict:
    """What a browser sends back of a form as it was shown, with some fields changed."""
    data = QueryDict(mutable=True)
    data["seen"] = form["seen"].value()
    for name in ("name", "note"):
        data[name] = values.get(name, str(form.initial.get(name, "")))
    return data


def test_only_changed_fields_are_given_back() -> None:
    town = SimpleNamespace(name="Korop", note="old")
    shown = TownForm(thing=town)

    form = TownForm(posted(shown, note="new"), thing=town)

    assert form.is_valid()
    assert form.changed_values() == {"note": "new"}


def test_field_that_somebody_else_changed_meanwhile_is_left_alone() -> None:
    shown = TownForm(thing=SimpleNamespace(name="Korop", note="old"))
    now = SimpleNamespace(name="Korop hromada", note="old")

    form = TownForm(posted(shown, note="new"), thing=now)

    assert form.is_valid()
    assert form.changed_values() == {"note": "new"}


def test_field_that_both_changed_is_asked_once() -> None:
    shown = TownForm(thing=SimpleNamespace(name="Korop", note="old"))
    now = SimpleNamespace(name="Korop", note="theirs")

    form = TownForm(posted(shown, note="mine"), thing=now)

    assert form.errors == {
        "note": [
            "Somebody has changed this meanwhile to: “theirs”. "
            "Yours is kept here; save once more if it is to stand."
        ]
    }
    again: Any = form.data
    assert again["note"] == "mine"
    second = TownForm(again, thing=now)
    assert second.is_valid()
    assert second.changed_values() == {"note": "mine"}


def test_field_left_alone_stays_theirs_when_another_is_asked_and_saved_once_more() -> None:
    shown = TownForm(thing=SimpleNamespace(name="Korop", note="old"))
    now = SimpleNamespace(name="Korop hromada", note="theirs")

    form = TownForm(posted(shown, note="mine"), thing=now)

    assert list(form.errors) == ["note"]
    again: Any = form.data
    second = TownForm(again, thing=now)
    assert second.is_valid()
    assert second.changed_values() == {"note": "mine"}


def test_both_wrote_the_same_and_nobody_is_asked() -> None:
    shown = TownForm(thing=SimpleNamespace(name="Korop", note="old"))
    now = SimpleNamespace(name="Korop", note="same")

    form = TownForm(posted(shown, note="same"), thing=now)

    assert form.is_valid()


def test_forged_marks_change_what_is_written_and_nothing_else() -> None:
    town = SimpleNamespace(name="Korop", note="old")
    data = posted(TownForm(thing=town), note="new")

    for forged in ("", "[]", "{", '{"note": 5}', '{"note": []}'):
        data["seen"] = forged
        form = TownForm(data, thing=town)
        assert form.is_valid()
        assert form.changed_values()["note"] == "new"


def test_form_over_nothing_gives_everything() -> None:
    form = TownForm(QueryDict("name=Korop&note="))

    assert form.is_valid()
    assert form.changed_values() == {"name": "Korop", "note": ""}


def test_equal_values_have_equal_marks() -> None:
    assert mark([2, 1]) == mark([1, 2])
    assert mark(Text.of(en="a")) == mark(Text.of(en="a")) != mark(Text.of(en="b"))
    assert mark("") == mark(None) == mark([]) == ""
    assert mark(0) != ""


@pytest.mark.parametrize(
    ("level", "reason", "faults"),
    [
        ("public", "", []),
        ("programme", "", ["level_reason"]),
        ("staff", "the town asked for it", []),
        ("everybody", "", ["level"]),
    ],
)
def test_closed_level_needs_a_reason(level: str, reason: str, faults: list[str]) -> None:
    form = LevelFields({"level": level, "level_reason": reason})

    assert list(form.errors) == faults
