"""What a criterion gives: how good every pair is for each side, in integers of one millionth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from citymatch.model import MICRO, PairKey, Reason, Town

type Grid = NDArray[np.int64]
type Mask = NDArray[np.bool_]

PRIOR = MICRO // 2
"""What stands in for an unknown fact: neither a punishment nor a gift. Published, and flagged."""


@dataclass(frozen=True, slots=True)
class Context:
    """What criteria may know besides the two towns: contacts from before, as sets of ids."""

    contacts: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, ties: Sequence[PairKey]) -> Context:
        contacts: dict[str, set[str]] = {}
        for one, other in ties:
            contacts.setdefault(one, set()).add(other)
            contacts.setdefault(other, set()).add(one)
        return cls({town: frozenset(others) for town, others in contacts.items()})

    def of_town(self, town: str) -> frozenset[str]:
        return self.contacts.get(town, frozenset())


@dataclass(frozen=True, slots=True)
class Rating:
    """One criterion over all pairs: grids of left × right, values from 0 to ``MICRO``.

    Where a fact is missing the value is ``PRIOR`` and the side's ``unknown`` is set.
    """

    left: Grid
    right: Grid
    left_unknown: Mask
    right_unknown: Mask

    @classmethod
    def mutual(cls, values: Grid, unknown: Mask) -> Rating:
        """A rating that is the same for both sides."""
        known = np.where(unknown, PRIOR, values)
        return cls(known, known, unknown, unknown)


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion: its name in weights and parts, its values, and the facts of one pair."""

    name: str
    rate: Callable[[Sequence[Town], Sequence[Town], Context], Rating]
    facts: Callable[[Town, Town, Context], Reason]


def divide(numerator: Grid, denominator: Grid | int) -> Grid:
    """Divide non-negative integers by positive ones, rounding half to even."""
    quotient, rest = np.divmod(numerator, denominator)
    twice = 2 * rest
    up = (twice > denominator) | ((twice == denominator) & (quotient % 2 == 1))
    return np.asarray(quotient + up, dtype=np.int64)


def grid_of(
    left: Sequence[Town], right: Sequence[Town], value: Callable[[Town, Town], int]
) -> Grid:
    """Compute a grid pair by pair, where nothing quicker offers itself."""
    return np.array(
        [[value(one, other) for other in right] for one in left], dtype=np.int64
    ).reshape(len(left), len(right))


def missing(
    left: Sequence[Town], right: Sequence[Town], is_missing: Callable[[Town], bool]
) -> Mask:
    """Return the pairs of which either town lacks a fact."""
    one = np.array([is_missing(town) for town in left], dtype=np.bool_)
    other = np.array([is_missing(town) for town in right], dtype=np.bool_)
    return np.asarray(one[:, None] | other[None, :])
