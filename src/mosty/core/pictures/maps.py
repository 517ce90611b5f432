"""Draws the map of bridges as data for templates/parts/map.html."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import pgettext

from mosty.core.pictures.arcs import Arc, raise_arcs
from mosty.core.pictures.labels import NOWHERE, Box, Label, Name, place_labels
from mosty.core.pictures.numbers import plain
from mosty.core.pictures.places import Bridge, BridgeState, MapPlace, Side
from mosty.core.pictures.projection import Point, project
from mosty.core.pictures.views import MapView

DOT_RADIUS = 5.5
REGION_RADIUS = 15.0
FONT_SIZE = 13.0
BORDER_WIDTH = 0.8

# A drawing wider than this is shown on phones at about PHONE_WIDTH pixels, where its type would
# shrink beyond reading: it carries a second, shorter set of names for them, and map.css makes dots
# and lines NARROW_GROWTH times thicker there (--map-growth).
SMALL_PICTURE = 480.0
PHONE_WIDTH = 350.0
PHONE_FONT_SIZE = 12.0
NARROW_GROWTH = 1.75
NARROW_LABELS = 12

# With more towns than this the dots shrink (class "dense" in map.css).
DENSE_PLACES = 70
DENSE_SHRINK = 0.7

# Placing the names of a hundred towns takes longer than all the rest of a page. A process keeps
# the last ones: a few hundred kilobytes.
MAPS_REMEMBERED = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnBridge:
    """One arc: SVG path data, what it says and where it leads."""

    path: str
    state: BridgeState
    title: str
    url: str
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One town; numbers are ready for SVG attributes.

    ``ring`` is the radius of the ring around a region's centre, empty for other precisions.
    """

    x: str
    y: str
    radius: str
    ring: str
    side: Side
    state: BridgeState | None
    title: str
    url: str
    selected: bool


@dataclass(frozen=True, slots=True)
class LabelSet:
    """Names for one width of the drawing: ``wide``, ``narrow``, or ``any``."""

    width: str
    font_size: str
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One state of bridges on the map, what it is called and how many there are."""

    state: BridgeState
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPicture:
    """A drawn map. ``key`` makes its ids unique on the page."""

    key: str
    title: str
    width: str
    height: str
    land_transform: str
    border_width: str
    bridges: tuple[DrawnBridge, ...]
    dots: tuple[Dot, ...]
    label_sets: tuple[LabelSet, ...]
    legend: tuple[LegendEntry, ...]
    sides: tuple[Side, ...]
    outside: tuple[str, ...]
    is_dense: bool

    @property
    def view_box(self) -> str:
        """The SVG attribute of that name."""
        return f"0 0 {self.width} {self.height}"

    @property
    def role(self) -> str:
        """``img`` hides what is inside from screen readers, so a map with links is a group."""
        linked = any(each.url for each in self.bridges) or any(each.url for each in self.dots)
        return "group" if linked else "img"


def draw_map(
    key: str,
    title: str,
    *,
    bridges: Sequence[Bridge] = (),
    places: Sequence[MapPlace] = (),
    view: MapView | None = None,
    max_labels: int | None = None,
    max_labels_narrow: int = NARROW_LABELS,
    state_labels: Mapping[BridgeState, str] | None = None,
) -> MapPicture:
    """Draw bridges, the towns at their ends and further ``places``.

    ``view`` is all of Europe by default. A bridge one of whose ends may not be shown is neither
    drawn nor counted. Towns that may be shown but lie beyond the view are named in ``outside``.
    The order of the input makes no difference to arcs and names.
    """
    known = _by_id(places, bridges)
    view = view or MapView.europe(known.values())
    where = {
        place.id: view.to_picture(project(*place.shown_at))
        for place in known.values()
        if place.shown_at is not None
    }
    drawn = sorted(
        (each for each in bridges if each.left.id in where and each.right.id in where),
        key=_drawing_order,
    )
    arcs = raise_arcs([(where[each.left.id], where[each.right.id]) for each in drawn])
    in_view = [
        place for place in known.values() if place.id in where and _is_inside(where[place.id], view)
    ]
    ranked = _rank(in_view, drawn)
    states = state_labels or bridge_state_labels()
    return MapPicture(
        key=key,
        title=title,
        width=plain(view.picture_width),
        height=plain(view.picture_height),
        land_transform=_land_transform(view),
        border_width=f"{BORDER_WIDTH / view.scale:.2f}",
        bridges=tuple(
            _draw_bridge(each, arc, states[each.state])
            for each, arc in zip(drawn, arcs, strict=True)
        ),
        dots=_draw_dots(ranked, where, drawn),
        is_dense=len(ranked) > DENSE_PLACES,
        label_sets=_label_sets(
            ranked,
            where,
            arcs=arcs,
            bridges=drawn,
            view=view,
            limits=(max_labels, max_labels_narrow),
        ),
        legend=_legend(drawn, states),
        sides=tuple(side for side in Side if any(place.side == side for place in in_view)),
        outside=tuple(
            sorted(
                place.name
                for place in known.values()
                if place.id in where and not _is_inside(where[place.id], view)
            )
        ),
    )


def bridge_state_labels() -> dict[BridgeState, str]:
    """Return what the states of bridges are called in the reader's language."""
    return {
        BridgeState.AGREED: pgettext("bridge", "Agreed"),
        BridgeState.APPROVED: pgettext("bridge", "Approved"),
        BridgeState.PROPOSED: pgettext("bridge", "Proposed"),
        BridgeState.REPORTED: pgettext("bridge", "Reported"),
        BridgeState.ONE: pgettext("bridge", "Only in the one"),
        BridgeState.OTHER: pgettext("bridge", "Only in the other"),
        BridgeState.BOTH: pgettext("bridge", "In both"),
    }


