"""Needs met by offers: how much of what a town needs its partner offers, theme by theme.

For each theme the smaller of need and offer counts; the sum is divided by all needs of the town.
Both directions: the left view looks at left needs and right offers, the right view the other way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from operator import attrgetter, methodcaller
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citymatch.criteria.rating import (
    PRIOR,
    Context,
    Criterion,
    Grid,
    Ints,
    Limit,
    Limits,
    Mask,
    Rate,
    Rating,
    Singles,
    divide,
)
from citymatch.model import MICRO, Reason, Town

type _Wish = tuple[str, float]
"""A theme, and the weight that a town gives it."""

LEVELS = 6
"""So many heights of a theme are told apart in bounds; offers between two count as the upper."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What the towns of one side need or offer: how many wishes each, and their numbers in turn."""

    counts: Ints
    numbers: Ints

    @classmethod
    def by(cls, towns: Sequence[Town], kind: str, number: Mapping[_Wish, int]) -> _Said:
        # Hundreds of thousands of wishes: read without a line of Python for each.
        said: list[Mapping[str, float]] = list(map(attrgetter(kind), towns))
        counts = np.fromiter(map(len, said), np.int64, len(said))
        each = chain.from_iterable(map(methodcaller("items"), said))
        return cls(counts, np.fromiter(map(number.__getitem__, each), np.int64, counts.sum()))


@dataclass(frozen=True, slots=True)
class _Wishes:
    """The different wishes by their numbers: the theme of each, its weight in millionths."""

    themes: int
    theme: Ints
    value: Ints

    @classmethod
    def of(cls, wishes: Iterable[_Wish]) -> _Wishes:
        names, weights = tuple(zip(*wishes, strict=True)) or ((), ())
        place = {theme: column for column, theme in enumerate(sorted(set(names)))}
        value = np.rint(np.array(weights, dtype=np.float64) * MICRO).astype(np.int64)
        return cls(len(place), np.array([place[name] for name in names], dtype=np.int64), value)


