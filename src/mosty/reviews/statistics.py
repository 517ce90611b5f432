"""What many reviews say together: exact, pure, without a database.

A review's value is the *weighted mean* of its scores: the sum of weight × score over the criteria,
divided by the sum of the weights. All reviews of one version of criteria share that divisor, so a
`Given` holds the sum alone, a whole number, and every comparison here is one of whole numbers:
nothing is rounded, equal means are equal. Abstentions and reviews set aside are not given here.

*Mean*, *median*: of the values of an application's reviews; with an even number of reviews the
median lies half-way between the two in the middle. *Spread*: the highest value minus the lowest.
*Rank*: one more than the number of applications with a higher mean, so that equal ones share it.
*The first k*: all whose rank is at most k; with equals at the border these are more than k.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import itemgetter
from typing import NamedTuple


class Given(NamedTuple):
    """One review that counts: of what, whose it is, and the sum of weight × score. A tuple,
    because a call has ten thousand of them and every page of the panel makes them anew."""

    application: int
    reviewer: int
    total: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What the reviews of one application say together, kept as whole numbers: a call has thousands
    of them and a page shows fifty. `total`: of all reviews; `twice`: of the median, doubled;
    `width`: the highest minus the lowest."""

    count: int
    total: int
    twice: int
    width: int
    divisor: int

    @property
    def mean(self) -> Fraction:
        return Fraction(self.total, self.count * self.divisor)

    @property
    def median(self) -> Fraction:
        return Fraction(self.twice, 2 * self.divisor)

    @property
    def spread(self) -> Fraction:
        return Fraction(self.width, self.divisor)


@dataclass(frozen=True, slots=True)
class Dropped:
    """What changes among the first k without one reviewer."""

    reviewer: int
    leaves: tuple[int, ...]
    enters: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Robustness:
    """How much hangs on single reviewers.

    `dropped`: the reviewers without whom the first k would be others, by reviewer. `ranks`: of each
    application that was asked for the best and the worst rank it has when any one reviewer is left
    out (or none); an application whose only reviewer is left out has no rank then, and that counts
    nowhere.
    """

    dropped: tuple[Dropped, ...]
    ranks: Mapping[int, tuple[int, int]]


def total_of(scores: Mapping[str, int], weights: Mapping[str, int]) -> int:
    """The sum of weight × score; every criterion must have its score.

    >>> total_of({"need": 4, "plan": 1}, {"need": 2, "plan": 1})
    9
    """
    return sum(weight * scores[key] for key, weight in weights.items())


def weighted_mean(scores: Mapping[str, int], weights: Mapping[str, int]) -> Fraction:
    """The value of one review.

    >>> weighted_mean({"need": 4, "plan": 1}, {"need": 2, "plan": 1})
    Fraction(3, 1)
    """
    return Fraction(total_of(scores, weights), sum(weights.values()))


def mean(values: Sequence[Fraction]) -> Fraction:
    """
    >>> mean([Fraction(1), Fraction(2)])
    Fraction(3, 2)
    """
    return sum(values, Fraction()) / len(values)


def median(values: Sequence[Fraction]) -> Fraction:
    """
    >>> median([Fraction(5), Fraction(1), Fraction(2), Fraction(4)])
    Fraction(3, 1)
    """
    row = sorted(values)
    middle = len(row) // 2
    return Fraction(row[middle]) if len(row) % 2 else Fraction(row[middle - 1] + row[middle]) / 2


def spread(values: Sequence[Fraction]) -> Fraction:
    """
    >>> spread([Fraction(5), Fraction(1), Fraction(2)])
    Fraction(4, 1)
    """
    return Fraction(max(values) - min(values))


def summaries(rows: Iterable[Given], divisor: int) -> dict[int, Summary]:
    """Of each application that has a review; `divisor` is the sum of the weights."""
    totals: dict[int, list[int]] = defaultdict(list)
    for application, _reviewer, total in rows:
        totals[application].append(total)
    found = {}
    for application, sums in totals.items():
        sums.sort()
        count, middle = len(sums), len(sums) // 2
        twice = 2 * sums[middle] if count % 2 else sums[middle - 1] + sums[middle]
        found[application] = Summary(count, sum(sums), twice, sums[-1] - sums[0], divisor)
    return found


