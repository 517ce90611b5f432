"""What the status of a territory adds to the register: on a body's page, in the list, in files."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor, permitted
from mosty.core.lists import Cells, Choices, ListFilter, register_column, register_filter
from mosty.core.panels import Panel, register_panel
from mosty.places.models import Country, Organisation
from mosty.places.queries import territory
from mosty.places.territory import words
from mosty.places.territory.tables import TerritoryClass

LIST = "places.list"
NONE = "none"


def warning_of(organisation: Organisation, actor: Actor) -> Panel | None:
    """What the status today means for a visit, above everything else on the page."""
    if not _has_status(organisation):
        return None
    status = territory.status_now(organisation)
    if status is None:
        return None
    said = words.say(status)
    return Panel(
        "places/parts/territory_warning.html",
        {"tone": said.tone, "headline": said.whole, "text": words.visit(status)},
    )


def of_municipality(organisation: Organisation, actor: Actor) -> Panel | None:
    """The status today, since when, by which act, and what held before."""
    if not _has_status(organisation):
        return None
    rows = territory.statuses_of(organisation)
    newest = territory.newest_import()
    may_edit = permitted("places.edit_territory", actor, organisation)
    if not rows and newest is None and not may_edit:
        return None
    day = territory.today()
    status = territory.status_now(organisation)
    return Panel(
        "places/parts/territory.html",
        {
            "status": words.say(status) if status else None,
            "rows": [(row, words.say(row), row.holds_on(day)) for row in rows],
            "list_of": newest.written_at if newest else None,
            "list_url": reverse("places:territory"),
            "edit_url": reverse("places:statuses", args=[organisation.code]) if may_edit else "",
        },
    )


def _has_status(organisation: Organisation) -> bool:
    """The list is about Ukraine's municipalities."""
    return organisation.is_municipality and organisation.side == Country.Side.UKRAINE


def _classes(_actor: Actor) -> Choices:
    """The classes, once the site keeps the list at all."""
    if not territory.is_kept():
        return []
    return [*TerritoryClass.choices, (NONE, _("In no class"))]


def _narrow(rows: QuerySet[Any], choice: str, _actor: Actor) -> QuerySet[Any]:
    day = territory.today()
    if choice == NONE:
        listed = territory.in_force(day).order_by().values("organisation")
        return rows.filter(country__side=Country.Side.UKRAINE).exclude(pk__in=listed)
    listed = territory.with_class(choice, day).order_by().values("organisation")
    return rows.filter(pk__in=listed)


def _column(ids: Sequence[int], _actor: Actor) -> Cells | None:
    """The class today of each municipality of a list."""
    if not territory.is_kept():
        return None
    found = territory.status_on(ids, territory.today())
    # The same few labels stand at thousands of rows: each is translated once.
    labels = {kind.value: str(kind.label) for kind in TerritoryClass}
    return Cells(_("Territory"), {pk: labels[status.kind] for pk, status in found.items()})


BY_CLASS = ListFilter(key="territory", label=_("Territory"), choices=_classes, narrow=_narrow)


def register_all() -> None:
    """Called once, when the site starts."""
    register_panel("places.profile_top", warning_of, order=20)
    register_panel("places.profile", of_municipality, order=80)
    register_filter(LIST, BY_CLASS, order=60)
    register_column(LIST, _column, order=60)
