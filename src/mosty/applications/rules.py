"""Who may do which verb with applications: the organisation writes its own, nobody else does."""

from typing import Any

import rules

from mosty.core.access import Actor, Role, is_officer


@rules.predicate
def is_own(actor: Actor, application: Any = None) -> bool:
    """Who acts for the organisation that applies."""
    return application is not None and application.organisation_id in actor.organisation_ids


@rules.predicate
def is_its_association(actor: Actor, application: Any = None) -> bool:
    """Who coordinates the association through which it comes."""
    return (
        application is not None
        and application.association_id is not None
        and application.association_id in actor.organisation_ids
        and actor.has(Role.COORDINATOR)
    )


for verb in ("write", "own_section", "attach", "ask_to_sign", "submit", "withdraw"):
    rules.add_rule(f"applications.{verb}", is_own)
# Who was asked for their word, `core.signoff` holds.
rules.add_rule("applications.sign", is_own)
rules.add_rule("applications.nominate", is_its_association)
rules.add_rule("applications.begin", is_own)
rules.add_rule("applications.read_all", is_officer)
rules.add_rule("applications.permit_late", is_officer)
