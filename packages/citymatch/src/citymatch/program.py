"""Choices of zero or one under bounds that need not nest. The only module that calls HiGHS.

HiGHS computes in floating point. What it returns is rounded and checked in integers, and its own
bound must leave no room for a better whole number; otherwise the answer is refused. scipy is
imported by the functions: most processes never need it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from citymatch.model import InputError, Problem

type Ints = NDArray[np.int64]
type Mask = NDArray[np.bool_]

TRIES = 100
"""How often an answer may be wrong by rounding alone before the program is given up."""

UNIT = 10**6
"""What a unit of a broken bound costs: more than all preferences among bounds together."""


OPTIMAL, INFEASIBLE = 0, 2
"""What HiGHS says of a program, as scipy numbers it."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Bounds on numbers of choices: between ``low`` and ``high`` of the members of each.

    Entry k says that choice ``column[k]``, of ``columns``, is a member of bound ``row[k]``.
    """

    row: Ints
    column: Ints
    columns: int
    low: Ints
    high: Ints

    def sums(self, chosen: Mask) -> Ints:
        """Return how many members of each bound are chosen."""
        return np.bincount(self.row[chosen[self.column]], minlength=len(self.low))

    def among(self, columns: Ints) -> Rows:
        """Return the same bounds on some of the choices; the others are not chosen."""
        place = np.full(self.columns, -1)
        place[columns] = np.arange(len(columns))
        own = place[self.column] >= 0
        return Rows(self.row[own], place[self.column[own]], len(columns), self.low, self.high)

    def given(self, chosen: Mask) -> Rows:
        """Return what the bounds leave to the other choices when these are chosen."""
        taken = self.sums(chosen)
        return self.bounded(self.low - taken, self.high - taken)

    def bounded(self, low: Ints, high: Ints) -> Rows:
        """Return the same members under other bounds."""
        return Rows(self.row, self.column, self.columns, low, high)

    def are_met(self, chosen: Mask) -> bool:
        sums = self.sums(chosen)
        return bool(((sums >= self.low) & (sums <= self.high)).all())


def choose(value: Ints, rows: Rows, *, least: tuple[Ints, int] | None = None) -> Mask | None:
    """Return the choice of the highest sum of values within bounds; None when there is none.

    ``least`` are further values and the least sum that they must reach. Sums of values must stay
    below 2**53. InputError when the solver does not come to a sure end.
    """
    if not len(value):
        empty = (rows.low <= 0).all() and (rows.high >= 0).all()
        empty &= least is None or least[1] <= 0
        return np.zeros(0, dtype=np.bool_) if empty else None
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, vstack

    shape = len(rows.low), rows.columns
    member = csr_array((np.ones(len(rows.row)), (rows.row, rows.column)), shape=shape)
    low, high = rows.low.astype(float), rows.high.astype(float)
    if least is not None:
        member = vstack([member, csr_array(least[0][None, :].astype(float))]).tocsr()
        low, high = np.append(low, least[1]), np.append(high, np.inf)
    for _ in range(TRIES):
        answer = milp(
            -value.astype(float),
            constraints=LinearConstraint(member, low, high),
            integrality=np.ones(len(value)),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0},
        )
        if answer.status == INFEASIBLE:
            return None
        if answer.status != OPTIMAL:
            raise _unsolved()
        chosen = np.asarray(np.rint(answer.x) > 0, dtype=np.bool_)
        if rows.are_met(chosen) and (least is None or int(least[0][chosen].sum()) >= least[1]):
            reached = int(value[chosen].sum())
            if -answer.mip_dual_bound - reached >= max(1.0, abs(reached) * 2.0**-48):
                raise _unsolved()
            return chosen
        # Right but for the tolerance of the solver: this one choice is ruled out.
        member = vstack([member, csr_array(np.where(chosen, 1.0, -1.0)[None, :])]).tocsr()
        low, high = np.append(low, -np.inf), np.append(high, chosen.sum() - 1)
    raise _unsolved()


def nearest(rows: Rows, *, raisable: Mask, rank: Ints) -> Mask:
    """Return the choice that breaks bounds by the fewest units.

    Any lower bound may be missed, upper ones only where ``raisable``. Among equals bounds of low
    ``rank`` are moved, minima rather than maxima.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, eye_array, hstack

    count, columns = len(rows.low), rows.columns
    member = csr_array((np.ones(len(rows.row)), (rows.row, rows.column)), shape=(count, columns))
    most = int(np.abs(rows.low).max(initial=0)) + columns + 1
    cost = np.concatenate([np.zeros(columns), UNIT + 2 * rank, UNIT + 2 * rank + 1])
    lacks = np.maximum(rows.low, 0)
    exceeds = np.where(raisable, most, 0)
    answer = milp(
        cost,
        constraints=LinearConstraint(
            hstack([member, eye_array(count), -eye_array(count)]).tocsr(),
            rows.low.astype(float),
            rows.high.astype(float),
        ),
        integrality=np.ones(columns + 2 * count),
        bounds=Bounds(0, np.concatenate([np.ones(columns), lacks, exceeds])),
        options={"mip_rel_gap": 0},
    )
    if answer.status != OPTIMAL or answer.fun - answer.mip_dual_bound >= UNIT / 2:
        raise _unsolved()
    return np.asarray(np.rint(answer.x[:columns]) > 0, dtype=np.bool_)


def _unsolved() -> InputError:
    return InputError(
        [
            Problem(
                "market",
                None,
                "quotas",
                "the bounds do not nest, and no sure answer was found",
                "use groups that lie apart or inside one another",
                "not_solved",
            )
        ]
    )
