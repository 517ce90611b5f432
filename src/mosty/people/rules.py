"""Who may do what with people and memberships.

The secretariat may do all of it. An association acts for its own people and for those of its
present members; an administrator of a body for those of that body; everybody may leave.
"""

from typing import Any

import rules

from mosty.core.access import Actor, Role, is_anybody, is_known, is_officer
from mosty.people import queries
from mosty.people.models import Membership
from mosty.places.models import Organisation


@rules.predicate
def manages(actor: Actor, thing: Organisation | Membership | None = None) -> bool:
    """Administers the body, or stands for the association that the body belongs to."""
    if thing is None or not actor.is_known:
        return False
    body = thing if isinstance(thing, Organisation) else thing.organisation
    if queries.is_administrator(actor, body):
        return True
    return actor.has(Role.COORDINATOR) and queries.is_member_of_own(actor, body)


@rules.predicate
def is_own(actor: Actor, thing: Membership | None = None) -> bool:
    """The membership is the actor's own."""
    return thing is not None and thing.user_id == actor.user_id


@rules.predicate
def vouches(actor: Actor, thing: Membership | None = None) -> bool:
    """Stands for the association of the body; nobody vouches for themselves."""
    if thing is None or thing.user_id == actor.user_id or not actor.has(Role.COORDINATOR):
        return False
    return queries.is_member_of_own(actor, thing.organisation)


@rules.predicate
def stands_for_association(actor: Actor, association: Organisation | None = None) -> bool:
    """Coordinates this association."""
    if association is None or association.pk not in actor.organisation_ids:
        return False
    return actor.has(Role.COORDINATOR)


@rules.predicate
def belongs(actor: Actor, body: Organisation | None = None) -> bool:
    """Acts for this body."""
    return body is not None and body.pk in actor.organisation_ids


@rules.predicate
def is_somebody_else(actor: Actor, thing: Any = None) -> bool:
    """A person other than the one whom it is about: four eyes."""
    return actor.user_id is not None and thing is not None and actor.user_id != thing.user_id


@rules.predicate
def is_about_oneself(actor: Actor, thing: Any = None) -> bool:
    """The person whom it is about."""
    return actor.user_id is not None and thing is not None and actor.user_id == thing.user_id


@rules.predicate
def is_the_site(actor: Actor, thing: Any = None) -> bool:
    """Nobody in particular: a rule of time, or whoever administers the server."""
    return actor.is_system


rules.add_rule("people.see_people", is_officer)
rules.add_rule("people.see_people_of", is_officer | belongs | manages)
rules.add_rule("people.see_letters", is_officer)
rules.add_rule("people.settle_letter", is_officer)
rules.add_rule("people.add_membership", is_officer)
rules.add_rule("people.invite", is_officer | manages)
rules.add_rule("people.ask_to_join", is_anybody)
rules.add_rule("people.decide_request", is_officer | manages)
rules.add_rule("people.end_membership", is_officer | manages | is_own)
rules.add_rule("people.appoint", is_officer | manages)
rules.add_rule("people.vouch", is_officer | vouches)
rules.add_rule("people.edit_account", is_known)
rules.add_rule("people.remind_of_factor", is_officer)
rules.add_rule("people.work_for_association", is_officer | stands_for_association)

rules.add_rule("people.decide_account_request", is_officer & is_somebody_else)
rules.add_rule("people.withdraw_account_request", is_about_oneself)
rules.add_rule("people.lapse_account_request", is_the_site)
