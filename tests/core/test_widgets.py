"""Options and tick boxes written without a template each: the same as Django's own."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy as _

from mosty.core.several import Several
from mosty.core.templatetags.widgets import attributes

pytestmark = pytest.mark.unit

CHOICES: list[tuple[Any, Any]] = [
    ("", "Any"),
    ("a&b", 'A "<b>" & co'),
    (1000, _("Search")),
    ("Group <1>", [("x", "X"), ("y", "Y")]),
]


def plain(html: str) -> list[str]:
    """Tags and texts, without what may differ: spaces, frames, the order of attributes."""
    parts = re.findall(r"<[^>]+>|[^<]+", html)
    kept = [" ".join(part.split()) for part in parts]
    frames = r"</?(div|span|p|details|summary)\b"
    return [_sorted(part) for part in kept if part and not re.match(frames, part)]


def _sorted(part: str) -> str:
    """A tag with its attributes in one order."""
    if not part.startswith("<"):
        return part
    name, rest = re.match(r"</?(\w+)(.*?)>$", part).groups()  # type: ignore[union-attr]
    attrs = re.findall(r'[\w-]+(?:="[^"]*")?', rest)
    return part[: part.index(name)] + " ".join([name, *sorted(attrs)]) + ">"


class Form(forms.Form):
    one = forms.ChoiceField(choices=CHOICES)
    many = forms.MultipleChoiceField(choices=CHOICES)
    maybe = forms.ChoiceField(choices=CHOICES, required=False, disabled=True)
    ticks = forms.MultipleChoiceField(choices=CHOICES[:3], widget=forms.CheckboxSelectMultiple)
    radio = forms.ChoiceField(choices=CHOICES[:3], widget=forms.RadioSelect, required=False)


@pytest.mark.parametrize("name", ["one", "many", "maybe", "ticks", "radio"])
def test_options_are_those_of_django(name: str) -> None:
    data = {"one": "a&b", "many": ["x", "1000"], "ticks": ["1000"], "radio": "a&b"}
    own = plain(str(Form(data)[name]))
    theirs = plain(str(Form(data, renderer=DjangoTemplates())[name]))
    assert sorted(own) == sorted(theirs)
    assert [part for part in own if part.startswith("<option")] == [
        part for part in theirs if part.startswith("<option")
    ]
    assert any("selected" in part or "checked" in part for part in own) or name == "maybe"


def test_several_ticks_within_labels() -> None:
    widget = Several(nothing="Any country")
    widget.choices = [("DE", "Germany"), ("LV", "Latvia <&>")]
    html = widget.render("country", ["LV"], {"id": "id_country"})
    assert re.findall(r"<label.*?</label>", html) == [
        '<label for="id_country_0"><input type="checkbox" name="country" value="DE"'
        ' id="id_country_0"> <span>Germany</span></label>',
        '<label for="id_country_1"><input type="checkbox" name="country" value="LV"'
        ' id="id_country_1" checked> <span>Latvia &lt;&amp;&gt;</span></label>',
    ]


def test_attributes_leave_out_what_is_false() -> None:
    said = {"id": 'a"b', "required": True, "disabled": False, "title": None, "maxlength": 1000}
    assert attributes(said) == ' id="a&quot;b" maxlength="1000" required'
    assert attributes({}) == ""