def _by_id(places: Iterable[MapPlace], bridges: Iterable[Bridge]) -> dict[str, MapPlace]:
    """Every town once; where a town is given twice, what ``places`` say counts."""
    ends = [end for bridge in bridges for end in (bridge.left, bridge.right)]
    known: dict[str, MapPlace] = {}
    for place in [*places, *ends]:
        known.setdefault(place.id, place)
    return known


def _drawing_order(bridge: Bridge) -> tuple[bool, int, str, str, str]:
    """Least important first: what is drawn later lies above."""
    rank = list(BridgeState).index(bridge.state)
    return bridge.selected, rank, bridge.left.id, bridge.right.id, bridge.title


def _is_inside(point: Point, view: MapView) -> bool:
    return 0 <= point.x <= view.picture_width and 0 <= point.y <= view.picture_height


def _rank(places: Iterable[MapPlace], bridges: Sequence[Bridge]) -> list[MapPlace]:
    """Most important first: selected towns, then by priority, then those with most bridges.

    Where all that is equal the sides take turns: neither keeps its names at the other's cost.
    """
    count: dict[str, int] = defaultdict(int)
    selected: set[str] = set()
    for bridge in bridges:
        for end in (bridge.left, bridge.right):
            count[end.id] += 1
            if bridge.selected:
                selected.add(end.id)

    def importance(place: MapPlace) -> tuple[bool, int, int]:
        chosen = place.selected or place.id in selected
        return not chosen, -place.priority, -count[place.id]

    by_name = sorted(places, key=lambda place: (*importance(place), place.name, place.id))
    taken: dict[tuple[object, ...], int] = defaultdict(int)
    turns: dict[str, int] = {}
    for place in by_name:
        equals = (*importance(place), place.side)
        turns[place.id] = taken[equals]
        taken[equals] += 1
    return sorted(by_name, key=lambda place: (*importance(place), turns[place.id], place.side))


def _land_transform(view: MapView) -> str:
    scale = view.scale
    return f"translate({-view.left * scale:.2f} {-view.top * scale:.2f}) scale({scale:.5f})"


def _draw_bridge(bridge: Bridge, arc: Arc, state: str) -> DrawnBridge:
    return DrawnBridge(
        path=arc.path,
        state=bridge.state,
        title=bridge.title or f"{bridge.left.name} – {bridge.right.name}: {state}",
        url=bridge.url,
        selected=bridge.selected,
    )


