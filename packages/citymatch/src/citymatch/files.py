"""The formats: markets and results as JSON, and their canonical bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from citymatch.model import Market, Result


def market_from_json(data: Mapping[str, Any], *, source: str = "market") -> Market:
    """Read a market; raises InputError naming row, field and remedy."""
    raise NotImplementedError


def market_to_json(market: Market) -> dict[str, Any]:
    """Write a market in its normal form: every default said, everything sorted."""
    raise NotImplementedError


def result_from_json(data: Mapping[str, Any], *, source: str = "result") -> Result:
    """Read a result; raises InputError naming row, field and remedy."""
    raise NotImplementedError


def result_to_json(result: Result) -> dict[str, Any]:
    """Write a result."""
    raise NotImplementedError


def dumps(data: Any) -> str:
    """Write JSON canonically: sorted keys, six decimals, LF."""
    raise NotImplementedError


def input_sha256(market: Market) -> str:
    """Return the SHA-256 of the market's canonical JSON."""
    raise NotImplementedError
