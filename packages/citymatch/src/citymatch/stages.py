"""The stages of a solve: size, floor, score, tie key."""

from __future__ import annotations

from collections.abc import Callable

from citymatch.model import Market, Result

type Progress = Callable[[str, float], None]


def solve(market: Market, *, progress: Progress | None = None) -> Result:
    """Find the best match of a market, with its proofs."""
    raise NotImplementedError
