"""The pictures of a call: its funnel, its quotas, and who applied or was accepted on the map.

Who applied is known to the secretariat alone; everybody else sees, after the release, numbers and
those who are accepted, as far as they may know of them and where they are.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from mosty.applications.models import Application
from mosty.calls.models import Call
from mosty.core.access import SYSTEM, Actor
from mosty.core.pictures.funnel import FunnelStep, funnel
from mosty.core.pictures.maps import MapPicture, draw_map
from mosty.core.pictures.places import MapPlace, Side
from mosty.core.pictures.views import MapView
from mosty.core.publication import location
from mosty.decisions import queries
from mosty.places import queries as places
from mosty.places.models import Country, Organisation
from mosty.reviews.queries.results import counted

MOST_LABELS = 40


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map with the list of the same bodies beside it."""

    picture: MapPicture | None
    bodies: list[Organisation]


def steps(call: Call, actor: Actor) -> list[FunnelStep]:
    """Addressed, begun, sent in, reviewed, accepted."""
    addressed = places.visible_to(actor).filter(
        kind=call.audience, standing=Organisation.Standing.CURRENT
    )
    countries = [country.pk for country in call.countries.all()]
    if countries:
        addressed = addressed.filter(country__in=countries)
    begun = Application.objects.filter(call=call).count()
    sent = queries.sent_in(call)
    # How many were reviewed is told of all together, whoever asks.
    reviewed = {row.application for row in counted(call, SYSTEM).rows}
    return funnel(
        [
            # Whoever applies was addressed, also where the reader does not know of them.
            (_("Addressed by the call"), max(addressed.order_by().count(), begun)),
            (_("Begun an application"), begun),
            (_("Sent it in"), sent.count()),
            (_("Reviewed"), len(reviewed)),
            (_("Accepted"), queries.accepted(call).count()),
        ]
    )


def applicants(call: Call, actor: Actor) -> Drawn:
    """Everybody who sent in, for the secretariat."""
    rows = queries.sent_in(call).order_by()
    accepted = set(queries.accepted(call).order_by().values_list("organisation_id", flat=True))
    return _draw("applicants", _("Who applied"), rows.values("organisation"), accepted, actor)


def accepted_ones(call: Call, actor: Actor) -> Drawn:
    """Those who are in, for everybody who may know of them."""
    rows = queries.accepted(call).order_by()
    return _draw("accepted", _("Who is accepted"), rows.values("organisation"), set(), actor)


def _draw(key: str, title: str, ids: Any, chosen: set[int], actor: Actor) -> Drawn:
    rows = places.visible_to(actor).filter(pk__in=ids).select_related("country", "region")
    bodies = sorted(rows, key=lambda body: (str(body), body.pk))
    dots = [
        MapPlace(
            id=body.code, name=str(body), location=location(body, actor),
            side=Side.UKRAINE if body.side == Country.Side.UKRAINE else Side.EU,
            note=_("accepted") if body.pk in chosen else "", url=body.get_absolute_url(),
            selected=body.pk in chosen,
        )
        for body in bodies
    ]  # fmt: skip
    if not any(dot.shown_at for dot in dots):
        return Drawn(None, bodies)
    view = MapView.for_places(dots)
    return Drawn(draw_map(key, title, places=dots, view=view, max_labels=MOST_LABELS), bodies)
