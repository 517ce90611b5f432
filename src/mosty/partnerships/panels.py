"""What partnerships add to earlier pages: a town's partners, what a phase counts, a column."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mosty.core.access import Actor
from mosty.core.lists import Cells, ListFilter, register_column, register_filter
from mosty.core.panels import Panel, register_panel
from mosty.core.pictures.maps import draw_map
from mosty.core.pictures.views import MapView
from mosty.partnerships import queries
from mosty.partnerships.bridges import bridges_of
from mosty.partnerships.models import Partnership
from mosty.places.models import Country, Organisation
from mosty.places.queries.territory import status_on, today
from mosty.places.territory import words
from mosty.places.territory.tables import GRAVITY
from mosty.programmes.models import Phase

SHOWN = 12
PLACES = "places.list"


def of_town(organisation: Organisation, actor: Actor) -> Panel | None:
    """The partnerships of a municipality with their map; shown before anybody matches it."""
    if not organisation.is_municipality:
        return None
    rows = list(queries.of_organisation(organisation, actor)[: SHOWN + 1])
    bridges = bridges_of(rows[:SHOWN], actor)
    drawn = [bridge for bridge in bridges if bridge.left.shown_at and bridge.right.shown_at]
    places = [end for bridge in bridges for end in (bridge.left, bridge.right)]
    picture = None
    if drawn:
        view = MapView.for_places(places, min_extent=1200.0, aspect=1.9, picture_width=760.0)
        picture = draw_map("ties-map", _("Partners on the map"), bridges=bridges, view=view)
    return Panel(
        "partnerships/parts/of_town.html",
        {
            "organisation": organisation,
            "rows": [(row, _others(row, organisation)) for row in rows[:SHOWN]],
            "more_url": _search(organisation) if len(rows) > SHOWN else "",
            "map": picture,
        },
    )


def _others(partnership: Any, organisation: Organisation) -> list[Organisation]:
    return [town for town in partnership.members.all() if town.pk != organisation.pk]


def _search(organisation: Organisation) -> str:
    return f"{reverse('partnerships:list')}?q={organisation.code}"


def travel_of(partnership: Partnership, actor: Actor) -> Panel | None:
    """What the status of a member's territory means for visits; needs the members fetched."""
    members = [body for body in partnership.members.all() if body.side == Country.Side.UKRAINE]
    found = status_on(members, today())
    if not found:
        return None
    gravest = max(found.values(), key=lambda status: GRAVITY.index(status.kind))
    return Panel(
        "partnerships/parts/travel.html",
        {
            "tone": words.say(gravest).tone,
            "headline": _("Before you plan a visit"),
            "points": [
                _("%(town)s: %(status)s. %(advice)s")
                % {
                    "town": body.name,
                    "status": words.say(found[body.pk]).whole,
                    "advice": words.visit(found[body.pk]),
                }
                for body in members
                if body.pk in found
            ],
        },
    )


def of_phase(phase: Phase, actor: Actor) -> Panel | None:
    """The partnerships that a phase counts; nothing while there are none."""
    rows = queries.of_phase(phase.pk, actor)
    count = rows.count()
    if not count:
        return None
    return Panel(
        "partnerships/parts/of_phase.html",
        {
            "count": count,
            "rows": queries.with_all(rows.order_by("since", "pk"), actor)[:SHOWN],
            "url": f"{reverse('partnerships:list')}?phase={phase.pk}",
            "is_more": count > SHOWN,
        },
    )


def _with_or_without(rows: Any, choice: str, actor: Actor) -> Any:
    tied = queries.standing(actor).order_by().values("members")
    if choice == "yes":
        return rows.filter(pk__in=tied)
    return rows.exclude(pk__in=tied) if choice == "no" else rows


def _numbers(ids: Any, actor: Actor) -> Cells:
    """How many partnerships each municipality of a list has."""
    found: dict[int, int] = {}
    for tie in queries.members_of(ids, actor):
        found[tie] = found.get(tie, 0) + 1
    return Cells(gettext_lazy("Partnerships"), found, is_numeric=True)


HAS_PARTNER = ListFilter(
    key="partner",
    label=gettext_lazy("Partnerships"),
    choices=lambda _actor: [
        ("yes", gettext_lazy("Has a partner")),
        ("no", gettext_lazy("None in the list")),
    ],
    narrow=_with_or_without,
)


def register_all() -> None:
    """Called once, when the site starts."""
    register_panel("places.profile", of_town, order=40)
    register_panel("partnerships.partnership", travel_of, order=20)
    register_panel("programmes.phase", of_phase, order=60)
    register_filter(PLACES, HAS_PARTNER, order=40)
    register_column(PLACES, _numbers, order=40)
