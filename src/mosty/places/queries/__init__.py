"""Every read of places begins here: what an actor may know of.

`visible_to` is the only way to get an organisation; the needs, offers and facts of one are seen
when both the organisation and the entry itself are open to the actor. The search stands in
`search`, the list in `register`, the same list as a file in `files`, one body in `profile`.
"""

from django.db.models import QuerySet

from mosty.core.access import Actor
from mosty.core.facts import Fact, Source
from mosty.core.publication import visible
from mosty.places.models import Affiliation, Kind, Name, Need, Offer, Organisation

# Long columns that no list shows.
NOT_LISTED = ("search_key", "about", "experience", "capacity", "languages", "profile", "website")


def visible_to(actor: Actor) -> QuerySet[Organisation]:
    """The organisations that the actor may know of."""
    return visible(Organisation.objects.all(), actor, owner="pk")


def municipalities(actor: Actor) -> QuerySet[Organisation]:
    """Those with a territory."""
    return visible_to(actor).filter(kind=Kind.MUNICIPALITY)


def other_bodies(actor: Actor) -> QuerySet[Organisation]:
    """Associations, networks, institutions, donors."""
    return visible_to(actor).exclude(kind=Kind.MUNICIPALITY)


def needs(actor: Actor) -> QuerySet[Need]:
    """The needs that the actor may know of, of organisations that the actor may know of."""
    return _entries(Need.objects.all(), actor)


def offers(actor: Actor) -> QuerySet[Offer]:
    """The offers that the actor may know of, of organisations that the actor may know of."""
    return _entries(Offer.objects.all(), actor)


def facts(actor: Actor) -> QuerySet[Fact]:
    """The values in force that the actor may know of; withdrawn ones are for the secretariat."""
    return _entries(Fact.objects.filter(withdrawn_reason=""), actor)


def sources_of_facts(actor: Actor) -> QuerySet[Source]:
    """The sources of the values that the actor may know of: a title may tell of a hidden one."""
    rows = Fact.objects.all() if actor.is_officer else facts(actor)
    return Source.objects.filter(pk__in=rows.order_by().values("source")).order_by("title")


def _entries[T: (Need, Offer, Fact)](rows: QuerySet[T], actor: Actor) -> QuerySet[T]:
    own = "organisation_id"
    return visible(visible(rows, actor, owner=own), actor, level="organisation__level", owner=own)


def names_of(organisation: Organisation) -> QuerySet[Name]:
    """All names of one organisation; whoever sees the body sees what it is called."""
    return Name.objects.filter(organisation=organisation).select_related("source")


def associations_of(organisation: Organisation, actor: Actor) -> QuerySet[Affiliation]:
    """The associations that a municipality belongs or belonged to."""
    rows = Affiliation.objects.filter(member=organisation)
    return visible(rows, actor, level="association__level", owner="association_id").select_related(
        "association__country", "source"
    )


def members_of(organisation: Organisation, actor: Actor) -> QuerySet[Organisation]:
    """The present members of an association."""
    return visible_to(actor).filter(affiliations__association=organisation, affiliations__until="")
