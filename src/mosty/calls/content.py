"""A call as plain content: what is frozen when it is published, copied, and kept as a template.

`dump` and `load` are each other's inverse for everything that a call asks; dates, state and files
are no part of it.
"""

from collections.abc import Mapping
from typing import Any

from mosty.calls.models import Call, Condition, Criterion, Question, Quota, Section
from mosty.core.search import fold
from mosty.core.texts import Text

# Fields of each model that make up its content, in the order in which they are read.
FIELDS: dict[type, tuple[str, ...]] = {
    Call: ("name", "about", "offer", "audience", "way", "languages", "zone", "places", "lowest",
           "highest"),
    Section: ("title", "about"),
    Question: ("key", "kind", "text", "help", "need", "needed_from", "most_letters", "least",
               "most", "options", "columns", "most_rows", "reuse", "tells_who"),
    Condition: ("kind", "params", "note"),
    Criterion: ("key", "name", "about", "weight", "anchors"),
    Quota: ("by", "key", "least", "most"),
}  # fmt: skip


def dump(call: Call) -> dict[str, Any]:
    """The content of a call as JSON: its own fields, countries, and all that hangs on it."""
    sections = [
        _values(section) | {"questions": [_values(one) for one in section.questions.all()]}
        for section in call.sections.prefetch_related("questions")
    ]
    return _values(call) | {
        "countries": sorted(call.countries.values_list("pk", flat=True)),
        "sections": sections,
        "conditions": [_values(one) for one in call.conditions.all()],
        "criteria": [_values(one) for one in criteria_of(call)],
        "quotas": [_values(one) for one in call.quotas.all()],
    }


def criteria_of(call: Call) -> list[Criterion]:
    """Those of the version that counts."""
    return list(call.criteria.filter(version=call.criteria_version))


def load(call: Call, content: Mapping[str, Any]) -> None:
    """Hang the content on a call that has none yet; the call's own fields were set with it."""
    call.countries.set(content.get("countries", ()))
    for order, section in enumerate(content.get("sections", ())):
        made = Section.objects.create(call=call, order=order, **_read(Section, section))
        for place, question in enumerate(section.get("questions", ())):
            Question.objects.create(section=made, order=place, **_read(Question, question))
    for model, name in ((Condition, "conditions"), (Criterion, "criteria"), (Quota, "quotas")):
        for order, row in enumerate(content.get(name, ())):
            model._default_manager.create(call=call, order=order, **_read(model, row))


def words(text: str) -> list[str]:
    """The words of a text in Latin letters without marks, for keys and names of files."""
    return fold(text).split()


def own_fields(content: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the call itself, for `Call(**…)`."""
    return _read(Call, content)


def _values(thing: Any) -> dict[str, Any]:
    return {name: _plain(getattr(thing, name)) for name in FIELDS[type(thing)]}


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.dump()
    if value is None or isinstance(value, str | int | bool | list | dict):
        return value
    return str(value)


def _read(model: type, row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the model that the row gives; texts are loaded by their fields."""
    return {name: row[name] for name in FIELDS[model] if name in row}
