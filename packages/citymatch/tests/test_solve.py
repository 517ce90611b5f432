"""The stages against their definition, against other solvers, and against common sense."""

from collections import Counter
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from brute_force import best_match
from random_markets import dense_market, random_market
from scipy.optimize import LinearConstraint, linear_sum_assignment, milp

from citymatch import (
    Excluded,
    InputError,
    Market,
    Pair,
    Policy,
    Quota,
    Result,
    Town,
    dumps,
    market_to_json,
    result_to_json,
    solve,
    verify,
)

STAGE_SETS = [
    ("size", "floor", "score"),
    ("size", "score"),
    ("floor", "score"),
    ("size", "floor"),
    ("score",),
    ("floor",),
    ("size",),
]


def figures(result: Result) -> tuple[object, ...]:
    return (
        tuple(pair.key for pair in result.pairs),
        result.size,
        result.floor,
        result.score,
    )


@pytest.mark.parametrize("block", range(10))
def test_solve_equals_brute_force(block: int) -> None:
    feasible = 0
    for seed in range(100 * block, 100 * block + 100):
        market = random_market(seed)
        result, best = solve(market), best_match(market)
        if best is None:
            assert result.status == "infeasible", seed
            continue
        feasible += 1
        assert figures(result) == (best.pairs, best.size, best.floor, best.score), seed
    assert feasible >= 50


@pytest.mark.parametrize("stages", STAGE_SETS, ids="-".join)
def test_solve_any_stages_equals_brute_force(stages: tuple[str, ...]) -> None:
    for seed in range(60):
        market = random_market(seed, minima=0.08)
        market = replace(market, policy=replace(market.policy, stages=stages))
        result, best = solve(market), best_match(market)
        if best is None:
            assert result.status == "infeasible", seed
            continue
        assert figures(result) == (best.pairs, best.size, best.floor, best.score), seed
        verdict = verify(market, result)
        assert verdict.ok, (seed, verdict.problems)
        assert verdict.proven == {stage: stage in stages for stage in ("size", "floor", "score")}


@pytest.mark.parametrize("seed", range(8))
def test_solve_large_equals_milp(seed: int) -> None:
    """Large enough for the searches to look at a part of the pairs only."""
    market = dense_market(50, 50, seed=seed)
    result = solve(market)
    size = result.size
    assert best_by_milp(market, floor=0, size=None)[0] == size
    assert result.floor is not None
    assert best_by_milp(market, floor=result.floor, size=size) == (size, result.score)
    assert best_by_milp(market, floor=result.floor + 1, size=None)[0] < (size or 0)
    assert verify(market, result).ok


def best_by_milp(market: Market, *, floor: int, size: int | None) -> tuple[int, int]:
    """Solve with HiGHS: the most pairs, or the best score of so many pairs."""
    pairs = [pair for pair in market.pairs if pair.floor >= floor]
    bounds = {town.id: (town.min, town.max) for town in (*market.left, *market.right)}
    bounds |= {q.group: (q.min, np.inf if q.max is None else q.max) for q in market.quotas}
    groups = {town.id: (town.id, *town.groups) for town in (*market.left, *market.right)}
    rows = {name: k for k, name in enumerate(bounds)}
    matrix = np.zeros((len(bounds) + 1, len(pairs)))
    for column, pair in enumerate(pairs):
        for name in {*groups[pair.left], *groups[pair.right]} & rows.keys():
            matrix[rows[name], column] = 1
    matrix[-1] = 1
    low = [float(least) for least, _ in bounds.values()] + [size or 0]
    high = [float(most) for _, most in bounds.values()] + [np.inf if size is None else size]
    value = np.array([pair.score if size is not None else 1 for pair in pairs], dtype=float)
    answer = milp(
        -value,
        constraints=LinearConstraint(matrix, low, high),
        integrality=np.ones(len(pairs)),
        bounds=(0, 1),
        options={"mip_rel_gap": 0},
    )
    if answer.status == 2:
        return -1, 0
    taken = np.round(answer.x).astype(bool)
    return int(taken.sum()), int(value[taken].sum()) if size is not None else 0


@pytest.mark.parametrize(("left", "right"), [(12, 12), (20, 9), (60, 55)])
def test_solve_without_quotas_equals_assignment(left: int, right: int) -> None:
    market = dense_market(left, right, seed=left, quotas=False)
    market = replace(market, policy=Policy(stages=("size", "score")))
    scores = np.array([pair.score for pair in market.pairs]).reshape(left, right)
    rows, columns = linear_sum_assignment(scores, maximize=True)
    result = solve(market)
    assert (result.size, result.score) == (min(left, right), scores[rows, columns].sum())


