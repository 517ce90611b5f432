"""Who may do what with people and memberships."""

from typing import Any

import rules

from mosty.core.access import Actor, is_known, is_officer

rules.add_rule("people.see_people", is_officer)
rules.add_rule("people.add_membership", is_officer)
rules.add_rule("people.end_membership", is_officer)
rules.add_rule("people.edit_account", is_known)


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


rules.add_rule("people.decide_account_request", is_officer & is_somebody_else)
rules.add_rule("people.withdraw_account_request", is_about_oneself)
rules.add_rule("people.lapse_account_request", is_the_site)
