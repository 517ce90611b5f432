"""The call itself: begun, written, extended."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mosty.calls import blueprints, queries
from mosty.calls.domain.calls import FIXED
from mosty.calls.models import Audience, Call, Way
from mosty.calls.moments import MomentField, local, placed, whole_minute, zone_choices
from mosty.calls.words import moment
from mosty.core.access import Actor
from mosty.core.editing import EditForm, LevelFields
from mosty.core.languages import WORKING, language_choices
from mosty.core.search import sort_column
from mosty.core.texts import Text, TextFormField
from mosty.places.models import Country
from mosty.programmes import queries as programmes

TIMES = ("opens_at", "closes_at")
# What stands still once people could read it.
STANDING = FIXED | {"countries"}


def begin_texts(form: forms.Form) -> None:
    """Texts that are not there yet are written in the language of the page, until one says so."""
    for name, box in form.fields.items():
        if isinstance(box, TextFormField) and not form.initial.get(name):
            form.initial[name] = Text(record=get_language() or "en")


class NewCallForm(forms.Form):
    """For which phase, out of what, and how it is called."""

    phase: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Phase"), queryset=None, empty_label=_("Choose the phase")
    )
    source = forms.ChoiceField(
        label=_("Begin with"), required=False,
        help_text=_("Everything can be changed afterwards. Dates and files are not copied."),
    )  # fmt: skip
    name = TextFormField(label=_("Name"), rows=1, max_length=120)

    def __init__(self, data: Any = None, *, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        phases = programmes.phases(actor)
        self.fields["phase"].queryset = phases  # type: ignore[attr-defined]
        self.earlier = {call.slug: call for call in queries.visible_to(actor)}
        self.fields["source"].choices = [  # type: ignore[attr-defined]
            ("", _("An empty call")),
            (_("Templates"), [(f"template:{key}", name) for key, name in blueprints.NAMES.items()]),
            (
                _("A copy of an earlier call"),
                [(f"call:{slug}", str(call)) for slug, call in self.earlier.items()],
            ),
        ]
        begin_texts(self)

    @property
    def template(self) -> str:
        """The template that was chosen."""
        kind, _colon, key = self.cleaned_data["source"].partition(":")
        return str(key) if kind == "template" else ""

    @property
    def copied(self) -> Call | None:
        """The call of which it is to be a copy."""
        kind, _colon, key = self.cleaned_data["source"].partition(":")
        return self.earlier[key] if kind == "call" else None


class TimesForm(EditForm):
    """Times typed in a zone, kept as moments."""

    def zone_of_times(self) -> str:
        """In which the times were typed; empty where that is not known."""
        return str(self.thing.zone)

    def words_of(self, name: str) -> str:
        value = self.initial[name]
        if isinstance(value, datetime):
            return moment(value, self.thing.zone)
        choices = dict(getattr(self.fields[name], "choices", ()))
        if isinstance(value, list):
            return ", ".join(str(choices.get(each, each)) for each in value)
        if isinstance(value, str) and value in choices:
            return str(choices[value])
        return super().words_of(name)

    def place_times(self) -> None:
        """Make moments of the times; what is shown unchanged stays the moment that it was."""
        zone = self.zone_of_times()
        for name in TIMES:
            typed = self.cleaned_data.get(name)
            if not isinstance(typed, datetime) or not zone:
                continue
            stands = self.initial.get(name)
            if stands and zone == self.thing.zone and local(stands, zone) == local(typed, zone):
                self.cleaned_data[name] = stands
                continue
            try:
                self.cleaned_data[name] = placed(typed, zone)
            except forms.ValidationError as error:
                self.add_error(name, error)

    def clean(self) -> dict[str, Any]:
        self.place_times()
        return super().clean()


class CallForm(TimesForm, LevelFields):
    """The call itself. What stands once it is published is asked only of a draft.

    `is_whole` asks it all the same: a form that was opened before somebody published must not lose
    what it says, but be told.
    """

    name = TextFormField(label=_("Name"), rows=1, max_length=120)
    about = TextFormField(
        label=_("What it is about"), rows=4, max_length=3000, required=False,
        help_text=_("Two or three sentences: they lead the page of the call."),
    )  # fmt: skip
    offer = TextFormField(
        label=_("What those who are chosen get"), rows=3, max_length=3000, required=False
    )
    audience = forms.ChoiceField(label=_("Who may apply"), choices=Audience.choices)
    way = forms.ChoiceField(
        label=_("How municipalities apply"), choices=Way.choices,
        help_text=_("Says nothing where associations apply."),
    )  # fmt: skip
    countries = forms.MultipleChoiceField(
        label=_("Countries"), required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "columns many"}),
        help_text=_("None ticked: applicants of every country."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages of applications"), required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "columns many"}),
    )  # fmt: skip
    zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Both times are in this zone, and are shown in it.")
    )
    opens_at = MomentField(label=_("Opens"), required=False)
    closes_at = MomentField(
        label=_("Closes"), required=False,
        help_text=_("What arrives in this minute is in time. 23:59 leaves no doubt about the day."),
    )  # fmt: skip
    places = forms.IntegerField(
        label=_("Places"), required=False, min_value=1, max_value=10_000,
        help_text=_("How many can be accepted. Empty: not said."),
    )  # fmt: skip
    email = forms.EmailField(label=_("E-mail address for questions"), required=False)
    lowest = forms.IntegerField(label=_("Lowest score"), min_value=0, max_value=100)
    highest = forms.IntegerField(label=_("Highest score"), min_value=1, max_value=100)

    def __init__(
        self, data: Any = None, *, thing: Call, is_whole: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data, thing=thing, **kwargs)
        codes = [code for code in WORKING if code not in thing.languages]
        self.fields["languages"].choices = language_choices([*thing.languages, *codes])  # type: ignore[attr-defined]
        countries = Country.objects.order_by(sort_column())
        self.named = {each.pk: each for each in countries}
        self.fields["countries"].choices = [(pk, str(each)) for pk, each in self.named.items()]  # type: ignore[attr-defined]
        self.fields["zone"].choices = zone_choices(thing.zone)  # type: ignore[attr-defined]
        for name in TIMES:
            self.fields[name].zone = thing.zone  # type: ignore[attr-defined]
        if thing.state != "draft" and not is_whole:
            for name in STANDING:
                del self.fields[name]
        begin_texts(self)

    def current_values(self) -> dict[str, Any]:
        values = super().current_values()
        values["countries"] = sorted(self.thing.countries.values_list("pk", flat=True))
        for name in TIMES:
            values[name] = whole_minute(values[name])
        return values

    def zone_of_times(self) -> str:
        if "zone" not in self.fields:
            return str(self.thing.zone)
        return str(self.cleaned_data.get("zone", ""))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and not self.errors and closes <= opens:
            self.add_error("closes_at", _("It closes before it opens. Look at both times again."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What was changed, as `domain.calls.edit_call` takes it."""
        values = self.changed_values()
        if "countries" in values:
            values["countries"] = [self.named[code] for code in values["countries"]]
        return values


class ExtendForm(TimesForm):
    """A later deadline, and why."""

    closes_at = MomentField(label=_("New deadline"))
    reason = TextFormField(
        label=_("Why the deadline moves"), rows=3, max_length=1000,
        help_text=_("It stands on the page of the call and in the letters, in both languages."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, thing: Call, **kwargs: Any) -> None:
        super().__init__(data, thing=thing, **kwargs)
        self.fields["closes_at"].zone = thing.zone  # type: ignore[attr-defined]
        begin_texts(self)

    def current_values(self) -> dict[str, Any]:
        return {"closes_at": whole_minute(self.thing.closes_at)}


class ReasonForm(forms.Form):
    """Why something ends."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
