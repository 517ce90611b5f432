"""Forms with a field of each kind."""

from django import forms
from django.utils.translation import gettext_lazy

from mosty.core.dates import PartialDateField
from mosty.core.several import Several
from mosty.core.texts import TextFormField

THEMES = (
    ("economy", gettext_lazy("Local economy")),
    ("health", gettext_lazy("Health")),
    ("digital", gettext_lazy("Digital services")),
    ("heritage", gettext_lazy("Heritage and culture")),
    ("inclusion", gettext_lazy("Veterans and inclusion")),
)
LANGUAGES = (
    ("en", gettext_lazy("English")),
    ("fr", gettext_lazy("French")),
    ("pl", gettext_lazy("Polish")),
)
COUNTRIES = (("CZ", "Czechia"), ("FR", "France"), ("LV", "Latvia"), ("PL", "Poland"))


class FilterForm(forms.Form):
    """What a list is narrowed by."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        required=False,
        choices=[("", gettext_lazy("Every country")), *COUNTRIES],
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Theme"),
        required=False,
        choices=[("", gettext_lazy("Every theme")), *THEMES],
    )
    language = forms.MultipleChoiceField(
        label=gettext_lazy("Working language"),
        required=False,
        choices=LANGUAGES,
        widget=Several(nothing=gettext_lazy("Every language")),
    )
    free = forms.BooleanField(label=gettext_lazy("Without a partner"), required=False)


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label=gettext_lazy("Name in Latin letters"),
        max_length=80,
        help_text=gettext_lazy("As in the official transliteration of 2010."),
        error_messages={"required": gettext_lazy("Write the name as it stands on the map.")},
    )
    population = forms.IntegerField(label=gettext_lazy("Inhabitants"), required=False, min_value=1)
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=[("", "—"), *COUNTRIES])
    since = forms.DateField(
        label=gettext_lazy("In force since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    about = forms.CharField(
        label=gettext_lazy("What you look for"),
        max_length=400,
        help_text=gettext_lazy("Two or three sentences are enough."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    motto = TextFormField(label=gettext_lazy("Motto"), rows=2, max_length=200, required=False)
    founded = PartialDateField(label=gettext_lazy("Partners since"), required=False)
    side = forms.ChoiceField(
        label=gettext_lazy("Side"),
        choices=[("need", gettext_lazy("Need")), ("offer", gettext_lazy("Offer"))],
        widget=forms.RadioSelect,
    )
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"),
        required=False,
        choices=THEMES,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "columns"}),
    )
    file = forms.FileField(label=gettext_lazy("Council decision"), required=False)
    code = forms.CharField(
        label=gettext_lazy("Official code"), initial="UA61060050000073024", disabled=True
    )
    public = forms.BooleanField(
        label=gettext_lazy("Show this on the public page"),
        required=False,
        help_text=gettext_lazy("You can take it back at any time."),
    )


class NeedForm(forms.Form):
    """A row of a formset."""

    theme = forms.ChoiceField(label=gettext_lazy("Theme"), choices=THEMES)
    weight = forms.IntegerField(label=gettext_lazy("Weight"), min_value=1, max_value=5)
