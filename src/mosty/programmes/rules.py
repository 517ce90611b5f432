"""Who may do which verb with programmes: the secretariat runs them."""

import rules

from mosty.core.access import is_officer

for verb in (
    "create_programme",
    "edit_programme",
    "add_strand",
    "edit_strand",
    "add_phase",
    "edit_phase",
    "add_partner",
    "edit_partner",
    "remove_partner",
    "add_participants",
    "edit_participant",
    "remove_participant",
):
    rules.add_rule(f"programmes.{verb}", is_officer)
