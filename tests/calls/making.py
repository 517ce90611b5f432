"""Calls for the tests of this app."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from mosty.calls.domain import calls
from mosty.calls.models import Call
from mosty.core.access import SYSTEM
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.programmes.models import Phase
from tests.people import Bodies
from tests.programmes.world import make_programme

DAY = timedelta(days=1)


def draft(phase: Phase, template: str = "pilot", **values: Any) -> Call:
    """A draft out of a template that opened yesterday and closes in ten days."""
    now = timezone.now()
    given = {
        "name": Text.of(en="A call", uk="Конкурс"),
        "opens_at": now - DAY,
        "closes_at": now + 10 * DAY,
    }
    return calls.begin_call(phase, by=SYSTEM, template=template, **given | values)


def published(phase: Phase, template: str = "pilot", **values: Any) -> Call:
    """The same, published."""
    call = draft(phase, template, **values)
    calls.publish_call(call, by=SYSTEM, at=timezone.now())
    return call


def make_phase(bodies: Bodies, *, level: Level = Level.PUBLIC) -> Phase:
    """The phase of a programme."""
    return make_programme(bodies, level=level).phase


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
