"""Which part of the map a picture shows, and how the map's kilometres become picture units."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from mosty.core.pictures.places import MapPlace
from mosty.core.pictures.projection import MAP_HEIGHT, MAP_WIDTH, Point, is_on_map, project

# From Portugal to the Donbas and from Sicily to the Gulf of Bothnia.
EUROPE_CORNERS = (
    project(37.0, -9.6),
    project(36.6, 15.0),
    project(64.2, 21.0),
    project(48.6, 40.2),
)
EUROPE_MARGIN_KM = 65.0


@dataclass(frozen=True, slots=True)
class MapView:
    """A crop of the map: ``left``, ``top``, ``width``, ``height`` in kilometres of the map.

    ``picture_width`` is the width of the drawing in its own units, about the pixels it gets on a
    wide screen: type and lines are sized in them.
    """

    left: float
    top: float
    width: float
    height: float
    picture_width: float = 720.0

    @classmethod
    def europe(
        cls,
        places: Iterable[MapPlace] = (),
        *,
        aspect: float = 1.3,
        picture_width: float = 720.0,
    ) -> Self:
        """Return the view from Portugal to the Donbas, widened where a given place lies beyond it.

        ``aspect`` is width over height; a view that the map is not wide enough for becomes taller.
        """
        corners = [*EUROPE_CORNERS, *_shown_points(places)]
        return cls._around(
            corners,
            margin=EUROPE_MARGIN_KM,
            least=0.0,
            aspect=aspect,
            picture_width=picture_width,
        )

    @classmethod
    def for_places(
        cls,
        places: Iterable[MapPlace],
        *,
        padding: float = 0.16,
        min_extent: float = 1500.0,
        aspect: float = 1.3,
        picture_width: float = 440.0,
    ) -> Self:
        """Return the smallest view that shows all places that may be shown.

        ``padding`` is the room around them as a share of their extent, ``min_extent`` the least
        width in kilometres, so that a single town still lies in a land one recognises. Withheld
        places and places off the map do not move the view. With no place left: all of Europe.
        """
        points = _shown_points(places)
        if not points:
            return cls.europe(aspect=aspect, picture_width=picture_width)
        extent = max(
            max(point.x for point in points) - min(point.x for point in points),
            max(point.y for point in points) - min(point.y for point in points),
        )
        return cls._around(
            points,
            margin=max(padding * extent, 40.0),
            least=min_extent,
            aspect=aspect,
            picture_width=picture_width,
        )

    @classmethod
    def _around(
        cls,
        points: Sequence[Point],
        *,
        margin: float,
        least: float,
        aspect: float,
        picture_width: float,
    ) -> Self:
        west, east = min(p.x for p in points) - margin, max(p.x for p in points) + margin
        north, south = min(p.y for p in points) - margin, max(p.y for p in points) + margin
        width = min(MAP_WIDTH, max(east - west, (south - north) * aspect, least))
        height = min(MAP_HEIGHT, max(south - north, width / aspect))
        left = min(max(0.0, (west + east - width) / 2), MAP_WIDTH - width)
        top = min(max(0.0, (north + south - height) / 2), MAP_HEIGHT - height)
        return cls(left, top, width, height, picture_width)

    @property
    def scale(self) -> float:
        """Picture units per kilometre."""
        return self.picture_width / self.width

    @property
    def picture_height(self) -> float:
        """The height of the drawing in its own units."""
        return self.height * self.scale

    def to_picture(self, point: Point) -> Point:
        """Return where a point of the map lies in the drawing."""
        return Point((point.x - self.left) * self.scale, (point.y - self.top) * self.scale)

    def shows(self, point: Point) -> bool:
        """Say whether a point of the map lies inside this view."""
        return (
            self.left <= point.x <= self.left + self.width
            and self.top <= point.y <= self.top + self.height
        )


def _shown_points(places: Iterable[MapPlace]) -> list[Point]:
    shown = [place.shown_at for place in places]
    points = [project(*where) for where in shown if where is not None]
    return [point for point in points if is_on_map(point)]
