"""What a criterion gives: how good pairs are for each side, in integers of one millionth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citymatch.model import MICRO, PairKey, Reason, Town, Wish

type Ints = NDArray[np.int64]
type Grid = NDArray[np.int64]
type Mask = NDArray[np.bool_]
type Singles = NDArray[np.float32]

PRIOR = MICRO // 2
"""What stands in for an unknown fact: neither a punishment nor a gift. Published, and flagged."""


@dataclass(frozen=True, slots=True)
class Context:
    """What criteria may know besides the two towns.

    ``contacts`` are earlier contacts as sets of ids, ``wishes`` the partners that a town named
    itself, with the rank it gave them (from 1).
    """

    contacts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    wishes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    _memory: dict[str, tuple[Any, Any, Any]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def once[T](
        self,
        name: str,
        left: Sequence[Town],
        right: Sequence[Town],
        make: Callable[[Sequence[Town], Sequence[Town]], T],
    ) -> T:
        """Return what ``make`` makes of two sides, made only once for the same two."""
        known = self._memory.get(name)
        if known is None or known[0] is not left or known[1] is not right:
            known = self._memory[name] = left, right, make(left, right)
        made: T = known[2]
        return made

    @classmethod
    def of(cls, ties: Sequence[PairKey], wishes: Sequence[Wish] = ()) -> Context:
        contacts: dict[str, set[str]] = {}
        for one, other in ties:
            contacts.setdefault(one, set()).add(other)
            contacts.setdefault(other, set()).add(one)
        ranks: dict[str, dict[str, int]] = {}
        for wish in wishes:
            if wish.rank is not None:
                ranks.setdefault(wish.town, {})[wish.partner] = wish.rank
        return cls({town: frozenset(others) for town, others in contacts.items()}, ranks)

    def of_town(self, town: str) -> frozenset[str]:
        return self.contacts.get(town, frozenset())


@dataclass(frozen=True, slots=True)
class Rating:
    """One criterion over some pairs: values from 0 to ``MICRO``, arrays of one shape.

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

    def swapped(self) -> Rating:
        """The same rating with its sides exchanged."""
        return Rating(self.right, self.left, self.right_unknown, self.left_unknown)


type Rate = Callable[[Ints, Ints], Rating]
"""Rates pairs given by the places of their left and right towns: index arrays that broadcast."""


type Fill = Callable[[Ints, Ints, float, Singles], None]
"""Fills in what to take off the bounds of rows × columns, times a factor."""


@dataclass(frozen=True, slots=True)
class Deduct:
    """What to take off bounds, never negative: of rows × columns (``fill``), of pairs (``of``)."""

    fill: Fill
    of: Callable[[Ints, Ints], Singles]


@dataclass(frozen=True, slots=True)
class Limit:
    """What no rating of a criterion exceeds, quickly, in single precision.

    A bound is the product of ``row`` features of a left town with ``column`` features of a right
    one, less ``deduct`` if there is one. ``columns`` makes the features of some right towns.
    ``error`` is by how much rounding may let the bound fall short of the true rating. ``rough`` is
    a higher bound with far fewer features, if there is one; ``of`` gives the bound of single pairs,
    or a lower one, where many features make the product slow.
    """

    row: Singles
    columns: Callable[[Ints], Singles]
    deduct: Deduct | None = None
    error: float = 1e-6
    rough: Limit | None = None
    of: Callable[[Ints, Ints], Singles] | None = None

    @classmethod
    def constant(cls, value: float, left: int) -> Limit:
        """The same bound for all pairs."""
        return cls(
            np.full((left, 1), value, dtype=np.float32),
            lambda part: np.ones((len(part), 1), dtype=np.float32),
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for both sides; ``extra`` are single pairs, by place, whose ratings may exceed them.

    ``is_mutual`` says that both sides have the same bound.
    """

    left: Limit
    right: Limit
    is_mutual: bool = False
    extra: tuple[Ints, Ints] | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion: its name in weights and parts, its values, and the facts of one pair.

    ``over`` looks at the facts of both sides once and returns what rates their pairs, ``limits``
    what no rating exceeds. All criteria are fair: exchange the sides and the ratings are exchanged.
    """

    name: str
    over: Callable[[Sequence[Town], Sequence[Town], Context], Rate]
    limits: Callable[[Sequence[Town], Sequence[Town], Context], Limits]
    facts: Callable[[Town, Town, Context], Reason]


def divide(numerator: Grid, denominator: Grid | int) -> Grid:
    """Divide non-negative integers by positive ones, rounding half to even."""
    quotient, rest = np.divmod(numerator, denominator)
    twice = 2 * rest
    up = (twice > denominator) | ((twice == denominator) & (quotient % 2 == 1))
    return np.asarray(quotient + up, dtype=np.int64)


def where(towns: Iterable[Town], is_so: Callable[[Town], bool]) -> Mask:
    """Return which towns something holds for."""
    return np.fromiter((is_so(town) for town in towns), dtype=np.bool_)


def either(left: Mask, right: Mask, i: Ints, j: Ints) -> Mask:
    """Return the pairs of which either town is marked."""
    return np.asarray(left[i] | right[j])


def fill_blanks(out: Singles, rows: Mask, columns: Mask, value: float | np.float32) -> None:
    """Put a value where a fact of the row or of the column is unknown."""
    if rows.any():
        out[rows] = value
    if columns.any():
        out[:, columns] = value
