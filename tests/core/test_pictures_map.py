"""The map of bridges: what is drawn, what must never be, and that names do not collide."""

import itertools
import math
import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from mosty.core.pictures.arcs import Arc, raise_arcs
from mosty.core.pictures.labels import Box, Name, place_labels
from mosty.core.pictures.lettering import estimate_width
from mosty.core.pictures.maps import DENSE_SHRINK, DOT_RADIUS, NARROW_GROWTH, MapPicture, draw_map
from mosty.core.pictures.numbers import percent, plain
from mosty.core.pictures.places import Bridge, BridgeState, MapPlace, Side
from mosty.core.pictures.projection import MAP_HEIGHT, MAP_WIDTH, Point, project
from mosty.core.pictures.views import MapView
from mosty.core.publication import Location, Precision

pytestmark = pytest.mark.unit

CSS = Path(__file__).resolve().parents[2] / "src/mosty/static/css/parts/map.css"

TOWNS = {
    "Chortkiv": (49.02, 25.80, Side.UKRAINE),
    "Kovel": (51.21, 24.71, Side.UKRAINE),
    "Bucha": (50.54, 30.21, Side.UKRAINE),
    "Nikopol": (47.57, 34.39, Side.UKRAINE),
    "Angers": (47.47, -0.55, Side.EU),
    "Kranj": (46.24, 14.36, Side.EU),
    "Faenza": (44.29, 11.88, Side.EU),
    "Umeå": (63.83, 20.26, Side.EU),
}


def town(name: str, precision: Precision = Precision.MUNICIPALITY, **more: object) -> MapPlace:
    lat, lon, side = TOWNS[name]
    location = None if precision is Precision.WITHHELD else Location(lat, lon, precision)
    return MapPlace(id=name, name=name, side=side, location=location, **more)  # type: ignore[arg-type]


def bridge(
    left: str, right: str, state: BridgeState = BridgeState.PROPOSED, **more: object
) -> Bridge:
    return Bridge(left=town(left), right=town(right), state=state, **more)  # type: ignore[arg-type]


def four_bridges() -> list[Bridge]:
    return [
        bridge("Chortkiv", "Angers", selected=True, url="/pairs/1/"),
        bridge("Kovel", "Kranj", BridgeState.AGREED),
        bridge("Bucha", "Faenza", BridgeState.AGREED),
        bridge("Nikopol", "Umeå", BridgeState.REPORTED),
    ]


def many_bridges() -> list[Bridge]:
    """Thirty bridges between towns with long names in two dense clouds."""
    bridges = []
    for index in range(30):
        left = MapPlace(
            id=f"u{index}",
            name=f"Новоград-Волинський {index}",
            side=Side.UKRAINE,
            location=Location(47 + index % 6 * 0.7, 24 + index * 0.5, Precision.MUNICIPALITY),
        )
        right = MapPlace(
            id=f"e{index}",
            name=f"Sainte-Geneviève {index}",
            side=Side.EU,
            location=Location(43 + index % 7 * 2.0, index * 0.6, Precision.MUNICIPALITY),
        )
        bridges.append(Bridge(left=left, right=right, state=list(BridgeState)[index % 4]))
    return bridges


def render(picture: MapPicture, language: str = "en", **context: object) -> str:
    with translation.override(language):
        return render_to_string("parts/map.html", {"map": picture, **context})


# --- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [(12.0, "12"), (12.34, "12.3"), (-0.04, "0"), (0.05, "0.1"), (720, "720")],
)
def test_plain_number_has_a_point_and_no_needless_zero(value: float, expected: str) -> None:
    assert plain(value) == expected


@pytest.mark.parametrize(
    ("share", "expected"), [(0.375, "37.5%"), (1.0, "100%"), (0.0, "0%"), (1 / 3, "33.333%")]
)
def test_percent_is_ready_for_an_attribute(share: float, expected: str) -> None:
    assert percent(share) == expected


