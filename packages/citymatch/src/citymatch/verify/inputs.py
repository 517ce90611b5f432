"""Whether the result belongs to the market, and the market's views to its facts."""

from __future__ import annotations

import numpy as np

from citymatch.criteria import CRITERIA, score_all
from citymatch.files import input_sha256
from citymatch.model import Market, Result
from citymatch.verify.findings import Findings, name_of

TOLERANCE = 1
"""Views computed again may differ by a millionth: logarithms vary in the last bit."""


def check_market(found: Findings, market: Market, result: Result) -> None:
    """The result was made for this market, and the market means one thing only."""
    if result.input_sha256 != input_sha256(market):
        found.fail("wrong_input", "the result belongs to another market")
    left, right = {town.id for town in market.left}, {town.id for town in market.right}
    keys = {pair.key for pair in market.pairs}
    groups = {quota.group for quota in market.quotas}
    if (
        len(left | right) < len(market.left) + len(market.right)
        or len(keys) < len(market.pairs)
        or len(groups) < len(market.quotas)
    ):
        found.fail("unsound_market", "the market names a town, a pair or a quota twice")
    if any(one not in left or other not in right for one, other in keys):
        found.fail("unsound_market", "the market lists a pair of unknown towns")
    if (not market.open and not {*market.locked} <= keys) or {*market.locked} & {*market.vetoed}:
        found.fail("unsound_market", "a locked pair is vetoed or not listed")


def groups_cross(market: Market) -> bool:
    """Whether two groups with bounds share towns of a side and neither holds the other."""
    bounded = {quota.group for quota in market.quotas if quota.min > 0 or quota.max is not None}
    for side in (market.left, market.right):
        members = [{town.id for town in side if group in town.groups} for group in sorted(bounded)]
        for k, one in enumerate(members):
            if any(one & other and one - other and other - one for other in members[k + 1 :]):
                return True
    return False


def check_scoring(found: Findings, market: Market) -> None:
    """Parts add up, and views computed by this package are computed again from the facts."""
    for row, pair in enumerate(market.pairs, 1):
        if pair.parts is None:
            continue
        left = sum(part.left for part in pair.parts.values())
        right = sum(part.right for part in pair.parts.values())
        if (left, right) != (pair.left_view, pair.right_view):
            name = name_of(pair.key)
            found.fail("parts_do_not_add_up", f"the parts of {name} differ from its views", row)
    weights = market.policy.weights
    if market.open:
        return  # their views were computed here
    if market.policy.scoring != "criteria/1" or weights is None or not market.pairs:
        return
    scored = score_all(
        market.left,
        market.right,
        criteria=CRITERIA,
        weights=weights,
        ties=market.ties,
        wishes=market.wishes,
    )
    place = {town.id: k for side in (market.left, market.right) for k, town in enumerate(side)}
    i = [place[pair.left] for pair in market.pairs]
    j = [place[pair.right] for pair in market.pairs]
    given = np.array([(pair.left_view, pair.right_view) for pair in market.pairs]).T
    views = scored.left_parts.sum(axis=0), scored.right_parts.sum(axis=0)
    again = np.stack([view[i, j] for view in views])
    for row in np.flatnonzero((np.abs(given - again) > TOLERANCE).any(axis=0)).tolist():
        key = market.pairs[row].key
        found.fail("wrong_scoring", f"the facts give other views for {name_of(key)}", pair=key)
