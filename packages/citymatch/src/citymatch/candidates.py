"""Whole registers: a match over few pairs, proven for all of them.

Each town's best pairs go into a first match. Its proofs (the cuts of size and floor, the prices of
the score) are then held against every pair of the market; whatever breaks one joins, and the match
is found anew, until nothing does. The last match is therefore the best of the whole market, and its
certificate holds for the whole market too. Equal alternatives are looked for in the same way, so
that the tie key decides among all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import numpy as np

from citymatch.conflict import contradiction, find_conflict
from citymatch.criteria.named import places_of
from citymatch.eligible import Mask, Table
from citymatch.groups import Groups
from citymatch.model import (
    Bound,
    Certificate,
    Conflict,
    Market,
    PairKey,
    Side,
    Town,
    Unmatched,
)
from citymatch.network import find_flow
from citymatch.pool import Found, Pool, joined
from citymatch.prices import arc_prices
from citymatch.quotas import SINK, SOURCE, Ints
from citymatch.register import lay_out_found
from citymatch.residual import FAR, cut_prices
from citymatch.sets import among, distinct, first_of_each
from citymatch.stages import Progress, Solved, open_network, run_stages, tell_nobody, tie_numbers_of
from citymatch.unmatched import find_unmatched

BEST, HIGHEST = 24, 8
"""How many pairs of each town join first: by score, by floor."""

COMMON = 8
"""So many of the most common prices of columns are looked at by themselves."""

JOIN = 24
"""Of the pairs of a town that break a proof, so many join at once."""

ASIDE = 2
"""And so many with towns of each group."""


class Candidates:
    """The pairs of an open market that take part, and what is known of all others."""

    def __init__(self, market: Market, *, progress: Progress = tell_nobody) -> None:
        self.market, self.tell = market, progress
        self.tell("candidates", 0.0)
        self.pool = pool = Pool(market)
        self.groups = Groups(market, pool)
        i, j, self.top_score, self.top_floor = pool.best(BEST, HIGHEST)
        more_i, more_j = self._required(distinct(j))
        self.found = pool.score(np.concatenate([i, more_i]), np.concatenate([j, more_j]))
        self.table = self._table()

    def solve(self) -> Solved | None:
        """Return the best match of the whole market, None when its bounds cannot be met."""
        for step in count(1):
            self.tell("match", 1 - 0.6**step)
            if not self.can_be_met():
                return None
            solved = run_stages(self.table, whole=True)
            self.tell("proof", 1 - 0.5 * 0.6**step)
            if not self.join(self._breaking(solved)):
                self.tell("done", 1.0)
                return solved
        raise AssertionError

    def find_conflict(self) -> tuple[Conflict, Certificate]:
        """Return the conflict of a market whose bounds cannot be met, proven for all its pairs.

        Its relaxation is enough; that nothing less would do is shown for the pairs that take part.
        """
        self.contradiction()
        return find_conflict(self.table)

    def contradiction(self) -> tuple[Bound, ...]:
        """Return bounds that no pairs of the market can meet together, none of them needlessly."""
        while True:
            bounds, prices = contradiction(self.table)
            assert prices is not None
            rows, columns = self._pays(arc_prices(self.table.bounds, prices))
            has_floor = any(bound.code == "absolute_floor" for bound in bounds)
            floor = self.market.policy.absolute_floor if has_floor else 0
            pairs = self._new(rows, columns, floor=floor, by_score=False, strict=True, vetoed=True)
            if not self.join(pairs):
                return bounds

    def unmatched(self, solved: Solved) -> tuple[Unmatched, ...]:
        """Return the towns with room left; of a register no more is said than what is known."""
        known = {town.id: town for town in find_unmatched(self.table, solved.chosen, solved.floor)}
        rows, columns = self.pool.rows, self.pool.columns
        sides: tuple[tuple[Side, Sequence[Town]], ...] = (
            ("left", columns if self.pool.flipped else rows),
            ("right", rows if self.pool.flipped else columns),
        )
        taking_part = {town.id for town in (*self.table.left, *self.table.right)}
        found = []
        for side, towns in sides:
            for town in towns:
                if town.id in known:
                    told = known[town.id]
                    if told.code in ("partners_taken", "no_eligible_pair", "below_floor"):
                        told = replace(told, code="others_preferred", params={})
                    found.append(told)
                elif town.id not in taking_part and town.max:
                    found.append(Unmatched(town.id, side, 0, town.max, "others_preferred", {}))
        return tuple(found)

    # What else may be asked of all pairs

    def improve(self, potential: Ints, *, floor: int, by_score: bool) -> bool:
        """Let pairs join that are worth more than the potentials of their ends differ by.

        Worth is the score, or zero. Only such as reach ``floor``; whether there was any.
        """
        rows, columns = self._reaches(potential)
        return self.join(self._new(rows, columns, floor=floor, by_score=by_score, strict=True))

    # What takes part

    def _required(self, found: Ints) -> tuple[Ints, Ints]:
        """Return the pairs that must take part: locks, and some of whoever must have partners.

        ``found`` are columns that take part already.
        """
        pool = self.pool
        i, j = self.places(self.market.locked)
        few = [pool.some_of(columns, 2) for columns in self.groups.needy(found)]
        return np.concatenate([i, *(one for one, _ in few)]), np.concatenate(
            [j, *(other for _, other in few)]
        )

    def places(self, keys: Sequence[PairKey]) -> tuple[Ints, Ints]:
        """Return pairs by place in the pool."""
        if not keys:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        one, other = places_of(self.pool.rows), places_of(self.pool.columns)
        ends = [key[::-1] if self.pool.flipped else key for key in keys]
        return np.array([one[left] for left, _ in ends]), np.array([other[r] for _, r in ends])

    def _table(self) -> Table:
        """Lay out the pairs that take part, with the towns that they need."""
        table, self.column_of = lay_out_found(self.market, self.pool, self.groups, self.found)
        return table

    def join(self, pairs: tuple[Ints, Ints]) -> bool:
        """Let pairs take part, given by their places in the pool; whether any of them was new."""
        i, j = pairs
        if not len(i):
            return False
        before, found = len(self.found.i), self.found
        self.found = self.pool.score(np.concatenate([found.i, i]), np.concatenate([found.j, j]))
        self.table = self._table()
        return len(self.found.i) > before

    # What breaks a proof

    def can_be_met(self) -> bool:
        """Whether the bounds can be met by all pairs of the market; such pairs join."""
        while True:
            table = self.table
            network = open_network(table)
            if not network.low.any() and not len(network.locked_tail):
                return True
            flow = find_flow(network, table.tail[table.free], table.head[table.free])
            if not flow.deficit:
                return True
            rows, columns = self._pays(cut_prices(network, flow.reached))
            floor = self.market.policy.absolute_floor
            if not self.join(self._new(rows, columns, floor=floor, by_score=False, strict=True)):
                return False

    def _breaking(self, solved: Solved) -> tuple[Ints, Ints]:
        """Return pairs outside that break a proof of this match, or that equal it."""
        stages = self.market.policy.stages
        least = self.market.policy.absolute_floor
        if solved.size_prices is not None:
            rows, columns = self._pays(solved.size_prices)
            # A pair counts one here, and prices are whole: below one is zero or less.
            pairs = self._new(rows - 1, columns, floor=least, by_score=False, strict=True)
            if len(pairs[0]):
                return pairs
        if solved.floor_prices is not None:
            above = least if solved.floor is None else solved.floor + 1
            rows, columns = self._pays(solved.floor_prices)
            pairs = self._new(rows, columns, floor=above, by_score=False, strict=True)
            if len(pairs[0]):
                return pairs
        floor = least if solved.floor is None else solved.floor
        assert solved.potential is not None
        rows, columns = self._reaches(solved.potential)
        by_score = "score" in stages
        return self._new(rows, columns, floor=floor, by_score=by_score, strict=False, ties=solved)

    def _new(
        self,
        rows: Ints,
        columns: Ints,
        *,
        floor: int,
        by_score: bool,
        strict: bool,
        ties: Solved | None = None,
        vetoed: bool = False,
    ) -> tuple[Ints, Ints]:
        """Return pairs outside that are worth more than they pay, or with ``ties`` as much.

        ``rows`` and ``columns`` are what the towns pay. Of each row the ``JOIN`` best.
        """
        for some in (True, False):
            found, gain, is_crowded = self._above(
                rows, columns, floor=floor, by_score=by_score, strict=strict, some=some
            )
            fits = (found.floor >= floor) & ((gain > 0) if strict else (gain >= 0))
            if not vetoed:
                fits &= ~self._vetoed(found)
            if ties is not None:
                fits &= (gain > 0) | self._undercuts(ties, found, fits & (gain == 0))
            # A crowd shows its best first; only if none of them does are all looked at.
            if fits.any() or not is_crowded:
                break
        i, j, gain, score = found.i[fits], found.j[fits], gain[fits], found.score[fits]
        # The best of each row, by gain and then by score; and the best of each group besides, which
        # are the next to break a proof once the price of the first group rises.
        order = np.lexsort((-score, -gain))
        i, j = i[order], j[order]
        cell = i * (len(self.groups.names) + 1) + self.groups.innermost[j] + 1
        place = np.arange(len(i))
        few = np.union1d(first_of_each(i, place, JOIN), first_of_each(cell, place, ASIDE))
        return i[few], j[few]

    def _above(
        self, rows: Ints, columns: Ints, *, floor: int, by_score: bool, strict: bool, some: bool
    ) -> tuple[Found, Ints, bool]:
        """Return pairs outside that may be worth what they pay, what they gain, if any are missing.

        The arguments are those of ``_new``; with ``some`` only the best of a crowd are looked at.
        """
        pool = self.pool
        worth = self.top_score if by_score else np.zeros(len(rows), dtype=np.int64)
        spare = np.where(self.top_floor >= floor, worth - rows, -FAR)
        # Most columns share a few prices, and at most of those few rows have anything to spare.
        low = np.flatnonzero(columns <= spare.max())
        prices, counts = np.unique(columns[low], return_counts=True)
        common = prices[np.argsort(-counts)[:COMMON]]
        rare = low[~among(columns[low], np.sort(common))]
        hits, is_crowded = [], False
        for own in (*(low[columns[low] == price] for price in common), rare):
            least = columns[own].min(initial=FAR)
            places = np.flatnonzero((spare > least) if strict else (spare >= least))
            if len(places) and len(own):
                more_i, more_j, crowd = pool.above(
                    places, own, rows, columns, floor=floor, by_score=by_score, some=some
                )
                hits.append((more_i, more_j))
                is_crowded |= crowd
        i, j = joined(hits)
        known = among(_keys(pool, i, j), _keys(pool, self.found.i, self.found.j))
        found = pool.score(i[~known], j[~known])
        value = found.score if by_score else np.zeros(len(found.i), dtype=np.int64)
        return found, value - rows[found.i] - columns[found.j], is_crowded

    def _vetoed(self, found: Found) -> Mask:
        if not self.market.vetoed:
            return np.zeros(len(found.i), dtype=np.bool_)
        barred, flipped = set(self.market.vetoed), self.pool.flipped
        keys = (
            (self.pool.rows[i].id, self.pool.columns[j].id)
            for i, j in zip(found.i.tolist(), found.j.tolist(), strict=True)
        )
        return np.array([(key[::-1] if flipped else key) in barred for key in keys], dtype=np.bool_)

    def _undercuts(self, solved: Solved, found: Found, among: Mask) -> Mask:
        """Return which pairs that equal the match might take the place of one by the tie key."""
        if solved.tie_potential is None:
            return among
        rows, columns = self._reaches(solved.tie_potential)
        result = among.copy()
        own = np.flatnonzero(among)
        flipped, pool = self.pool.flipped, self.pool
        keys = [
            (pool.rows[i].id, pool.columns[j].id)
            for i, j in zip(found.i[own].tolist(), found.j[own].tolist(), strict=True)
        ]
        numbers = tie_numbers_of(
            self.market.policy.tie_key, [key[::-1] if flipped else key for key in keys]
        )
        result[own] = numbers < -(rows[found.i[own]] + columns[found.j[own]])
        return result

    # What towns pay

    def _pays(self, prices: Ints) -> tuple[Ints, Ints]:
        """Return what pairs pay by row and by column, by prices of the bounds' arcs.

        A town that takes no part pays for its groups alone.
        """
        bounds = self.table.bounds
        paid = np.zeros(bounds.nodes, dtype=np.int64)
        left = slice(0, bounds.left_arcs)
        right = slice(bounds.left_arcs, len(bounds.names) - 1)
        for arcs, above, below in (
            (left, bounds.tail, bounds.head),
            (right, bounds.head, bounds.tail),
        ):
            towns = bounds.left_towns if arcs is left else bounds.right_towns
            for arc in range(arcs.start, towns.start):
                paid[below[arc]] = paid[above[arc]] + prices[arc]
            paid[below[towns]] = paid[above[towns]] + prices[towns]
        rows, columns = self.spread(paid)
        return rows + prices[-1], columns

    def _reaches(self, potential: Ints) -> tuple[Ints, Ints]:
        """Return what pairs pay by row and by column, by potentials of the nodes."""
        sign = -1 if self.pool.flipped else 1
        rows, columns = self.spread(potential)
        return sign * rows, -sign * columns

    def spread(self, values: Ints) -> tuple[Ints, Ints]:
        """Return values of the table's nodes by row and by column of the pool."""
        bounds = self.table.bounds
        if self.pool.flipped:
            first, second, root = bounds.right_node, bounds.left_node, SOURCE
        else:
            first, second, root = bounds.left_node, bounds.right_node, SINK
        rows = values[first : first + len(self.pool.rows)]
        arcs = bounds.group_arcs
        own = np.array(
            [values[root]]
            + [
                values[(bounds.head if self.pool.flipped else bounds.tail)[arcs[g]]]
                if g in arcs
                else values[root]
                for g in self.groups.names
            ]
        )
        columns = own[self.groups.innermost + 1]
        columns[self.column_of] = values[second : second + len(self.column_of)]
        return rows, columns


def _keys(pool: Pool, i: Ints, j: Ints) -> Ints:
    return np.asarray(i.astype(np.int64) * len(pool.columns) + j)
