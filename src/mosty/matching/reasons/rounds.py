"""Sentences about a round as a whole: what is missing, why not approved, why a run ended."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

Words = str | Promise

# Why a person may not approve a round now (`rules.obstacles`).
OBSTACLES: dict[str, Words] = {
    "not_officer": gettext_lazy("Rounds are approved by a programme officer."),
    "already_approved": gettext_lazy("This round is approved already."),
    "no_run": gettext_lazy("There is no proposal yet. Start a run first."),
    "own_run": gettext_lazy(
        "You started the run behind this proposal. Another programme officer approves it."
    ),
    "own_override": gettext_lazy(
        "A decision of yours is part of this proposal. Another programme officer approves it."
    ),
    "run_at_work": gettext_lazy(
        "A new run is under way. Wait for its result: it may propose other pairs."
    ),
    "changed_since": gettext_lazy(
        "The round has changed since this proposal was made. Run it again first."
    ),
    "sent_back": gettext_lazy("This proposal was taken back into preparation. Run it again first."),
    "not_verified": gettext_lazy("The check did not prove this proposal. Run it again first."),
}

# Why there is no market to solve yet (`market.NotReady`).
NOT_READY: dict[str, Words] = {
    "no_policy": gettext_lazy("Choose a policy first: it says what counts and how much."),
    "no_participants": gettext_lazy("Both sides need at least one municipality first."),
}

# Why a run came to nothing (`Run.work_error`), before a colon and a detail.
WORK_ERRORS: dict[str, Words] = {
    "killed": gettext_lazy(
        "The solving process was ended from outside (signal %(detail)s), perhaps for want of "
        "memory. Nothing is lost: start the run again."
    ),
    "crashed": gettext_lazy(
        "The solving process stopped with an error (code %(detail)s). Nothing is lost; the "
        "administrator finds the cause in the log."
    ),
    "fault": gettext_lazy(
        "The solving process broke off (signal %(detail)s). Nothing is lost; the administrator "
        "finds the cause in the log."
    ),
    "memory": gettext_lazy(
        "The machine has too little memory for this run. Nothing is lost; ask the administrator."
    ),
    "not_started": gettext_lazy(
        "The machine could not start the solving process. Nothing is lost: start the run again."
    ),
    "broken": gettext_lazy(
        "Something went wrong after the solving. Nothing is lost; the administrator finds the "
        "cause in the log."
    ),
    "input": gettext_lazy("The engine could not read the market: %(detail)s"),
    "too_long": gettext_lazy(
        "The run took longer than %(detail)s minutes and was ended. Nothing is lost."
    ),
    "stopped": gettext_lazy("%(detail)s stopped this run. Nothing is lost: start it again."),
    "abandoned": gettext_lazy(
        "The worker stopped while at this run and did not come back. Start it again."
    ),
    "unreadable": gettext_lazy("The solving process left no readable result. Start the run again."),
}

# What a run is doing (`Run.work_step`).
WORK_STEPS: dict[str, Words] = {
    "": gettext_lazy("Waiting for a worker"),
    "read": gettext_lazy("Reading the market"),
    "candidates": gettext_lazy("Looking for each town's best partners"),
    "match": gettext_lazy("Finding the best match among them"),
    "proof": gettext_lazy("Holding its proof against every pair"),
    "size": gettext_lazy("Finding the most pairs"),
    "floor": gettext_lazy("Raising the floor: the worst view that anyone has to accept"),
    "keep": gettext_lazy("Keeping pairs of the earlier match"),
    "score": gettext_lazy("Finding the highest score"),
    "tie_key": gettext_lazy("Deciding between equally good matches"),
    "conflict": gettext_lazy("Finding which bounds contradict each other"),
    "done": gettext_lazy("Writing the result"),
    "verify": gettext_lazy("Proving the result independently"),
    "regrets": gettext_lazy("Weighing every other pair"),
    "robust": gettext_lazy("Solving again under weights that vary"),
    "stability": gettext_lazy("Comparing with deferred acceptance"),
    "fewer": gettext_lazy("Trying one pair fewer"),
    "store": gettext_lazy("Storing the proposal"),
}

# Why two towns cannot be put together at all.
NOT_ELIGIBLE: dict[str, Words] = {
    "existing_partners": gettext_lazy(
        "These two already are partners, and the policy pairs nobody twice."
    ),
    "not_listed": gettext_lazy("These two do not both take part in this round."),
    "below_absolute_floor": gettext_lazy(
        "One side would see this pair below the absolute floor of the policy."
    ),
    "vetoed": gettext_lazy("There is a veto on this pair."),
}


def said(words: Words, params: dict[str, Any]) -> str:
    text = str(words)
    return text % params if "%(" in text else text


def not_eligible(code: str) -> str:
    """Why a pair cannot be decided upon."""
    return str(NOT_ELIGIBLE.get(code, NOT_ELIGIBLE["not_listed"]))


def work_error(code: str) -> str:
    """Why a run came to nothing."""
    name, _colon, detail = code.partition(":")
    words = WORK_ERRORS.get(name)
    return said(words, {"detail": detail}) if words else code


def work_step(code: str) -> str:
    """What a run is doing."""
    return str(WORK_STEPS.get(code, code))
