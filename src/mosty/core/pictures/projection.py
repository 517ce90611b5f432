"""The map's projection: ETRS89-LAEA Europe (EPSG:3035), in kilometres, y pointing down.

Equal-area, so no country looks bigger than it is. Formulas: EPSG Guidance Note 7-2 (IOGP
publication 373-7-2), "Lambert Azimuthal Equal Area", method 9820, on the GRS80 ellipsoid. The tool
that draws the land and the pages that put towns on it both call ``project``; nothing else may
place a point.
"""

import math
from dataclasses import dataclass

SEMI_MAJOR_AXIS = 6_378_137.0  # GRS80, metres
FLATTENING = 1 / 298.257222101
ORIGIN_LAT, ORIGIN_LON = math.radians(52), math.radians(10)
FALSE_EASTING, FALSE_NORTHING = 4_321_000.0, 3_210_000.0

# The part of the projected plane that the map covers, in kilometres of EPSG:3035. It reaches from
# the Atlantic to the Donbas and from Crete and Cyprus to the North Cape, and stays inside what the
# outlines hold, so that no view shows sea where land was merely cut off.
WEST, EAST = 2350.0, 6650.0
SOUTH, NORTH = 1380.0, 5440.0
MAP_WIDTH, MAP_HEIGHT = EAST - WEST, NORTH - SOUTH

_E2 = FLATTENING * (2 - FLATTENING)
_E = math.sqrt(_E2)


def _q(lat: float) -> float:
    """Return the note's q, from which the authalic latitude comes; ``lat`` in radians."""
    sine = math.sin(lat)
    return (1 - _E2) * (
        sine / (1 - _E2 * sine * sine) - math.log((1 - _E * sine) / (1 + _E * sine)) / (2 * _E)
    )


_Q_POLE = _q(math.pi / 2)
_BETA_ORIGIN = math.asin(_q(ORIGIN_LAT) / _Q_POLE)
_SIN_ORIGIN, _COS_ORIGIN = math.sin(_BETA_ORIGIN), math.cos(_BETA_ORIGIN)
_AUTHALIC_RADIUS = SEMI_MAJOR_AXIS * math.sqrt(_Q_POLE / 2)
_D = (
    SEMI_MAJOR_AXIS
    * math.cos(ORIGIN_LAT)
    / math.sqrt(1 - _E2 * math.sin(ORIGIN_LAT) ** 2)
    / (_AUTHALIC_RADIUS * _COS_ORIGIN)
)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the map or of a picture; y grows downwards."""

    x: float
    y: float


def project_to_etrs89_laea(lat: float, lon: float) -> tuple[float, float]:
    """Return easting and northing in metres (EPSG:3035) of a place in degrees (ETRS89, WGS 84).

    Raises ValueError for a latitude beyond ±90 or a longitude beyond ±180.
    """
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(f"no place on earth: latitude {lat}, longitude {lon}")
    beta = math.asin(_q(math.radians(lat)) / _Q_POLE)
    sin_beta, cos_beta = math.sin(beta), math.cos(beta)
    from_origin = math.radians(lon) - ORIGIN_LON
    toward = cos_beta * math.cos(from_origin)
    b = _AUTHALIC_RADIUS * math.sqrt(2 / (1 + _SIN_ORIGIN * sin_beta + _COS_ORIGIN * toward))
    easting = FALSE_EASTING + b * _D * cos_beta * math.sin(from_origin)
    northing = FALSE_NORTHING + b / _D * (_COS_ORIGIN * sin_beta - _SIN_ORIGIN * toward)
    return easting, northing


def project(lat: float, lon: float) -> Point:
    """Return where a place in degrees lies on the map: kilometres from its north-west corner."""
    easting, northing = project_to_etrs89_laea(lat, lon)
    return Point(easting / 1000 - WEST, NORTH - northing / 1000)


def is_on_map(point: Point) -> bool:
    """Say whether a projected point lies inside the part of Europe that the map covers."""
    return 0 <= point.x <= MAP_WIDTH and 0 <= point.y <= MAP_HEIGHT
