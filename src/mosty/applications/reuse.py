"""With what an answer can begin: what the profile says, or what was answered in an earlier call.

It is offered, never filled in by itself: a person takes it over and looks at it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from mosty.applications.answers import is_empty
from mosty.applications.domain.writing import in_language
from mosty.applications.models import Answer, Application
from mosty.calls.models import Question
from mosty.core.access import Actor
from mosty.core.texts import Text
from mosty.places.models import Need, Offer, Organisation, ThemeEntry

Kind, Reuse = Question.Kind, Question.Reuse
_TEXTS = {Kind.SHORT, Kind.LONG}
# In which languages themes have names.
THEMED = ("en", "uk")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value as `Answer` keeps it, and where it comes from in words."""

    value: Any
    source: str


def suggestions(
    application: Application, questions: Sequence[Question], actor: Actor
) -> dict[int, Suggestion]:
    """By the id of the question: what was said before for those that have something. An answer to
    the same question is nearer than the profile."""
    body = application.organisation
    earlier = _earlier(application, [question.key for question in questions])
    found: dict[int, Suggestion] = {}
    for question in questions:
        made = _of_earlier(question, earlier.get((question.key, question.kind)))
        made = made or _of_profile(question, body, application.language)
        if made is None or is_empty(question, made.value):
            continue
        if question.kind in _TEXTS:
            text = in_language(Text.load(made.value), application.language)
            made = Suggestion(text.dump(), made.source)
        found[question.pk] = made
    return found


def _earlier(application: Application, keys: Sequence[str]) -> dict[tuple[str, str], Answer]:
    """The newest answer of the body to each question of that key and kind in another call."""
    rows = Answer.objects.filter(
        application__organisation_id=application.organisation_id, question__key__in=keys
    ).exclude(application=application)
    rows = rows.select_related("question", "application__call").order_by("changed_at", "pk")
    return {(row.question.key, row.question.kind): row for row in rows}


def _of_earlier(question: Question, row: Answer | None) -> Suggestion | None:
    if row is None or question.kind == Kind.FILE or is_empty(row.question, row.value):
        return None
    value: Any = row.value
    if question.kind in {Kind.CHOICE, Kind.SEVERAL}:
        keys = {option["key"] for option in question.options}
        if question.kind == Kind.CHOICE:
            value = value if value in keys else None
        else:
            value = [key for key in value if key in keys]
    elif question.kind == Kind.TABLE:
        keys = {column["key"] for column in question.columns}
        value = [{key: cell for key, cell in line.items() if key in keys} for line in value]
    source = _("Your answer in “%(call)s”") % {"call": row.application.call}
    return Suggestion(value, source)


def _of_profile(question: Question, body: Organisation, language: str) -> Suggestion | None:
    said = _("Your profile")
    if question.reuse in {Reuse.ABOUT, Reuse.EXPERIENCE, Reuse.CAPACITY}:
        return Suggestion(getattr(body, question.reuse).dump(), said)
    if question.reuse in {Reuse.NEEDS, Reuse.OFFERS}:
        model = Need if question.reuse == Reuse.NEEDS else Offer
        if question.kind == Kind.SEVERAL:
            return Suggestion(_themes(model, body, question), said)
        return Suggestion(_joined(model, body).dump(), said)
    if question.reuse == Reuse.POPULATION and body.population is not None:
        source = _("The register, %(year)s") % {"year": body.population_as_of or "—"}
        return Suggestion(str(body.population), source)
    if question.reuse == Reuse.WEBSITE:
        return Suggestion(Text(record=language).write(body.website).dump(), said)
    return None


def _themes(model: type[Need] | type[Offer], body: Organisation, question: Question) -> list[str]:
    """Those of the answers to choose from that are themes of the body, in the question's order."""
    own = set(model._default_manager.filter(organisation=body).values_list("theme_id", flat=True))
    return [option["key"] for option in question.options if option["key"] in own]


def _joined(model: type[Need] | type[Offer], body: Organisation) -> Text:
    """All needs or offers of a body below each other, each with its theme, in every language that
    has all of them. One without words is its theme."""
    found = model._default_manager.filter(organisation=body).select_related("theme")
    rows = list(found.order_by("-weight", "pk"))
    texts = [row.text for row in rows if row.text]
    record = texts[0].record if texts else "en"
    shared = set.intersection(*(set(text.wordings) for text in texts)) if texts else set(THEMED)
    codes = shared if record in shared else {record}
    return Text.of(
        record=record, **{code: "\n".join(_one(row, code) for row in rows) for code in codes}
    )


def _one(row: ThemeEntry, code: str) -> str:
    """*Water: new pumps*, in that language as far as there are words in it."""
    with translation.override(code):
        theme = str(row.theme)
        said = row.text.wordings[code][0] if code in row.text.wordings else str(row.text)
    return f"{theme}: {said}" if said.strip() else theme
