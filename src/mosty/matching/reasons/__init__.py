"""Sentences from the engine's codes and numbers, in the reader's language."""

from mosty.matching.reasons.rounds import (
    NOT_ELIGIBLE,
    NOT_READY,
    OBSTACLES,
    WORK_ERRORS,
    WORK_STEPS,
    check_failed,
    not_eligible,
    problem,
    work_error,
    work_step,
)

__all__ = [
    "NOT_ELIGIBLE",
    "NOT_READY",
    "OBSTACLES",
    "WORK_ERRORS",
    "WORK_STEPS",
    "check_failed",
    "not_eligible",
    "problem",
    "work_error",
    "work_step",
]
