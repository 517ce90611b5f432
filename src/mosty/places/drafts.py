"""The forms of the register that have drafts.

A body's record, its needs and offers and the correction of a name are shared by those who act for
one body; what makes a new thing (a body, a name, a figure) is each person's own.
"""

from mosty.core.access import Actor
from mosty.core.drafts.kinds import register
from mosty.places import queries
from mosty.places.models import Organisation

PROFILE = "places.profile"
NEEDS = "places.needs"
OFFERS = "places.offers"
NAME = "places.name"
NEW_NAME = "places.new-name"
NEW_FACT = "places.new-fact"
NEW_BODY = "places.new-body"
# What stands for the record of a body that is not in the register yet.
REGISTER = "register"


def find_organisation(actor: Actor, reference: str) -> Organisation | None:
    """The body of a draft, if the actor may know of it."""
    if not reference.isdecimal() or len(reference) > 18:
        return None
    return queries.visible_to(actor).filter(pk=reference).first()


def find_register(_actor: Actor, reference: str) -> Organisation | None:
    """The body that is still to be entered."""
    return Organisation() if reference == REGISTER else None


def register_all() -> None:
    """Called once, when the site starts."""
    register(PROFILE, rule="places.edit_profile", find=find_organisation)
    register(NEEDS, rule="places.edit_entries", find=find_organisation)
    register(OFFERS, rule="places.edit_entries", find=find_organisation)
    register(NAME, rule="places.edit_names", find=find_organisation)
    register(NEW_NAME, rule="places.edit_names", find=find_organisation, is_personal=True)
    register(NEW_FACT, rule="places.add_fact", find=find_organisation, is_personal=True)
    register(NEW_BODY, rule="places.create_organisation", find=find_register, is_personal=True)
