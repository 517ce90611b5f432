"""Whether a body may apply, for readers: yes, no because, or unknown and what clears it.

A *no* does not forbid to write. The register can be wrong, old or silent about a town under fire;
it says what it knows, with source and year, and people decide.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from mosty.calls.eligibility import Answer, Line, Verdict, check_one
from mosty.calls.models import Call
from mosty.core.access import Actor
from mosty.places.models import Organisation


@dataclass(frozen=True, slots=True)
class Eligible:
    """The answer in words: a tone, a headline, what follows from it, the lines that decide."""

    verdict: Verdict
    tone: str
    headline: str
    text: str
    lines: tuple[Line, ...]

    @property
    def points(self) -> list[str]:
        """Each line that decides, with the figure by which it does."""
        return [f"{line.asked}: {line.because}" for line in self.lines]


def eligible(call: Call, body: Organisation, actor: Actor) -> Eligible:
    """What the register answers for the body today."""
    return of_answer(check_one(call, body, actor), body)


def of_answer(answer: Answer, body: Organisation) -> Eligible:
    """An answer in words."""
    verdict, said = answer.verdict, {"name": body}
    lines = tuple(answer.of(verdict))
    if verdict is Verdict.YES:
        headline = _("%(name)s may apply") % said
        return Eligible(verdict, "good", headline, "", lines)
    if verdict is Verdict.NO:
        return Eligible(
            verdict, "bad", _("By the register, %(name)s may not apply") % said,
            _("You can write all the same: the register can be wrong, and people decide, not this "
              "page. Correct it on the page of the body, or ask the secretariat, before you spend "
              "hours on the form."), lines,
        )  # fmt: skip
    return Eligible(
        verdict, "warn", _("Whether %(name)s may apply is not known yet") % said,
        _("It keeps you from nothing. Enter on the page of the body what you know, or ask the "
          "secretariat: then this answers by itself."), lines,
    )  # fmt: skip
