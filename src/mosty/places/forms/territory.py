"""A row of the list of territories by hand, and the filter bar of the page that lists them."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mosty.core.access import Actor
from mosty.core.editing import EditForm
from mosty.places.domain.territory import FIELDS
from mosty.places.forms.groups import GroupedForm
from mosty.places.imports.territory.layout import FIRST_YEAR, LAST_YEAR
from mosty.places.models import TerritoryStatus
from mosty.places.queries import territory
from mosty.places.territory.tables import TerritoryClass

_FIRST, _LAST = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)


class DayField(forms.DateField):
    """A whole day, as browsers send it."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"type": "date", "min": _FIRST.isoformat(), "max": _LAST.isoformat()}
        super().__init__(
            widget=forms.DateInput(attrs=attrs, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"],
            **kwargs,
        )  # fmt: skip

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not _FIRST <= day <= _LAST:
            raise forms.ValidationError(_("Give a day since 2014."), code="out_of_range")
        return day


class StatusForm(EditForm, GroupedForm):
    """Enter a row of the official list, or correct one (`thing`)."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("of a territory", "Class"), choices=TerritoryClass.choices
    )
    since = DayField(label=_("First day"))
    until = DayField(
        label=_("Last day"), required=False, help_text=_("Empty while it holds. The day counts.")
    )
    act = forms.CharField(
        label=_("Legal act"),
        max_length=300,
        help_text=_("The order with its number and date."),
    )
    GROUPS = (("", ("kind", ("since", "until"), "act"), False),)

    def __init__(self, data: Any = None, *, thing: TerritoryStatus | None = None) -> None:
        super().__init__(data, thing=thing)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first one."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The fields of the row that the person has given or changed."""
        if self.thing is None:
            return {name: self.cleaned_data[name] for name in FIELDS}
        return {name: value for name, value in self.changed_values().items() if name in FIELDS}


class StatusFilter(forms.Form):
    """The bar above the list of statuses; what cannot be understood narrows nothing."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "placeholder": _("Name, former name or code"),
            }
        ),
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("of a territory", "Class"),
        required=False,
        choices=[("", _("All")), *TerritoryClass.choices],
    )
    region = forms.ChoiceField(label=_("Oblast"), required=False)
    day = DayField(label=_("Day"), required=False)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data, label_suffix="")
        self.fields["region"].choices = [  # type: ignore[attr-defined]
            ("", _("All")),
            *((region.code, str(region)) for region in territory.regions(actor)),
        ]

    def wanted(self) -> territory.Wanted:
        """What was asked for; without a day it is today."""
        self.is_valid()
        data = self.cleaned_data
        sort = data.get("sort") or ""
        return territory.Wanted(
            day=data.get("day") or territory.today(),
            q=data.get("q") or "",
            kind=data.get("kind") or "",
            region=data.get("region") or "",
            sort=sort if sort.removeprefix("-") in territory.SORTS else "",
        )
