"""The town's own wishes: its first wish 1, the second 0.8, and so on; whom it did not name 0.

A town without wishes is unknown here, not indifferent. At most five wishes of a town count, so
that long lists of one town do not outweigh short ones of another (docs/strategy.md).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from citymatch.criteria.named import Named, places_of
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

VALUES = (1_000_000, 800_000, 600_000, 400_000, 200_000)
"""Value by rank, from the first."""


def over(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rate:
    ours, silent = _wishes(left, right, context)
    theirs, silents = _wishes(right, left, context)

    def rate(i: Ints, j: Ints) -> Rating:
        shape = np.broadcast_shapes(i.shape, j.shape)
        one, other = np.broadcast_to(silent[i], shape), np.broadcast_to(silents[j], shape)
        return Rating(
            ours.at(i, j, np.where(one, PRIOR, 0)),
            theirs.at(j, i, np.where(other, PRIOR, 0)),
            one,
            other,
        )

    return rate


def limits(left: Sequence[Town], right: Sequence[Town], context: Context) -> Limits:
    ours, silent = _wishes(left, right, context)
    theirs, silents = _wishes(right, left, context)
    ones = Limit.constant(1.0, len(left))

    def columns(part: Ints) -> Singles:
        return np.asarray(silents[part, None] * np.float32(PRIOR / MICRO), dtype=np.float32)

    j, i = theirs.places()
    first, second = ours.places()
    return Limits(
        Limit((silent[:, None] * (PRIOR / MICRO)).astype(np.float32), ones.columns),
        Limit(ones.row, columns),
        extra=(np.concatenate([first, i]), np.concatenate([second, j])),
    )


def facts(left: Town, right: Town, context: Context) -> Reason:
    def rank(town: Town, partner: Town) -> int | None:
        return context.wishes.get(town.id, {}).get(partner.id)

    return Reason("wished", {"left_rank": rank(left, right), "right_rank": rank(right, left)})


def _wishes(
    towns: Sequence[Town], partners: Sequence[Town], context: Context
) -> tuple[Named, Mask]:
    """Return what towns named, and which of them named nobody."""
    place = places_of(partners)
    silent = np.array([town.id not in context.wishes for town in towns], dtype=np.bool_)
    cells = [
        (row, place[partner], VALUES[rank - 1])
        for row, town in enumerate(towns)
        for partner, rank in context.wishes.get(town.id, {}).items()
        if partner in place
    ]
    return Named.of(len(partners), cells), silent


WISHES = Criterion("wishes", over, limits, facts)
