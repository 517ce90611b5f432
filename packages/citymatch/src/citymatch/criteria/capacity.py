"""What the partner can carry: its assessed capacity, its experience abroad, the size of its house.

Capacity is what the programme's own assessment says, from 0 to 1; experience counts earlier
partnerships or joint projects, five of which are plenty. A town hall's means grow with the number
of people: 0 up to a thousand, a third more for each factor of ten, 1 at a million. What is known of
the three counts evenly.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

import numpy as np

from citymatch.criteria.rating import (
    PRIOR,
    Context,
    Criterion,
    Ints,
    Limit,
    Limits,
    Mask,
    Rate,
    Rating,
    Singles,
)
from citymatch.model import MICRO, Reason, Town

PLENTY = 5
"""So many earlier partnerships or projects are all the experience that counts."""


def over(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rate:
    (one, blank), (other, blanks) = _strengths(left), _strengths(right)

    def rate(i: Ints, j: Ints) -> Rating:
        shape = np.broadcast_shapes(i.shape, j.shape)
        return Rating(
            np.broadcast_to(other[j], shape),
            np.broadcast_to(one[i], shape),
            np.broadcast_to(blanks[j], shape),
            np.broadcast_to(blank[i], shape),
        )

    return rate


def limits(left: Sequence[Town], right: Sequence[Town], context: Context) -> Limits:
    (one, _), (other, _) = _strengths(left), _strengths(right)
    ones = Limit.constant(1.0, len(left))
    partner = (other / MICRO).astype(np.float32)

    def columns(part: Ints) -> Singles:
        return np.asarray(partner[part, None])

    own = (one[:, None] / MICRO).astype(np.float32)
    return Limits(Limit(ones.row, columns), Limit(own, ones.columns))


def facts(left: Town, right: Town, context: Context) -> Reason:
    return Reason(
        "capacities",
        {
            "left_population": left.population,
            "right_population": right.population,
            "left_experience": left.experience,
            "right_experience": right.experience,
            "left_capacity": None if left.capacity is None else round(left.capacity * MICRO),
            "right_capacity": None if right.capacity is None else round(right.capacity * MICRO),
        },
    )


def _strengths(towns: Sequence[Town]) -> tuple[Ints, Mask]:
    """Return what each town can carry, and of which nothing is known."""
    values = [_strength(town) for town in towns]
    blank = np.array([value is None for value in values], dtype=np.bool_)
    return np.array([PRIOR if v is None else v for v in values], dtype=np.int64), blank


def _strength(town: Town) -> int | None:
    known = []
    if town.capacity is not None:
        known.append(round(town.capacity * MICRO))
    if town.experience is not None:
        known.append(min(town.experience, PLENTY) * MICRO // PLENTY)
    if town.population is not None:
        known.append(round(MICRO * min(max((log10(town.population) - 3) / 3, 0), 1)))
    return sum(known) // len(known) if known else None


CAPACITY = Criterion("capacity", over, limits, facts)