# --- lettering ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "measured"),
    [
        ("Trostianets", 5.438),
        ("Voznesensk", 5.647),
        ("Новоград-Волинський", 10.962),
        ("Кам’янець-Подільський", 11.630),
        ("Litoměřice", 5.024),
        ("Wałbrzych", 5.062),
        ("Mühlhausen", 5.830),
        ("Đurđevac", 4.482),
    ],
)
def test_text_width_is_near_what_a_browser_measures(text: str, measured: float) -> None:
    """Measured in Chromium 156 with Manrope at weight 550, in ems."""
    assert estimate_width(text, 1.0) == pytest.approx(measured, rel=0.03)


def test_text_width_is_the_same_for_both_ways_of_writing_a_mark() -> None:
    assert estimate_width("Umea\u030a", 10.0) == estimate_width("Ume\u00e5", 10.0)


# --- arcs ---------------------------------------------------------------------------------------


def test_arc_rises_above_its_chord_gently() -> None:
    arc = raise_arcs([(Point(0, 100), Point(200, 100))])[0]
    top = arc.at(0.5)
    assert top.x == 100
    assert 10 < 100 - top.y < 25


def test_arc_rises_the_same_in_either_direction() -> None:
    there = raise_arcs([(Point(0, 100), Point(200, 60))])[0]
    back = raise_arcs([(Point(200, 60), Point(0, 100))])[0]
    assert there.control == back.control


def test_arc_of_an_upright_chord_leans_west() -> None:
    for chord in ((Point(50, 0), Point(50, 100)), (Point(50, 100), Point(50, 0))):
        assert raise_arcs([chord])[0].control.x < 50


def test_arc_between_equal_points_is_a_point() -> None:
    arc = raise_arcs([(Point(5, 5), Point(5, 5))])[0]
    assert arc.path == "M5 5Q5 5 5 5"


def test_arcs_of_one_town_fan_out_in_the_order_of_their_climb() -> None:
    hub = Point(400, 200)
    ends = [Point(100, 200 + 8 * step) for step in range(-5, 6)]
    arcs = raise_arcs([(hub, end) for end in ends])
    leaving = [
        math.atan2(hub.y - arc.control.y, hub.x - arc.control.x) for arc in arcs
    ]  # the higher the end, the steeper the start
    assert leaving == sorted(leaving, reverse=True)
    straight = [math.atan2(hub.y - end.y, hub.x - end.x) for end in ends]
    assert leaving[0] - leaving[-1] > 1.5 * (straight[0] - straight[-1])


def test_arcs_do_not_depend_on_the_order_of_the_bridges() -> None:
    chords = [(Point(400, 200), Point(100 + 7 * n, 150 + 13 * n % 90)) for n in range(12)]
    arcs = dict(zip(chords, raise_arcs(chords), strict=True))
    turned = dict(zip(chords[::-1], raise_arcs(chords[::-1]), strict=True))
    assert arcs == turned


def test_arcs_of_two_bridges_between_the_same_towns_part() -> None:
    chord = (Point(0, 0), Point(300, 40))
    first, second = raise_arcs([chord, chord])
    assert first.control != second.control


def test_points_along_an_arc_lie_on_it_and_near_enough() -> None:
    arc = Arc(Point(0, 0), Point(50, -20), Point(100, 0))
    points = arc.points(10)
    assert len(points) == 9
    assert points[4] == arc.at(0.5) == Point(50, -10)


# --- names --------------------------------------------------------------------------------------


def names_at(*points: Point, text: str = "Voznesensk", bold: bool = False) -> list[Name]:
    return [
        Name(key=str(index), text=text, point=point, radius=5, bold=bold)
        for index, point in enumerate(points)
    ]


def test_name_alone_stands_right_of_its_dot() -> None:
    (label,) = place_labels(names_at(Point(100, 50)), font_size=13, width=400, height=100)
    assert label.anchor == "start"
    assert label.box.left > 105


def test_name_at_the_right_edge_stands_left_of_its_dot() -> None:
    (label,) = place_labels(names_at(Point(380, 50)), font_size=13, width=400, height=100)
    assert label.anchor == "end"
    assert label.box.right < 375


def test_name_avoids_the_side_where_its_bridges_leave() -> None:
    name = Name(key="a", text="Angers", point=Point(200, 50), radius=5, bridges_to=Point(1, 0))
    (label,) = place_labels([name], font_size=13, width=400, height=100)
    assert label.anchor == "end"


def test_name_avoids_lines_where_it_can() -> None:
    line = [Point(200 + step, 50.0) for step in range(6, 90, 6)]
    (label,) = place_labels(
        names_at(Point(200, 50)), font_size=13, width=400, height=100, lines=line
    )
    assert not any(label.box.holds(point) for point in line)


def test_name_without_room_is_left_out_but_a_bold_one_is_placed() -> None:
    around = [Box(x - 5, y - 5, x + 5, y + 5) for x in range(0, 400, 12) for y in range(0, 100, 12)]
    point = Point(200, 50)
    plain_names = names_at(point)
    assert place_labels(plain_names, font_size=13, width=400, height=100, dots=around) == ()
    bold_names = names_at(point, bold=True)
    placed = place_labels(bold_names, font_size=13, width=400, height=100, dots=around)
    assert [label.key for label in placed] == ["0"]


def test_names_stop_at_the_limit_most_important_first() -> None:
    names = names_at(Point(50, 20), Point(50, 50), Point(50, 80))
    placed = place_labels(names, font_size=13, width=400, height=100, limit=2)
    assert [label.key for label in placed] == ["0", "1"]


def test_name_never_stands_nearer_to_another_dot() -> None:
    towns = [Point(200, 50), Point(214, 50), Point(228, 50), Point(200, 62), Point(214, 40)]
    names = names_at(*towns, text="Підгородне")
    for label in place_labels(names, font_size=13, width=400, height=100):
        own = label.box.distance_to(towns[int(label.key)])
        assert own <= min(label.box.distance_to(other) for other in towns) + 13 / 8


@pytest.mark.parametrize("view", [None, "crop"])
def test_names_cover_neither_each_other_nor_dots_nor_the_edge(view: str | None) -> None:
    bridges = many_bridges()
    ends = [end for each in bridges for end in (each.left, each.right)]
    picture = draw_map(
        "m", "Many", bridges=bridges, view=MapView.for_places(ends) if view else None
    )
    width, height = float(picture.width), float(picture.height)
    for names in picture.label_sets:
        boxes = [label.box for label in names.labels]
        assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
        assert all(box.lies_in(width, height, 3.9) for box in boxes)
        growth = NARROW_GROWTH if names.width == "narrow" else 1.0
        radius = DOT_RADIUS * growth
        for dot in picture.dots:
            x, y = float(dot.x), float(dot.y)
            # positions are rounded to a tenth in the picture
            around = Box(x - radius, y - radius, x + radius, y + radius).grown(-0.1)
            assert not any(box.overlaps(around) for box in boxes)
    assert len(picture.label_sets[0].labels) >= (24 if view is None else 8)


# --- views --------------------------------------------------------------------------------------


def test_view_of_europe_holds_portugal_and_the_donbas() -> None:
    view = MapView.europe()
    for lat, lon in ((38.7, -9.2), (48.6, 39.3), (63.8, 20.3), (36.7, 15.1)):
        assert view.shows(project(lat, lon))
    assert view.width / view.height == pytest.approx(1.3)


def test_view_of_europe_widens_for_a_town_beyond_it() -> None:
    kiruna = MapPlace(
        id="k", name="Kiruna", side=Side.EU, location=Location(67.86, 20.23, Precision.EXACT)
    )
    assert not MapView.europe().shows(project(67.86, 20.23))
    assert MapView.europe([kiruna]).shows(project(67.86, 20.23))


def test_view_of_one_town_has_the_least_extent_around_it() -> None:
    view = MapView.for_places([town("Chortkiv")], min_extent=1200, aspect=1.5)
    assert (view.width, view.height) == (1200, 800)
    centre = view.to_picture(project(*TOWNS["Chortkiv"][:2]))
    assert centre.x == pytest.approx(view.picture_width / 2)
    assert centre.y == pytest.approx(view.picture_height / 2)


def test_view_of_places_holds_them_all_within_the_map() -> None:
    places = [town(name) for name in TOWNS]
    view = MapView.for_places(places)
    assert all(view.shows(project(*TOWNS[name][:2])) for name in TOWNS)
    assert view.left >= 0
    assert view.top >= 0
    assert view.left + view.width <= MAP_WIDTH + 1e-9
    assert view.top + view.height <= MAP_HEIGHT + 1e-9


