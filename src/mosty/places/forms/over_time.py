"""What became of a body or was before it; which two records are one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor
from mosty.core.dates import PartialDateField
from mosty.core.picking import PickField
from mosty.places import queries
from mosty.places.models import Organisation, Succession
from mosty.places.queries import search

AFTER, BEFORE = "after", "before"


class SuccessionForm(forms.Form):
    """One record of what became of a body, seen from the page of one of both."""

    direction = forms.ChoiceField(
        label=_("The other body"),
        choices=[(AFTER, _("is what this one became")), (BEFORE, _("was before this one"))],
        widget=forms.RadioSelect,
        initial=AFTER,
    )
    kind = forms.ChoiceField(
        label=_("What happened to the body before"),
        choices=Succession.Kind.choices,
        help_text=_("Where only a part of it joined another, it goes on to exist."),
    )
    day = PartialDateField(
        label=_("Since"), help_text=_("As precise as the source: day and month may stay empty.")
    )
    source_title = forms.CharField(
        label=_("Legal act or source"),
        max_length=300,
        help_text=_("For example: Law on administrative territories, 10 June 2020."),
    )
    source_publisher = forms.CharField(label=_("Published by"), max_length=200, required=False)
    source_url = forms.URLField(
        label=_("Address"), max_length=500, required=False, assume_scheme="https"
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    field_order = ("direction", "other")

    def __init__(self, data: Any = None, *, actor: Actor, body: Organisation) -> None:
        super().__init__(data, label_suffix="")
        self.body = body
        self.fields["other"] = _bodies(actor, body, _("Which one"))
        self.order_fields(self.field_order)

    def values(self) -> dict[str, Any]:
        """What `domain.succession.record_succession` takes besides the source."""
        data = self.cleaned_data
        other = data["other"][0]
        is_after = data["direction"] == AFTER
        return {
            "predecessor": self.body if is_after else other,
            "successor": other if is_after else self.body,
            **{name: data[name] for name in ("kind", "day", "note")},
        }

    def source(self) -> dict[str, str]:
        """What `domain.figures.source_of` takes."""
        names = ("title", "publisher", "url")
        return {name: self.cleaned_data[f"source_{name}"] for name in names}


class MergeForm(forms.Form):
    """Into which record this one is to be merged."""

    def __init__(self, data: Any = None, *, actor: Actor, body: Organisation) -> None:
        super().__init__(data, label_suffix="")
        self.fields["other"] = _bodies(actor, body, _("The record that stays"))


def _bodies(actor: Actor, body: Organisation, label: Any) -> PickField:
    rows = queries.visible_to(actor).filter(kind=body.kind).exclude(pk=body.pk)
    return PickField(
        label=label, rows=rows.select_related("country", "region"), find=search.find, most=1
    )
