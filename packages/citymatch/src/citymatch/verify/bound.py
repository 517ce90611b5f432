"""The one sum on which every proof rests: a bound that no match can exceed.

For prices p of the upper bounds and q of the lower bounds, none negative, and a price of the size:
any match within the bounds has a sum of values of at most

    size price × size + Σ p × maximum − Σ q × minimum
    + Σ over forced pairs (value − prices paid) + Σ over free pairs max(0, value − prices paid),

where a pair pays the size price and p − q of its two towns and of all their groups. Each match
satisfies this term by term (docs/mathematics.md), so that no trust in the solver is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from citymatch.model import Market, Pair, Prices

NOTHING_FIXED: Mapping[tuple[str, str], int] = {}


def upper_bound(
    market: Market,
    prices: Prices,
    *,
    free: Iterable[Pair],
    forced: Iterable[Pair],
    value: Callable[[Pair], int],
    size: int,
    fixed: Mapping[tuple[str, str], int] = NOTHING_FIXED,
) -> int:
    """Return what no match of ``size`` pairs out of ``free`` and ``forced`` can exceed.

    ``fixed`` are towns and groups with exactly so many pairs, by (``town`` or ``group``, id).
    """
    total = prices.size * size
    for town in (*market.left, *market.right):
        high, low = prices.town_max.get(town.id, 0), prices.town_min.get(town.id, 0)
        exact = fixed.get(("town", town.id))
        total += high * (town.max if exact is None else exact)
        total -= low * (town.min if exact is None else exact)
    for quota in market.quotas:
        exact = fixed.get(("group", quota.group))
        total -= prices.group_min.get(quota.group, 0) * (quota.min if exact is None else exact)
        most = quota.max if exact is None else exact
        if most is not None:
            total += prices.group_max.get(quota.group, 0) * most
    pays = payments(market, prices)
    for pair in forced:
        total += value(pair) - (prices.size + pays[pair.left] + pays[pair.right])
    for pair in free:
        total += max(0, value(pair) - (prices.size + pays[pair.left] + pays[pair.right]))
    return total


def payments(market: Market, prices: Prices) -> dict[str, int]:
    """Return what a pair pays for each of its towns, with all their groups."""
    pays: dict[str, int] = {}
    for town in (*market.left, *market.right):
        pays[town.id] = prices.town_max.get(town.id, 0) - prices.town_min.get(town.id, 0)
        for group in town.groups:
            pays[town.id] += prices.group_max.get(group, 0) - prices.group_min.get(group, 0)
    return pays


def are_prices(
    market: Market, prices: Prices, fixed: Mapping[tuple[str, str], int] = NOTHING_FIXED
) -> bool:
    """Whether the prices name bounds that the market has, and none but the size's is negative."""
    towns = {town.id for town in (*market.left, *market.right)}
    lower = {quota.group for quota in market.quotas}
    upper = {
        quota.group
        for quota in market.quotas
        if quota.max is not None or ("group", quota.group) in fixed
    }
    return all(
        name in known and price >= 0
        for part, known in (
            (prices.town_max, towns),
            (prices.town_min, towns),
            (prices.group_max, upper),
            (prices.group_min, lower),
        )
        for name, price in part.items()
    )
