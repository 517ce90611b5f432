"""Earlier contact: 1 for an existing tie, 0.5 for a partner in common, else 0.

Ties come from registers, so that no known tie means none; nothing is unknown here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from citymatch.criteria.rating import Context, Criterion, Rating, grid_of
from citymatch.model import MICRO, Reason, Town

SHARED = MICRO // 2


def rate(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rating:
    def value(one: Town, other: Town) -> int:
        known = context.of_town(one.id)
        if other.id in known:
            return MICRO
        return SHARED if known and not known.isdisjoint(context.of_town(other.id)) else 0

    unknown = np.zeros((len(left), len(right)), dtype=np.bool_)
    return Rating.mutual(grid_of(left, right, value), unknown)


def facts(left: Town, right: Town, context: Context) -> Reason:
    if right.id in context.of_town(left.id):
        return Reason("contact_direct")
    shared = sorted(context.of_town(left.id) & context.of_town(right.id))
    return Reason("contact_shared", {"through": shared}) if shared else Reason("contact_none")


CONTACT = Criterion("contact", rate, facts)
