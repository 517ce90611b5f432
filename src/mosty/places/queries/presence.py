"""Contacts, pictures and texts that an actor may see."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from mosty.core.access import Actor
from mosty.core.publication import hidden, visible
from mosty.core.texts import Text
from mosty.places.models import Contact, Organisation, Picture, TextLevel

TEXTS = tuple(TextLevel.Text.values)


def contacts(actor: Actor) -> QuerySet[Contact]:
    """Contacts open to the actor, of bodies open to the actor."""
    return _open(Contact.objects.select_related("organisation"), actor)


def pictures(actor: Actor) -> QuerySet[Picture]:
    """Pictures open to the actor, of bodies open to the actor."""
    return _open(Picture.objects.select_related("organisation"), actor)


def _open[T: (Contact, Picture)](rows: QuerySet[T], actor: Actor) -> QuerySet[T]:
    own = "organisation_id"
    return visible(visible(rows, actor, owner=own), actor, level="organisation__level", owner=own)


@dataclass(frozen=True, slots=True)
class Said:
    """A text of a record that the reader may see; `circle` says who else, where not everybody."""

    text: Text
    circle: TextLevel | None = None


def texts(organisation: Organisation, actor: Actor) -> dict[str, Said]:
    """What a body says about itself, by the name of the text: the way to show these texts.

    `organisation` is one that the actor may know of. Empty texts and closed ones are left out.
    Nothing is asked where `profile.by_code` has seen that no text has a level of its own.
    """
    said = {name: getattr(organisation, name) for name in TEXTS if getattr(organisation, name)}
    rows = TextLevel.objects.filter(organisation=organisation)
    may_be_closed = said and getattr(organisation, "has_text_levels", True)
    circles = {row.text: row for row in rows} if may_be_closed else {}
    closed = closed_texts([organisation.pk], actor) if circles else set()
    return {
        name: Said(text, circles.get(name))
        for name, text in said.items()
        if (organisation.pk, name) not in closed
    }


def closed_texts(ids: Collection[int], actor: Actor) -> set[tuple[int, str]]:
    """The texts of these bodies that the actor may not see: the body's id and the text's name."""
    rows = TextLevel.objects.filter(organisation__in=ids).order_by()
    closed = hidden(rows, actor, owner="organisation_id")
    return set(closed.values_list("organisation_id", "text"))


def levels_of_texts(organisation: Organisation, names: Iterable[str]) -> list[str]:
    """The levels under which some fields of a record stand, those of texts alone."""
    rows = TextLevel.objects.filter(organisation=organisation, text__in=list(names))
    return list(rows.order_by().values_list("level", flat=True))
