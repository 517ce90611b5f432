"""Each application gets its readers, loads are as even as can be, and conflicts stay out."""

import random
from itertools import product
from time import perf_counter

from mosty.reviews.balancing import balance


def _loads(pairs: tuple[tuple[int, int], ...], reviewers: int) -> list[int]:
    return sorted(sum(who == one for _application, who in pairs) for one in range(reviewers))


def test_plan_is_as_full_and_as_even_as_the_best_of_all_plans() -> None:
    chance = random.Random(3)
    for _round in range(60):
        allowed = {one: {who for who in range(3) if chance.random() < 0.6} for one in range(5)}
        most = {0: 1, 1: chance.choice([9, 2]), 2: 9}
        plan = balance(dict.fromkeys(range(5), 1), allowed, dict.fromkeys(range(3), 0), most=most)
        assert all(who in allowed[one] for one, who in plan.pairs)
        options = [[*sorted(allowed[one]), None] for one in range(5)]
        best = None
        for chosen in product(*options):
            loads = [chosen.count(who) for who in range(3)]
            if any(load > most[who] for who, load in enumerate(loads)):
                continue
            key = (chosen.count(None), sum(load * load for load in loads))
            best = key if best is None else min(best, key)
        loads = _loads(plan.pairs, 3)
        assert (sum(plan.short.values()), sum(load * load for load in loads)) == best


def test_plan_counts_what_somebody_has_already_and_gives_nothing_back() -> None:
    plan = balance(
        {1: 1, 2: 1, 3: 1}, {one: {7, 8} for one in (1, 2, 3)}, {7: 2, 8: 0}, assigned={8: {3}}
    )
    assert plan.pairs == ((1, 8), (2, 8), (3, 7))


def test_reader_is_found_by_moving_work_of_others() -> None:
    # 7 can read all, but only one; 8 reads 1 alone.
    plan = balance({1: 1, 2: 1}, {1: {7, 8}, 2: {7}}, {7: 0, 8: 5}, most={7: 1, 8: None})
    assert (plan.pairs, plan.short) == (((1, 8), (2, 7)), {})


def test_what_cannot_be_placed_is_said() -> None:
    assert balance({1: 3}, {1: {7}}, {7: 0}).short == {1: 2}


def test_large_plan_is_the_same_each_time_and_even() -> None:
    chance = random.Random(1)
    allowed = {one: {who for who in range(40) if chance.random() < 0.8} for one in range(600)}
    began = perf_counter()
    plan = balance(dict.fromkeys(range(600), 3), allowed, dict.fromkeys(range(40), 0))
    assert perf_counter() - began < 30
    assert plan == balance(dict.fromkeys(range(600), 3), allowed, dict.fromkeys(range(40), 0))
    assert (_loads(plan.pairs, 40), plan.short) == ([45] * 40, {})
