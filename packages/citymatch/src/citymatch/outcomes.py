"""What is left of a match after forcing or forbidding each of many pairs.

First the size, then the level, then the score that remain: rows that end at the same size and level
share one solve. docs/mathematics.md shows why this gives what solving again for each pair would.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from citymatch.eligible import Mask, Table
from citymatch.exchange import Exchange
from citymatch.match import Match, any_match, best_match, stranger
from citymatch.network import short_of_one
from citymatch.quotas import Ints
from citymatch.residual import FAR, Combine, Residual, distances
from citymatch.search import Search
from citymatch.stages import open_network

NONE = -1
"""The level of what cannot be had at all: below every floor."""


@dataclass(frozen=True, slots=True)
class After:
    """Figures after forcing or forbidding each row: ``NONE`` for no match or no floor.

    ``by_path`` says that they were read off the published match alone.
    """

    size: Ints
    level: Ints
    score: Ints
    by_path: Mask

    @classmethod
    def of(cls, rows: int) -> After:
        return cls(
            np.full(rows, NONE),
            np.full(rows, NONE),
            np.zeros(rows, dtype=np.int64),
            np.zeros(rows, dtype=np.bool_),
        )


@dataclass(frozen=True, slots=True)
class _Case:
    """Rows that end at the same size and level; ``short`` when the pair fills the last gap."""

    size: int
    level: int
    short: bool


class Outcomes:
    """Finds for each free or barred row the size, then the level, then the score that are left."""

    def __init__(self, table: Table, match: Match, after: After) -> None:
        self.table, self.match, self.after = table, match, after
        self.search = Search(table)
        self.size = int(match.network.low[-1])
        self.open = open_network(table)
        self.locked_score = int(table.score[table.locked].sum())
        zero = np.zeros(match.network.nodes, dtype=np.int64)
        try:
            self.guess = distances(match.by_cost(), zero)
        except ValueError:
            raise stranger("its score is not the best one") from None
        self.loss = _loss(match, np.arange(len(table.pairs)), match.exchanges())
        self.known: dict[tuple[int, bool], Match] = {(self.size, False): match}

    def find(self, rows: Ints) -> None:
        """Note the figures after forcing or forbidding each of some rows, none of them locked."""
        cases: dict[_Case, list[Ints]] = {}
        for size in (self.size + 1, self.size, self.size - 1):
            if not len(rows):
                break
            levels, short = self._levels(size, rows)
            for is_short in (False, True):
                for level in np.unique(levels[(levels != NONE) & (short == is_short)]).tolist():
                    own = rows[(levels == level) & (short == is_short)]
                    cases.setdefault(_Case(size, level, is_short), []).append(own)
            rows = rows[levels == NONE]
        base = _Case(self.size, self.match.level, False)
        for case, parts in cases.items():
            own = np.concatenate(parts)
            self.after.size[own] = case.size
            self.after.level[own] = case.level
            scores = self.match.score - self.loss[own] if case == base else self._scores(case, own)
            self.after.score[own] = self.locked_score + scores
            self.after.by_path[own] = case == base

    # How far down the floor must go

    def _levels(self, size: int, rows: Ints) -> tuple[Ints, Mask]:
        """Return the highest level at this size for each row, and whether its pair fills a gap."""
        levels = np.full(len(rows), NONE)
        forced = ~self.match.used[rows]
        if size > self.size:
            # Only a pair that was barred can add to the size.
            forced &= ~self.table.free[rows]
        else:
            match = self._match_at(size)
            if match is not None:
                levels = self._levels_within(match, rows)
        short = np.zeros(len(rows), dtype=np.bool_)
        if forced.any():
            above = self.known[size, False].level if (size, False) in self.known else NONE
            higher = self._levels_short(size, rows[forced], above)
            short[forced] = higher != NONE
            levels[forced] = np.maximum(levels[forced], higher)
        return levels, short

    def _match_at(self, size: int) -> Match | None:
        """Return a match of this size on its highest level."""
        if (size, False) not in self.known:
            network = self.open.sized(size, size)
            level, _ = self.search.highest(network, size - len(network.locked_tail))
            if level is not None:
                self.known[size, False] = any_match(self.search, network, level)
        return self.known.get((size, False))

    def _levels_within(self, match: Match, rows: Ints) -> Ints:
        """Return the levels for rows that change a match of their size by an exchange."""
        gone = self.match.used[rows] & ~match.used[rows]
        levels = np.where(gone, match.level, NONE)
        if match is self.match:
            levels[self.loss[rows] < FAR // 2] = match.level
        rest = np.flatnonzero(levels == NONE)
        if len(rest):
            height = match.make_way(rows[rest], by_height=True)
            levels[rest] = np.where(height < FAR, np.minimum(match.level, -height), NONE)
        return levels

    def _levels_short(self, size: int, rows: Ints, above: int) -> Ints:
        """Return the levels for forced rows that fill the one gap of a match, if above ``above``.

        Without the pair one unit of the bounds is missing on such a level. A pair that itself
        reaches the level is part of the network there and fills nothing.
        """
        table, levels = self.table, np.full(len(rows), NONE)
        network = short_of_one(self.open.sized(size, size))
        free = size - len(self.open.locked_tail)
        level, _ = self.search.highest(network, free - 1, with_minima=False)
        if level is None or level <= above:
            return levels
        match = any_match(self.search, network, level)
        self.known[size, True] = match
        worst = np.maximum(*_gap(match.by_height(), table, rows, np.maximum, nothing=-FAR))
        levels = np.where(worst < FAR, np.minimum(level, -worst), NONE)
        fills = (levels > above) & (~table.free[rows] | (levels > table.floor[rows]))
        return np.where(fills, levels, NONE)

    # What is left of the score

    def _scores(self, case: _Case, rows: Ints) -> Ints:
        """Return the best sum of all free pairs and the forced one for rows of one case."""
        table, known = self.table, self.known[case.size, case.short]
        match = best_match(self.search, known.network, case.level, known=known, guess=self.guess)
        if case.short:
            to_left, from_right = _gap(match.by_cost(), table, rows, np.add, nothing=0)
            return match.score - to_left - from_right + table.score[rows]
        scores = np.full(len(rows), match.score, dtype=np.int64)
        changed = np.flatnonzero(match.used[rows] == self.match.used[rows])
        if len(changed):
            scores[changed] -= _loss(match, rows[changed])
        return scores


def _loss(match: Match, rows: Ints, exchange: Exchange | None = None) -> Ints:
    """Return what a match on its level loses without its own rows, and by taking in others."""
    sign = np.where(match.used[rows], 1, -1)
    loss = match.make_way(rows, exchange=exchange) + sign * match.table.score[rows]
    return np.asarray(loss, dtype=np.int64)


def _gap(
    residual: Residual, table: Table, rows: Ints, combine: Combine, *, nothing: int
) -> tuple[Ints, Ints]:
    """Return how far the missing unit is from rows' left towns, and their right towns from it.

    The residual's last two nodes are where a unit may still come from and go to.
    """
    start, end = np.full(residual.nodes, FAR), np.full(residual.nodes, FAR)
    start[-2] = end[-1] = nothing
    to_left = distances(residual, start, combine)[table.tail[rows]]
    from_right = distances(residual.reversed(), end, combine)[table.head[rows]]
    return to_left, from_right
