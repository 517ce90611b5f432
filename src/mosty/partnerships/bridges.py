"""Partnerships as bridges on a map: from each member in Ukraine to each elsewhere."""

from collections.abc import Iterable
from itertools import product

from mosty.core.access import Actor
from mosty.core.pictures.places import Bridge, BridgeState, MapPlace, Side
from mosty.core.publication import location
from mosty.partnerships.models import Partnership
from mosty.partnerships.queries import on_two_shores
from mosty.places.models import Country, Organisation

STATES = {"reported": BridgeState.REPORTED, "agreed": BridgeState.AGREED}


def place_of(
    organisation: Organisation, actor: Actor, *, url: str = "", selected: bool = False
) -> MapPlace:
    """A municipality as a map wants it; needs country and region fetched."""
    return MapPlace(
        id=organisation.code,
        name=organisation.name,
        side=Side.UKRAINE if organisation.side == Country.Side.UKRAINE else Side.EU,
        location=location(organisation, actor),
        note=str(organisation.country or ""),
        url=url or organisation.get_absolute_url(),
        selected=selected,
    )


def bridges_of(partnerships: Iterable[Partnership], actor: Actor) -> list[Bridge]:
    """The bridges of partnerships whose members are fetched (`queries.with_all`).

    One between two Ukrainian towns, or between two of the EU, is no bridge of this map: where all
    members stand on one shore, the first is tied to the others.
    """
    found = []
    for partnership in partnerships:
        members = list(partnership.members.all())
        left, right = on_two_shores(members)
        if not left or not right:
            left, right = members[:1], members[1:]
        found += [
            Bridge(
                left=place_of(one, actor),
                right=place_of(other, actor),
                state=STATES.get(partnership.status, BridgeState.REPORTED),
                title=f"{one.name} – {other.name}: {partnership.get_status_display()}",
                url=partnership.get_absolute_url(),
            )
            for one, other in product(left, right)
        ]
    return found