@dataclass(frozen=True, slots=True)
class Wants:
    """Needs or offers of one side, and their sums in millionths.

    ``codes`` are towns × themes: which of the weights of that theme, in rising order, a town gives
    it (``weights``, from 0). Few weights are in use, so that a code takes a byte.
    """

    codes: NDArray[np.unsignedinteger[Any]]
    weights: tuple[Ints, ...]
    total: Ints

    @classmethod
    def of(cls, said: _Said, wishes: _Wishes) -> Wants:
        row = np.repeat(np.arange(len(said.counts)), said.counts)
        total = np.bincount(row, wishes.value[said.numbers], len(said.counts)).astype(np.int64)
        used = np.flatnonzero(np.bincount(said.numbers, minlength=len(wishes.value)))
        used = used[np.argsort(wishes.theme[used], kind="stable")]
        ends = np.searchsorted(wishes.theme[used], np.arange(1, wishes.themes))
        known: list[Ints] = []
        code = np.zeros(len(wishes.value), dtype=np.int64)
        for own in np.split(used, ends) if wishes.themes else ():
            weights, which = np.unique(np.r_[0, wishes.value[own]], return_inverse=True)
            code[own] = which[1:]
            known.append(weights)
        most = max(map(len, known), default=0)
        codes = np.zeros((len(said.counts), wishes.themes), dtype=np.min_scalar_type(most))
        codes[row, wishes.theme[said.numbers]] = code[said.numbers]
        return cls(codes, tuple(known), total)

    def values(self, theme: int, places: Ints) -> Ints:
        """Return the weights that towns give a theme."""
        return np.asarray(self.weights[theme][self.codes[places, theme]], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Exchange:
    """Needs and offers of both sides."""

    left_needs: Wants
    left_offers: Wants
    right_needs: Wants
    right_offers: Wants

    @classmethod
    def of(cls, left: Sequence[Town], right: Sequence[Town]) -> _Exchange:
        number: defaultdict[_Wish, int] = defaultdict(count().__next__)
        sides = (left, "needs"), (left, "offers"), (right, "needs"), (right, "offers")
        said = [_Said.by(towns, kind, number) for towns, kind in sides]
        wishes = _Wishes.of(number)
        return cls(*(Wants.of(own, wishes) for own in said))


def over(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rate:
    both = context.once("needs", left, right, _Exchange.of)
    return context.once("needs rate", left, right, lambda _left, _right: _rate(both))


def _rate(both: _Exchange) -> Rate:
    """Return what rates pairs; the last answer is kept, for the mirror of this criterion."""
    last: tuple[Ints, Ints, Rating] | None = None

    def rate(i: Ints, j: Ints) -> Rating:
        nonlocal last
        known = last
        if known is None or known[0] is not i or known[1] is not j:
            to_left, left_unknown = _coverage(both.left_needs, both.right_offers, i, j)
            to_right, right_unknown = _coverage(both.right_needs, both.left_offers, j, i)
            known = last = i, j, Rating(to_left, to_right, left_unknown, right_unknown)
        return known[2]

    return rate


def limits(left: Sequence[Town], right: Sequence[Town], context: Context) -> Limits:
    # Made once: the mirror of this criterion uses the very same.
    return context.once(
        "needs limits", left, right, lambda one, other: _limits(one, other, context)
    )


def _limits(left: Sequence[Town], right: Sequence[Town], context: Context) -> Limits:
    both = context.once("needs", left, right, _Exchange.of)
    return Limits(
        _limit(both.left_needs, both.right_offers, of_rows=True),
        _limit(both.right_needs, both.left_offers, of_rows=False),
    )


def facts(left: Town, right: Town, context: Context) -> Reason:
    return Reason(
        "needs_met",
        {
            "left_themes": _met(left.needs, right.offers),
            "right_themes": _met(right.needs, left.offers),
        },
    )


def _coverage(needs: Wants, offers: Wants, i: Ints, j: Ints) -> tuple[Grid, Mask]:
    """Return how much of each town's needs each partner offers, and where that is unknown."""
    total = needs.total[i]
    unknown = (total == 0) | (offers.total[j] == 0)
    met = np.zeros(unknown.shape, dtype=np.int64)
    for theme in range(len(needs.weights)):
        if len(needs.weights[theme]) > 1 and len(offers.weights[theme]) > 1:
            met += np.minimum(needs.values(theme, i), offers.values(theme, j))
    values = divide(met * MICRO, np.maximum(total, 1))
    return np.where(unknown, PRIOR, values), unknown


def _limit(needs: Wants, offers: Wants, *, of_rows: bool) -> Limit:
    """Return the bound as a product: for each theme and height, is it needed and is it offered.

    ``of_rows`` says that the needs are those of the rows (left towns), else those of the columns.
    """
    heights = [_heights(*both) for both in zip(needs.weights, offers.weights, strict=True)]
    steps = np.concatenate([np.diff(height, prepend=0) for height in heights] or [np.zeros(0)])
    steps = steps.astype(np.float32)

    # A height counts as reached from just above the one before: what was left out is rounded up.
    above = [np.r_[0, height][:-1] for height in heights]

    def tables(wants: Wants) -> list[Singles]:
        # What each code of a theme reaches.
        both = zip(wants.weights, above, strict=True)
        return [(own[:, None] > height).astype(np.float32) for own, height in both]

    known = {id(wants): tables(wants) for wants in (needs, offers)}

    def reaches(wants: Wants, part: Ints) -> Singles:
        codes = wants.codes[part]
        found = [table.take(codes[:, k], axis=0) for k, table in enumerate(known[id(wants)])]
        return np.concatenate([np.zeros((len(part), 0), dtype=np.float32), *found], axis=1)

    def needed(part: Ints) -> Singles:
        total = needs.total[part, None].astype(np.float32)
        is_known = total > 0
        share = reaches(needs, part) * steps
        share /= np.maximum(total, 1)
        return np.concatenate([share, 0.5 * is_known, 0.5 * ~is_known], axis=1, dtype=np.float32)

    def offered(part: Ints) -> Singles:
        none = (offers.total[part, None] == 0).astype(np.float32)
        reached = reaches(offers, part)
        return np.concatenate([reached, none, np.ones_like(none)], axis=1)

    whole = np.arange(len(needs.total if of_rows else offers.total))
    # Two heights or more of most themes: one feature of each, for a first look.
    rough = _rough(needs, offers, of_rows=of_rows) if len(steps) >= 2 * len(heights) else None
    of = _of_pairs(needs, offers, of_rows=of_rows)
    if of_rows:
        return Limit(needed(whole), offered, rough=rough, of=of)
    return Limit(offered(whole), needed, rough=rough, of=of)


def _of_pairs(needs: Wants, offers: Wants, *, of_rows: bool) -> Callable[[Ints, Ints], Singles]:
    """Return what rates single pairs: the true rating, up to rounding."""
    needed, offered = (_Reader(wants, wants.weights) for wants in (needs, offers))

    def of(i: Ints, j: Ints) -> Singles:
        needing, offering = (i, j) if of_rows else (j, i)
        total = needs.total[needing]
        met = np.minimum(needed.at(needing), offered.at(offering)).sum(axis=1)
        unknown = (total == 0) | (offers.total[offering] == 0)
        return np.where(unknown, np.float32(0.5), met / np.maximum(total, 1)).astype(np.float32)

    return of


def _rough(needs: Wants, offers: Wants, *, of_rows: bool) -> Limit:
    """Return a bound with one feature of each theme: what both give is at most their mean.

    Their geometric mean, which is a product.
    """
    needed_roots, offered_roots = (
        _Reader(wants, [np.sqrt(own) for own in wants.weights]) for wants in (needs, offers)
    )

    def needed(part: Ints) -> Singles:
        total = needs.total[part, None].astype(np.float32)
        share = needed_roots.at(part) / np.maximum(total, 1)
        return np.concatenate([share, 0.5 * (total > 0), 0.5 * (total == 0)], axis=1, dtype="f4")

    def offered(part: Ints) -> Singles:
        none = (offers.total[part, None] == 0).astype(np.float32)
        return np.concatenate([offered_roots.at(part), none, np.ones_like(none)], axis=1)

    whole = np.arange(len(needs.total if of_rows else offers.total))
    if of_rows:
        return Limit(needed(whole), offered)
    return Limit(offered(whole), needed)


class _Reader:
    """Reads off what each weight that a town gives a theme stands for, all themes at once."""

    def __init__(self, wants: Wants, values: Sequence[NDArray[Any]]) -> None:
        most = max(map(len, values), default=1)
        table = np.zeros((len(values), most), dtype=np.float32)
        for row, own in zip(table, values, strict=True):
            row[: len(own)] = own
        self._table, self._first = table.reshape(-1), np.arange(len(values)) * most
        self._codes = wants.codes

    def at(self, places: Ints) -> Singles:
        """Return the values of towns × themes."""
        return self._table.take(self._codes[places] + self._first)


def _heights(needs: Ints, offers: Ints) -> Ints:
    """Return the heights at which the smaller of a need and an offer may lie, lowest first.

    Where there are too many some are left out, never the highest: rounding up keeps it a bound.
    """
    most = min(int(needs.max(initial=0)), int(offers.max(initial=0)))
    values = np.unique(np.concatenate([needs, offers]))
    values = values[(values > 0) & (values <= most)]
    if len(values) > LEVELS:
        values = values[np.linspace(0, len(values) - 1, LEVELS + 1).round().astype(int)[1:]]
    return np.asarray(values, dtype=np.int64)


def _met(needs: Mapping[str, float], offers: Mapping[str, float]) -> list[str]:
    """Return the themes of which something is met, the weightiest first."""
    met = {theme: min(weight, offers.get(theme, 0.0)) for theme, weight in needs.items()}
    return sorted((theme for theme in met if met[theme] > 0), key=lambda t: (-met[t], t))


NEEDS = Criterion("needs", over, limits, facts)