def shuffled(market: Market, seed: int) -> Market:
    rnd = Random(seed)

    def mixed[T](items: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(rnd.sample(items, len(items)))

    return replace(
        market,
        left=mixed(market.left),
        right=mixed(market.right),
        pairs=mixed(market.pairs),
        quotas=mixed(market.quotas),
        locked=mixed(market.locked),
        vetoed=mixed(market.vetoed),
    )


@pytest.mark.parametrize("seed", range(30))
def test_solve_same_bytes_whatever_the_order_of_rows(seed: int) -> None:
    market = random_market(seed)
    mixed = shuffled(market, seed)
    assert dumps(market_to_json(mixed)) == dumps(market_to_json(market))
    assert dumps(result_to_json(solve(mixed))) == dumps(result_to_json(solve(market)))


def test_solve_large_same_bytes_whatever_the_order_of_rows() -> None:
    market = dense_market(50, 50, seed=3, step=50_000)
    first, second = solve(market), solve(shuffled(market, 1))
    assert dumps(result_to_json(first)) == dumps(result_to_json(second))


def test_solve_tie_key_decides_among_equals() -> None:
    towns = [tuple(Town(f"{side}{k}") for k in range(5)) for side in "ue"]
    pairs = tuple(Pair(u.id, e.id, 500_000, 500_000) for u in towns[0] for e in towns[1])
    found = {
        tuple(p.key for p in solve(Market(*towns, pairs, policy=Policy(tie_key=key))).pairs)
        for key in "abcdefgh"
    }
    assert len(found) > 1


def test_solve_keeps_locks_and_leaves_out_vetoes() -> None:
    seen = 0
    for seed in range(200):
        market = random_market(seed, minima=0)
        result = solve(market)
        if result.status == "infeasible":
            continue
        chosen = {pair.key for pair in result.pairs}
        assert chosen >= set(market.locked), seed
        assert chosen.isdisjoint(market.vetoed), seed
        assert {pair.key for pair in result.pairs if pair.locked} == set(market.locked), seed
        level = market.policy.absolute_floor
        assert all(pair.floor >= level for pair in result.pairs if not pair.locked), seed
        seen += bool(market.locked)
    assert seen >= 20


def better_at(market: Market, seed: int, result: Result) -> tuple[Market, tuple[str, str]] | None:
    free = [pair for pair in result.pairs if not pair.locked]
    if not free:
        return None
    rnd = Random(seed)
    kept = rnd.choice(free)

    def raised(view: int) -> int:
        return view + rnd.randint(0, 1_000_000 - view)

    pairs = tuple(
        replace(pair, left_view=raised(pair.left_view), right_view=raised(pair.right_view))
        if pair.key == kept.key
        else pair
        for pair in market.pairs
    )
    return replace(market, pairs=pairs), kept.key


def test_solve_better_view_of_a_chosen_pair_keeps_it() -> None:
    seen = 0
    for seed in range(200):
        market = random_market(seed, minima=0)
        changed = better_at(market, seed, solve(market))
        if changed is None:
            continue
        better, kept = changed
        assert kept in {pair.key for pair in solve(better).pairs}, seed
        seen += 1
    assert seen >= 90


@pytest.mark.parametrize("seed", range(60))
def test_solve_one_more_right_town_never_lowers_the_size(seed: int) -> None:
    """Whatever groups it is in, since no minimum binds."""
    market = random_market(seed, minima=0)
    groups = Random(seed).choice(market.right).groups if seed % 2 else ()
    more = replace(
        market,
        right=(*market.right, Town("new", groups)),
        pairs=(*market.pairs, *(Pair(u.id, "new", 400_000, 600_000) for u in market.left)),
    )
    before, after = solve(market), solve(more)
    assert before.status == after.status
    assert (after.size or 0) >= (before.size or 0)


def test_solve_tighter_quota_is_never_better() -> None:
    """Neither in size, nor in floor at equal size, nor in score at equal size and floor."""
    kinds = Counter[tuple[str, int]]()
    for seed in range(400):
        market, rnd = random_market(seed, minima=0.05), Random(seed)
        before = solve(market)
        wide = [quota for quota in market.quotas if quota.max is None or quota.max > quota.min]
        if not wide or before.status == "infeasible":
            continue
        quota = rnd.choice(wide)
        side = "min" if quota.max is None or rnd.random() < 0.5 else "max"
        tight = replace(quota, min=quota.min + 1)
        if side == "max":
            tight = replace(quota, max=(quota.max or 0) - 1)
        quotas = tuple(tight if own is quota else own for own in market.quotas)
        after = solve(replace(market, quotas=quotas))
        if after.status == "infeasible":
            continue
        rank = [
            (result.size or 0, -1 if result.floor is None else result.floor, result.score or 0)
            for result in (before, after)
        ]
        assert rank[1] <= rank[0], seed
        worse = [k for k, (one, other) in enumerate(zip(*rank, strict=True)) if one != other]
        kinds[side, worse[0] if worse else 3] += 1
    # Both bounds were tightened so that size, floor or score fell.
    assert {side for side, stage in kinds if stage < 3} == {"min", "max"}
    assert {stage for _, stage in kinds} == {0, 1, 2, 3}


def test_solve_floor_speaks_of_free_pairs_only() -> None:
    market = Market(
        (Town("u1"), Town("u2")),
        (Town("e1"), Town("e2")),
        (
            Pair("u1", "e1", 100_000, 900_000),
            Pair("u2", "e2", 700_000, 600_000),
            Pair("u1", "e2", 800_000, 800_000),
        ),
        locked=(("u1", "e1"),),
    )
    result = solve(market)
    assert (result.floor, result.floor_all) == (600_000, 100_000)


def test_solve_all_locked_has_no_floor() -> None:
    market = Market((Town("u1"),), (Town("e1"),), (Pair("u1", "e1", 1, 2),), locked=(("u1", "e1"),))
    result = solve(market)
    assert (result.size, result.floor, result.floor_all) == (1, None, 1)


@pytest.mark.parametrize("stages", STAGE_SETS, ids="-".join)
def test_solve_empty_market_is_an_empty_match(stages: tuple[str, ...]) -> None:
    for market in (
        Market((), (), (), policy=Policy(stages=stages)),
        Market((Town("u1"),), (Town("e1"),), (), policy=Policy(stages=stages)),
    ):
        result = solve(market)
        assert (result.status, result.pairs, result.score) == ("optimal", (), 0)
        assert verify(market, result).ok


def test_solve_partners_beyond_the_other_side_change_nothing() -> None:
    market = dense_market(3, 4, seed=1, quotas=False)
    wide = replace(market, left=tuple(replace(town, max=1000) for town in market.left))
    all_in = replace(wide, right=tuple(replace(town, max=3) for town in market.right))
    assert solve(all_in).size == 12


def test_solve_unmatched_towns_with_reasons() -> None:
    market = Market(
        (
            Town("full", groups=("region:A",)),
            Town("late", groups=("region:A",)),
            Town("low"),
            Town("none"),
            Town("spare", max=2),
            Town("third"),
        ),
        (Town("e1"), Town("e2"), Town("e3")),
        (
            Pair("full", "e1", 900_000, 900_000),
            Pair("late", "e1", 800_000, 800_000),
            Pair("low", "e2", 100_000, 900_000),
            Pair("none", "e2", 900_000, 900_000),
            Pair("spare", "e2", 700_000, 700_000),
            Pair("third", "e3", 650_000, 650_000),
            Pair("spare", "e3", 600_000, 600_000),
        ),
        quotas=(Quota("region:A", max=1),),
        excluded=(Excluded("none", "e1", "same_network", {}),),
        vetoed=(("none", "e2"),),
    )
    result = solve(market)
    assert [pair.key for pair in result.pairs] == [("full", "e1"), ("spare", "e2"), ("third", "e3")]
    assert [
        (town.id, town.used, town.max, town.code, town.params) for town in result.unmatched
    ] == [
        ("late", 0, 1, "group_full", {"group": "region:A", "max": 1}),
        ("low", 0, 1, "below_floor", {"best": 100_000, "floor": 650_000}),
        (
            "none",
            0,
            1,
            "no_eligible_pair",
            {"listed": 1, "excluded": 1, "vetoed": 1, "below_absolute_floor": 0},
        ),
        ("spare", 1, 2, "below_floor", {"best": 600_000, "floor": 650_000}),
    ]


def test_solve_reports_progress() -> None:
    told: list[tuple[str, float]] = []
    solve(
        dense_market(4, 4, seed=1, quotas=False),
        progress=lambda stage, done: told.append((stage, done)),
    )
    assert [stage for stage, _ in told] == ["read", "size", "floor", "score", "tie_key", "done"]
    assert [done for _, done in told] == sorted(done for _, done in told)


def test_solve_refuses_an_unsound_market() -> None:
    with pytest.raises(InputError) as caught:
        solve(Market((Town("a"),), (Town("a"),), ()))
    assert [problem.code for problem in caught.value.problems] == ["duplicate_id"]


@pytest.mark.parametrize("stages", STAGE_SETS, ids="-".join)
def test_solve_beside_many_locks_equals_brute_force(stages: tuple[str, ...]) -> None:
    """Pairs of towns that locks fill are left out of every flow, and covered by every proof."""
    seen = 0
    for seed in range(40):
        market, rnd = random_market(seed, minima=0.04), Random(seed)
        most = {town.id: town.max for town in (*market.left, *market.right)}
        locked = [*market.locked]
        for pair in rnd.sample(market.pairs, len(market.pairs)):
            full = any(sum(end in lock for lock in locked) >= most[end] for end in pair.key)
            if not full and pair.key not in {*locked, *market.vetoed} and rnd.random() < 0.4:
                locked.append(pair.key)
        policy = replace(market.policy, stages=stages)
        market = replace(market, locked=tuple(locked), policy=policy)
        result, best = solve(market), best_match(market)
        if best is None:
            assert result.status == "infeasible", seed
            continue
        assert figures(result) == (best.pairs, best.size, best.floor, best.score), seed
        assert verify(market, result).ok, seed
        seen += 1
    assert seen >= 10