def ranks(found: Mapping[int, Summary]) -> dict[int, int]:
    """Application → rank. All of one call, and so of one divisor."""
    common = lcm(*{summary.count for summary in found.values()})
    return ranks_of(
        {one: summary.total * (common // summary.count) for one, summary in found.items()}
    )


def ranks_of(means: Mapping[int, Fraction] | Mapping[int, int]) -> dict[int, int]:
    """Application → rank, by its mean (or anything that grows with it).

    >>> ranks_of({1: 30, 2: 50, 3: 30, 4: 10})
    {1: 2, 2: 1, 3: 2, 4: 4}
    """
    first: dict[object, int] = {}
    for place, value in enumerate(sorted(means.values(), reverse=True), start=1):
        first.setdefault(value, place)
    return {application: first[value] for application, value in means.items()}


def robustness(rows: Sequence[Given], places: int, *, of: Collection[int] = ()) -> Robustness:
    """Leave out each reviewer in turn; `places` is the k of *the first k*, `of` names the
    applications whose ranks are asked for: a page shows fifty of thousands."""
    sums: dict[int, int] = defaultdict(int)
    counts: dict[int, int] = defaultdict(int)
    of_reviewer: dict[int, list[Given]] = defaultdict(list)
    for row in rows:
        application, reviewer, total = row
        sums[application] += total
        counts[application] += 1
        of_reviewer[reviewer].append(row)
    # Means on one common divisor are whole numbers that compare as the means do.
    common = lcm(*range(1, max(counts.values(), default=1) + 1))
    share = {count: common // count for count in range(1, max(counts.values(), default=0) + 1)}
    values = {one: total * share[counts[one]] for one, total in sums.items()}
    # In the order of the means, so that what is left without a reviewer is nearly sorted.
    values = dict(sorted(values.items(), key=itemgetter(1)))
    order, base = list(values), list(values.values())
    first = _first(order, base, {}, base, places)
    asked = [one for one in of if one in values]
    best = {one: _rank(base, values[one]) for one in asked}
    worst = dict(best)
    dropped = []
    for reviewer in sorted(of_reviewer):
        changed: dict[int, int | None] = {}
        without = dict(values)
        for application, _reviewer, total in of_reviewer[reviewer]:
            left = counts[application] - 1
            if left:
                mean = (sums[application] - total) * share[left]
                changed[application] = without[application] = mean
            else:
                changed[application] = None
                del without[application]
        then = sorted(without.values())
        for one in asked:
            if one in without:
                rank = _rank(then, without[one])
                best[one] = min(best[one], rank)
                worst[one] = max(worst[one], rank)
        now = _first(order, base, changed, then, places)
        if now != first:
            leaves, enters = sorted(first - now), sorted(now - first)
            dropped.append(Dropped(reviewer, tuple(leaves), tuple(enters)))
    return Robustness(tuple(dropped), {one: (best[one], worst[one]) for one in asked})


def _rank(ascending: Sequence[int], value: int) -> int:
    """One more than the number of higher values."""
    return len(ascending) - bisect_right(ascending, value) + 1


def _first(
    order: Sequence[int], base: Sequence[int], changed: Mapping[int, int | None],
    ascending: Sequence[int], places: int,
) -> set[int]:  # fmt: skip
    """All whose rank is at most that: whose value is not below the last one that has a place.

    `order` and `base`: all applications and their values, ascending; `changed`: what is different
    without a reviewer, None for no value at all; `ascending`: all values as they are then. Those
    that did not change lie together at the end of `order`, so that thousands are not looked at.
    """
    if places < 1:
        return set()
    last = ascending[-places] if places <= len(ascending) else (ascending[:1] or [0])[0]
    stay = {one for one in order[bisect_left(base, last) :] if one not in changed}
    return stay.union(one for one, value in changed.items() if value is not None and value >= last)


def disagreements(found: Mapping[int, Summary], least: Fraction) -> list[int]:
    """The applications whose spread is at least that much, the widest first: to be talked about."""
    wide = [
        (one, summary.width)
        for one, summary in found.items()
        if summary.width * least.denominator >= least.numerator * summary.divisor
    ]
    return [one for one, _width in sorted(wide, key=lambda row: (-row[1], row[0]))]


def distribution(found: Iterable[Summary], lowest: int, highest: int) -> list[int]:
    """How many means lie in each half point from the lowest to the highest score; a bin holds its
    lower border, the last one both.

    >>> distribution([Summary(1, total, 0, 0, 2) for total in (2, 3, 10)], 1, 5)
    [1, 1, 0, 0, 0, 0, 0, 1]
    """
    bins = [0] * (2 * (highest - lowest))
    for one in found:
        place = 2 * one.total // (one.count * one.divisor) - 2 * lowest
        bins[min(len(bins) - 1, max(0, place))] += 1
    return bins
