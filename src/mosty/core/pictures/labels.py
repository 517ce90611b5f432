"""Greedy placement of town names: ten spots a town, the first names placed are the most important.

A name never covers another name, a dot or the edge of the picture, and never stands nearer to
another dot than to its own; where no spot is free it is left out (its dot keeps a title). A bold
name, one that the reader chose, rather covers a dot than be missing. Among free spots the one that
crosses the fewest bridges wins.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mosty.core.pictures.lettering import estimate_width
from mosty.core.pictures.numbers import plain
from mosty.core.pictures.projection import Point

ASCENT, DESCENT = 0.78, 0.22  # of the font size, over and under the baseline
EDGE = 4.0
CROSSING_COST = 0.8
BRIDGE_SIDE_COST = 1.6

NOWHERE = Point(0, 0)


@dataclass(frozen=True, slots=True)
class Spot:
    """One place for a name beside its dot: a direction and where the text is anchored."""

    across: float
    down: float
    anchor: str
    cost: float


SPOTS = (
    Spot(1, 0, "start", 0.0),
    Spot(-1, 0, "end", 0.4),
    Spot(0.75, -0.75, "start", 0.9),
    Spot(0.75, 0.75, "start", 1.0),
    Spot(-0.75, -0.75, "end", 1.1),
    Spot(-0.75, 0.75, "end", 1.2),
    Spot(0, -1.15, "middle", 1.3),
    Spot(0, 1.15, "middle", 1.4),
    Spot(0, -2.1, "middle", 3.2),
    Spot(0, 2.1, "middle", 3.4),
)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in picture units."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Say whether two rectangles share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def distance_to(self, point: Point) -> float:
        """Return how far a point lies outside, 0 for one inside."""
        across = max(self.left - point.x, 0.0, point.x - self.right)
        down = max(self.top - point.y, 0.0, point.y - self.bottom)
        return math.hypot(across, down)

    def grown(self, by: float) -> "Box":
        """Return the rectangle with a margin on each side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def holds(self, point: Point) -> bool:
        """Say whether a point lies inside."""
        return self.left < point.x < self.right and self.top < point.y < self.bottom

    def lies_in(self, width: float, height: float, margin: float) -> bool:
        """Say whether the rectangle keeps a margin to the edges of a picture."""
        return (
            self.left >= margin
            and self.top >= margin
            and self.right <= width - margin
            and self.bottom <= height - margin
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name that wants a place: at ``point``, beside a dot of ``radius``."""

    key: str
    text: str
    point: Point
    radius: float
    bold: bool = False
    # Where the town's bridges leave to: a direction, 0 to 1 long. The name prefers the other side.
    bridges_to: Point = NOWHERE


@dataclass(frozen=True, slots=True)
class Label:
    """A placed name; numbers are ready for SVG attributes."""

    key: str
    text: str
    x: str
    y: str
    anchor: str
    bold: bool
    box: Box


class Grid[Thing]:
    """Finds what lies near a rectangle without looking at everything: squares of one size."""

    def __init__(self, size: float) -> None:
        self._size = size
        self._cells: dict[tuple[int, int], list[Thing]] = defaultdict(list)

    def add(self, thing: Thing, box: Box) -> None:
        """Put a thing into every square that its rectangle touches."""
        for cell in self._cells_of(box):
            self._cells[cell].append(thing)

    def near(self, box: Box) -> Iterator[Thing]:
        """Yield what may touch a rectangle; a thing in several squares comes several times."""
        for cell in self._cells_of(box):
            yield from self._cells.get(cell, ())

    def _cells_of(self, box: Box) -> Iterator[tuple[int, int]]:
        for column in range(int(box.left // self._size), int(box.right // self._size) + 1):
            for row in range(int(box.top // self._size), int(box.bottom // self._size) + 1):
                yield column, row


def place_labels(
    names: Sequence[Name],
    *,
    font_size: float,
    width: float,
    height: float,
    lines: Iterable[Point] = (),
    dots: Iterable[Box] = (),
    limit: int | None = None,
) -> tuple[Label, ...]:
    """Place names in the order given, at most ``limit``; what finds no free spot is left out.

    ``lines`` are points along the bridges, ``dots`` the rectangles of all dots (also of dots whose
    names are not wanted). All lengths are in picture units.
    """
    names_taken: Grid[Box] = Grid(4 * font_size)
    dots_taken: Grid[Box] = Grid(4 * font_size)
    centres: Grid[Point] = Grid(4 * font_size)
    crossed: Grid[Point] = Grid(4 * font_size)
    for box in [*dots, *(_dot_box(name) for name in names)]:
        dots_taken.add(box, box)
        centre = Point((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        centres.add(centre, _box_of(centre))
    for point in lines:
        crossed.add(point, _box_of(point))

    placed: list[Label] = []
    for name in names:
        if limit is not None and len(placed) >= limit:
            break
        apart = [
            each
            for each in _candidates(name, font_size)
            if each[1].box.lies_in(width, height, EDGE) and not _touches(each[1].box, names_taken)
        ]
        clear = [
            each
            for each in apart
            if not _is_misleading(each[1].box, name.point, centres, slack=font_size / 8)
        ]
        free = [each for each in clear if not _touches(each[1].box, dots_taken)]
        choice = free or (name.bold and (clear or apart))
        if not choice:
            continue
        _, best = min(
            choice, key=lambda each: each[0] + CROSSING_COST * _crossings(each[1].box, crossed)
        )
        names_taken.add(best.box, best.box)
        placed.append(best)
    return tuple(placed)


def _touches(box: Box, taken: Grid[Box]) -> bool:
    return any(box.overlaps(other) for other in taken.near(box))


def _dot_box(name: Name) -> Box:
    x, y, radius = name.point.x, name.point.y, name.radius
    return Box(x - radius, y - radius, x + radius, y + radius)


def _is_misleading(box: Box, own: Point, centres: Grid[Point], *, slack: float) -> bool:
    """Say whether another dot stands clearly nearer to a name than the name's own dot."""
    reach = box.distance_to(own) - slack
    return reach > 0 and any(
        box.distance_to(other) < reach for other in centres.near(box.grown(reach))
    )


def _box_of(point: Point) -> Box:
    return Box(point.x, point.y, point.x, point.y)


def _crossings(box: Box, crossed: Grid[Point]) -> int:
    return len({point for point in crossed.near(box) if box.holds(point)})


def _candidates(name: Name, font_size: float) -> Iterator[tuple[float, Label]]:
    width = estimate_width(name.text, font_size, bold=name.bold)
    gap = name.radius + 0.28 * font_size
    for spot in SPOTS:
        x = name.point.x + spot.across * gap
        # The middle of the letters, a little under half the ascent, goes level with the spot.
        y = name.point.y + spot.down * (gap + 0.3 * font_size) + 0.34 * font_size
        left = {"start": x, "middle": x - width / 2, "end": x - width}[spot.anchor]
        box = Box(left, y - ASCENT * font_size, left + width, y + DESCENT * font_size)
        toward = spot.across * name.bridges_to.x + spot.down * name.bridges_to.y
        cost = spot.cost + BRIDGE_SIDE_COST * max(0.0, toward)
        yield (
            cost,
            Label(name.key, name.text, plain(x), plain(y), spot.anchor, name.bold, box),
        )
