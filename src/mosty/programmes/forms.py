"""What officers write into programmes, and how readers narrow the list of participants."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor
from mosty.core.dates import PartialDateField
from mosty.core.editing import EditForm, LevelFields, mark
from mosty.core.history import plain
from mosty.core.picking import PickField
from mosty.core.publication import WITHOUT_PARTNERS, Level
from mosty.core.texts import TextFormField
from mosty.places import queries as places
from mosty.places.models import Country
from mosty.places.queries import search
from mosty.programmes import queries
from mosty.programmes.domain import Reading
from mosty.programmes.models import Basis, OtherDate, Part, Phase
from mosty.programmes.queries import Wanted


class SourceFields(forms.Form):
    """Where it was read; an address that is known already keeps its title."""

    source_url = forms.URLField(
        label=_("Address of the source"),
        required=False,
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
    as_of = PartialDateField(label=_("Date of the source"), required=False)


SOURCE_FIELDS = ("source_url", "source_title", "as_of")


def source_values(thing: Any) -> dict[str, Any]:
    """What the fields of a source show for a record."""
    source = thing.source
    return {
        "source_url": source.url if source else "",
        "source_title": source.title if source else "",
        "as_of": thing.as_of,
    }


def reading_of(cleaned: dict[str, Any]) -> Reading:
    """The source that was written into a form."""
    return Reading(
        url=cleaned.get("source_url") or "",
        title=cleaned.get("source_title") or "",
        as_of=cleaned.get("as_of") or "",
    )


class SourcedEditForm(EditForm):
    """An edit form with a source."""

    def current_values(self) -> dict[str, Any]:
        return super().current_values() | source_values(self.thing)

    def domain_values(self) -> dict[str, Any]:
        """What the verb gets: every value for a new record, else only what was changed."""
        cleaned = self.cleaned_data
        chosen = self.changed_values() if self.thing is not None else dict(cleaned)
        values = {name: value for name, value in chosen.items() if name not in SOURCE_FIELDS}
        values.pop("seen", None)
        if self.thing is None or any(name in chosen for name in SOURCE_FIELDS):
            values["reading"] = reading_of(cleaned)
        return values


class ProgrammeForm(SourcedEditForm, SourceFields, LevelFields):
    name = TextFormField(label=_("Name"), rows=1, max_length=120)
    about = TextFormField(label=_("About"), rows=3, required=False)
    website = forms.URLField(
        label=_("Website"), required=False, max_length=300, assume_scheme="https"
    )

    field_order = ["name", "about", "website"]


class StrandForm(SourcedEditForm, SourceFields):
    name = TextFormField(label=_("Name"), rows=1, max_length=120)
    about = TextFormField(label=_("About"), rows=3, required=False)

    field_order = ["name", "about"]


class PhaseForm(SourcedEditForm, SourceFields, LevelFields):
    name = TextFormField(label=_("Name"), rows=1, max_length=120)
    about = TextFormField(label=_("About"), rows=3, required=False)
    starts = PartialDateField(
        label=_("From"), help_text=_("As precisely as it is known: the year is enough.")
    )
    ends = PartialDateField(label=_("To"), required=False, help_text=_("Empty: it runs on."))

    field_order = ["name", "about", "starts", "ends"]


class RowForm(SourceFields):
    """A row of what a phase wants, counted, or lived through.

    `seen` marks what the row was when it was shown: one that comes back equal was not touched.
    """

    source_title = None  # type: ignore[assignment]  # how Django takes a field out
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    text = TextFormField(label=_("Text"), rows=2, max_length=600)

    field_order = ["pk", "seen", "text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        """What the form shows of a row."""
        values = {name: getattr(row, name) for name in cls.base_fields if hasattr(row, name)}
        values |= {
            name: text for name, text in source_values(row).items() if name in cls.base_fields
        }
        return values | {"seen": _row_mark(values)}

    @property
    def was_touched(self) -> bool:
        """Whether the person changed what was shown, or wrote a new row."""
        return _row_mark(self.cleaned_data) != self.cleaned_data.get("seen")

    def row(self) -> dict[str, Any]:
        """The row as `domain.set_rows` takes it."""
        left_out = (*SOURCE_FIELDS, "seen", "DELETE")
        cleaned = self.cleaned_data
        values = {name: value for name, value in cleaned.items() if name not in left_out}
        return values | {"reading": reading_of(cleaned)}


def _row_mark(values: dict[str, Any]) -> str:
    """A mark of everything in a row but its own marks."""
    own = {"seen", "DELETE", "pk"}
    return mark([f"{name}={plain(values[name])}" for name in sorted(values) if name not in own])


class ObjectiveForm(RowForm):
    pass


class FigureForm(RowForm):
    text = TextFormField(label=_("What is counted"), rows=1, max_length=300)
    value = forms.IntegerField(label=_("Number"), min_value=0, max_value=2_000_000_000)

    field_order = ["pk", "seen", "value", "text"]


class MilestoneForm(RowForm):
    on = PartialDateField(label=_("Date"))

    field_order = ["pk", "seen", "on", "text"]


class OtherDateForm(RowForm):
    text = None  # type: ignore[assignment]  # how Django takes a field out
    kind = forms.ChoiceField(label=_("What"), choices=OtherDate.Kind.choices)
    on = PartialDateField(label=_("Date"))

    field_order = ["pk", "seen", "kind", "on"]

    def has_changed(self) -> bool:
        # A choice always has a value: a row without a date is an empty row.
        return any(name != "kind" for name in self.changed_data)


class PartnerForm(SourcedEditForm, SourceFields):
    organisation = PickField(
        label=_("Organisation"),
        rows=places.visible_to(Actor()).none(),
        find=search.find,
        most=1,
        help_text=_("An association, a network, an institution or a donor of the register."),
    )
    part = forms.ChoiceField(label=_("Part"), choices=Part.choices, initial=Part.PARTNER)
    text = TextFormField(label=_("What it does"), rows=2, max_length=400, required=False)
    is_inferred = forms.BooleanField(label=_("No source states it: we infer it"), required=False)

    field_order = ["organisation", "part", "text", "is_inferred"]

    def __init__(self, data: Any = None, *, actor: Actor, phase: Phase, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.phase = phase
        if self.thing is not None:
            # Another organisation is another partner: that one is added, this one removed.
            del self.fields["organisation"]
            return
        rows = places.visible_to(actor).select_related("country", "region")
        self.fields["organisation"].rows = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        part = cleaned.get("part")
        body = (
            self.thing.organisation
            if self.thing
            else next(iter(cleaned.get("organisation") or []), None)
        )
        others = self.phase.partners.filter(organisation=body, part=part)
        if self.thing is not None:
            others = others.exclude(pk=self.thing.pk)
        if body is not None and others.exists():
            self.add_error("part", _("This organisation has this part already."))
        return cleaned


TERMS = ["association", "association_basis", "least_partners", "most_partners", "level"]


class _Terms(SourceFields):
    """On what terms a municipality takes part."""

    association: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Through which association"), queryset=None, required=False, empty_label=_("None")
    )
    association_basis = forms.ChoiceField(
        label=_("How we know the association"), choices=Basis.choices[:2], initial=Basis.STATED
    )
    least_partners = forms.IntegerField(
        label=_("Partners, at least"), min_value=0, max_value=20, initial=0
    )
    most_partners = forms.IntegerField(
        label=_("Partners, at most"), min_value=1, max_value=20, initial=1
    )
    level = forms.ChoiceField(
        label=_("Who may see that it takes part"),
        choices=WITHOUT_PARTNERS,
        initial=Level.PROGRAMME,
    )

    def _offer_associations(self, actor: Actor) -> None:
        self.fields["association"].queryset = queries.associations(actor)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        least, most = cleaned.get("least_partners"), cleaned.get("most_partners")
        if least is not None and most is not None and most < least:
            self.add_error(
                "most_partners",
                _("At most must not be less than at least. Change one of them."),
            )
        return cleaned


class ParticipantsForm(_Terms):
    """Municipalities of the register that take part, all on the same terms."""

    towns = PickField(
        label=_("Municipalities"), rows=places.visible_to(Actor()).none(), find=search.find
    )

    field_order = ["towns", *TERMS]

    def __init__(self, data: Any = None, *, actor: Actor, phase: Phase, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self._offer_associations(actor)
        free = places.municipalities(actor).exclude(participations__phase=phase)
        self.fields["towns"].rows = free.select_related("country", "region")  # type: ignore[attr-defined]


class ParticipantForm(SourcedEditForm, _Terms):
    field_order = TERMS

    def __init__(self, data: Any = None, *, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._offer_associations(actor)
        if self.thing.association_basis == Basis.ILLUSTRATIVE:
            self.fields["association_basis"].choices = Basis.choices  # type: ignore[attr-defined]


class ProgrammeFilter(forms.Form):
    """The bar above the list of programmes."""

    q = forms.CharField(
        label=_("Search programmes"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="")
        self.is_valid()

    @property
    def words(self) -> str:
        return str(self.cleaned_data.get("q") or "")


class ParticipantFilter(forms.Form):
    """The bar above the list of participants; what cannot be understood narrows nothing."""

    q = forms.CharField(
        label=_("Search participants"),
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
    side = forms.ChoiceField(
        label=_("Side"),
        required=False,
        choices=[("", _("Both sides")), *Country.Side.choices[:2]],
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    association = forms.ChoiceField(label=_("Association"), required=False)

    def __init__(self, data: Any, *, phase: Phase, actor: Actor) -> None:
        super().__init__(data, label_suffix="")
        everything = ("", _("All"))
        self.fields["country"].choices = [  # type: ignore[attr-defined]
            everything,
            *((country.code, str(country)) for country in queries.countries_of(phase, actor)),
        ]
        self.fields["association"].choices = [  # type: ignore[attr-defined]
            everything,
            *((body.code, body.name) for body in queries.associations_of(phase, actor)),
        ]

    def wanted(self) -> Wanted:
        """What was asked for, as far as it can be understood."""
        self.is_valid()
        names = ("q", "side", "country", "association")
        sort = str(self.data.get("sort") or "")
        return Wanted(
            **{name: self.cleaned_data.get(name) or "" for name in names},
            sort=sort if sort.removeprefix("-") in queries.SORTS else "",
        )
