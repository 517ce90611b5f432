"""From towns and their facts to a market with scored pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from citymatch.model import Excluded, Market, PairKey, Policy, Quota, Town


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
    """Score every pair that is not excluded, with parts per criterion and side."""
    raise NotImplementedError
