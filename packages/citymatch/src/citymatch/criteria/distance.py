"""Near enough to visit: 1 next door, falling evenly to 0 at 3,000 km along the great circle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from citymatch.criteria.rating import (
    Context,
    Criterion,
    Deduct,
    Ints,
    Limit,
    Limits,
    Mask,
    Rate,
    Rating,
    Singles,
    either,
    fill_blanks,
)
from citymatch.model import MICRO, Reason, Town

EARTH_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

FAR_KM = 3000.0

SLACK = 2e-6
"""By how much single precision may overstate the square of a chord on the unit sphere."""

type Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Places:
    """The places of two sides on the unit sphere, 3 × n each, and who has none."""

    left: Doubles
    right: Doubles
    blank: Mask
    blanks: Mask
    single: Singles
    singles: Singles

    @classmethod
    def of(cls, left: Sequence[Town], right: Sequence[Town]) -> Places:
        (one, blank), (other, blanks) = _points(left), _points(right)
        row = np.stack([*(-2 * one), np.full(len(left), 2 - SLACK)], axis=1)
        column = np.stack([*other, np.ones(len(right))], axis=1)
        return cls(one, other, blank, blanks, row.astype(np.float32), column.astype(np.float32))

    def unknown(self, i: Ints, j: Ints) -> Mask:
        """Return the pairs of which a place is unknown."""
        return either(self.blank, self.blanks, i, j)

    def kilometres(self, i: Ints, j: Ints) -> Doubles:
        """Return distances along the great circle, of no meaning where a place is unknown."""
        # On the unit sphere the chord gives the angle, stably for near points too. Sums in a fixed
        # order, not a matrix product: the same digits whatever the machine.
        chord = np.sqrt(sum((self.left[k][i] - self.right[k][j]) ** 2 for k in range(3)))
        return np.asarray(2 * EARTH_KM * np.arcsin(np.clip(chord / 2, 0, 1)))

    def chords(self, rows: Ints, columns: Ints, factor: float, most: float, out: Singles) -> None:
        """Fill in chords on the unit sphere times a factor, up to some length.

        In single precision, and never longer than they are.
        """
        np.matmul(self.single[rows] * np.float32(factor**2), self.singles[columns].T, out=out)
        np.clip(out, 0, most**2, out=out)
        np.sqrt(out, out=out)

    def chords_of(self, i: Ints, j: Ints) -> Singles:
        """Return the chords of pairs: in single precision, and never longer than they are."""
        squares = self.single.take(i, axis=0) * self.singles.take(j, axis=0)
        # A product with ones adds up the four, quicker than a sum of so few.
        return np.asarray(np.sqrt(np.maximum(squares @ np.ones(4, dtype=np.float32), 0)))

    def forget(self, rows: Ints, columns: Ints, out: Singles, value: float) -> None:
        """Put a value where a place is unknown."""
        fill_blanks(out, self.blank[rows], self.blanks[columns], value)


def over(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rate:
    places = context.once("distance", left, right, Places.of)

    def rate(i: Ints, j: Ints) -> Rating:
        near = np.clip(1 - places.kilometres(i, j) / FAR_KM, 0, 1)
        values = np.rint(near * MICRO).astype(np.int64)
        return Rating.mutual(values, places.unknown(i, j))

    return rate


def limits(left: Sequence[Town], right: Sequence[Town], context: Context) -> Limits:
    """The chord is shorter than the way along the ground, so that it bounds from above."""
    places = context.once("distance", left, right, Places.of)

    def fill(rows: Ints, columns: Ints, factor: float, out: Singles) -> None:
        places.chords(rows, columns, factor * EARTH_KM / FAR_KM, factor, out)
        places.forget(rows, columns, out, factor / 2)

    def of(i: Ints, j: Ints) -> Singles:
        far = places.chords_of(i, j) * np.float32(EARTH_KM / FAR_KM)
        return np.where(places.unknown(i, j), np.float32(0.5), np.minimum(far, np.float32(1)))

    plain = Limit.constant(1.0, len(left))
    limit = Limit(plain.row, plain.columns, Deduct(fill, of), error=2e-6)
    return Limits(limit, limit, is_mutual=True)


def chord_of(kilometres: float) -> float:
    """Return the chord of a distance on the unit sphere, a little more than it is."""
    return 2 * sin(min(kilometres / EARTH_KM, np.pi) / 2) + 1e-6


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


def _points(towns: Sequence[Town]) -> tuple[Doubles, Mask]:
    """Return the towns on the unit sphere, 3 × n, and which have no known place."""
    # An unknown place, None, is no number.
    lat, lon = (
        np.array(list(map(attrgetter(name), towns)), dtype=np.float64) for name in ("lat", "lon")
    )
    blank = np.isnan(lat) | np.isnan(lon)
    lat, lon = np.radians(np.where(blank, 0, lat)), np.radians(np.where(blank, 0, lon))
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]), blank


DISTANCE = Criterion("distance", over, limits, facts)
