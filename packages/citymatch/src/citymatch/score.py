"""From towns and their facts to a market with scored pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from citymatch.checks import require_sound
from citymatch.criteria import CRITERIA, Scored, normalise, score_all
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
    policy: Policy | None = None,
) -> Market:
    """Score every pair that is not excluded, with parts per criterion and side.

    ``weights`` maps ``left`` and ``right`` to weights per criterion of ``citymatch.criteria``; they
    are normalised per side and kept in the market's policy, so that ``verify`` can score again.
    InputError for unknown criteria, unusable weights or a market that contradicts itself.
    """
    plain = policy or Policy()
    exact = {side: _exact(weights, side) for side in ("left", "right")}
    scored = score_all(left, right, criteria=CRITERIA, weights=exact, ties=ties)
    market = Market(
        left=tuple(left),
        right=tuple(right),
        pairs=_pairs(left, right, scored, {(item.left, item.right) for item in excluded}),
        quotas=tuple(quotas),
        excluded=tuple(excluded),
        locked=tuple(locked),
        vetoed=tuple(vetoed),
        ties=tuple(ties),
        policy=replace(plain, weights=exact, scoring=SCORING),
    )
    require_sound(market)
    return market


def _exact(weights: Mapping[str, Mapping[str, float]], side: str) -> dict[str, float]:
    """Return one side's weights in whole millionths, as they will stand in the file."""
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


def _pairs(
    left: Sequence[Town], right: Sequence[Town], scored: Scored, excluded: set[PairKey]
) -> tuple[Pair, ...]:
    left_views = scored.left_parts.sum(axis=0).tolist()
    right_views = scored.right_parts.sum(axis=0).tolist()
    # Criteria last, so that a pair's parts are one plain list.
    left_parts = scored.left_parts.transpose(1, 2, 0).tolist()
    right_parts = scored.right_parts.transpose(1, 2, 0).tolist()
    flags = (scored.left_unknown + 2 * scored.right_unknown.astype(int)).transpose(1, 2, 0).tolist()
    unknown: tuple[tuple[Side, ...], ...] = ((), ("left",), ("right",), ("left", "right"))
    return tuple(
        Pair(
            left=one.id,
            right=other.id,
            left_view=left_views[i][j],
            right_view=right_views[i][j],
            parts={
                name: Part(left_part, right_part, unknown[flag])
                for name, left_part, right_part, flag in zip(
                    scored.names, left_parts[i][j], right_parts[i][j], flags[i][j], strict=True
                )
            },
        )
        for i, one in enumerate(left)
        for j, other in enumerate(right)
        if (one.id, other.id) not in excluded
    )
