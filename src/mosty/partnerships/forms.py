"""What officers write about partnerships, and how readers narrow the list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor
from mosty.core.dates import PartialDateField
from mosty.core.editing import EditForm, OwnedLevelFields
from mosty.core.picking import PickField
from mosty.core.publication import Level
from mosty.core.texts import TextFormField
from mosty.core.uploads import TableField
from mosty.partnerships import queries
from mosty.partnerships.models import PARTNERSHIP, Meaning, Stage
from mosty.partnerships.queries import SORTS, Wanted
from mosty.places import queries as places
from mosty.places.models import Theme
from mosty.places.queries import search
from mosty.programmes import queries as programmes

MOST_MEMBERS = 12


class ListForm(forms.Form):
    """A list of partnerships, as a table in text form or a workbook."""

    file = TableField(help_text=_("XLSX, or CSV in UTF-8, UTF-16 or Windows-1251."))


class _Boxes(forms.ModelMultipleChoiceField[Any]):
    """Tick boxes in columns; gives a list."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=None, required=False, **kwargs)
        self.widget.attrs["class"] = "columns"

    def clean(self, value: Any) -> Any:
        return list(super().clean(value))


class _PhaseBoxes(_Boxes):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.strand.programme} · {obj}"


class CoreFields(forms.Form):
    """Who is in it, what about, in which programmes."""

    members = PickField(
        label=_("Municipalities"),
        rows=places.visible_to(Actor()).none(),
        find=search.find,
        least=2,
        most=MOST_MEMBERS,
        help_text=_("Two or more. Search one, tick it, then search the next."),
    )
    themes = _Boxes(label=_("Themes"))
    tags = _Boxes(label=_("Programmes that count it"))
    phases = _PhaseBoxes(label=_("Phases of programmes run here"))

    def offer(self, actor: Actor) -> None:
        """Fill in what this actor may choose from."""
        towns = places.municipalities(actor).select_related("country", "region")
        self.fields["members"].rows = towns  # type: ignore[attr-defined]
        choices = {
            "themes": Theme.objects.order_by("order"),
            "tags": queries.tags(actor),
            "phases": programmes.phases(actor).order_by("starts_on"),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            if not rows.exists():
                del self.fields[name]


REPORT = ("stage", "about", "since", "since_means", "is_inferred", "note", "read_on")


class ReportFields(forms.Form):
    """What one source tells."""

    source_url = forms.URLField(
        label=_("Address of the source"),
        max_length=500,
        assume_scheme="https",
        help_text=_("The page on which this can be read."),
    )
    source_title = forms.CharField(
        label=_("Title of the source"),
        required=False,
        max_length=300,
        help_text=_("Empty: the name of the site."),
    )
    stage = forms.ChoiceField(
        label=_("What is known"), required=False, choices=[("", _("not said")), *Stage.choices]
    )
    about = TextFormField(label=_("What the source says"), rows=2, max_length=600, required=False)
    since = PartialDateField(
        label=_("Date"),
        required=False,
        help_text=_("As precisely as the source gives it: the year is enough."),
    )
    since_means = forms.ChoiceField(
        label=_("What the date is"),
        required=False,
        choices=[("", _("not said")), *(one for one in Meaning.choices if one[0] != "agreed")],
    )
    is_inferred = forms.BooleanField(
        label=_("The source does not state it: we infer it"), required=False
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Doubts and how they were settled. Everybody who sees the report reads it."),
    )
    read_on = PartialDateField(label=_("When the source was read"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("is_inferred") and not cleaned.get("note"):
            self.add_error("note", _("Say from what it is inferred."))
        if cleaned.get("since_means") and not cleaned.get("since") and "since" not in self.errors:
            self.add_error("since", _("Write the date as well, or say nothing of what it is."))
        return cleaned

    def report_values(self) -> dict[str, Any]:
        """The fields of the report, as the verbs take them besides its source."""
        return {name: self.cleaned_data[name] for name in REPORT}

    def source_values(self) -> dict[str, str]:
        """Address and title, as `find_source` takes them."""
        cleaned = self.cleaned_data
        return {"url": cleaned["source_url"], "title": cleaned["source_title"]}


class CircleFields(OwnedLevelFields):
    """Who may see a partnership: its partners are those that are in it."""

    level = forms.ChoiceField(
        label=_("Who may see this"),
        choices=Level.choices,
        initial=Level.PUBLIC,
        help_text=_("Partners only: the municipalities in it, and the secretariat."),
    )


class PartnershipForm(CoreFields, ReportFields, CircleFields):
    """A new partnership and what its first source tells."""

    field_order = ["members", "source_url", "source_title", *REPORT, "themes", "tags", "phases"]

    def __init__(self, data: Any = None, *, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.offer(actor)

    def domain_values(self) -> dict[str, Any]:
        """What `domain.report_partnership` takes besides the members."""
        names = ("themes", "tags", "phases", "level", "level_reason", "level_review_on")
        chosen = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return chosen | self.report_values()


class PartnershipEditForm(EditForm, CoreFields, CircleFields):
    """The partnership itself; what sources tell is edited source by source."""

    def __init__(self, data: Any = None, *, actor: Actor, thing: Any) -> None:
        super().__init__(data, thing=thing)
        self.offer(actor)

    def current_values(self) -> dict[str, Any]:
        related = {name: list(getattr(self.thing, name).all()) for name in CoreFields.base_fields}
        names = CircleFields.base_fields
        return related | {name: getattr(self.thing, name) for name in names}


class ReportForm(EditForm, ReportFields):
    """What one source tells, new or known."""

    def current_values(self) -> dict[str, Any]:
        source = self.thing.source
        own = {"source_url": source.url, "source_title": source.title}
        return super().current_values() | own


class PartnershipFilter(forms.Form):
    """The bar above the list; what cannot be understood narrows nothing."""

    q = forms.CharField(
        label=_("Search partnerships"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "placeholder": _("One or both municipalities"),
            }
        ),
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    phase = forms.ChoiceField(label=_("Phase"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data, label_suffix="")
        facets = queries.facets(actor)
        self._offer("country", _("All"), [(one.code, str(one)) for one in facets.countries])
        self._offer("programme", _("All"), [(one.slug, str(one)) for one in facets.programmes])
        phases = [(str(one.pk), f"{one.strand.programme} · {one}") for one in facets.phases]
        self._offer("phase", _("All"), phases)
        self._offer("theme", _("All"), [(one.slug, str(one)) for one in facets.themes])
        years: list[tuple[str, Any]] = [(year, year) for year in facets.years]
        self._offer("year", _("All"), [*years, ("unknown", _("not known"))])
        codes = [(state.code, state.staff) for state in PARTNERSHIP.states]
        self._offer(
            "status", _("All"), [one for one in codes if actor.is_officer or one[0] != "withdrawn"]
        )

    def _offer(self, name: str, everything: Any, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What was asked for, as far as it can be understood."""
        self.is_valid()
        sort = str(self.data.get("sort") or "")
        return Wanted(
            **{name: self.cleaned_data.get(name) or "" for name in self.fields},
            sort=sort if sort.removeprefix("-") in SORTS else "",
        )
