"""What forcing or forbidding a pair costs the whole match, exactly.

At the published size and floor every regret is a shortest path in the residual network, for all
pairs at once. Where the size or the floor changes, the match is solved again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np

from citymatch.answers import Regret
from citymatch.candidates import Candidates
from citymatch.checks import require_sound
from citymatch.eligible import Table, build_table
from citymatch.match import Match, published_match
from citymatch.model import MICRO, STAGES, InputError, Market, PairKey, Problem, Result
from citymatch.outcomes import NONE, After, Outcomes
from citymatch.quotas import Ints
from citymatch.register import table_around
from citymatch.stages import Solved, kept_rows
from citymatch.variants import figures_of, forbidden, forced, solve_table

FEW_FREE = 2
"""With so few free pairs one may vanish and take the floor with it: each is solved again."""


class Further(NamedTuple):
    """Figures that only some markets have: pairs kept, and how the first other floor differs."""

    kept: int | None
    d_level: int | None


NOTHING_FURTHER = Further(None, None)


class Regrets(Mapping[PairKey, Regret]):
    """Regrets by pair, in the order of their ids; put into words only when asked for."""

    def __init__(
        self,
        table: Table,
        match: Match,
        result: Result,
        after: After,
        rows: Ints,
        further: Mapping[int, Further],
    ) -> None:
        self._further = further
        self._table = table
        self._chosen = match.used | table.locked
        self._result = result
        self._after = after
        self._rows = rows

    def __getitem__(self, key: PairKey) -> Regret:
        row = self._table.row(*key)
        place = int(np.searchsorted(self._rows, row))
        if row < 0 or place == len(self._rows) or self._rows[place] != row:
            raise KeyError(key)
        after = self._after
        size, level, score = int(after.size[row]), int(after.level[row]), int(after.score[row])
        figures = None if size == NONE else (size, None if level == NONE else level, score)
        return regret_of(
            self._result,
            key,
            figures,
            is_chosen=bool(self._chosen[row]),
            by_path=bool(after.by_path[row]),
            further=self._further.get(row, NOTHING_FURTHER),
        )

    def __iter__(self) -> Iterator[PairKey]:
        return (self._table.key(row) for row in self._rows.tolist())

    def __len__(self) -> int:
        return len(self._rows)


def regrets(market: Market, result: Result) -> Regrets:
    """Return the regret of every listed pair: of forbidding it if it is chosen, else of forcing it.

    ``result`` is the optimal result of this market; InputError when it cannot be.
    """
    table = table_of(market)
    return regrets_of(table, published_match(table, result), result, np.arange(len(table.pairs)))


def regret(market: Market, result: Result, left: str, right: str) -> Regret:
    """Return the regret of one eligible pair. InputError when it is not eligible."""
    if market.open:
        require_sound(market)
        table = table_around(market, [pair.key for pair in result.pairs], (left, right))
    else:
        table = table_of(market)
    match = published_match(table, result)
    row = table.row(left, right)
    if row < 0:
        message = f"the pair {left} – {right} is not listed"
        remedy = "name a left and a right town that form an eligible pair"
        params = {"pair": (left, right)}
        raise InputError(
            [Problem("market", None, "pairs", message, remedy, "pair_not_listed", params)]
        )
    is_chosen = bool((match.used | table.locked)[row])
    if market.open:
        solved = Candidates(variant_of(market, (left, right), is_chosen=is_chosen)).solve()
    else:
        solved = solve_again(table, row, is_chosen=is_chosen)
    return regret_of_solved(table, result, (left, right), solved, is_chosen=is_chosen)


def regrets_of(table: Table, match: Match, result: Result, rows: Ints) -> Regrets:
    """Return the regrets of some rows of a laid-out market, given in rising order."""
    after = After.of(len(table.pairs))
    alone = table.locked[rows]
    policy, further = table.market.policy, dict[int, Further]()
    keep = table.market.keep
    by_path = table.bounds.nested and policy.stages == STAGES and policy.floors == "once"
    if keep is not None and keep.when == "before-floor":
        by_path = False
    if not by_path or int(match.used.sum()) <= FEW_FREE:
        alone = np.ones(len(rows), dtype=np.bool_)
    for row in rows[alone].tolist():
        solved = solve_again(table, row, is_chosen=bool((match.used | table.locked)[row]))
        if solved is not None:
            size, floor, score = figures_of(solved)
            after.size[row], after.score[row] = size, score
            after.level[row] = NONE if floor is None else floor
            further[row] = further_of(table, result, solved)
    if not alone.all() and keep is None:
        Outcomes(table, match, after).find(rows[~alone])
    elif not alone.all():
        # Kept after the floor, pairs count like scores that outweigh all others together.
        weight = MICRO * (len(result.pairs) + 2)
        heavy = replace(table, score=table.score + weight * kept_rows(table))
        Outcomes(heavy, replace(match, table=heavy), after).find(rows[~alone])
        for row in rows[~alone & (after.size[rows] != NONE)].tolist():
            kept, after.score[row] = divmod(int(after.score[row]), weight)
            further[row] = Further(kept, None)
    return Regrets(table, match, result, after, rows, further)


def further_of(table: Table, result: Result, solved: Solved) -> Further:
    """Return the pairs kept after another solve, and how the first other floor differs."""
    market, chosen = table.market, solved.chosen
    kept = None if market.keep is None else int(kept_rows(table)[chosen].sum())
    if market.policy.floors == "once":
        return Further(kept, None)
    before = sorted(pair.floor for pair in result.pairs if not pair.locked)
    then = sorted(table.floor[chosen[~table.locked[chosen]]].tolist())
    differences = (new - old for old, new in zip(before, then, strict=False))
    return Further(kept, next(filter(None, differences), 0))


def regret_of_solved(
    table: Table, result: Result, key: PairKey, solved: Solved | None, *, is_chosen: bool
) -> Regret:
    """Put a match with a pair forced or forbidden, if there is one, beside the result."""
    if solved is None:
        return regret_of(result, key, None, is_chosen=is_chosen)
    further = further_of(table, result, solved)
    return regret_of(result, key, figures_of(solved), is_chosen=is_chosen, further=further)


def regret_of(
    result: Result,
    key: PairKey,
    after: tuple[int, int | None, int] | None,
    *,
    is_chosen: bool,
    by_path: bool = False,
    further: Further = NOTHING_FURTHER,
) -> Regret:
    """Put the figures after forcing or forbidding a pair beside those of the result."""
    kind: Literal["force", "forbid"] = "forbid" if is_chosen else "force"
    if after is None:
        return Regret(*key, kind, "infeasible")
    size, floor, score = after
    return Regret(
        *key,
        kind,
        "ok",
        d_size=size - (result.size or 0),
        d_floor=None if floor is None or result.floor is None else floor - result.floor,
        d_score=score - (result.score or 0),
        size=size,
        floor=floor,
        score=score,
        method="path" if by_path else "solve",
        kept=further.kept,
        d_kept=None if further.kept is None else further.kept - (result.kept or 0),
        d_level=further.d_level,
    )


def solve_again(table: Table, row: int, *, is_chosen: bool) -> Solved | None:
    """Solve with a chosen pair forbidden or another one forced; None when that cannot be met."""
    return solve_table(forbidden(table, row) if is_chosen else forced(table, row))


def variant_of(market: Market, key: PairKey, *, is_chosen: bool) -> Market:
    """Return an open market with a chosen pair forbidden or another one forced."""
    locked = tuple(pair for pair in market.locked if pair != key)
    vetoed = tuple(pair for pair in market.vetoed if pair != key)
    if is_chosen:
        return replace(market, locked=locked, vetoed=(*vetoed, key))
    return replace(market, locked=(*locked, key), vetoed=vetoed)


def table_of(market: Market) -> Table:
    """Lay out a market. InputError when it contradicts itself or lists no pairs."""
    require_sound(market)
    if market.open:
        message = "this question is only answered where the pairs of a market are listed"
        remedy = "ask explain for one pair, or list the pairs with their views"
        raise InputError([Problem("market", None, "pairs", message, remedy, "pairs_not_listed")])
    return build_table(market)
