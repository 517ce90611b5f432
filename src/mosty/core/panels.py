"""Later steps add to what earlier steps show, so that pages grow without imports running back.

An app registers in its `apps.py` (`ready`): a panel for the page of an object, a task source for
My desk. A provider is a function of the actor (and the object); it returns None for nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise

from mosty.core.access import Actor


@dataclass(frozen=True, slots=True)
class Panel:
    """A block on an object's page: the template that draws it and what it needs."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for a person on My desk."""

    title: str | Promise
    url: str
    about: str = ""
    due: date | None = None
    icon: str = "arrow-right"


PanelProvider = Callable[[Any, Actor], Panel | None]
TaskProvider = Callable[[Actor], Iterable[Task]]

_panels: dict[str, list[tuple[int, PanelProvider]]] = {}
_tasks: list[TaskProvider] = []


def register_panel(place: str, provider: PanelProvider, *, order: int = 100) -> None:
    """`place` is `app.page`, such as `places.profile`."""
    rows = _panels.setdefault(place, [])
    if all(known is not provider for _, known in rows):
        rows.append((order, provider))
        rows.sort(key=lambda row: row[0])


def panels_for(place: str, thing: Any, actor: Actor) -> list[Panel]:
    """The panels of one page in their order."""
    found = (provider(thing, actor) for _, provider in _panels.get(place, []))
    return [panel for panel in found if panel is not None]


def register_tasks(provider: TaskProvider) -> None:
    """Add a source of tasks."""
    if provider not in _tasks:
        _tasks.append(provider)


def tasks_for(actor: Actor) -> list[Task]:
    """All tasks of the actor, those with the nearest date first."""
    found = [task for provider in _tasks for task in provider(actor)]
    return sorted(found, key=lambda task: (task.due or date.max, str(task.title)))
