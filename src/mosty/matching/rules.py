"""Who may do which verb in matching.

The secretariat runs rounds. Approval takes four eyes: a person of the secretariat who is neither
the author of the run nor of any override that the run used.
"""

import rules

from mosty.core.access import Actor, is_officer
from mosty.matching import queries
from mosty.matching.models import Round


@rules.predicate
def is_the_site(actor: Actor, thing: object = None) -> bool:
    """Mosty itself: what follows from a run, nobody does by hand."""
    return actor.is_system


@rules.predicate
def is_a_person(actor: Actor, thing: object = None) -> bool:
    """Not the site itself: a person decides."""
    return actor.user_id is not None


@rules.predicate
def is_second_person(actor: Actor, thing: object = None) -> bool:
    """Had no hand in the result that is to be approved (four eyes)."""
    if not isinstance(thing, Round):
        return True
    return actor.user_id not in queries.involved(thing, thing.current_run)


for verb in (
    "open_round",
    "edit_round",
    "fill_participants",
    "take_in",
    "set_participant",
    "remove_participant",
    "set_quota",
    "remove_quota",
    "add_contact",
    "remove_contact",
    "write_policy",
    "choose_policy",
    "add_override",
    "withdraw_override",
    "start_run",
    "stop_run",
    "add_scenario",
    "close_round",
):
    rules.add_rule(f"matching.{verb}", is_officer)
rules.add_rule("matching.finish_run", is_the_site)
rules.add_rule("matching.analyse_run", is_officer | is_the_site)
rules.add_rule("matching.reopen_round", is_officer & is_a_person)
rules.add_rule("matching.send_back", is_officer & is_a_person)
rules.add_rule("matching.agree_pair", is_officer & is_a_person)
rules.add_rule("matching.approve_round", is_officer & is_a_person & is_second_person)


def obstacles(round_: Round, actor: Actor) -> list[str]:
    """Why the actor may not approve the round now, as codes of `reasons.OBSTACLES`; else empty."""
    found: list[str] = []
    run = round_.current_run
    if not is_officer(actor) or not is_a_person(actor):
        return ["not_officer"]
    if round_.is_settled:
        return ["already_approved"]
    if run is None:
        return ["no_run"]
    if run.author_id == actor.user_id:
        found.append("own_run")
    if any(row["author"] == actor.user_id for row in run.overrides):
        found.append("own_override")
    if queries.run_at_work(round_) is not None:
        found.append("run_at_work")
    elif not queries.stands(round_):
        found.append("changed_since")
    elif round_.state != "proposed":
        found.append("sent_back")
    if not run.is_verified:
        found.append("not_verified")
    return found
