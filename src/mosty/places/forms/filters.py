"""The filter bar of the list: a GET form; an answer that is none of the choices narrows nothing."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mosty.core.access import Actor
from mosty.core.lists import filters_for
from mosty.core.search import sort_column
from mosty.core.several import Several
from mosty.places.models import Country, Kind, Organisation, Region, Theme, read_name
from mosty.places.queries import other_bodies
from mosty.places.queries.register import LIST, SIZES, SORTS, Wanted

OTHER_KINDS = [kind for kind in Kind if kind != Kind.MUNICIPALITY]


def _search_field() -> forms.CharField:
    return forms.CharField(
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


class _ListFilter(forms.Form):
    """What both lists share: words, country, standing, order.

    `is_brief`: only the words of the search have changed and the bar stays as it stands, so fields
    that narrow nothing are left out, and with them what they would ask the database.
    """

    kinds: tuple[str, ...] = ()

    adds_filters = False

    def __init__(self, data: Any, *, actor: Actor, is_brief: bool = False) -> None:
        super().__init__(data, label_suffix="")
        self.given = data
        self.actor = actor
        self.is_brief = is_brief
        if is_brief:
            for name in [name for name in self.fields if not self._is_asked(name)]:
                del self.fields[name]
        if "country" in self.fields:
            countries = list(self._countries.items())
            self.fields["country"].choices = countries  # type: ignore[attr-defined]
        for added in filters_for(LIST) if self.adds_filters else []:
            if self._is_asked(added.key) and (choices := list(added.choices(actor))):
                self.fields[added.key] = forms.ChoiceField(
                    label=str(added.label), required=False, choices=[("", _("All")), *choices]
                )

    @cached_property
    def _countries(self) -> dict[str, str]:
        countries = Country.objects.order_by(sort_column())
        return {country.code: str(country) for country in countries}

    def _is_asked(self, name: str) -> bool:
        """Whether the field is needed: a brief form is not drawn, it only reads the address."""
        return not self.is_brief or any(self.given.getlist(name))

    def wanted(self) -> Wanted:
        """What was asked for, as far as it can be understood."""
        self.is_valid()
        data = self.cleaned_data
        sort, standing = data.get("sort") or "", data.get("standing") or ""
        return Wanted(
            q=data.get("q") or "",
            kinds=(data["kind"],) if data.get("kind") else self.kinds,
            side=data.get("side") or "",
            countries=tuple(data.get("country") or ()),
            region=data.get("region") or "",
            need=data.get("need") or "",
            offer=data.get("offer") or "",
            size=data.get("size") or "",
            association=data.get("association") or "",
            standing={"": "current", "all": ""}.get(standing, standing),
            sort=sort if sort.removeprefix("-") in SORTS else "",
            added={
                added.key: data[added.key] for added in filters_for(LIST) if data.get(added.key)
            },
        )


class MunicipalityFilter(_ListFilter):
    """The bar above the list of municipalities.

    Regions are offered for the countries chosen: a list of twelve hundred helps nobody.
    """

    kinds = (Kind.MUNICIPALITY,)
    adds_filters = True

    q = _search_field()
    side = forms.ChoiceField(
        label=_("Side"),
        required=False,
        choices=[("", _("Both sides")), *Country.Side.choices[:2]],
    )
    country = forms.MultipleChoiceField(
        label=_("Country"),
        required=False,
        widget=Several(nothing=_("Any country")),
    )
    region = forms.ChoiceField(label=_("Region"), required=False)
    size = forms.ChoiceField(
        label=_("Inhabitants"),
        required=False,
        choices=[("", _("Any number")), *((size.key, size.label) for size in SIZES)],
    )
    need = forms.ChoiceField(label=_("Looks for"), required=False)
    offer = forms.ChoiceField(label=_("Can give"), required=False)
    association = forms.ChoiceField(label=_("Association"), required=False)
    standing = forms.ChoiceField(
        label=_("Standing"),
        required=False,
        choices=[
            ("", _("Existing")),
            (Organisation.Standing.FORMER, pgettext_lazy("bodies", "Former")),
            ("all", _("Existing and former")),
        ],
    )
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, actor: Actor, is_brief: bool = False) -> None:
        super().__init__(data, actor=actor, is_brief=is_brief)
        if entries := [name for name in ("need", "offer") if name in self.fields]:
            themes: list[tuple[str, Any]] = [("", _("Any theme"))]
            themes += [(theme.slug, str(theme)) for theme in Theme.objects.all()]
            for name in entries:
                self.fields[name].choices = themes  # type: ignore[attr-defined]
        if "association" in self.fields:
            associations = other_bodies(actor).filter(kind=Kind.ASSOCIATION)
            associations = associations.order_by(sort_column())
            self._offer("association", [(body.code, body.name) for body in associations])
        if "region" in self.fields:
            self._offer_regions(self["country"].value() or [] if "country" in self.fields else [])

    def _offer_regions(self, countries: list[str]) -> None:
        field = self.fields["region"]
        if not countries:
            field.choices = [("", _("Choose a country first"))]  # type: ignore[attr-defined]
            field.disabled = True
            return
        field.choices = [("", _("All")), *self._regions(countries)]  # type: ignore[attr-defined]

    def _regions(self, countries: list[str]) -> list[tuple[str, Any]]:
        """The regions of the countries, in groups where they are several."""
        rows = Region.objects.filter(country__in=countries)
        groups: dict[str, list[tuple[str, str]]] = {}
        # Two large countries have five hundred: no object for each.
        for country, code, *names in rows.values_list("country", "code", "name_en", "name_uk"):
            groups.setdefault(self._countries[country], []).append((code, read_name(*names)))
        if len(groups) == 1:
            return [pair for pairs in groups.values() for pair in pairs]
        return list(groups.items())

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """A field without a choice goes out of the bar."""
        if not choices:
            del self.fields[name]
            return
        self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]


class BodyFilter(_ListFilter):
    """The bar above the list of associations, networks, institutions and donors."""

    kinds = tuple(OTHER_KINDS)

    q = _search_field()
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("All")), *((kind.value, kind.label) for kind in OTHER_KINDS)],
    )
    country = forms.MultipleChoiceField(
        label=_("Country"),
        required=False,
        widget=Several(nothing=_("Any country")),
    )
    standing = forms.ChoiceField(
        label=_("Standing"),
        required=False,
        choices=[
            ("", _("Existing")),
            (Organisation.Standing.FORMER, pgettext_lazy("bodies", "Former")),
            ("all", _("Existing and former")),
        ],
    )
    sort = forms.CharField(required=False, widget=forms.HiddenInput)
