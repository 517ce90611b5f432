"""From towns and their facts to a market with scored pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from citymatch.checks import require_sound
from citymatch.criteria import CRITERIA, Scored, normalise, score_all
from citymatch.criteria.rating import Mask
from citymatch.criteria.rules import Eligibility
from citymatch.files.numbers import from_micro
from citymatch.model import (
    Excluded,
    InputError,
    Market,
    Pair,
    PairKey,
    Part,
    Policy,
    Problem,
    Quota,
    Side,
    Town,
    Wish,
)

SCORING = "criteria/1"


def build_market(
    left: Sequence[Town],
    right: Sequence[Town],
    *,
    weights: Mapping[str, Mapping[str, float]],
    quotas: Sequence[Quota] = (),
    excluded: Sequence[Excluded] = (),
    locked: Sequence[PairKey] = (),
    vetoed: Sequence[PairKey] = (),
    ties: Sequence[PairKey] = (),
    wishes: Sequence[Wish] = (),
    policy: Policy | None = None,
) -> Market:
    """Score every pair that is not left out, with parts per criterion and side.

    ``weights`` maps ``left`` and ``right`` to weights per criterion of ``citymatch.criteria``; they
    are normalised per side and kept in the market's policy, so that ``verify`` can score again. The
    policy's rules and towns' refusals join the ``excluded`` pairs. InputError for unknown criteria,
    unusable weights or a market that contradicts itself.
    """
    market = open_market(
        left,
        right,
        weights=weights,
        quotas=quotas,
        excluded=excluded,
        locked=locked,
        vetoed=vetoed,
        ties=ties,
        wishes=wishes,
        policy=policy,
    )
    return list_pairs(market)


def open_market(
    left: Sequence[Town],
    right: Sequence[Town],
    *,
    weights: Mapping[str, Mapping[str, float]],
    quotas: Sequence[Quota] = (),
    excluded: Sequence[Excluded] = (),
    locked: Sequence[PairKey] = (),
    vetoed: Sequence[PairKey] = (),
    ties: Sequence[PairKey] = (),
    wishes: Sequence[Wish] = (),
    policy: Policy | None = None,
) -> Market:
    """Return a market of all pairs, none of them listed: for whole registers.

    The arguments and errors are those of ``build_market``; pairs are scored as they are needed.
    """
    exact = {side: exact_weights(weights, side) for side in ("left", "right")}
    market = Market(
        left=tuple(left),
        right=tuple(right),
        pairs=(),
        quotas=tuple(quotas),
        excluded=tuple(excluded),
        locked=tuple(locked),
        vetoed=tuple(vetoed),
        ties=tuple(ties),
        policy=replace(policy or Policy(), weights=exact, scoring=SCORING),
        wishes=tuple(wishes),
        open=True,
    )
    require_sound(market)
    return market


def list_pairs(market: Market) -> Market:
    """Return an open market with all its pairs listed and scored."""
    scored = score_all(
        market.left,
        market.right,
        criteria=CRITERIA,
        weights=market.policy.weights or {},
        ties=market.ties,
        wishes=market.wishes,
    )
    eligibility = eligibility_of(market)
    i, j = np.arange(len(market.left)), np.arange(len(market.right))
    barred = eligibility.bars(i[:, None], j[None, :])
    known = {(item.left, item.right) for item in market.excluded}
    reasons = [eligibility.why(*place) for place in np.argwhere(barred).tolist()]
    excluded = [item for item in reasons if item and (item.left, item.right) not in known]
    listed = replace(
        market,
        pairs=pairs_of(
            [town.id for town in market.left], [town.id for town in market.right], scored, barred
        ),
        excluded=(*market.excluded, *excluded),
        open=False,
    )
    require_sound(listed)
    return listed


def eligibility_of(market: Market) -> Eligibility:
    """Return the rules, refusals and decisions of an open market."""
    return Eligibility(
        market.left,
        market.right,
        rules=market.policy.rules,
        wishes=market.wishes,
        ties=market.ties,
        excluded=market.excluded,
    )


def exact_weights(weights: Mapping[str, Mapping[str, float]], side: str) -> dict[str, float]:
    """Return one side's weights in whole millionths, as they will stand in the file.

    InputError for unknown criteria or unusable weights.
    """
    given = weights.get(side, {})
    problems = [
        Problem(
            "market",
            None,
            f"policy.weights.{side}.{name}",
            f"the criterion {name!r} is not known",
            f"use {', '.join(CRITERIA)}",
            "unknown_criterion",
            {"criterion": name},
        )
        for name in given
        if name not in CRITERIA
    ]
    if problems:
        raise InputError(problems)
    try:
        return {name: from_micro(weight) for name, weight in normalise(given).items()}
    except (ValueError, OverflowError):
        raise InputError(
            [
                Problem(
                    "market",
                    None,
                    f"policy.weights.{side}",
                    f"the weights of the {side} side are not usable",
                    "give numbers of 0 or more, at least one of them above 0",
                    "wrong_weights",
                    {"side": side},
                )
            ]
        ) from None


def pairs_of(
    left: Sequence[str], right: Sequence[str], scored: Scored, barred: Mask
) -> tuple[Pair, ...]:
    """Return the scored pairs of a grid of two sides, given by ids, that are not barred."""
    left_views = scored.left_parts.sum(axis=0).tolist()
    right_views = scored.right_parts.sum(axis=0).tolist()
    # Criteria last, so that a pair's parts are one plain list.
    left_parts = scored.left_parts.transpose(1, 2, 0).tolist()
    right_parts = scored.right_parts.transpose(1, 2, 0).tolist()
    flags = (scored.left_unknown + 2 * scored.right_unknown.astype(int)).transpose(1, 2, 0).tolist()
    unknown: tuple[tuple[Side, ...], ...] = ((), ("left",), ("right",), ("left", "right"))
    return tuple(
        Pair(
            left=one,
            right=other,
            left_view=left_views[i][j],
            right_view=right_views[i][j],
            parts={
                name: Part(left_part, right_part, unknown[flag])
                for name, left_part, right_part, flag in zip(
                    scored.names, left_parts[i][j], right_parts[i][j], flags[i][j], strict=True
                )
            },
        )
        for i, (one, out) in enumerate(zip(left, barred.tolist(), strict=True))
        for j, other in enumerate(right)
        if not out[j]
    )
