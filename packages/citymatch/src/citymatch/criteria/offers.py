"""Own offers wanted: how much of what the partner needs this town offers.

The mirror of ``needs``, for towns that come to give: a town that asks for little is then still
seen as well placed where it can help most.
"""

from __future__ import annotations

from collections.abc import Sequence

from citymatch.criteria.needs import NEEDS
from citymatch.criteria.rating import Context, Criterion, Ints, Limits, Rate, Rating
from citymatch.model import Reason, Town


def over(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rate:
    needs = NEEDS.over(left, right, context)

    def rate(i: Ints, j: Ints) -> Rating:
        return needs(i, j).swapped()

    return rate


def limits(left: Sequence[Town], right: Sequence[Town], context: Context) -> Limits:
    needs = NEEDS.limits(left, right, context)
    return Limits(needs.right, needs.left)


def facts(left: Town, right: Town, context: Context) -> Reason:
    met = NEEDS.facts(left, right, context).params
    return Reason(
        "offers_wanted", {"left_themes": met["right_themes"], "right_themes": met["left_themes"]}
    )


OFFERS = Criterion("offers", over, limits, facts)
