"""The bridge motif: a gently raised arc between two points.

Bridges of one town fan out: the more a bridge climbs, the higher its arc, so that two that leave in
nearly the same direction part at once instead of lying on each other.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from mosty.core.pictures.numbers import plain
from mosty.core.pictures.projection import Point

# The height of the control point over the middle of the chord, as a share of the chord; the curve
# itself rises half as high.
RISE = 0.17
LEAST_RISE, MOST_RISE = 0.05, 0.34
FAN_STEP, FAN_SPAN = 0.07, 0.26
STEEP_SHARE = 0.45  # of its rise, what an upright bridge keeps: it would lean out sideways


@dataclass(frozen=True, slots=True)
class Arc:
    """A quadratic Bézier curve in picture units."""

    start: Point
    control: Point
    end: Point

    @property
    def path(self) -> str:
        """The curve as SVG path data."""
        return (
            f"M{plain(self.start.x)} {plain(self.start.y)}"
            f"Q{plain(self.control.x)} {plain(self.control.y)}"
            f" {plain(self.end.x)} {plain(self.end.y)}"
        )

    def at(self, share: float) -> Point:
        """Return a point of the curve: at 0 its start, at 1 its end."""
        a, b, c = (1 - share) ** 2, 2 * share * (1 - share), share**2
        return Point(
            a * self.start.x + b * self.control.x + c * self.end.x,
            a * self.start.y + b * self.control.y + c * self.end.y,
        )

    def points(self, spacing: float) -> list[Point]:
        """Return points along the curve, about ``spacing`` apart, without its two ends."""
        count = max(2, round(math.dist(_pair(self.start), _pair(self.end)) / spacing))
        return [self.at(step / count) for step in range(1, count)]


def raise_arcs(chords: Sequence[tuple[Point, Point]]) -> list[Arc]:
    """Return one arc for each chord, in the same order.

    Heights depend on the chords, not on their order: the same bridges give the same picture.
    """
    rises = _fan_rises(chords)
    return [_arc(start, end, rise) for (start, end), rise in zip(chords, rises, strict=True)]


def _fan_rises(chords: Sequence[tuple[Point, Point]]) -> list[float]:
    fans: dict[tuple[Point, bool], list[tuple[float, Point, int]]] = defaultdict(list)
    for index, (start, end) in enumerate(chords):
        for hub, far in ((start, end), (end, start)):
            length = math.dist(_pair(hub), _pair(far)) or 1.0
            climb = (hub.y - far.y) / length
            fans[hub, far.x >= hub.x].append((climb, far, index))

    offsets: dict[int, tuple[int, float]] = {}
    for fan in fans.values():
        step = min(FAN_STEP, FAN_SPAN / max(1, len(fan) - 1))
        ranked = sorted(fan, key=lambda each: (each[0], each[1].x, each[1].y))
        for rank, (_, _, index) in enumerate(ranked):
            offset = (len(fan), step * (rank - (len(fan) - 1) / 2))
            # At two hubs the larger fan decides; at equal ones the greater offset.
            offsets[index] = max(offsets.get(index, (0, 0.0)), offset)
    return [
        min(MOST_RISE, max(LEAST_RISE, RISE + offsets[index][1])) for index in range(len(chords))
    ]


def _arc(start: Point, end: Point, rise: float) -> Arc:
    dx, dy = end.x - start.x, end.y - start.y
    length = math.hypot(dx, dy) or 1.0
    rise *= STEEP_SHARE + (1 - STEEP_SHARE) * abs(dx) / length
    # The perpendicular that points up; of a vertical chord, the one that points west.
    across_x, across_y = (dy, -dx) if (-dx, dy) < (0, 0) else (-dy, dx)
    middle_x, middle_y = (start.x + end.x) / 2, (start.y + end.y) / 2
    return Arc(start, Point(middle_x + rise * across_x, middle_y + rise * across_y), end)


def _pair(point: Point) -> tuple[float, float]:
    return point.x, point.y
