"""The record of a body: what it says about itself, and what the secretariat keeps."""

import re
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from mosty.core.editing import EditForm, LevelFields
from mosty.core.languages import OF_NAMES, WORKING, language_choices
from mosty.core.publication import Precision
from mosty.core.search import sort_column
from mosty.core.texts import Text, TextFormField
from mosty.places.countries import listed
from mosty.places.domain.organisations import ALL_FIELDS, PROFILE_FIELDS
from mosty.places.forms.groups import GroupedForm
from mosty.places.forms.texts import WHO_SEES_TEXTS, TextLevelFields
from mosty.places.models import Country, Kind, Name, Organisation, Region

KATOTTG = re.compile(r"UA\d{17}")
GISCO = re.compile(r"[A-Z]{2}_[0-9A-Z.]{1,20}")
OWN_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,38}")
# Words that stand in addresses where a code could stand.
RESERVED = frozenset({"add", "import", "new", "organisations", "export", "themes"})
PROFILE_TAGS = (
    ("urban", _("Urban")),
    ("rural", _("Rural")),
    ("mountain", _("In the mountains")),
    ("coast", _("At the coast")),
    ("border", _("At a border")),
)
_PAIR = re.compile(r"\s*(-?\d+[.,]\d+)\s*[,;\s]\s*(-?\d+[.,]\d+)\s*")


class DegreesField(forms.CharField):
    """A latitude or longitude in degrees; a decimal comma is understood."""

    def __init__(self, *, most: float, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=40, **kwargs)
        self.most = most
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return str(value).removesuffix(".0") if isinstance(value, float) else value

    def clean(self, value: Any) -> float | None:
        text = super().clean(value).strip().replace(",", ".").rstrip("°")
        if not text:
            return None
        try:
            degrees = float(text)
        except ValueError as error:
            raise forms.ValidationError(
                _("Write degrees as a number, such as 49.8358."), code="no_number"
            ) from error
        if not -self.most <= degrees <= self.most:
            raise forms.ValidationError(
                _("This is between %(least)s and %(most)s degrees."),
                code="out_of_range",
                params={"least": f"{-self.most:g}", "most": f"{self.most:g}"},
            )
        return degrees


class ProfileForm(TextLevelFields, EditForm, GroupedForm):
    """What a body says about itself."""

    about = TextFormField(
        label=_("About"),
        rows=5,
        max_length=2000,
        required=False,
        help_text=_(
            "Three sentences are enough: who you are, what you are proud of, who you seek."
        ),
    )
    experience = TextFormField(
        label=_("Experience"),
        rows=3,
        max_length=1500,
        required=False,
        help_text=_("With whom you have worked before, and what came of it."),
    )
    capacity = TextFormField(
        label=_("Who would do the work"),
        rows=3,
        max_length=1000,
        required=False,
        help_text=_("People, hours in a week, money of your own. Small is fine; say it honestly."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Working languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "columns many"}),
        help_text=_("In which somebody in your administration can write and hold a meeting."),
    )
    website = forms.URLField(
        label=_("Website"), required=False, max_length=300, assume_scheme="https"
    )
    GROUPS: tuple[Any, ...] = (
        ("", ("about", "experience", "capacity"), False),
        WHO_SEES_TEXTS,
        ("", ("languages", "website"), False),
    )

    def __init__(self, data: Any = None, *, thing: Any = None, **kwargs: Any) -> None:
        super().__init__(data, thing=thing, **kwargs)
        for name in ("about", "experience", "capacity"):
            if not self.initial.get(name):
                self.initial[name] = Text(record=get_language() or "en")
        self.fields["languages"].choices = language_choices(WORKING)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What has changed, as `domain.organisations.edit_organisation` takes it."""
        return {
            name: value for name, value in self.changed_values().items() if name in PROFILE_FIELDS
        }


class RegisterForm(ProfileForm, LevelFields):
    """The whole record, for the secretariat; `thing` is None for a new body."""

    name = forms.CharField(
        label=pgettext_lazy("of a place", "Name"),
        max_length=200,
        help_text=_("As the body calls itself, in its own language. More names can follow."),
    )
    name_language = forms.ChoiceField(label=_("Language of the name"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    code = forms.CharField(
        label=_("Official code"),
        max_length=40,
        help_text=_(
            "Ukrainian hromada: KATOTTG, UA and 17 figures. EU municipality: GISCO_ID, such as "
            "LV_0620200. Any other body: a short key of its own, such as CEMR."
        ),
    )
    code_year = forms.RegexField(
        label=_("Year of the code list"),
        help_text=_("In which the code stands, such as 2020."),
        regex=r"^\d{4}$",
        required=False,
        error_messages={"invalid": _("Write a year with four figures, such as 2020.")},
    )
    standing = forms.ChoiceField(
        label=_("Standing"), choices=Organisation.Standing.choices, initial="current"
    )
    country = forms.ModelChoiceField(
        label=_("Country"), queryset=Country.objects.none(), required=False
    )
    region = forms.ModelChoiceField(
        label=_("Region"), queryset=Region.objects.none(), required=False
    )
    legal_form = forms.CharField(
        label=_("Legal form"),
        max_length=40,
        required=False,
        help_text=_("The register's own word: urban, commune."),
    )
    profile = forms.MultipleChoiceField(
        label=_("Profile"),
        required=False,
        choices=PROFILE_TAGS,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "columns"}),
    )
    lat = DegreesField(
        label=_("Latitude"),
        most=90,
        help_text=_("Degrees north. A pair from a map may be pasted here."),
    )
    lon = DegreesField(
        label=_("Longitude"),
        most=180,
        help_text=_("Degrees east, such as 36.688, or nothing for a pair."),
    )
    precision = forms.ChoiceField(
        label=_("Place shown as"), choices=Precision.choices, initial=Precision.MUNICIPALITY
    )
    precision_reason = forms.CharField(
        label=_("Why not exactly"),
        max_length=300,
        required=False,
        help_text=_(
            "Shown to readers. Needed when the place is withheld or only the region shown."
        ),
    )
    precision_review_on = forms.DateField(
        label=_("Look again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    GROUPS = (
        (_("What it is"),
         (("name", "name_language"), ("kind", "standing"), "code", ("country", "region"),
          ("code_year", "legal_form"), "profile"), False),
        (_("What it says about itself"),
         ("about", "experience", "capacity", "languages", "website"), False),
        WHO_SEES_TEXTS,
        (_("Place"),
         (("lat", "lon"), ("precision", "precision_review_on"), "precision_reason"), False),
        (_("Who may see it"), (("level", "level_review_on"), "level_reason"), False),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, thing: Any = None, **kwargs: Any) -> None:
        super().__init__(_pair_split(data), thing=thing, **kwargs)
        by_name = sort_column()
        self.fields["country"].queryset = (  # type: ignore[attr-defined]
            Country.objects.order_by(by_name)
        )
        regions = Region.objects.select_related("country").order_by("country__sort_en", "sort_en")
        if thing is not None:
            del self.fields["name"], self.fields["name_language"]
            regions = regions.filter(country=self._country_typed() or thing.country_id)
        else:
            self.fields["name_language"].choices = (  # type: ignore[attr-defined]
                language_choices(OF_NAMES)
            )
            self.fields["name_language"].initial = get_language()
        self.fields["region"].queryset = regions  # type: ignore[attr-defined]
        if thing is None:
            self.fields["region"].label_from_instance = _with_country  # type: ignore[attr-defined]

    def _country_typed(self) -> str:
        return (self.data.get("country") or "") if self.is_bound else ""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        own: int = self.thing.pk if self.thing is not None else 0
        other = Organisation.objects.filter(code__iexact=code).exclude(pk=own).first()
        if other is None:
            former = Name.objects.filter(use=Name.Use.CODE, text__iexact=code)
            bore = Organisation.objects.filter(pk__in=former.values("organisation_id"))
            other = bore.exclude(pk=own).first()
        if other is not None:
            raise forms.ValidationError(
                _("“%(name)s” bears this code (%(code)s). Open that record instead of a second."),
                code="taken",
                params={"name": str(other), "code": other.code},
            )
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_code(cleaned)
        self._check_region(cleaned)
        self._check_point(cleaned)
        hidden = cleaned.get("precision") in {Precision.REGION, Precision.WITHHELD}
        if hidden and not cleaned.get("precision_reason"):
            self.add_error("precision_reason", _("Say why; readers see the reason on the page."))
        return cleaned

    def _check_code(self, cleaned: dict[str, Any]) -> None:
        code, kind, country = cleaned.get("code"), cleaned.get("kind"), cleaned.get("country")
        if not code or not kind:
            return
        if kind != Kind.MUNICIPALITY:
            if code.lower() in RESERVED or not OWN_KEY.fullmatch(code):
                self.add_error(
                    "code", _("Take 2 to 39 Latin letters, figures or hyphens, such as CEMR.")
                )
            cleaned["scheme"] = Organisation.Scheme.OWN
            return
        code = cleaned["code"] = code.upper()
        if country is None:
            self.add_error("country", _("Choose the country: the official code depends on it."))
            return
        if country.code == "UA":
            cleaned["scheme"] = Organisation.Scheme.KATOTTG
            if not KATOTTG.fullmatch(code):
                self.add_error("code", _("A KATOTTG code is UA and 17 figures, without spaces."))
            return
        cleaned["scheme"] = Organisation.Scheme.GISCO
        # Eurostat writes EL for Greece.
        prefix = {"GR": "EL"}.get(country.code, country.code)
        if not GISCO.fullmatch(code) or code[:2] not in {prefix, country.code}:
            self.add_error(
                "code",
                forms.ValidationError(
                    _("A GISCO_ID of this country is %(prefix)s_ and the code of the LAU."),
                    params={"prefix": prefix},
                ),
            )

    def _check_region(self, cleaned: dict[str, Any]) -> None:
        region, country = cleaned.get("region"), cleaned.get("country")
        if region and country and region.country_id != country.code:
            self.add_error(
                "region",
                forms.ValidationError(
                    _("%(region)s lies in %(there)s. Choose a region of %(here)s."),
                    params={"region": region, "there": region.country, "here": country},
                ),
            )

    def _check_point(self, cleaned: dict[str, Any]) -> None:
        lat, lon, country = cleaned.get("lat"), cleaned.get("lon"), cleaned.get("country")
        if self.errors.keys() & {"lat", "lon"}:
            return
        if (lat is None) != (lon is None):
            self.add_error("lat" if lat is None else "lon", _("Give both numbers, or none."))
        if lat is None or lon is None or country is None:
            return
        lands = listed().get(country.code)
        if lands is None or lands.holds(lat, lon):
            return
        if lands.holds(lon, lat):
            error = forms.ValidationError(
                _("Latitude and longitude are swapped: write %(lat)s here and %(lon)s below."),
                code="swapped",
                params={"lat": f"{lon:g}", "lon": f"{lat:g}"},
            )
        else:
            error = forms.ValidationError(
                _("This point does not lie in %(country)s. Look at both numbers again."),
                code="outside",
                params={"country": country},
            )
        self.add_error("lat", error)

    def values(self) -> dict[str, Any]:
        """What has changed (all of it for a new body), as the verbs of the domain take it."""
        changed = self.cleaned_data if self.thing is None else self.changed_values()
        values = {name: value for name, value in changed.items() if name in ALL_FIELDS}
        if "code" in values or "kind" in values or "country" in values:
            values["scheme"] = self.cleaned_data["scheme"]
        return values


def _with_country(region: Region) -> str:
    return f"{region.country} · {region}"


def _pair_split(data: Any) -> Any:
    """A pair of degrees pasted into the first field fills both."""
    found = _PAIR.fullmatch(data.get("lat") or "") if data else None
    if not found or data.get("lon"):
        return data
    data = data.copy()
    data["lat"], data["lon"] = found.groups()
    return data
