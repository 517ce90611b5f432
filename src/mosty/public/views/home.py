"""The first page: what this is, who works with whom, ways in."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.gzip import gzip_page

from mosty.core.access import Actor
from mosty.core.pictures.maps import MapPicture, bridge_state_labels, draw_map
from mosty.core.pictures.places import Bridge, BridgeState
from mosty.core.pictures.views import MapView
from mosty.core.requests import Request
from mosty.core.templatetags.mosty import number
from mosty.partnerships.bridges import place_of
from mosty.programmes.timeline import say_span
from mosty.public import queries
from mosty.public.queries import Bridges, Figures

MAP_LABELS = 40
TONES = {
    BridgeState.AGREED: "good",
    BridgeState.APPROVED: "blue",
    BridgeState.PROPOSED: "quiet",
    BridgeState.REPORTED: "quiet",
}


@gzip_page
def home(request: Request) -> HttpResponse:
    """Map of bridges with the same bridges as a list, figures, entrances."""
    actor = request.actor
    found = queries.bridges(actor)
    labels = _labels(found)
    phase = queries.phase_now(actor)
    context = {
        "title": _("Bridges between towns"),
        "lead": _(
            "Municipalities of Ukraine and of the European Union say here what they look for and "
            "what they can give; a programme proposes who fits whom, and people decide. Every "
            "pair comes with its reasons, every partnership with its source."
        ),
        "figures": _figures(queries.figures(actor)),
        "map": _map(found, actor, labels) if found.shown else None,
        "groups": [
            {
                "label": labels[state],
                "tone": TONES[state],
                "bridges": rows,
                "is_illustrative": any(row.is_illustrative for row in rows),
                "also": _also(found) if state is BridgeState.APPROVED else "",
            }
            for state, rows in found.by_state
        ],
        "has_illustrative": any(row.is_illustrative for row in found.shown),
        "how_many": _how_many(found),
        "phase": phase,
        "phase_span": say_span(phase) if phase else "",
        "demo_url": reverse("people:demo") if settings.DEMO_MODE else "",
    }
    return render(request, "public/home.html", context)


def _labels(found: Bridges) -> dict[BridgeState, str]:
    labels = bridge_state_labels()
    if any(row.is_illustrative for row in found.shown if row.state is BridgeState.APPROVED):
        labels[BridgeState.APPROVED] = _("Illustrative, not agreed")
    labels[BridgeState.REPORTED] = _("Reported by a source")
    labels[BridgeState.AGREED] = _("Agreed in the programme")
    return labels


def _how_many(found: Bridges) -> str:
    if len(found.shown) == found.total:
        return ""
    return _("%(shown)s of %(total)s bridges are drawn, so that they can be told apart.") % {
        "shown": number(len(found.shown)),
        "total": number(found.total),
    }


def _also(found: Bridges) -> str:
    if not found.also_partners:
        return ""
    return ngettext(
        "%(count)s more pair of the round is a partnership that sources report already.",
        "%(count)s more pairs of the round are partnerships that sources report already.",
        found.also_partners,
    ) % {"count": number(found.also_partners)}


def _figures(counted: Figures) -> list[dict[str, Any]]:
    today = date_format(timezone.localdate(), "j E Y")
    reported = _("reported by sources, %(agreed)s agreed here") % {"agreed": number(counted.agreed)}
    return [
        {
            "label": _("Municipalities of Ukraine"),
            "value": counted.ukrainian,
            "note": _("KATOTTG, %(date)s") % {"date": today},
            "url": f"{reverse('places:list')}?side=ua",
        },
        {
            "label": _("Municipalities of the EU"),
            "value": counted.european,
            "note": _("Eurostat LAU, %(date)s") % {"date": today},
            "url": f"{reverse('places:list')}?side=eu",
        },
        {
            "label": _("Partnerships"),
            "value": counted.partnerships,
            "note": reported,
            "url": reverse("partnerships:list"),
        },
        {
            "label": _("EU countries with a partner"),
            "value": counted.countries,
            "note": _("counted %(date)s") % {"date": today},
            "url": "",
        },
    ]


def _map(found: Bridges, actor: Actor, labels: dict[BridgeState, str]) -> MapPicture:
    towns = {
        town.pk: place_of(town, actor) for row in found.shown for town in (row.left, row.right)
    }
    bridges = [
        Bridge(
            left=towns[row.left.pk],
            right=towns[row.right.pk],
            state=row.state,
            title=f"{row.left.name} – {row.right.name}: {labels[row.state]}",
            url=row.url,
        )
        for row in found.shown
    ]
    return draw_map(
        "home-map",
        _("Map of bridges between municipalities"),
        bridges=bridges,
        view=MapView.europe(towns.values(), aspect=1.22, picture_width=840.0),
        max_labels=MAP_LABELS,
        state_labels=labels,
    )
