"""Each application gets its readers, loads are as even as can be, and conflicts stay out."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from time import process_time
from typing import Any

import pytest

from mosty.reviews.balancing import Plan, balance


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


@dataclass(frozen=True)
class Question:
    """What `balance` is asked."""

    lacks: Mapping[int, int]
    allowed: Mapping[int, set[int]]
    loads: Mapping[int, int]
    most: Mapping[int, int | None]
    assigned: Mapping[int, set[int]]

    @classmethod
    def drawn(cls, chance: random.Random, applications: int, reviewers: int) -> "Question":
        """Of any kind: few or many who may read, some who have work or a limit already."""
        share = chance.choice([0.15, 0.3, 0.6, 0.9, 1.0])
        ids = chance.sample(range(10 * applications + 1), applications)
        them = chance.sample(range(10 * reviewers), reviewers)
        return cls(
            lacks={one: chance.randint(1, 4) for one in ids},
            allowed={one: {who for who in them if chance.random() < share} for one in ids},
            loads={who: chance.choice([0, 0, chance.randint(0, 9)]) for who in them},
            most={who: chance.choice([None, chance.randint(0, 8)]) for who in them},
            assigned={who: {one for one in ids if chance.random() < 0.1} for who in them},
        )

    def answer(self) -> Plan:
        return balance(self.lacks, self.allowed, self.loads, most=self.most, assigned=self.assigned)

    def then(self, plan: Plan) -> Counter[int]:
        """Reviewer → what they have once the plan is carried out."""
        return Counter(self.loads) + Counter(who for _one, who in plan.pairs)

    def may(self, one: int, who: int) -> bool:
        return who in self.allowed[one] and one not in self.assigned.get(who, ())

    def has_room(self, who: int, then: Mapping[int, int]) -> bool:
        most = self.most.get(who)
        return most is None or then[who] < most


def _reached(question: Question, plan: Plan, start: set[int]) -> set[int]:
    """To whom work can be moved from one of these, over any number of others."""
    seen, waiting = set(start), list(start)
    has = set(plan.pairs)
    while waiting:
        who = waiting.pop()
        for one in [one for one, reader in plan.pairs if reader == who]:
            for other in question.loads:
                if other not in seen and question.may(one, other) and (one, other) not in has:
                    seen.add(other)
                    waiting.append(other)
    return seen


@pytest.mark.parametrize("seed", range(40))
def test_no_chain_of_moves_makes_a_plan_fuller_or_more_even(seed: int) -> None:
    """From the definition and with nothing of the module: who could still be given what is lacking,
    directly or over others, is full; and who is two lighter than somebody cannot be reached from
    them. Then there is no better plan."""
    chance = random.Random(seed)
    question = Question.drawn(chance, chance.randint(0, 25), chance.randint(1, 8))
    plan = question.answer()
    then, has = question.then(plan), set(plan.pairs)
    assert len(has) == len(plan.pairs)
    assert all(question.may(one, who) for one, who in plan.pairs)
    for who, most in question.most.items():
        assert most is None or then[who] <= max(most, question.loads[who])
    readers = Counter(one for one, _who in plan.pairs)
    for one, wanted in question.lacks.items():
        assert readers[one] + plan.short.get(one, 0) == wanted
    for one in plan.short:
        free = {who for who in question.loads if question.may(one, who) and (one, who) not in has}
        assert not any(question.has_room(who, then) for who in _reached(question, plan, free))
    for who in question.loads:
        for other in _reached(question, plan, {who}):
            assert then[other] >= then[who] - 1 or not question.has_room(other, then)


def test_same_question_in_another_order_has_the_same_plan() -> None:
    chance = random.Random(5)
    question = Question.drawn(chance, 20, 6)

    def turned(rows: Mapping[int, Any]) -> dict[int, Any]:
        return dict(reversed(list(rows.items())))

    again = Question(
        turned(question.lacks), turned(question.allowed), turned(question.loads),
        turned(question.most), turned(question.assigned),
    )  # fmt: skip
    assert again.answer() == question.answer()


# As the plans were before chains were searched over bits, in a module that took seconds for them:
# readings, what lacks, and the squares of the loads.
BEFORE = {
    # wanted more of each, at most for each: (readings, lacking, squares)
    (5, None): (3000, 0, 225000),
    (5, 70): (2800, 200, 196000),
    (9, None): (5400, 0, 729000),
}


@pytest.mark.parametrize(("wanted", "most"), BEFORE)
def test_large_plan_is_as_good_as_it_was_and_quick(wanted: int, most: int | None) -> None:
    chance = random.Random(1)
    allowed = {one: {who for who in range(40) if chance.random() < 0.8} for one in range(600)}
    loads = dict.fromkeys(range(40), 0)
    began = process_time()
    plan = balance(
        dict.fromkeys(range(600), wanted), allowed, loads, most=dict.fromkeys(loads, most)
    )
    assert process_time() - began < 1
    squares = sum(load * load for load in _loads(plan.pairs, 40))
    assert (len(plan.pairs), sum(plan.short.values()), squares) == BEFORE[wanted, most]
