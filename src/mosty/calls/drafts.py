"""The forms of calls that have drafts.

What stands already is written together by the secretariat; what makes a new thing (a call, a
section, a question) is each officer's own.
"""

from mosty.calls import queries
from mosty.calls.models import Call
from mosty.core.access import Actor
from mosty.core.drafts.kinds import register

NEW_CALL = "calls.new-call"
CALL = "calls.call"
EXTENSION = "calls.extension"
NEW_SECTION = "calls.new-section"
SECTION = "calls.section"
NEW_QUESTION = "calls.new-question"
QUESTION = "calls.question"
CRITERIA = "calls.criteria"
QUOTAS = "calls.quotas"
ANSWER = "calls.answer"
# What stands for a call that is not there yet.
CALLS = "calls"


def find_call(actor: Actor, reference: str) -> Call | None:
    """The call of a draft, if the actor may know of it."""
    if not reference.isdecimal() or len(reference) > 18:
        return None
    return queries.visible_to(actor).filter(pk=reference).first()


def find_calls(_actor: Actor, reference: str) -> Call | None:
    """The call that is still to be begun."""
    return Call() if reference == CALLS else None


def register_all() -> None:
    """Called once, when the site starts."""
    register(NEW_CALL, rule="calls.create_call", find=find_calls, is_personal=True)
    register(CALL, rule="calls.edit_call", find=find_call)
    register(EXTENSION, rule="calls.extend_call", find=find_call)
    register(NEW_SECTION, rule="calls.edit_call", find=find_call, is_personal=True)
    register(SECTION, rule="calls.edit_call", find=find_call)
    register(NEW_QUESTION, rule="calls.edit_call", find=find_call, is_personal=True)
    register(QUESTION, rule="calls.edit_call", find=find_call)
    register(CRITERIA, rule="calls.edit_call", find=find_call)
    register(QUOTAS, rule="calls.edit_call", find=find_call)
    register(ANSWER, rule="calls.answer", find=find_call)
