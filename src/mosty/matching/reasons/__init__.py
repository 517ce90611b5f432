"""Sentences from the engine's codes and numbers, in the reader's language."""

from mosty.matching.reasons.checks import bound, check, quota, relaxation, side_name
from mosty.matching.reasons.costs import cost, cost_in_short, figures_after, regret
from mosty.matching.reasons.engine import facts, unmatched
from mosty.matching.reasons.faults import CHECKS, PROBLEMS, check_failed, objection, problem
from mosty.matching.reasons.names import (
    ABOUT_CRITERIA,
    CRITERIA,
    FACTS,
    STAGES,
    TAGS,
    Names,
    change,
    listed,
    names_for,
    number,
    pairs,
    points,
    share,
)
from mosty.matching.reasons.rounds import (
    NOT_ELIGIBLE,
    NOT_READY,
    OBSTACLES,
    WORK_ERRORS,
    WORK_STEPS,
    not_eligible,
    work_error,
    work_step,
)
from mosty.matching.reasons.why import reason, way

__all__ = [
    "ABOUT_CRITERIA",
    "CHECKS",
    "CRITERIA",
    "FACTS",
    "NOT_ELIGIBLE",
    "NOT_READY",
    "OBSTACLES",
    "PROBLEMS",
    "STAGES",
    "TAGS",
    "WORK_ERRORS",
    "WORK_STEPS",
    "Names",
    "bound",
    "change",
    "check",
    "check_failed",
    "cost",
    "cost_in_short",
    "facts",
    "figures_after",
    "listed",
    "names_for",
    "not_eligible",
    "number",
    "objection",
    "pairs",
    "points",
    "problem",
    "quota",
    "reason",
    "regret",
    "relaxation",
    "share",
    "side_name",
    "unmatched",
    "way",
    "work_error",
    "work_step",
]
