"""Who may do which verb with reviews: officers run them, a reviewer writes what is theirs."""

from typing import Any

import rules

from mosty.core.access import Actor, is_officer
from mosty.reviews.models import Assignment, Reviewer


@rules.predicate
def is_own(actor: Actor, thing: Assignment | Reviewer | None = None) -> bool:
    """Whose assignment it is, or who the reviewer is, as long as they are one."""
    found: Any = thing.reviewer if isinstance(thing, Assignment) else thing
    return (
        found is not None
        and actor.user_id is not None
        and found.user_id == actor.user_id
        and found.until is None
    )


rules.add_rule("reviews.run", is_officer)
for verb in ("declare", "decline", "score"):
    rules.add_rule(f"reviews.{verb}", is_own)
