"""What programmes add to the lists of earlier steps: who takes part in which phase."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor
from mosty.core.lists import Choices, ListFilter, register_filter
from mosty.programmes import queries

PLACES = "places.list"
ANY = "any"


def _phases(actor: Actor) -> Choices:
    """The phases whose participants the actor may know of; none means no choice at all."""
    taken = queries.participants(actor).order_by().values("phase")
    rows = queries.phases(actor).filter(pk__in=taken).order_by("starts_on", "pk")
    choices = [(str(phase.pk), f"{phase.strand.programme} · {phase}") for phase in rows]
    return [(ANY, _("Any programme")), *choices] if choices else []


def _taking_part(rows: QuerySet[Any], choice: str, actor: Actor) -> QuerySet[Any]:
    taking = queries.participants(actor).order_by()
    if choice != ANY:
        taking = taking.filter(phase=int(choice))
    return rows.filter(pk__in=taking.values("organisation"))


TAKES_PART = ListFilter(key="phase", label=_("Takes part in"), choices=_phases, narrow=_taking_part)


def register_all() -> None:
    """Called once, when the site starts."""
    register_filter(PLACES, TAKES_PART, order=50)
