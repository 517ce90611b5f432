"""Own offers wanted: how much of what the partner needs this town offers.

The mirror of ``needs``, for towns that come to give: a town that asks for little is then still
seen as well placed where it can help most.
"""

from __future__ import annotations

from collections.abc import Sequence

from citymatch.criteria.needs import NEEDS
from citymatch.criteria.rating import Context, Criterion, Rating
from citymatch.model import Reason, Town


def rate(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rating:
    needs = NEEDS.rate(left, right, context)
    return Rating(needs.right, needs.left, needs.right_unknown, needs.left_unknown)


def facts(left: Town, right: Town, context: Context) -> Reason:
    met = NEEDS.facts(left, right, context).params
    return Reason(
        "offers_wanted", {"left_themes": met["right_themes"], "right_themes": met["left_themes"]}
    )


OFFERS = Criterion("offers", rate, facts)
