"""Means, ranks and what hangs on one reviewer: exact, and the same as when counted by hand."""

import doctest
import random
from fractions import Fraction
from statistics import mean, median

from mosty.reviews import statistics
from mosty.reviews.statistics import Dropped, Given, disagreements, ranks, robustness, summaries


def test_statistics_examples_hold() -> None:
    assert doctest.testmod(statistics).failed == 0


def test_summary_is_what_python_counts_of_the_same_fractions() -> None:
    chance = random.Random(5)
    rows = [
        Given(application, reviewer, chance.randint(7, 35))
        for application in range(40)
        for reviewer in range(application % 6 + 1)
    ]
    found = summaries(rows, 7)
    for application in range(40):
        values = [Fraction(row.total, 7) for row in rows if row.application == application]
        assert found[application].mean == mean(values)
        assert found[application].median == median(values)
        assert found[application].spread == max(values) - min(values)


# Application 1: 5, 5, 2. Application 2: 4, 4, 4. Application 3: 3, 3.
ROWS = [
    Given(1, 10, 5), Given(1, 11, 5), Given(1, 12, 2),
    Given(2, 10, 4), Given(2, 11, 4), Given(2, 12, 4),
    Given(3, 10, 3), Given(3, 11, 3),
]  # fmt: skip


def test_leave_one_out_names_who_would_be_chosen_instead() -> None:
    # Means are 4, 4, 3: both share the first place. Without 10 or 11 the severe one sinks the first
    # application to 3.5; without 12 it stands alone at 5.
    found = robustness(ROWS, 1, of=(1, 2, 3))
    assert found.dropped == (
        Dropped(10, leaves=(1,), enters=()),
        Dropped(11, leaves=(1,), enters=()),
        Dropped(12, leaves=(2,), enters=()),
    )
    assert found.ranks == {1: (1, 2), 2: (1, 2), 3: (3, 3)}


def test_leave_one_out_is_silent_where_nothing_hangs_on_one_reviewer() -> None:
    assert robustness(ROWS, 2).dropped == ()


def test_application_whose_only_reviewer_is_left_out_is_not_among_the_first() -> None:
    rows = [Given(1, 10, 5), Given(2, 11, 3), Given(2, 12, 3)]
    assert robustness(rows, 1).dropped == (Dropped(10, leaves=(1,), enters=(2,)),)


def test_leave_one_out_is_what_counting_anew_without_each_gives() -> None:
    chance = random.Random(7)
    rows = [
        Given(application, reviewer, chance.randint(1, 9))
        for application in range(30)
        for reviewer in chance.sample(range(8), 3)
    ]

    def first(kept: list[Given]) -> set[int]:
        means = {one: summary.mean for one, summary in summaries(kept, 1).items()}
        return {one for one in means if sum(m > means[one] for m in means.values()) < 10}

    all_of_them = first(rows)
    wanted = []
    for reviewer in range(8):
        then = first([row for row in rows if row.reviewer != reviewer])
        if then != all_of_them:
            leaves, enters = sorted(all_of_them - then), sorted(then - all_of_them)
            wanted.append(Dropped(reviewer, tuple(leaves), tuple(enters)))
    assert wanted
    found = robustness(rows, 10, of=range(31))
    assert list(found.dropped) == wanted
    kept = [rows, *([row for row in rows if row.reviewer != one] for one in range(8))]
    places = [ranks(summaries(some, 1)) for some in kept]
    assert found.ranks == {
        one: (min(at), max(at))
        for one in range(30)
        if (at := [place[one] for place in places if one in place])
    }


def test_disagreement_lists_the_widest_first() -> None:
    found = summaries([*ROWS, Given(4, 10, 1), Given(4, 11, 5)], 1)
    assert disagreements(found, Fraction(3)) == [4, 1]


def test_nobody_has_reviewed_yet() -> None:
    assert (summaries([], 3), robustness([], 5).dropped, robustness([], 5).ranks) == ({}, (), {})
