"""What all best matches of the stages so far have in common, from proven stages alone.

A stage is proven when the sum of ``bound`` equals what was achieved. Then no best match can leave
out a pair worth more than it pays, hold one worth less, or miss a bound that has a price: else its
own sum would fall short (docs/mathematics.md). So the next stage is proven for those matches only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from citymatch.model import Market, Pair, Prices
from citymatch.verify.bound import are_prices, payments, upper_bound


@dataclass(frozen=True, slots=True)
class Face:
    """The matches of ``size`` pairs out of ``free``, with all of ``forced``.

    ``fixed`` are towns and groups that have exactly so many pairs.
    """

    market: Market
    size: int
    free: tuple[Pair, ...]
    forced: tuple[Pair, ...]
    fixed: dict[tuple[str, str], int] = field(default_factory=dict)

    def has_at_most(
        self,
        prices: Prices | None,
        value: Callable[[Pair], int],
        *,
        among: Callable[[Pair], bool] | None = None,
    ) -> int | None:
        """Return what no sum of values exceeds, of matches out of some free pairs (or all).

        None when the prices cannot prove anything.
        """
        if prices is None or not are_prices(self.market, prices, self.fixed):
            return None
        return upper_bound(
            self.market,
            prices,
            free=self.free if among is None else [pair for pair in self.free if among(pair)],
            forced=self.forced,
            value=value,
            size=self.size,
            fixed=self.fixed,
        )

    def of_best(self, prices: Prices, value: Callable[[Pair], int]) -> Face:
        """Return the matches whose sum of values meets the bound of the prices."""
        pays = payments(self.market, prices)
        still: list[Pair] = []
        shared: list[Pair] = []
        for pair in self.free:
            worth = value(pair) - (prices.size + pays[pair.left] + pays[pair.right])
            if worth >= 0:
                (shared if worth else still).append(pair)
        fixed = dict(self.fixed)
        for town in (*self.market.left, *self.market.right):
            if prices.town_max.get(town.id):
                fixed.setdefault(("town", town.id), town.max)
            if prices.town_min.get(town.id):
                fixed.setdefault(("town", town.id), town.min)
        for quota in self.market.quotas:
            if prices.group_max.get(quota.group) and quota.max is not None:
                fixed.setdefault(("group", quota.group), quota.max)
            if prices.group_min.get(quota.group):
                fixed.setdefault(("group", quota.group), quota.min)
        return replace(self, free=tuple(still), forced=(*self.forced, *shared), fixed=fixed)

    def only(self, among: Callable[[Pair], bool]) -> Face:
        """Return the matches that use only some of the free pairs."""
        return replace(self, free=tuple(pair for pair in self.free if among(pair)))
