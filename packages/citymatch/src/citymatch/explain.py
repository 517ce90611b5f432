"""Why a pair was chosen or not, what comes next, and what would change it."""

from __future__ import annotations

from citymatch.model import Alternative, Change, Explanation, Market, Result


def explain(market: Market, result: Result, left: str, right: str) -> Explanation:
    """Say why a pair is in the match or why not."""
    raise NotImplementedError


def next_best(market: Market, result: Result, town: str, n: int = 3) -> tuple[Alternative, ...]:
    """Return the pairs a town could have instead, the least costly to all others first."""
    raise NotImplementedError


def what_would_change(market: Market, result: Result, left: str, right: str) -> tuple[Change, ...]:
    """Return the smallest changes that bring one pair into the match."""
    raise NotImplementedError


def what_would_match(market: Market, result: Result, town: str) -> tuple[Change, ...]:
    """Return the smallest changes that give a town one more partner."""
    raise NotImplementedError
