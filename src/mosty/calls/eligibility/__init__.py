"""May this body apply? Conditions are data, the answer is yes, no because, or unknown.

    answers = check(call, bodies, actor)
    answers[body.pk].verdict

`known` gathers what the register says of many bodies at once, as far as the actor may know it;
`judging` is pure: conditions and what is known give the answer, with the figure that decided.
"""

from collections.abc import Iterable, Sequence

from mosty.calls.eligibility.judging import Answer, Line, Verdict, judge, say
from mosty.calls.eligibility.known import gather, name_all
from mosty.calls.models import Call, Condition
from mosty.core.access import Actor
from mosty.core.texts import Text
from mosty.places.models import Organisation

__all__ = ["Answer", "Line", "Verdict", "check", "check_one", "said", "said_with_notes"]


def check(call: Call, bodies: Iterable[Organisation], actor: Actor) -> dict[int, Answer]:
    """The answer for each body by its id; a number of queries that does not grow with them."""
    rows = list(bodies)
    conditions = list(call.conditions.all())
    name_all(conditions, actor)
    countries = list(call.countries.all())
    found = gather(rows, conditions, actor)
    return {
        body.pk: judge(call.audience, countries, conditions, body, found[body.pk]) for body in rows
    }


def check_one(call: Call, body: Organisation, actor: Actor) -> Answer:
    """The answer for one body."""
    return check(call, [body], actor)[body.pk]


def said_with_notes(conditions: Sequence[Condition], actor: Actor) -> list[tuple[str, Text]]:
    """The same with the note of each; an empty one for most."""
    words = said(conditions, actor)
    return [(one, condition.note) for one, condition in zip(words, conditions, strict=True)]


def said(conditions: Sequence[Condition], actor: Actor) -> list[str]:
    """Each condition in words, with the names that the actor may know."""
    name_all(conditions, actor)
    return [say(condition) for condition in conditions]
