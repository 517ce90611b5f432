"""What a map is given: towns and the bridges between them."""

from dataclasses import dataclass
from enum import StrEnum

from mosty.core.publication import Location, Precision


class Side(StrEnum):
    """Which shore of the bridge a town stands on: filled dots in Ukraine, hollow ones in the EU."""

    UKRAINE = "ua"
    EU = "eu"


class BridgeState(StrEnum):
    """How far a bridge has come. Later in the list means further, and drawn above the others.

    The first three compare two results: a bridge of the one, of the other, or of both.
    """

    BOTH = "both"
    OTHER = "other"
    ONE = "one"
    REPORTED = "reported"
    PROPOSED = "proposed"
    APPROVED = "approved"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPlace:
    """A town that may stand on a map.

    ``location`` is what ``publication.location`` allows the reader to see: None is not drawn, a
    region's centre gets a wider ring. ``note`` joins the name in the dot's title. ``priority``
    decides whose name is placed first, higher before lower.
    """

    id: str
    name: str
    side: Side
    location: Location | None
    note: str = ""
    url: str = ""
    selected: bool = False
    priority: int = 0

    @property
    def shown_at(self) -> tuple[float, float] | None:
        """Latitude and longitude that may be drawn, or None where nothing may."""
        if self.location is None or self.location.precision == Precision.WITHHELD:
            return None
        return self.location.lat, self.location.lon

    @property
    def is_region(self) -> bool:
        """Whether only the centre of the region is shown, not the town."""
        return self.location is not None and self.location.precision == Precision.REGION


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """A pair or partnership of two towns. ``title`` is what a pointer or a screen reader gets."""

    left: MapPlace
    right: MapPlace
    state: BridgeState
    title: str = ""
    url: str = ""
    selected: bool = False
