"""A fact of a body: value, date, source."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor
from mosty.core.dates import PartialDate, PartialDateField
from mosty.core.editing import OwnedLevelFields
from mosty.core.facts import FactKind, Source
from mosty.places.forms.groups import GroupedForm
from mosty.places.queries import sources_of_facts

# Least and most that a municipality of Europe can have; what lies beyond is a slip of the pen.
RANGES: dict[str, tuple[Decimal, Decimal]] = {
    FactKind.POPULATION: (Decimal(0), Decimal(40_000_000)),
    FactKind.AREA: (Decimal("0.01"), Decimal(30_000)),
    FactKind.DEGURBA: (Decimal(1), Decimal(3)),
    FactKind.SETTLEMENTS: (Decimal(1), Decimal(2_000)),
    FactKind.DISPLACED: (Decimal(-5_000_000), Decimal(5_000_000)),
    FactKind.INCOME: (Decimal(0), Decimal(1_000_000_000)),
    FactKind.EU_BORDER: (Decimal(0), Decimal(3_000)),
    FactKind.METROPOLITAN: (Decimal(0), Decimal(1)),
}
WHOLE = {FactKind.POPULATION, FactKind.DEGURBA, FactKind.SETTLEMENTS, FactKind.METROPOLITAN}
_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


class NumberField(forms.CharField):
    """A number as people write it: 28500, 28 500, 28,500 or 86,1."""

    def clean(self, value: Any) -> Decimal | None:
        text = re.sub(r"[\s\u00a0\u202f']", "", super().clean(value))
        if not text:
            return None
        text = text.replace(",", "") if _GROUPED.fullmatch(text) else text.replace(",", ".")
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise forms.ValidationError(
                _("Write a number, such as 28500 or 86.1."), code="no_number"
            )
        return number


class FactForm(OwnedLevelFields, GroupedForm):
    """What a source says; the source is one that is known, or a new one."""

    kind = forms.ChoiceField(label=_("What"), choices=FactKind.choices)
    value = NumberField(
        label=_("Value"),
        max_length=30,
        help_text=_(
            "People; km² for the area; thousand UAH for the budget; km for distances; 1 for yes "
            "and 0 for no."
        ),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    as_of = PartialDateField(
        label=_("As of"), help_text=_("As precise as the source: day and month may stay empty.")
    )
    source = forms.ModelChoiceField(
        label=_("Source"),
        queryset=Source.objects.none(),
        required=False,
        empty_label=_("Another one, described below"),
    )
    source_title = forms.CharField(
        label=_("Title of another source"),
        max_length=300,
        required=False,
        help_text=_("For example: Population of Ukraine on 1 January 2022."),
    )
    source_publisher = forms.CharField(label=_("Published by"), max_length=200, required=False)
    source_url = forms.URLField(
        label=_("Address"), max_length=500, required=False, assume_scheme="https"
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    is_chosen = forms.BooleanField(
        label=_("Show this value"),
        required=False,
        help_text=_("The others stay and are listed as what other sources say."),
    )
    GROUPS = (
        (_("The figure"), ("kind", ("value", "as_of"), "is_chosen", "note"), False),
        (_("Where it was read"),
         ("source", "source_title", ("source_publisher", "source_url")), False),
        (_("Who may see it"), (("level", "level_review_on"), "level_reason"), True),
    )  # fmt: skip

    def __init__(
        self,
        data: Any = None,
        *,
        actor: Actor,
        today: date,
        may_choose: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.today = today
        if not may_choose:
            del self.fields["is_chosen"]
        self.fields["source"].queryset = sources_of_facts(actor)  # type: ignore[attr-defined]

    def clean_as_of(self) -> str:
        as_of: str = self.cleaned_data["as_of"]
        if PartialDate.parse(as_of).year > self.today.year:
            raise forms.ValidationError(
                _("This date lies ahead. A fact is of today or before."), code="ahead"
            )
        return as_of

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_value(cleaned)
        if not cleaned.get("source") and not cleaned.get("source_title"):
            self.add_error("source", _("Choose where the value was read, or describe it below."))
        return cleaned

    def _check_value(self, cleaned: dict[str, Any]) -> None:
        kind, value = cleaned.get("kind"), cleaned.get("value")
        if not kind or value is None:
            return
        least, most = RANGES[kind]
        if not least <= value <= most:
            self.add_error(
                "value",
                forms.ValidationError(
                    _("This is between %(least)s and %(most)s. Look at the unit again."),
                    code="out_of_range",
                    params={"least": f"{least:,}", "most": f"{most:,}"},
                ),
            )
        elif kind in WHOLE and value != value.to_integral_value():
            self.add_error("value", _("This is a whole number."))

    def values(self) -> dict[str, Any]:
        """What `domain.figures.add_fact` takes besides the source."""
        names = ("kind", "value", "as_of", "note", "is_chosen", *OwnedLevelFields.base_fields)
        return {name: self.cleaned_data[name] for name in names if name in self.fields}
