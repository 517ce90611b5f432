"""What forcing or forbidding a pair costs the whole match."""

from __future__ import annotations

from collections.abc import Mapping

from citymatch.model import Market, PairKey, Regret, Result


def regrets(market: Market, result: Result) -> Mapping[PairKey, Regret]:
    """Return the regret of every listed pair: forbidding it if chosen, else forcing it."""
    raise NotImplementedError


def regret(market: Market, result: Result, left: str, right: str) -> Regret:
    """Return the regret of one listed pair."""
    raise NotImplementedError
