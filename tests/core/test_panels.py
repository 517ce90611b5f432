"""Panels and tasks that other apps register arrive in order, once, without empty ones."""

from datetime import date

import pytest

from mosty.core import panels
from mosty.core.access import VISITOR, Actor
from mosty.core.panels import Panel, Task


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_panels", {})
    monkeypatch.setattr(panels, "_tasks", [])


@pytest.mark.unit
def test_panels_of_a_place_come_in_their_order_without_empty_ones(registry: None) -> None:
    def second(thing: str, actor: Actor) -> Panel:
        return Panel("second.html", {"thing": thing})

    def first(thing: str, actor: Actor) -> Panel:
        return Panel("first.html")

    panels.register_panel("places.profile", second, order=20)
    panels.register_panel("places.profile", first, order=10)
    panels.register_panel("places.profile", first, order=10)
    panels.register_panel("places.profile", lambda thing, actor: None)

    found = panels.panels_for("places.profile", "Korop", VISITOR)

    assert found == [Panel("first.html"), Panel("second.html", {"thing": "Korop"})]
    assert panels.panels_for("elsewhere", "Korop", VISITOR) == []


@pytest.mark.unit
def test_tasks_come_by_date_and_those_without_last(registry: None) -> None:
    late, soon, some_day = (
        Task("Late", "/a/", due=date(2023, 3, 14)),
        Task("Soon", "/b/", due=date(2023, 3, 20)),
        Task("Some day", "/c/"),
    )
    panels.register_tasks(lambda actor: [some_day, soon])
    panels.register_tasks(lambda actor: [late])
    assert panels.tasks_for(VISITOR) == [late, soon, some_day]
