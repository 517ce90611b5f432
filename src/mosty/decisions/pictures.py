"""The pictures of a call: its funnel, its quotas, and who applied or was accepted on the map.

Who applied is known to the secretariat alone; everybody else sees, after the release, numbers and
those who are accepted, as far as they may know of them and where they are.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Q
from django.utils.translation import gettext as _

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


# Of more applicants the dots lie one on the other: none leads anywhere, and they are listed on a
# page of their own.
MOST_LINKED = 200
# What a dot says, and what a line of the list says beside it.
OF_DOT = ("code", "label_en", "label_uk", "lat", "lon", "precision", "coarse_periods")
OF_LINE = ("country__name_en", "country__name_uk")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map with the list of the same bodies beside it, each with its address; without the list
    where it is too long to stand there."""

    picture: MapPicture | None
    bodies: list[tuple[Organisation, str]]
    is_long: bool = False


def steps(call: Call, applied: queries.Applied, actor: Actor) -> list[FunnelStep]:
    """Addressed, begun, sent in, reviewed, accepted."""
    countries = call.countries.order_by().values("pk")
    # A call that names no country speaks to all.
    addressed = places.visible_to(actor).filter(
        Q(country__in=countries) | ~Exists(countries),
        kind=call.audience, standing=Organisation.Standing.CURRENT,
    )  # fmt: skip
    # How many were reviewed is told of all together, whoever asks.
    found = counted(call, SYSTEM)
    return funnel(
        [
            # Whoever applies was addressed, also where the reader does not know of them.
            (_("Addressed by the call"), max(addressed.order_by().count(), applied.begun)),
            (_("Begun an application"), applied.begun),
            (_("Sent it in"), len(found.applications)),
            (_("Reviewed"), len({row.application for row in found.rows})),
            (_("Accepted"), len(applied.inside)),
        ]
    )


def applicants(applied: queries.Applied, call: Call, actor: Actor) -> Drawn:
    """Everybody who sent in, for the secretariat."""
    ids = queries.sent_in(call).order_by().values("organisation")
    is_long = applied.sent > MOST_LINKED
    return _draw("applicants", _("Who applied"), ids, applied.inside, actor, is_long=is_long)


def accepted_ones(call: Call, actor: Actor) -> Drawn:
    """Those who are in, for everybody who may know of them."""
    rows = queries.accepted(call).order_by()
    return _draw("accepted", _("Who is accepted"), rows.values("organisation"), frozenset(), actor)


def _draw(
    key: str, title: str, ids: Any, chosen: Collection[int], actor: Actor, *, is_long: bool = False
) -> Drawn:
    fields = list(OF_DOT)
    rows = places.visible_to(actor).filter(pk__in=ids).order_by()
    rows = rows.annotate(on_side=F("country__side"))
    if not is_long:
        rows, fields = rows.select_related("country"), [*fields, *OF_LINE]
    if not actor.is_officer:
        # A region may stand for the point; officers see the point itself.
        rows, fields = rows.select_related("region"), [*fields, "region__lat", "region__lon"]
    bodies = sorted(rows.only(*fields), key=lambda body: (str(body), body.pk))
    listed: list[tuple[Any, str]] = [
        (body, "" if is_long else body.get_absolute_url()) for body in bodies
    ]
    dots = [
        MapPlace(
            id=body.code, name=str(body), location=location(body, actor),
            side=Side.UKRAINE if body.on_side == Country.Side.UKRAINE else Side.EU,
            note=_("accepted") if body.pk in chosen else "", url=address,
            selected=body.pk in chosen,
        )
        for body, address in listed
    ]  # fmt: skip
    picture = None
    if any(dot.shown_at for dot in dots):
        view = MapView.for_places(dots)
        picture = draw_map(key, title, places=dots, view=view, max_labels=MOST_LABELS)
    return Drawn(picture, [] if is_long else listed, is_long)
