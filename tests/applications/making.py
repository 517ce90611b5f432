"""Applications for the tests of this app."""

from typing import Any

from django.utils import timezone

from mosty.applications.models import Answer, Application
from mosty.calls.domain import calls
from mosty.calls.models import Call, Question, Section
from mosty.core.access import SYSTEM
from mosty.core.texts import Text
from mosty.core.versions import freeze
from mosty.decisions.models import Selection
from mosty.places.models import Organisation
from mosty.programmes.models import Phase
from tests.calls.making import draft


def small_call(phase: Phase, **values: Any) -> Call:
    """A published call for municipalities that asks one question of each kind, in two sections."""
    given: dict[str, Any] = VALUES | values
    call = draft(phase, template="", **given)
    first = Section.objects.create(call=call, title=Text.of(en="The town", uk="Громада"), order=0)
    second = Section.objects.create(
        call=call, title=Text.of(en="The wish", uk="Побажання"), order=1
    )
    for order, (key, kind, more) in enumerate(QUESTIONS):
        section = first if order < 4 else second
        text = Text.of(en=f"Question {key}", uk=f"Питання {key}")
        Question.objects.create(section=section, key=key, kind=kind, text=text, order=order, **more)
    call.criteria.create(key="need", name=Text.of(en="Need"))
    calls.publish_call(call, by=SYSTEM, at=timezone.now())
    return call


def _option(key: str) -> dict[str, Any]:
    return {"key": key, "text": Text.of(en=key.title(), uk=key.upper()).dump()}


VALUES: dict[str, Any] = {
    "name": Text.of(en="A call", uk="Конкурс"),
    "about": Text.of(en="Find a partner", uk="Знайти партнера"),
    "languages": ["uk", "en"],
}
QUESTIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("title", "short", {"need": "required", "most_letters": 40}),
    ("about", "long", {"need": "required", "most_letters": 200, "reuse": "about"}),
    ("people", "number", {"least": 1, "most": 500}),
    ("mayor", "short", {"tells_who": True}),
    ("way", "choice", {"options": [_option("road"), _option("rail")]}),
    ("themes", "several", {"options": [_option("water"), _option("youth")]}),
    ("partners", "table", {"columns": [_option("town"), _option("since")], "most_rows": 3}),
    ("letter", "file", {}),
]


def released(call: Call) -> None:
    """What was decided on the applications of a closed call is given out."""
    made, now = Selection.objects.create(call=call), timezone.now()
    made.version = freeze(made, {"decisions": []}, by=SYSTEM)
    made.state, made.approved_at, made.released_at = "released", now, now
    made.save()


def begun(call: Call, body: Organisation, **values: Any) -> Application:
    """An application that nobody has answered anything in yet."""
    return Application.objects.create(call=call, organisation=body, language="uk", **values)


def answer(application: Application, **values: Any) -> None:
    """What stands as answers, by the key of the question."""
    for key, value in values.items():
        question = Question.objects.get(section__call=application.call_id, key=key)
        Answer.objects.update_or_create(
            application=application, question=question, defaults={"value": value}
        )


FULL: dict[str, Any] = {
    "title": Text.of(record="uk", uk="Вода", en="Water").dump(),
    "about": Text.of(record="uk", uk="Нам потрібна вода.").dump(),
    "people": "12",
    "mayor": Text.of(record="uk", uk="Голова").dump(),
    "way": "rail",
    "themes": ["water", "youth"],
    "partners": [{"town": "Kuldīga", "since": "2023"}],
}
