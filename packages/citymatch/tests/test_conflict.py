"""Conflicts are irreducible, relaxations suffice and are the cheapest: tried by brute force."""

from collections.abc import Iterable
from dataclasses import replace

from brute_force import least_violation, matches
from random_markets import dense_market, random_market

from citymatch import Bound, Conflict, Market, Pair, Quota, Relaxation, Town, solve, verify

PLENTY = 1000


def under(market: Market, bounds: Iterable[Bound]) -> Market:
    """Return the market with some of its bounds only; a dropped lock leaves the pair free."""
    kept = {(bound.code, bound.id): bound.value for bound in bounds}

    def limited(town: Town) -> Town:
        least = kept.get(("town_min", town.id), 0)
        return replace(town, min=least, max=kept.get(("town_max", town.id), PLENTY))

    return replace(
        market,
        left=tuple(limited(town) for town in market.left),
        right=tuple(limited(town) for town in market.right),
        quotas=tuple(
            Quota(q.group, kept.get(("group_min", q.group), 0), kept.get(("group_max", q.group)))
            for q in market.quotas
        ),
        locked=tuple(key for key in market.locked if ("lock", key) in kept),
        vetoed=tuple(key for key in market.vetoed if ("veto", key) in kept),
        policy=replace(market.policy, absolute_floor=kept.get(("absolute_floor", None), 0)),
    )


def relaxed(market: Market, conflict: Conflict) -> Market:
    moved = {(step.code, step.id): step.end for step in conflict.relaxation}

    def limited(town: Town) -> Town:
        return replace(town, min=moved.get(("town_min", town.id), town.min))

    return replace(
        market,
        left=tuple(limited(town) for town in market.left),
        right=tuple(limited(town) for town in market.right),
        quotas=tuple(
            Quota(
                q.group,
                moved.get(("group_min", q.group), q.min),
                moved.get(("group_max", q.group), q.max),
            )
            for q in market.quotas
        ),
    )


def can_be_met(market: Market) -> bool:
    return next(matches(market), None) is not None


def test_conflict_is_irreducible_and_relaxation_is_the_cheapest() -> None:
    seen, kinds = 0, set()
    for seed in range(400):
        market = random_market(seed, minima=0.3)
        # A lock lifts its pair over the absolute floor; without the lock the floor would hold it.
        market = replace(market, policy=replace(market.policy, absolute_floor=0), locked=())
        if seed % 2:
            market = random_market(seed, minima=0.3)
            if any(
                p.floor < market.policy.absolute_floor
                for p in market.pairs
                if p.key in market.locked
            ):
                continue
        result = solve(market)
        if result.status == "optimal":
            continue
        conflict = result.conflict
        assert conflict is not None
        assert not can_be_met(market), seed
        assert not can_be_met(under(market, conflict.bounds)), seed
        for bound in conflict.bounds:
            others = [other for other in conflict.bounds if other is not bound]
            assert can_be_met(under(market, others)), (seed, bound)
        assert solve(relaxed(market, conflict)).status == "optimal", seed
        assert conflict.cost == least_violation(market), seed
        seen += 1
        kinds |= {bound.code for bound in conflict.bounds}
    assert seen >= 100
    assert kinds >= {"town_min", "town_max", "group_min", "group_max", "lock", "veto"}


def test_conflict_names_a_group_smaller_than_its_minimum() -> None:
    market = Market(
        (Town("u1"), Town("u2"), Town("u3", min=1)),
        (Town("e1", groups=("association:A",)), Town("e2", groups=("association:A",))),
        tuple(Pair(u, e, 500_000, 500_000) for u in ("u1", "u2") for e in ("e1", "e2")),
        quotas=(Quota("association:A", 3, 4),),
    )
    result = solve(market)
    assert result.conflict == Conflict(
        (
            Bound("group_min", "association:A", 3),
            Bound("town_max", "e1", 1),
            Bound("town_max", "e2", 1),
        ),
        (Relaxation("group_min", "association:A", 3, 2), Relaxation("town_min", "u3", 1, 0)),
        2,
    )


def test_conflict_of_locks_and_a_quota_raises_the_quota() -> None:
    market = Market(
        (Town("u1"), Town("u2")),
        (Town("e1", groups=("country:LV",)), Town("e2", groups=("country:LV",))),
        (Pair("u1", "e1", 500_000, 500_000), Pair("u2", "e2", 500_000, 500_000)),
        quotas=(Quota("country:LV", 0, 1),),
        locked=(("u1", "e1"), ("u2", "e2")),
    )
    result = solve(market)
    assert result.conflict == Conflict(
        (
            Bound("group_max", "country:LV", 1),
            Bound("lock", ("u1", "e1"), 1),
            Bound("lock", ("u2", "e2"), 1),
        ),
        (Relaxation("group_max", "country:LV", 1, 2),),
        1,
    )
    assert verify(market, result).ok


def test_conflict_names_the_absolute_floor() -> None:
    market = Market(
        (Town("u1", min=1),),
        (Town("e1"),),
        (Pair("u1", "e1", 300_000, 500_000),),
    )
    market = replace(market, policy=replace(market.policy, absolute_floor=400_000))
    result = solve(market)
    assert result.conflict == Conflict(
        (Bound("town_min", "u1", 1), Bound("absolute_floor", None, 400_000)),
        (Relaxation("town_min", "u1", 1, 0),),
        1,
    )
    assert verify(market, result).ok


def test_conflict_of_a_large_market_is_short() -> None:
    market = dense_market(60, 60, seed=2)
    pair = ("association:0", "association:1")
    quotas = [quota for quota in market.quotas if quota.group not in pair]
    tight = replace(market, quotas=(*quotas, *(Quota(group, 7, 8) for group in pair)))
    result = solve(tight)
    assert result.conflict is not None
    assert result.conflict.bounds == (
        Bound("group_min", "association:0", 7),
        Bound("group_min", "association:1", 7),
        Bound("group_max", "country:0", 12),
    )
    assert result.conflict.cost == 2
    assert verify(tight, result).ok