def _draw_dots(
    ranked: Sequence[MapPlace], where: Mapping[str, Point], bridges: Sequence[Bridge]
) -> tuple[Dot, ...]:
    """Least important first. A dot takes the colour of its furthest bridge."""
    topmost: dict[str, Bridge] = {}
    for bridge in bridges:
        topmost[bridge.left.id] = topmost[bridge.right.id] = bridge
    dots = []
    for place in reversed(ranked):
        bridge_above = topmost.get(place.id)
        dots.append(
            Dot(
                x=plain(where[place.id].x),
                y=plain(where[place.id].y),
                radius=plain(_dot_radius(ranked)),
                ring=plain(REGION_RADIUS) if place.is_region else "",
                side=place.side,
                state=bridge_above.state if bridge_above else None,
                title=f"{place.name}, {place.note}" if place.note else place.name,
                url=place.url,
                selected=place.selected or bool(bridge_above and bridge_above.selected),
            )
        )
    return tuple(dots)


def _label_sets(
    ranked: Sequence[MapPlace],
    where: Mapping[str, Point],
    *,
    arcs: Sequence[Arc],
    bridges: Sequence[Bridge],
    view: MapView,
    limits: tuple[int | None, int | None],
) -> tuple[LabelSet, ...]:
    narrow_size = PHONE_FONT_SIZE * view.picture_width / PHONE_WIDTH
    if view.picture_width <= SMALL_PICTURE:
        sizes = [("any", FONT_SIZE, 1.0, limits[0])]
    else:
        sizes = [
            ("wide", FONT_SIZE, 1.0, limits[0]),
            ("narrow", narrow_size, NARROW_GROWTH, limits[1]),
        ]
    dot_radius = _dot_radius(ranked)
    leaving = _leaving_directions(bridges, arcs)
    selected = {end.id for each in bridges if each.selected for end in (each.left, each.right)}
    return tuple(
        LabelSet(
            width,
            plain(font_size),
            _placed(
                tuple(
                    Name(
                        key=place.id,
                        text=place.name,
                        point=where[place.id],
                        radius=growth * (REGION_RADIUS if place.is_region else dot_radius),
                        bold=place.selected or place.id in selected,
                        bridges_to=leaving.get(place.id, NOWHERE),
                    )
                    for place in ranked
                ),
                tuple(_dot_box(where[place.id], growth * dot_radius) for place in ranked),
                tuple(arcs),
                font_size,
                (view.picture_width, view.picture_height),
                limit,
            ),
        )
        for width, font_size, growth, limit in sizes
    )


@lru_cache(maxsize=MAPS_REMEMBERED)
def _placed(
    names: tuple[Name, ...],
    dots: tuple[Box, ...],
    arcs: tuple[Arc, ...],
    font_size: float,
    size: tuple[float, float],
    limit: int | None,
) -> tuple[Label, ...]:
    """`place_labels`, remembered: the map of the home page is the same for every visitor."""
    lines = [point for arc in arcs for point in arc.points(FONT_SIZE / 2)]
    width, height = size
    return place_labels(
        names,
        font_size=font_size,
        width=width,
        height=height,
        lines=lines,
        dots=dots,
        limit=limit,
    )


def _dot_radius(places: Sequence[MapPlace]) -> float:
    return DOT_RADIUS * (DENSE_SHRINK if len(places) > DENSE_PLACES else 1)


def _dot_box(point: Point, radius: float) -> Box:
    return Box(point.x - radius, point.y - radius, point.x + radius, point.y + radius)


def _leaving_directions(bridges: Sequence[Bridge], arcs: Sequence[Arc]) -> dict[str, Point]:
    """For each town the mean of the directions in which its bridges leave; 0 to 1 long."""
    steps: dict[str, list[Point]] = defaultdict(list)
    for bridge, arc in zip(bridges, arcs, strict=True):
        for end, start in ((bridge.left, arc.start), (bridge.right, arc.end)):
            dx, dy = arc.control.x - start.x, arc.control.y - start.y
            length = (dx * dx + dy * dy) ** 0.5 or 1.0
            steps[end.id].append(Point(dx / length, dy / length))
    return {
        town: Point(sum(p.x for p in each) / len(each), sum(p.y for p in each) / len(each))
        for town, each in steps.items()
    }


def _legend(
    bridges: Sequence[Bridge], labels: Mapping[BridgeState, str]
) -> tuple[LegendEntry, ...]:
    counts = dict.fromkeys(reversed(BridgeState), 0)
    for bridge in bridges:
        counts[bridge.state] += 1
    return tuple(LegendEntry(state, labels[state], n) for state, n in counts.items() if n)
