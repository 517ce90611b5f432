"""Prices per arc, put into words: who pays for which bound."""

from __future__ import annotations

import numpy as np

from citymatch.model import Prices
from citymatch.quotas import Bounds, Ints


def prices_of(bounds: Bounds, prices: Ints) -> Prices:
    """Name prices per arc (positive for a maximum, negative for a minimum)."""
    found: dict[str, dict[str, int]] = {
        "town_max": {},
        "town_min": {},
        "group_max": {},
        "group_min": {},
    }
    for arc in np.flatnonzero(prices[:-1]).tolist():
        kind, name = bounds.names[arc]
        price = int(prices[arc])
        found[f"{kind}_{'max' if price > 0 else 'min'}"][name] = abs(price)
    return Prices(size=int(prices[-1]), **found)


def arc_prices(bounds: Bounds, prices: Prices) -> Ints:
    """Return named prices per arc: the way back from ``prices_of``."""
    found = np.zeros(len(bounds.names), dtype=np.int64)
    found[-1] = prices.size
    for arc, (kind, name) in enumerate(bounds.names[:-1]):
        most, least = (
            (prices.town_max, prices.town_min)
            if kind == "town"
            else (prices.group_max, prices.group_min)
        )
        found[arc] = most.get(name, 0) - least.get(name, 0)
    return found
