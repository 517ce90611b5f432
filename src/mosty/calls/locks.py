"""Later steps say when a call may not be changed any more: once somebody has applied or scored.

A lock is a function of the call that gives a sentence for people, or nothing. What is locked: the
`form` (sections, questions, conditions), the `criteria`.
"""

from collections.abc import Callable

from mosty.calls.models import Call
from mosty.core.verbs import Words

Lock = Callable[[Call], Words]

FORM, CRITERIA = "form", "criteria"
_locks: dict[str, list[Lock]] = {FORM: [], CRITERIA: []}


def register_lock(what: str, lock: Lock) -> None:
    """Called once by an app that comes after this one, when the site starts."""
    if lock not in _locks[what]:
        _locks[what].append(lock)


def why_locked(what: str, call: Call) -> str:
    """Why it may not be changed; empty while it may."""
    return next((str(said) for lock in _locks[what] if (said := lock(call))), "")
