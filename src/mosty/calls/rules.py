"""Who may do which verb with calls: the secretariat writes them, whoever is signed in may ask."""

import rules

from mosty.core.access import is_in_programme, is_known, is_officer

for verb in ("create_call", "edit_call", "publish_call", "cancel_call", "extend_call", "answer"):
    rules.add_rule(f"calls.{verb}", is_officer)
rules.add_rule("calls.ask", is_in_programme)
rules.add_rule("calls.watch", is_known)
