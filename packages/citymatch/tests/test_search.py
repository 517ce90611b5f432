"""Markets that make the searches work hard: many levels, more pairs than are looked at first."""

from random import Random

import pytest
from random_markets import dense_market

from citymatch import MICRO, Market, Pair, Quota, Town, regret, regrets, solve, verify


def contested_market(towns: int) -> Market:
    """All but one left town like the same right towns best, in the same order.

    The last one likes all alike, so that no side by itself shows how low the floor must lie: each
    cut only leads one level further down.
    """
    step = MICRO // (2 * towns)
    left = tuple(Town(f"u{k:03}") for k in range(towns))
    right = tuple(Town(f"e{k:03}") for k in range(towns))
    pairs = tuple(
        Pair(one.id, other.id, view, view)
        for i, one in enumerate(left)
        for j, other in enumerate(right)
        for view in [MICRO if i == 0 else MICRO - (j + 1) * step]
    )
    return Market(left, right, pairs)


@pytest.mark.parametrize("towns", [5, 30, 60])
def test_highest_floor_far_below_what_each_side_hopes_for(towns: int) -> None:
    market = contested_market(towns)
    result = solve(market)
    # The town that likes all alike takes the one that nobody wants.
    assert result.size == towns
    assert result.floor == MICRO - (towns - 1) * (MICRO // (2 * towns))
    assert ("u000", f"e{towns - 1:03}") in {pair.key for pair in result.pairs}
    assert verify(market, result).ok


def test_largest_size_where_the_best_pairs_are_not_enough() -> None:
    """Sixty towns share their twelve best partners; only all pairs together show the size."""
    left = tuple(Town(f"u{k:03}") for k in range(60))
    right = tuple(Town(f"e{k:03}", groups=("all",)) for k in range(60))
    pairs = tuple(
        Pair(one.id, other.id, view, view)
        for one in left
        for j, other in enumerate(right)
        for view in [900_000 - j * 1000 if j < 12 else 100_000 + j]
    )
    market = Market(left, right, pairs, quotas=(Quota("all", 0, 57),))
    result = solve(market)
    assert (result.size, result.floor) == (57, 100_015)
    assert verify(market, result).ok


def test_regrets_of_a_large_market_equal_solving_again() -> None:
    market = dense_market(48, 45, seed=7)
    result = solve(market)
    found = regrets(market, result)
    assert len(found) == 48 * 45
    rnd = Random(1)
    by_method = {
        method: [key for key, own in found.items() if own.method == method]
        for method in ("path", "solve")
    }
    for keys in by_method.values():
        for key in rnd.sample(keys, 12):
            own = found[key]
            again = regret(market, result, *key)
            assert (own.kind, own.status) == (again.kind, again.status), key
            assert (own.d_size, own.d_floor, own.d_score) == (
                again.d_size,
                again.d_floor,
                again.d_score,
            ), key


def test_regrets_are_found_by_pair() -> None:
    market = dense_market(4, 4, seed=1, quotas=False)
    found = regrets(market, solve(market))
    assert ("u000", "e003") in found
    assert ("e003", "u000") not in found
    with pytest.raises(KeyError):
        found["u000", "nowhere"]
