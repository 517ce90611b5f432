"""Contacts and pictures that an actor may see."""

from django.db.models import QuerySet

from mosty.core.access import Actor
from mosty.core.publication import visible
from mosty.places.models import Contact, Picture


def contacts(actor: Actor) -> QuerySet[Contact]:
    """Contacts open to the actor, of bodies open to the actor."""
    return _open(Contact.objects.select_related("organisation"), actor)


def pictures(actor: Actor) -> QuerySet[Picture]:
    """Pictures open to the actor, of bodies open to the actor."""
    return _open(Picture.objects.select_related("organisation"), actor)


def _open[T: (Contact, Picture)](rows: QuerySet[T], actor: Actor) -> QuerySet[T]:
    own = "organisation_id"
    return visible(visible(rows, actor, owner=own), actor, level="organisation__level", owner=own)
