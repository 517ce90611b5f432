"""The forms of the register that have drafts: a body's record, and its needs and offers."""

from mosty.core.access import Actor
from mosty.core.drafts.kinds import register
from mosty.places import queries
from mosty.places.models import Organisation

PROFILE = "places.profile"
NEEDS = "places.needs"
OFFERS = "places.offers"


def find_organisation(actor: Actor, reference: str) -> Organisation | None:
    """The body of a draft, if the actor may know of it."""
    if not reference.isdecimal() or len(reference) > 18:
        return None
    return queries.visible_to(actor).filter(pk=reference).first()


def register_all() -> None:
    """Called once, when the site starts."""
    register(PROFILE, rule="places.edit_profile", find=find_organisation)
    register(NEEDS, rule="places.edit_entries", find=find_organisation)
    register(OFFERS, rule="places.edit_entries", find=find_organisation)
