"""Who may do what with the register.

The secretariat keeps it; a municipality says itself what it needs, offers and is called; an
association keeps its own record. Nobody changes the record of a neighbour.
"""

import rules
from django.db.models import Model

from mosty.core.access import Actor, Role, is_officer


@rules.predicate
def speaks_for(actor: Actor, organisation: Model | None = None) -> bool:
    """Acts for this very body, in a role that speaks for it."""
    if organisation is None or organisation.pk not in actor.organisation_ids:
        return False
    return actor.has(Role.MUNICIPALITY) or actor.has(Role.COORDINATOR)


# What only the secretariat decides: which bodies there are, their codes, levels and places, and
# which of several figures is shown.
rules.add_rule("places.create_organisation", is_officer)
rules.add_rule("places.edit_register", is_officer)
rules.add_rule("places.edit_facts", is_officer)
rules.add_rule("places.import_municipalities", is_officer)
rules.add_rule("places.edit_territory", is_officer)
rules.add_rule("places.record_succession", is_officer)
rules.add_rule("places.merge_bodies", is_officer)
# What a body says about itself.
rules.add_rule("places.edit_profile", is_officer | speaks_for)
rules.add_rule("places.edit_names", is_officer | speaks_for)
rules.add_rule("places.add_fact", is_officer | speaks_for)
rules.add_rule("places.edit_entries", is_officer | speaks_for)
