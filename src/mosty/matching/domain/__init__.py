"""The verbs of matching. Each asks the rule, makes one transaction and writes history."""

from mosty.matching.domain.analyses import begin_analysis, store_answer, store_problem
from mosty.matching.domain.contacts import add_contact, remove_contact
from mosty.matching.domain.decisions import (
    agree_pair,
    approve_round,
    check,
    close_round,
    retract_pair,
    send_back,
)
from mosty.matching.domain.intake import Taken, take_in
from mosty.matching.domain.overrides import (
    Cost,
    add_override,
    undo_last,
    weigh_override,
    weigh_withdrawal,
    withdraw_override,
)
from mosty.matching.domain.preparation import (
    choose_policy,
    edit_round,
    fill_participants,
    open_round,
    remove_participant,
    remove_quota,
    set_participant,
    set_quota,
    write_policy,
)
from mosty.matching.domain.refusals import Refused
from mosty.matching.domain.running import (
    Outcome,
    fail_run,
    finish_run,
    objections,
    start_run,
    stop_run,
)
from mosty.matching.domain.scenarios import (
    add_scenario,
    adopt_scenario,
    fail_scenario,
    finish_scenario,
    remove_scenario,
    rerun_scenario,
    stop_scenario,
)

__all__ = [
    "Cost",
    "Outcome",
    "Refused",
    "Taken",
    "add_contact",
    "add_override",
    "add_scenario",
    "adopt_scenario",
    "agree_pair",
    "approve_round",
    "begin_analysis",
    "check",
    "choose_policy",
    "close_round",
    "edit_round",
    "fail_run",
    "fail_scenario",
    "fill_participants",
    "finish_run",
    "finish_scenario",
    "objections",
    "open_round",
    "remove_contact",
    "remove_participant",
    "remove_quota",
    "remove_scenario",
    "rerun_scenario",
    "retract_pair",
    "send_back",
    "set_participant",
    "set_quota",
    "start_run",
    "stop_run",
    "stop_scenario",
    "store_answer",
    "store_problem",
    "take_in",
    "undo_last",
    "weigh_override",
    "weigh_withdrawal",
    "withdraw_override",
    "write_policy",
]
