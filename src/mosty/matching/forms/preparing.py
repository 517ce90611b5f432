"""Who takes part with how many partners, quotas, and who knew whom before."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor
from mosty.core.picking import PickField
from mosty.core.texts import TextFormField
from mosty.matching import queries
from mosty.matching.domain.preparation import MOST_PARTNERS
from mosty.matching.market import groups
from mosty.matching.models import Round, RoundParticipant, RoundQuota
from mosty.places.models import Country, Kind, Organisation, Region
from mosty.places.queries import municipalities, other_bodies
from mosty.places.queries.search import find


class BoundsForm(forms.Form):
    """How many partners a town may have, and which association stands for it."""

    association = forms.ModelChoiceField(
        label=_("Association"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("None"),
    )
    least = forms.IntegerField(
        label=_("Partners, at least"), min_value=0, max_value=MOST_PARTNERS, initial=0
    )
    most = forms.IntegerField(
        label=_("Partners, at most"), min_value=0, max_value=MOST_PARTNERS, initial=1
    )

    def __init__(self, data: Any = None, *, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        rows = other_bodies(actor).filter(kind=Kind.ASSOCIATION).order_by("sort_en")
        self.fields["association"].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        return _ordered(super().clean() or self.cleaned_data)


class NewParticipantForm(BoundsForm):
    """A municipality found in the register, put into the round."""

    field_order = ("organisation", "association", "least", "most")

    def __init__(self, data: Any = None, *, actor: Actor, round_: Round, **kwargs: Any) -> None:
        super().__init__(data, actor=actor, **kwargs)
        inside = queries.participants_of(round_).order_by().values("organisation_id")
        rows = municipalities(actor).filter(standing=Organisation.Standing.CURRENT)
        rows = rows.filter(country__side__in=[Country.Side.UKRAINE, Country.Side.EU])
        self.fields["organisation"] = PickField(
            label=_("Municipality"), rows=rows.exclude(pk__in=inside), find=find, most=1
        )
        self.order_fields(self.field_order)


def _ordered(data: dict[str, Any]) -> dict[str, Any]:
    least, most = data.get("least"), data.get("most")
    if least is not None and most is not None and most < least:
        raise ValidationError({"most": _("At most must not be below at least.")}, code="order")
    return data


class QuotaForm(forms.Form):
    """How many pairs the towns of a group get together."""

    least = forms.IntegerField(label=_("Pairs, at least"), min_value=0, max_value=9999, initial=0)
    most = forms.IntegerField(
        label=_("Pairs, at most"),
        min_value=0,
        max_value=9999,
        required=False,
        help_text=_("Leave it empty for no upper bound."),
    )

    def clean(self) -> dict[str, Any]:
        return _ordered(super().clean() or self.cleaned_data)


class NewQuotaForm(QuotaForm):
    """A quota for an association, country or region that has towns in the round."""

    group = forms.ChoiceField(label=_("For"))
    field_order = ("group", "least", "most")

    def __init__(self, data: Any = None, *, round_: Round, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.groups = groups_without_quota(round_)
        choices = [
            (label, [(key, str(group)) for key, group in rows])
            for label, rows in self.groups.items()
            if rows
        ]
        self.fields["group"].choices = [("", _("Choose")), *choices]  # type: ignore[attr-defined]

    def clean_group(self) -> Organisation | Country | Region:
        chosen = self.cleaned_data["group"]
        found = {key: group for rows in self.groups.values() for key, group in rows}
        return found[chosen]


def groups_without_quota(
    round_: Round,
) -> dict[str, list[tuple[str, Organisation | Country | Region]]]:
    """The groups of the round's towns that have no quota yet, by kind."""
    taken = {quota.key for quota in queries.quotas_of(round_)}
    rows = queries.participants_of(round_).select_related("association")
    return {
        str(RoundQuota.Kind(kind).label): sorted(
            ((key, group) for key, group in found.items() if key not in taken),
            key=lambda row: str(row[1]),
        )
        for kind, found in _groups_of(rows).items()
    }


def _groups_of(
    rows: Iterable[RoundParticipant],
) -> dict[str, dict[str, Organisation | Country | Region]]:
    made: dict[str, dict[str, Organisation | Country | Region]] = {
        kind: {} for kind in RoundQuota.Kind.values
    }
    for row in rows:
        body = row.organisation
        things = {"association": row.association, "country": body.country, "region": body.region}
        for key in groups(row):
            kind = key.partition(":")[0]
            thing = things[kind]
            assert thing is not None  # `groups` names only what there is
            made[kind][key] = thing
    return made


class ContactForm(forms.Form):
    """That two towns of the round knew each other before."""

    left = forms.ModelChoiceField(
        label=_("Ukrainian municipality"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose"),
    )
    right = forms.ModelChoiceField(
        label=_("EU municipality"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose"),
    )
    why = TextFormField(label=_("What is known"), rows=2, max_length=400)
    source_url = forms.URLField(
        label=_("Address of the source"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Leave it empty if the municipalities told you."),
    )

    def __init__(self, data: Any = None, *, round_: Round, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for side in ("left", "right"):
            inside = queries.participants_of(round_, side).order_by().values("organisation_id")
            rows = Organisation.objects.filter(pk__in=inside).order_by("sort_en")
            self.fields[side].queryset = rows  # type: ignore[attr-defined]
