"""Who may do what with people and memberships."""

import rules

from mosty.core.access import is_known, is_officer

rules.add_rule("people.see_people", is_officer)
rules.add_rule("people.add_membership", is_officer)
rules.add_rule("people.end_membership", is_officer)
rules.add_rule("people.edit_account", is_known)
