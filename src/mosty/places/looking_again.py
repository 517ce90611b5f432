"""What of the register can be withheld and is looked at again."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from mosty.core.facts import Fact, FactKind
from mosty.core.looking_again import PRECISION, Kind, register
from mosty.places.domain.figures import copy_population
from mosty.places.models import Contact, Need, Offer, Organisation, Picture, TextLevel


def _body(thing: Any) -> Organisation:
    body: Organisation = thing.organisation
    return body


def _itself(thing: Organisation) -> Organisation:
    return thing


def _theme(entry: Need | Offer) -> str:
    return str(entry.theme)


def _follow(fact: Fact) -> None:
    if fact.kind == FactKind.POPULATION:
        copy_population(fact.organisation)


def register_all() -> None:
    """Called once, when the site starts."""
    own = "organisation_id"
    said, shown = "places.edit_entries", "places.edit_profile"
    for kind in (
        Kind(key="need", label=_("Need"), rule=said, say=_theme, about=_body, owner=own,
             rows=lambda: Need.objects.select_related("theme", "organisation")),
        Kind(key="offer", label=_("Offer"), rule=said, say=_theme, about=_body, owner=own,
             rows=lambda: Offer.objects.select_related("theme", "organisation")),
        Kind(key="contact", label=_("Contact"), rule=shown, about=_body, owner=own,
             rows=lambda: Contact.objects.select_related("organisation")),
        Kind(key="picture", label=_("Picture"), rule=shown, about=_body, owner=own,
             rows=lambda: Picture.objects.select_related("organisation")),
        Kind(key="text", label=_("Text"), rule=shown, about=_body, owner=own,
             rows=lambda: TextLevel.objects.select_related("organisation")),
        Kind(key="figure", label=_("Figure"), rule="places.edit_facts", about=_body, after=_follow,
             rows=lambda: Fact.objects.filter(withdrawn_reason="").select_related("organisation")),
        Kind(key="body", label=_("Record"), rule="places.edit_register", about=_itself,
             rows=Organisation.objects.all),
        Kind(key="place", label=_("Place on the map"), rule="places.edit_register", about=_itself,
             fields=PRECISION, rows=Organisation.objects.all),
    ):  # fmt: skip
        register(kind)
