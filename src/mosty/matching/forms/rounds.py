"""What a round is called, of which phase it is and who may see it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor
from mosty.core.publication import Level
from mosty.core.search import fold
from mosty.core.texts import Text, TextFormField
from mosty.matching.models import Round
from mosty.programmes.models import Phase
from mosty.programmes.queries import phases

# Addresses that stand beside those of rounds.
RESERVED = {"new", "policies"}


class RoundForm(forms.Form):
    """What a round is called and who may see it once it is approved."""

    name = TextFormField(label=_("Name"), rows=1, max_length=120)
    note = TextFormField(
        label=_("Note"),
        rows=3,
        required=False,
        help_text=_("What others should know about this round."),
    )
    level = forms.ChoiceField(
        label=_("Who may see it once approved"),
        choices=[(Level.PROGRAMME, Level.PROGRAMME.label), (Level.STAFF, Level.STAFF.label)],
        initial=Level.PROGRAMME,
        help_text=_("The public sees only pairs that both councils agreed to."),
    )
    contacts_until = forms.DateField(
        label=_("Contacts from before"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_(
            "Empty: all partnerships known today count as earlier contacts. A day: only those "
            "that surely are older, for a round of the past."
        ),
    )


class NewRoundForm(RoundForm):
    """A round of a phase; its address may be left to us."""

    phase = forms.ModelChoiceField(
        label=_("Phase"), queryset=Phase.objects.none(), empty_label=_("Choose")
    )
    slug = forms.SlugField(
        label=_("Address"),
        max_length=60,
        required=False,
        help_text=_("Small letters, figures and hyphens. Leave it empty to have it made."),
    )
    field_order = ("phase", "name", "slug", "note", "level", "contacts_until")

    def __init__(self, data: Any = None, *, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["phase"].queryset = phases(actor).order_by("-starts_on")  # type: ignore[attr-defined]

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if slug in RESERVED or (slug and Round.objects.filter(slug=slug).exists()):
            raise ValidationError(_("This address is taken. Choose another one."), code="taken")
        return slug

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        name = data.get("name")
        if name and not data.get("slug") and "slug" not in self.errors:
            data["slug"] = free_slug(name)
        return data


def free_slug(name: Text) -> str:
    """An address made of the name that no other round has."""
    base = slugify(fold(name.said("en").text))[:50].strip("-") or "round"
    if base in RESERVED:
        base = f"round-{base}"
    slug, number = base, 2
    while Round.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug
