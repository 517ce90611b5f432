"""Earlier contact: 1 for an existing tie, 0.5 for a partner in common, else 0.

Ties come from registers, so that no known tie means none; nothing is unknown here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from citymatch.criteria.named import Named, places_of
from citymatch.criteria.rating import (
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

SHARED = MICRO // 2

MANY = 5_000
"""A third body through which more pairs than this are in contact is kept as two lists of towns."""


def over(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rate:
    named, hubs = _contacts(left, right, context)

    def rate(i: Ints, j: Ints) -> Rating:
        shape = np.broadcast_shapes(i.shape, j.shape)
        shared = np.zeros(shape, dtype=np.bool_)
        for one, other in hubs:
            shared |= one[i] & other[j]
        values = named.at(i, j, np.where(shared, SHARED, 0))
        return Rating.mutual(values, np.zeros(shape, dtype=np.bool_))

    return rate


def limits(left: Sequence[Town], right: Sequence[Town], context: Context) -> Limits:
    named, hubs = _contacts(left, right, context)
    row = np.zeros((len(left), len(hubs) + 1), dtype=np.float32)
    column = np.zeros((len(right), len(hubs) + 1), dtype=np.float32)
    for place, (one, other) in enumerate(hubs):
        row[one, place] = SHARED / MICRO
        column[other, place] = 1

    def columns(part: Ints) -> Singles:
        return np.asarray(column[part])

    limit = Limit(row, columns)
    return Limits(limit, limit, is_mutual=True, extra=named.places())


def facts(left: Town, right: Town, context: Context) -> Reason:
    if right.id in context.of_town(left.id):
        return Reason("contact_direct")
    shared = sorted(context.of_town(left.id) & context.of_town(right.id))
    return Reason("contact_shared", {"through": shared}) if shared else Reason("contact_none")


def _contacts(
    left: Sequence[Town], right: Sequence[Town], context: Context
) -> tuple[Named, list[tuple[Mask, Mask]]]:
    """Return the pairs in contact, and the towns on either side of bodies that know very many."""
    one, other = places_of(left), places_of(right)
    cells: list[tuple[int, int, int]] = []
    hubs: list[tuple[Mask, Mask]] = []
    for body, known in context.contacts.items():
        ours = [one[town] for town in known if town in one]
        theirs = [other[town] for town in known if town in other]
        if body in one:
            cells += [(one[body], j, MICRO) for j in theirs]
        if len(ours) * len(theirs) > MANY:
            masks = np.zeros(len(left), dtype=np.bool_), np.zeros(len(right), dtype=np.bool_)
            masks[0][ours], masks[1][theirs] = True, True
            hubs.append(masks)
        else:
            cells += [(i, j, SHARED) for i in ours for j in theirs]
    return Named.of(len(right), cells), hubs


CONTACT = Criterion("contact", over, limits, facts)
