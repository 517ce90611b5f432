"""What would change it: the smallest changes that bring a pair in, each tried out by solving."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from citymatch.answers import Change
from citymatch.criteria import normalise
from citymatch.eligible import Table
from citymatch.explain import costliness, rows_of_town
from citymatch.match import Match, published_match
from citymatch.model import MICRO, Market, Pair, Part, Result, mutual_score
from citymatch.overlap import worth_of_room
from citymatch.quotas import Ints
from citymatch.regret import regrets_of, table_of
from citymatch.residual import FAR
from citymatch.variants import (
    solve_table,
    with_absolute_floor,
    with_bound,
    with_views,
    without_override,
)

CLOSEST = 3
"""How many pairs of an unmatched town are asked what would bring them in."""


def _never() -> bool:
    return False


def what_would_change(
    market: Market, result: Result, left: str, right: str, *,
    is_over: Callable[[], bool] = _never,
) -> tuple[Change, ...]:  # fmt: skip
    """Return single changes of the input that bring a listed pair into the match.

    Of each kind the smallest: a veto or a lock lifted, the absolute floor lowered, a maximum raised
    by one, and for each criterion the least better rating of this pair. Each was confirmed by
    solving again. Empty for a pair that is chosen or not listed, and where no single change helps.
    Ratings are not asked for where pairs are kept or floors repeated. ``is_over`` is asked before
    each solving: once it is true nothing more is tried, and what was found is returned.
    """
    table = table_of(market)
    match = published_match(table, result)
    row = table.row(left, right)
    if row < 0 or (match.used | table.locked)[row]:
        return ()
    return tuple(_Trial(table, match, row, np.array([row]), is_over).changes())


def what_would_match(
    market: Market, result: Result, town: str, *, is_over: Callable[[], bool] = _never
) -> tuple[Change, ...]:
    """Return single changes that give a town one more partner, each confirmed by solving again.

    Asked for the three pairs of the town whose forcing would cost all others least; better ratings
    come last, the smallest first. ``is_over``: as for ``what_would_change``.
    """
    table = table_of(market)
    match = published_match(table, result)
    own = rows_of_town(table, town)
    rows = own[~(match.used | table.locked)[own]]
    found = regrets_of(table, match, result, rows)

    def cost(row: int) -> tuple[bool, tuple[int, ...], int]:
        regret = found[table.key(row)]
        return regret.status != "ok", costliness(regret, table.pairs[row], result), row

    changes: dict[str, Change] = {}
    for row in sorted(rows.tolist(), key=cost)[:CLOSEST]:
        for change in _Trial(table, match, row, own, is_over).changes():
            name = f"{change.code} {change.left} {change.right} {sorted(change.params.items())}"
            changes.setdefault(name, change)
    return tuple(sorted(changes.values(), key=lambda c: c.params.get("rating", 0)))


class _Trial:
    """One pair that is not chosen, and the rows of which one more is wanted."""

    def __init__(
        self, table: Table, match: Match, row: int, wanted: Ints, is_over: Callable[[], bool]
    ) -> None:
        self.table, self.match, self.row, self.is_over = table, match, row, is_over
        self.pair = table.pairs[row]
        self.wanted = wanted
        self.had = set(wanted[(match.used | table.locked)[wanted]].tolist())

    def changes(self) -> Iterator[Change]:
        """Yield every change that works, the overrides first."""
        yield from self._lifted()
        yield from self._raised()
        market = self.table.market
        if self.table.free[self.row] and market.keep is None and market.policy.floors == "once":
            yield from self._rated()

    def _try(self, code: str, params: dict[str, Any], table: Table) -> Iterator[Change]:
        """Yield the change if with it one of the wanted rows comes in."""
        if self.is_over():
            return
        solved = solve_table(table)
        if solved is None:
            return
        has = np.intersect1d(self.wanted, solved.chosen).tolist()
        new = [row for row in has if row not in self.had]
        if len(has) > len(self.had):
            row = self.row if self.row in new else new[0]
            yield Change(code, params, *table.key(row))

    def _lifted(self) -> Iterator[Change]:
        table, pair = self.table, self.pair
        if table.vetoed[self.row]:
            open_table = without_override(table, self.row)
            yield from self._try("lift_veto", {"pair": pair.key}, open_table)
        elif table.low[self.row]:
            start = table.market.policy.absolute_floor
            params = {"from": start, "to": pair.floor}
            lower = with_absolute_floor(table, pair.floor)
            yield from self._try("lower_absolute_floor", params, lower)
        near = (table.i == table.i[self.row]) | (table.j == table.j[self.row])
        for row in np.flatnonzero(table.locked & near).tolist():
            open_table = without_override(table, row)
            yield from self._try("lift_lock", {"pair": table.key(row)}, open_table)

    def _raised(self) -> Iterator[Change]:
        """Try each maximum that holds one of the two towns back."""
        table = self.table
        towns = table.left[table.i[self.row]], table.right[table.j[self.row]]
        names = [("town", town.id) for town in towns]
        names += [("group", group) for town in towns for group in town.groups]
        for arc, (kind, name) in enumerate(table.bounds.names):
            high = int(table.bounds.high[arc])
            if (kind, name) in names and self.match.carried[arc] >= high:
                params = {"id": name, "from": high, "to": high + 1}
                wider = with_bound(table, kind, name, high=high + 1)
                yield from self._try(f"raise_{kind}_max", params, wider)

    def _rated(self) -> Iterator[Change]:
        """Try for each criterion the least better rating that can be enough."""
        table, pair = self.table, self.pair
        worth = self._worth()
        has_floor = "floor" in table.market.policy.stages
        level = self.match.level if has_floor else 0
        # Enough is: the floor, and a score that others may equal; one that beats what others would
        # lose; or a view above the floor, if with this pair the floor can rise.
        enough: list[Callable[[int, int], bool]] = [
            lambda a, b: min(a, b) >= level and mutual_score(a, b) >= worth,
            lambda a, b: min(a, b) >= level and mutual_score(a, b) > worth,
            lambda a, b: has_floor and min(a, b) > level,
        ]
        for name, rise in self._rises():
            least = {ratio for test in enough if (ratio := _least(rise, test)) is not None}
            for ratio in sorted(least):
                left, right = rise(ratio)
                params = {
                    "criterion": name,
                    "rating": ratio,
                    "left_from": pair.left_view,
                    "left_to": left,
                    "right_from": pair.right_view,
                    "right_to": right,
                }
                better = with_views(
                    table, self.row, score=mutual_score(left, right), floor=min(left, right)
                )
                found = list(self._try("raise_criterion", params, better))
                if found:
                    yield found[0]
                    break

    def _worth(self) -> int:
        """Return what the match loses, at its size and level, by making room for the pair."""
        table, match = self.table, self.match
        if table.bounds.nested:
            return int(match.make_way(np.array([self.row]))[0])
        size = int(match.used.sum() + table.locked.sum())
        fixed = size if "size" in table.market.policy.stages else None
        worth = worth_of_room(table, self.row, match.level, fixed, match.score)
        return FAR if worth is None else worth

    def _rises(self) -> Iterator[tuple[str | None, Callable[[int], tuple[int, int]]]]:
        """Yield per criterion how both views rise with its rating of this pair, in millionths.

        Without parts or weights there is one rise, of both views alike.
        """
        pair, weights = self.pair, self.table.market.policy.weights
        if pair.parts is None or weights is None:
            yield (
                None,
                lambda ratio: (
                    min(MICRO, pair.left_view + ratio),
                    min(MICRO, pair.right_view + ratio),
                ),
            )
            return
        left, right = normalise(weights["left"]), normalise(weights["right"])
        for name, part in sorted(pair.parts.items()):
            yield name, _rise(pair, part, left.get(name, 0), right.get(name, 0))


def _rise(pair: Pair, part: Part, left: int, right: int) -> Callable[[int], tuple[int, int]]:
    """Return the views as a function of how much better one criterion rates the pair."""

    def views(ratio: int) -> tuple[int, int]:
        return (
            pair.left_view + min(max(left - part.left, 0), left * ratio // MICRO),
            pair.right_view + min(max(right - part.right, 0), right * ratio // MICRO),
        )

    return views


def _least(
    rise: Callable[[int], tuple[int, int]], enough: Callable[[int, int], bool]
) -> int | None:
    """Return the least rise that is enough, or None; more is never worse."""
    if not enough(*rise(MICRO)):
        return None
    low, high = 0, MICRO
    while low < high:
        middle = (low + high) // 2
        if enough(*rise(middle)):
            high = middle
        else:
            low = middle + 1
    return low
