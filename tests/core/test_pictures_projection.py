import pytest

from mosty.core.pictures.projection import (
    MAP_HEIGHT,
    MAP_WIDTH,
    NORTH,
    WEST,
    is_on_map,
    project,
    project_to_etrs89_laea,
)

pytestmark = pytest.mark.unit


def test_projection_gives_the_published_example() -> None:
    """EPSG Guidance Note 7-2, Lambert Azimuthal Equal Area: 50° N, 5° E in ETRS89-LAEA."""
    easting, northing = project_to_etrs89_laea(50.0, 5.0)
    assert round(easting, 2) == 3962799.45
    assert round(northing, 2) == 2999718.85


def test_projection_puts_the_origin_at_the_false_origin() -> None:
    assert project_to_etrs89_laea(52.0, 10.0) == pytest.approx((4_321_000.0, 3_210_000.0))


def test_map_counts_kilometres_from_its_north_west_corner() -> None:
    point = project(52.0, 10.0)
    assert point.x == pytest.approx(4321.0 - WEST)
    assert point.y == pytest.approx(NORTH - 3210.0)


def test_map_keeps_areas() -> None:
    """A degree field in the north and one in the south, each against its area on the ellipsoid."""
    for lat, square_kilometres in ((65.0, 5161.5), (38.0, 9683.2)):
        corners = [
            project(a, b) for a, b in ((lat, 25.0), (lat, 26.0), (lat + 1, 26.0), (lat + 1, 25.0))
        ]
        doubled = sum(
            a.x * b.y - b.x * a.y for a, b in zip(corners, corners[1:] + corners[:1], strict=True)
        )
        assert abs(doubled) / 2 == pytest.approx(square_kilometres, rel=0.001)


@pytest.mark.parametrize(("lat", "lon"), [(91.0, 0.0), (0.0, 181.0), (-90.1, 0.0)])
def test_projection_refuses_what_is_no_place_on_earth(lat: float, lon: float) -> None:
    with pytest.raises(ValueError, match="no place on earth"):
        project(lat, lon)


@pytest.mark.parametrize(
    ("place", "lat", "lon", "expected"),
    [
        ("Lisbon", 38.7, -9.2, True),
        ("Luhansk", 48.6, 39.3, True),
        ("North Cape", 71.2, 25.8, True),
        ("Nicosia", 35.2, 33.4, True),
        ("Las Palmas", 28.1, -15.4, False),
        ("Kourou", 5.2, -52.6, False),
    ],
)
def test_map_holds_europe_from_portugal_to_the_donbas(
    place: str, lat: float, lon: float, expected: bool
) -> None:
    point = project(lat, lon)
    assert is_on_map(point) is expected, place
    assert (0 <= point.x <= MAP_WIDTH and 0 <= point.y <= MAP_HEIGHT) is expected