def test_view_without_a_place_is_europe() -> None:
    assert MapView.for_places([]) == MapView.europe(picture_width=440)


def test_view_does_not_move_for_a_withheld_place() -> None:
    shown = [town("Chortkiv"), town("Kovel")]
    hidden = town("Umeå", Precision.WITHHELD)
    assert MapView.for_places([*shown, hidden]) == MapView.for_places(shown)


# --- the drawing --------------------------------------------------------------------------------


def test_map_draws_each_bridge_and_each_town_once() -> None:
    hub = [bridge("Chortkiv", "Angers"), bridge("Chortkiv", "Kranj", BridgeState.AGREED)]
    picture = draw_map("m", "Two", bridges=hub)
    assert len(picture.bridges) == 2
    assert sorted(dot.title for dot in picture.dots) == ["Angers", "Chortkiv", "Kranj"]


def test_map_is_the_same_whatever_the_order_of_the_bridges() -> None:
    bridges = many_bridges()
    assert draw_map("m", "Same", bridges=bridges) == draw_map("m", "Same", bridges=bridges[::-1])


def test_dot_takes_the_colour_of_its_furthest_bridge() -> None:
    picture = draw_map(
        "m",
        "Colours",
        bridges=[
            bridge("Chortkiv", "Kranj", BridgeState.AGREED),
            bridge("Chortkiv", "Angers", BridgeState.PROPOSED),
        ],
        places=[town("Umeå")],
    )
    assert {dot.title: dot.state for dot in picture.dots} == {
        "Chortkiv": BridgeState.AGREED,
        "Kranj": BridgeState.AGREED,
        "Angers": BridgeState.PROPOSED,
        "Umeå": None,
    }


def test_selected_bridge_is_drawn_last_with_bold_names() -> None:
    picture = draw_map("m", "Selected", bridges=four_bridges())
    assert [each.selected for each in picture.bridges] == [False, False, False, True]
    for names in picture.label_sets:
        assert {label.text for label in names.labels if label.bold} == {"Chortkiv", "Angers"}


def test_legend_counts_the_states_furthest_first() -> None:
    picture = draw_map("m", "Legend", bridges=four_bridges())
    assert [(entry.state, entry.label, entry.count) for entry in picture.legend] == [
        (BridgeState.AGREED, "Agreed", 2),
        (BridgeState.PROPOSED, "Proposed", 1),
        (BridgeState.REPORTED, "Reported", 1),
    ]


def test_withheld_town_leaves_no_trace() -> None:
    hidden = town("Nikopol", Precision.WITHHELD, note="somewhere", url="/secret/")
    with_hidden = draw_map(
        "m",
        "Hidden",
        bridges=[
            bridge("Kovel", "Kranj"),
            Bridge(left=hidden, right=town("Kranj"), state=BridgeState.AGREED),
        ],
        places=[hidden],
    )
    assert with_hidden == draw_map("m", "Hidden", bridges=[bridge("Kovel", "Kranj")])


def test_withheld_precision_is_obeyed_even_with_coordinates() -> None:
    place = MapPlace(
        id="x",
        name="Hidden",
        side=Side.UKRAINE,
        location=Location(49.0, 25.8, Precision.WITHHELD),
    )
    assert draw_map("m", "Hidden", places=[place]).dots == ()


def test_region_gets_a_ring_and_others_none() -> None:
    picture = draw_map(
        "m", "Region", places=[town("Nikopol", Precision.REGION), town("Kovel", Precision.EXACT)]
    )
    rings = {dot.title: dot.ring for dot in picture.dots}
    assert rings == {"Nikopol": "15", "Kovel": ""}


def test_town_beyond_the_view_is_named_but_not_drawn() -> None:
    las_palmas = MapPlace(
        id="p", name="Las Palmas", side=Side.EU, location=Location(28.1, -15.4, Precision.EXACT)
    )
    far = Bridge(left=town("Kovel"), right=las_palmas, state=BridgeState.AGREED)
    picture = draw_map("m", "Far", bridges=[far])
    assert picture.outside == ("Las Palmas",)
    assert [dot.title for dot in picture.dots] == ["Kovel"]
    assert len(picture.bridges) == 1
    assert "Not on this map: Las Palmas." in render(picture)


