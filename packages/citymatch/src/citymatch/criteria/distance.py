"""Near enough to visit: 1 next door, falling evenly to 0 at 3,000 km along the great circle."""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from citymatch.criteria.rating import Context, Criterion, Rating, missing
from citymatch.model import MICRO, Reason, Town

EARTH_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

FAR_KM = 3000.0


def rate(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rating:
    one, other = _points(left), _points(right)
    # On the unit sphere the chord gives the angle, stably for near points too. Sums in a fixed
    # order, not a matrix product: the same digits whatever the machine.
    chord = np.sqrt(sum((one[:, None, axis] - other[None, :, axis]) ** 2 for axis in range(3)))
    kilometres = 2 * EARTH_KM * np.arcsin(np.clip(chord / 2, 0, 1))
    values = np.rint(np.clip(1 - kilometres / FAR_KM, 0, 1) * MICRO).astype(np.int64)
    return Rating.mutual(values, missing(left, right, _is_unplaced))


def kilometres_between(left: Town, right: Town) -> float | None:
    """Return the great-circle distance, or None when a place is unknown."""
    if left.lat is None or left.lon is None or right.lat is None or right.lon is None:
        return None
    lat, other = radians(left.lat), radians(right.lat)
    half = sin((other - lat) / 2) ** 2
    half += cos(lat) * cos(other) * sin(radians(right.lon - left.lon) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def facts(left: Town, right: Town, context: Context) -> Reason:
    distance = kilometres_between(left, right)
    return Reason("distance", {"km": None if distance is None else round(distance)})


def _is_unplaced(town: Town) -> bool:
    return town.lat is None or town.lon is None


def _points(towns: Sequence[Town]) -> NDArray[np.float64]:
    """Return the towns on the unit sphere, n × 3; unplaced ones anywhere."""
    lat = np.radians([0.0 if _is_unplaced(town) else town.lat or 0.0 for town in towns])
    lon = np.radians([0.0 if _is_unplaced(town) else town.lon or 0.0 for town in towns])
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


DISTANCE = Criterion("distance", rate, facts)
