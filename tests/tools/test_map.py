"""The committed map: Crimea is Ukraine, neighbours fit, and the tool draws the same bytes again."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from mosty.core.pictures.projection import MAP_HEIGHT, MAP_WIDTH, project

ROOT = Path(__file__).resolve().parents[2]
MAP = ROOT / "src/mosty/static/map/europe.svg"
OUTLINES = ROOT.parent / "shared/data/map-outlines/europe_countries_50m.geojson"
SVG = "{http://www.w3.org/2000/svg}"

pytestmark = pytest.mark.unit

type Ring = list[tuple[int, int]]


def read_rings(data: str) -> list[Ring]:
    """The rings of path data made of an absolute start and relative steps."""
    rings = []
    for start, steps in re.findall(r"M(-?\d+ -?\d+)l([^z]+)z", data):
        x, y = map(int, start.split())
        ring = [(x, y)]
        numbers = [int(number) for number in re.findall(r"-?\d+", steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        rings.append(ring)
    return rings


def is_inside(rings: list[Ring], x: float, y: float) -> bool:
    """Whether a point lies inside a shape, by the even-odd rule."""
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
                inside = not inside
    return inside


def countries_at(shapes: dict[str, list[Ring]], lat: float, lon: float) -> set[str]:
    point = project(lat, lon)
    return {iso2 for iso2, rings in shapes.items() if is_inside(rings, point.x, point.y)}


@pytest.fixture(scope="module")
def shapes() -> dict[str, list[Ring]]:
    paths = ElementTree.parse(MAP).iter(f"{SVG}path")
    return {path.attrib["id"]: read_rings(path.attrib["d"]) for path in paths}


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw_map", ROOT / "tools/draw_map.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("town", "lat", "lon"),
    [
        ("Simferopol", 44.95, 34.1),
        ("Sevastopol", 44.6, 33.52),
        ("Kerch", 45.36, 36.47),
        ("Yalta", 44.5, 34.17),
        ("Yevpatoria", 45.2, 33.37),
        ("Donetsk", 48.0, 37.8),
        ("Luhansk", 48.57, 39.31),
        ("Mariupol", 47.1, 37.55),
        ("Melitopol", 46.85, 35.37),
    ],
)
def test_town_of_ukraine_is_in_ukraine_alone(
    shapes: dict[str, list[Ring]], town: str, lat: float, lon: float
) -> None:
    assert countries_at(shapes, lat, lon) == {"UA"}, town


@pytest.mark.parametrize(
    ("iso2", "lat", "lon"),
    [
        ("PL", 52.23, 21.01),
        ("LV", 56.65, 23.71),
        ("PT", 38.57, -7.91),
        ("CY", 35.0, 33.2),
        ("FI", 68.9, 27.0),
        ("RU", 45.04, 38.98),
        ("MD", 47.02, 28.84),
        ("IT", 43.77, 11.25),
    ],
)
def test_town_elsewhere_is_in_its_own_country_alone(
    shapes: dict[str, list[Ring]], iso2: str, lat: float, lon: float
) -> None:
    assert countries_at(shapes, lat, lon) == {iso2}


def test_open_sea_is_in_no_country(shapes: dict[str, list[Ring]]) -> None:
    assert countries_at(shapes, 43.5, 34.0) == set()
    assert countries_at(shapes, 57.0, 4.0) == set()


def test_committed_map_has_three_groups_with_all_of_the_union() -> None:
    root = ElementTree.parse(MAP).getroot()
    groups = {
        group.attrib["id"]: [path.attrib["id"] for path in group] for group in root.iter(f"{SVG}g")
    }
    assert list(groups) == ["land-other", "land-eu", "land-ua"]
    assert groups["land-ua"] == ["UA"]
    assert groups["land-eu"] == (
        "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
    )
    assert root.attrib["viewBox"] == f"0 0 {MAP_WIDTH:.0f} {MAP_HEIGHT:.0f}"


def test_committed_map_says_its_origin_and_stays_small() -> None:
    text = MAP.read_text(encoding="utf-8")
    assert "Natural Earth" in text
    assert "public domain" in text
    assert len(text.encode()) < 90_000


def test_neighbours_share_their_border_points(shapes: dict[str, list[Ring]]) -> None:
    """Corners that both hold: rounding must not tear a border apart."""
    corners = {iso2: {point for ring in rings for point in ring} for iso2, rings in shapes.items()}
    assert len(corners["UA"] & corners["PL"]) > 15
    assert len(corners["CZ"] & corners["DE"]) > 30


@pytest.mark.skipif(
    not OUTLINES.is_file(), reason=f"the outlines are not on this machine: {OUTLINES}"
)
def test_tool_draws_the_committed_bytes(tool: ModuleType) -> None:
    outlines = json.loads(OUTLINES.read_text(encoding="utf-8"))
    assert tool.draw_map(outlines).encode() == MAP.read_bytes()


def test_tool_draws_the_same_whatever_the_order_of_countries(tool: ModuleType) -> None:
    squares = [square("PL", "EU", 20.0), square("UA", "UA", 30.0), square("CH", "other", 8.0)]
    forwards = tool.draw_map({"features": squares})
    assert forwards == tool.draw_map({"features": squares[::-1]})
    assert re.findall(r'id="(\w\w)"', forwards) == ["CH", "PL", "UA"]


def test_tool_leaves_out_a_country_beyond_the_frame(tool: ModuleType) -> None:
    drawn = tool.draw_map({"features": [square("KZ", "other", 90.0)]})
    assert "<path" not in drawn


def test_tool_cuts_a_country_at_the_frame(tool: ModuleType) -> None:
    ring = [(-500, 100), (500, 100), (500, 600), (-500, 600)]
    assert sorted(tool.cut_at_frame(ring)) == [(-20, 100), (-20, 600), (500, 100), (500, 600)]


def test_tool_drops_repeated_and_straight_points_only(tool: ModuleType) -> None:
    ring = [(0, 0), (0, 0), (5, 0), (10, 0), (10, 10), (0, 10)]
    assert tool.drop_needless_points(ring) == [(0, 0), (10, 0), (10, 10), (0, 10)]


def square(iso2: str, group: str, lon: float) -> dict[str, object]:
    corners = [[lon, 48.0], [lon + 2, 48.0], [lon + 2, 50.0], [lon, 50.0], [lon, 48.0]]
    return {
        "properties": {"iso2": iso2, "group": group},
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }
