"""Who may do which verb: officers who have nothing to do with any applicant, two of them."""

from typing import Any

import rules

from mosty.core.access import Actor, Role
from mosty.decisions.queries import recused


@rules.predicate
def may_decide(actor: Actor, selection: Any = None) -> bool:
    """Officers, but none who reviews for the call or acts for a body that applies: nobody decides
    on their own body, and whoever is in conflict with one does not weigh it against the others."""
    return actor.is_officer and (selection is None or not recused(selection.call, actor))


@rules.predicate
def is_second(actor: Actor, selection: Any = None) -> bool:
    """Somebody else than who proposed; the site itself is nobody's second."""
    return (
        selection is not None
        and actor.user_id is not None
        and actor.user_id != selection.proposed_by_id
    )


@rules.predicate
def is_own(actor: Actor, decision: Any = None) -> bool:
    """Who acts for the body that was decided on."""
    roles = actor.has(Role.MUNICIPALITY) or actor.has(Role.COORDINATOR)
    return (
        decision is not None
        and roles
        and decision.application.organisation_id in actor.organisation_ids
    )


@rules.predicate
def is_officer_of(actor: Actor, decision: Any = None) -> bool:
    """Officers who may decide in that call, where a body has told them outside of the site."""
    return decision is not None and may_decide(actor, decision.selection)


for verb in ("decide", "propose", "release", "promote", "answer_appeal"):
    rules.add_rule(f"decisions.{verb}", may_decide)
rules.add_rule("decisions.approve", may_decide & is_second)
for verb in ("appeal", "answer_offer"):
    rules.add_rule(f"decisions.{verb}", is_own)
rules.add_rule("decisions.leave", is_own | is_officer_of)
