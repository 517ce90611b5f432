"""Who may do which verb with partnerships: the secretariat keeps the list."""

import rules

from mosty.core.access import is_officer

for verb in (
    "report_partnership",
    "agree_partnership",
    "edit_partnership",
    "add_report",
    "edit_report",
    "remove_report",
    "withdraw_partnership",
    "restore_partnership",
):
    rules.add_rule(f"partnerships.{verb}", is_officer)