def test_phone_gets_fewer_names_in_a_larger_type() -> None:
    wide, narrow = draw_map("m", "Phone", bridges=many_bridges()).label_sets
    assert (wide.width, narrow.width) == ("wide", "narrow")
    assert len(narrow.labels) <= 12 < len(wide.labels)
    assert float(narrow.font_size) > 1.7 * float(wide.font_size)


def test_small_map_has_one_set_of_names() -> None:
    one = [town("Chortkiv")]
    picture = draw_map("m", "Small", places=one, view=MapView.for_places(one))
    assert [names.width for names in picture.label_sets] == ["any"]


def test_dots_shrink_where_there_are_many() -> None:
    few = draw_map("m", "Few", bridges=many_bridges()[:5])
    many = draw_map(
        "m",
        "Many",
        places=[
            MapPlace(
                id=str(n),
                name=str(n),
                side=Side.EU,
                location=Location(45 + n / 10, 10.0, Precision.EXACT),
            )
            for n in range(80)
        ],
    )
    assert not few.is_dense
    assert many.is_dense
    assert float(many.dots[0].radius) < float(few.dots[0].radius)


def test_stylesheet_grows_by_the_factors_that_names_were_placed_for() -> None:
    css = CSS.read_text(encoding="utf-8")
    assert re.findall(r"--map-growth: ([\d.]+);", css) == ["1", str(NARROW_GROWTH)]
    assert re.findall(r"--map-dot: ([\d.]+);", css) == ["1", str(DENSE_SHRINK)]
    assert f"r: calc({DOT_RADIUS}px * var(--map-growth) * var(--map-dot));" in css


# --- the partial --------------------------------------------------------------------------------


def test_partial_names_and_describes_the_picture() -> None:
    html = render(draw_map("board", "Pairs of round 2", bridges=four_bridges()))
    assert '<title id="board-title">Pairs of round 2</title>' in html
    assert "Map of Europe. Agreed: 2. Proposed: 1. Reported: 1.</desc>" in html
    assert 'aria-labelledby="board-title"' in html
    assert 'aria-describedby="board-desc"' in html


def test_partial_is_an_image_without_links_and_a_group_with_them() -> None:
    assert 'role="group"' in render(draw_map("m", "Linked", bridges=four_bridges()))
    assert 'role="img"' in render(draw_map("m", "Plain", bridges=[bridge("Kovel", "Kranj")]))


def test_partial_makes_a_bridge_with_an_address_a_link() -> None:
    html = render(draw_map("m", "Linked", bridges=four_bridges()))
    links = re.findall(r'<a class="([^"]+)" href="([^"]+)"><title>([^<]+)</title>', html)
    assert links == [("bridge proposed selected", "/pairs/1/", "Chortkiv – Angers: Proposed")]


def test_partial_has_no_comma_number_in_ukrainian() -> None:
    picture = draw_map("m", "Мости", bridges=many_bridges())
    html = render(picture, "uk")
    attributes = " ".join(
        re.findall(r'(?:d|x|y|cx|cy|r|width|height|viewBox|transform|font-size)="([^"]*)"', html)
    )
    assert "," not in attributes
    assert "style=" not in html


def test_partial_links_to_its_list_and_says_its_source() -> None:
    picture = draw_map("m", "List", bridges=four_bridges())
    assert '<a href="/pairs/">See the list</a>' in render(picture, list_url="/pairs/")
    assert '<a href="#pairs">See the list</a>' in render(picture, list_id="pairs")
    assert "Land: Natural Earth, with the recognised border of Ukraine." in render(picture)


def test_partial_escapes_names() -> None:
    place = MapPlace(
        id="x",
        name="<b>&\"'",
        side=Side.EU,
        location=Location(49.0, 15.8, Precision.EXACT),
    )
    html = render(draw_map("m", "<i>", places=[place]))
    assert "<b>" not in html
    assert "<i>" not in html
