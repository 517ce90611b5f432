"""Why a pair was chosen or not, and what a town could have instead. Codes: docs/codes.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import numpy as np

from citymatch.answers import Alternative, Explanation, PartDetail, Regret
from citymatch.candidates import Candidates
from citymatch.checks import require_sound
from citymatch.conflict import contradiction
from citymatch.criteria import CRITERIA, Context, normalise
from citymatch.eligible import Table
from citymatch.match import Match, published_match
from citymatch.model import Excluded, InputError, Market, Pair, Problem, Reason, Result
from citymatch.quotas import Ints
from citymatch.register import table_around
from citymatch.regret import regret_of_solved, regrets_of, solve_again, table_of, variant_of
from citymatch.score import eligibility_of
from citymatch.variants import forbidden, forced

type State = Literal["chosen", "locked", "not_chosen", "vetoed", "not_eligible"]


def explain(market: Market, result: Result, left: str, right: str) -> Explanation:
    """Say why a left and a right town are matched in the result, or why not.

    Solves once more, with the pair forced or forbidden, so that every reason is exact. InputError
    when a town is unknown or on the other side, or the result is none of this market.
    """
    if market.open:
        require_sound(market)
        for side, town in (("left", left), ("right", right)):
            _require_town(*_places(market), town, side)
        table = table_around(market, [pair.key for pair in result.pairs], (left, right))
    else:
        table = table_of(market)
        for side, town in (("left", left), ("right", right)):
            _require_town(table.left_place, table.right_place, town, side)
    match = published_match(table, result)
    row = table.row(left, right)
    if row < 0:
        return Explanation(left, right, "not_eligible", tuple(_rules(market, left, right)))
    case = _Case(table, match, result, row)
    return Explanation(
        left,
        right,
        case.state,
        tuple(case.reasons()),
        left_view=case.pair.left_view,
        right_view=case.pair.right_view,
        score=case.pair.score,
        parts=part_details(market, case.pair),
        regret=case.regret,
        loses=case.loses,
        gains=case.gains,
    )


def next_best(market: Market, result: Result, town: str, n: int = 3) -> tuple[Alternative, ...]:
    """Return up to ``n`` free pairs that a town could have instead, the least costly first.

    Costly is what loses pairs, then what gives anybody a view below the floor, then what loses
    score; among equals the better score comes first. Pairs that cannot be had are left out.
    """
    table = table_of(market)
    match = published_match(table, result)
    own = rows_of_town(table, town)
    rows = own[table.free[own] & ~match.used[own]]
    found = regrets_of(table, match, result, rows)
    options = [
        (costliness(regret, pair, result), pair, regret)
        for pair in (table.pairs[row] for row in rows.tolist())
        if (regret := found[pair.key]).status == "ok"
    ]
    options.sort(key=lambda option: (option[0], option[1].key))
    return tuple(
        Alternative(pair.left, pair.right, pair.left_view, pair.right_view, pair.score, regret)
        for _, pair, regret in options[:n]
    )


def part_details(market: Market, pair: Pair) -> tuple[PartDetail, ...]:
    """Return the parts of a pair with the most that each could be and, where known, the facts."""
    if pair.parts is None:
        return ()
    weights = market.policy.weights
    most = {side: normalise(weights[side]) for side in ("left", "right")} if weights else None
    towns = {town.id: town for town in (*market.left, *market.right)}
    context = Context.of(market.ties, market.wishes)

    def facts(criterion: str) -> Reason | None:
        if market.policy.scoring == "given" or criterion not in CRITERIA:
            return None
        return CRITERIA[criterion].facts(towns[pair.left], towns[pair.right], context)

    return tuple(
        PartDetail(
            criterion=name,
            left=part.left,
            right=part.right,
            left_weight=None if most is None else most["left"].get(name, 0),
            right_weight=None if most is None else most["right"].get(name, 0),
            unknown=part.unknown,
            facts=facts(name),
        )
        for name, part in sorted(pair.parts.items())
    )


def full_groups(table: Table, match: Match) -> dict[str, int]:
    """Return the groups whose maximum the match reaches, with that maximum."""
    at_most = match.carried >= table.bounds.high
    return {
        name: int(table.bounds.high[arc])
        for arc, (kind, name) in enumerate(table.bounds.names)
        if kind == "group" and at_most[arc]
    }


class _Case:
    """One listed pair, and the match with it forced or forbidden."""

    def __init__(self, table: Table, match: Match, result: Result, row: int) -> None:
        self.table, self.match, self.result, self.row = table, match, result, row
        self.pair = table.pairs[row]
        self.is_chosen = bool((match.used | table.locked)[row])
        self.whole: Candidates | None = None
        if table.market.open:
            variant = variant_of(table.market, self.pair.key, is_chosen=self.is_chosen)
            self.whole = Candidates(variant)
            solved = self.whole.solve()
        else:
            solved = solve_again(table, row, is_chosen=self.is_chosen)
        self.regret = regret_of_solved(
            table, result, self.pair.key, solved, is_chosen=self.is_chosen
        )
        now = {pair.key for pair in result.pairs}
        then = now if solved is None else set(map(solved.table.key, solved.chosen.tolist()))
        self.loses = tuple(sorted(now - then - {self.pair.key}))
        self.gains = tuple(sorted(then - now - {self.pair.key}))

    @property
    def state(self) -> State:
        if self.table.locked[self.row]:
            return "locked"
        if self.is_chosen:
            return "chosen"
        return "vetoed" if self.table.vetoed[self.row] else "not_chosen"

    def reasons(self) -> Iterator[Reason]:
        """Yield what speaks for or against the pair, then what the match would lose."""
        if self.is_chosen:
            yield from self._merits()
        else:
            yield from self._obstacles()
        yield from self._cost()

    def _merits(self) -> Iterator[Reason]:
        if self.table.locked[self.row]:
            yield Reason("locked")
        for side, ends in (("left", self.table.i), ("right", self.table.j)):
            own = np.flatnonzero(ends == ends[self.row])
            own = own[self.table.free[own] | (own == self.row)]
            views = self.table.left_view if side == "left" else self.table.right_view
            rank = 1 + int((views[own] > views[self.row]).sum())
            yield Reason(f"rank_for_{side}", {"rank": rank, "of": len(own)})

    def _obstacles(self) -> Iterator[Reason]:
        table, pair = self.table, self.pair
        if table.vetoed[self.row]:
            yield Reason("vetoed")
        if pair.floor < table.market.policy.absolute_floor:
            floor = table.market.policy.absolute_floor
            yield Reason("below_absolute_floor", {"pair_floor": pair.floor, "floor": floor})
        elif "floor" in table.market.policy.stages and pair.floor < (self.result.floor or 0):
            side = "left" if pair.left_view <= pair.right_view else "right"
            params = {"pair_floor": pair.floor, "floor": self.result.floor, "side": side}
            yield Reason("below_floor", params)
        full = full_groups(table, self.match)
        for town in (table.left[table.i[self.row]], table.right[table.j[self.row]]):
            partners = [p.key for p in self.result.pairs if town.id in p.key]
            if len(partners) >= town.max:
                yield Reason("town_full", {"town": town.id, "max": town.max, "pairs": partners})
            for group in town.groups:
                if group in full:
                    yield Reason("quota_full", {"group": group, "max": full[group]})

    def _cost(self) -> Iterator[Reason]:
        regret = self.regret
        if regret.status == "infeasible":
            if self.whole is not None:
                conflict = self.whole.contradiction()
            else:
                variant = (forbidden if self.is_chosen else forced)(self.table, self.row)
                conflict, _ = contradiction(variant)
            bounds = [
                {"code": bound.code, "id": bound.id, "value": bound.value}
                for bound in conflict
                if bound.id != self.pair.key
            ]
            yield Reason(
                "bounds_require" if self.is_chosen else "bounds_forbid", {"bounds": bounds}
            )
            return
        d_size, d_floor, d_score = regret.d_size or 0, regret.d_floor or 0, regret.d_score or 0
        d_kept, d_level, keep = regret.d_kept or 0, regret.d_level or 0, self.table.market.keep
        keeps_first = keep is not None and keep.when == "before-floor"
        if regret.is_free:
            yield Reason("equal_alternative", self._equals())
        elif d_size < 0:
            yield Reason("would_lose_partnership", {"d_size": d_size, "pairs": list(self.loses)})
        elif d_size == 0 and d_kept < 0 and (keeps_first or (d_floor, d_level) == (0, 0)):
            yield Reason("would_give_up_kept", {"d_kept": d_kept, "pairs": list(self.loses)})
        elif d_size == 0 and d_floor < 0:
            params = {"d_floor": d_floor, "floor": regret.floor}
            yield Reason("would_lower_floor", params)
        elif (d_size, d_floor) == (0, 0) and d_level < 0:
            yield Reason("would_lower_level", {"d_level": d_level})
        elif (d_kept, d_level) != (0, 0):
            params = {"d_size": d_size, "d_floor": regret.d_floor, "d_score": d_score}
            yield Reason("override_would_change", params)
        elif (d_size, d_floor) == (0, 0) and d_score < 0:
            code = "worth_more_than_others" if self.is_chosen else "worth_more_to_another"
            pairs = self.gains if self.is_chosen else self.loses
            yield Reason(code, {"d_score": d_score, "pairs": list(pairs)})
        else:
            params = {"d_size": d_size, "d_floor": regret.d_floor, "d_score": d_score}
            yield Reason("override_would_change", params)

    def _equals(self) -> dict[str, Any]:
        """Say what would come instead; of a chosen pair also how many pairs could."""
        params: dict[str, Any] = {"pairs": list(self.gains)}
        if self.is_chosen and self.whole is None:
            table, row = self.table, self.row
            near = (table.i == table.i[row]) | (table.j == table.j[row])
            rows = np.flatnonzero(near & table.free & ~self.match.used)
            found = regrets_of(table, self.match, self.result, rows)
            params["count"] = sum(regret.is_free for regret in found.values())
        return params


def _rules(market: Market, left: str, right: str) -> Iterator[Reason]:
    """Yield what takes out a pair that is not listed, as far as the market says it."""
    if (left, right) in market.vetoed:
        yield Reason("vetoed")
    item: Excluded | None
    if market.open:
        one, other = _places(market)
        item = eligibility_of(market).why(one[left], other[right])
    else:
        own = (x for x in market.excluded if (x.left, x.right) == (left, right))
        item = next(own, None)
    if item is None:
        yield Reason("not_listed")
    else:
        yield Reason("not_eligible", {"rule": item.code, "params": dict(item.params)})


def _places(market: Market) -> tuple[dict[str, int], dict[str, int]]:
    """Return the places of the towns of an open market, as it names them."""
    left = {town.id: place for place, town in enumerate(market.left)}
    return left, {town.id: place for place, town in enumerate(market.right)}


def costliness(regret: Regret, pair: Pair, result: Result) -> tuple[int, int, int, int, int]:
    """Return what makes a forced pair costly: pairs lost, how far the worst view falls, score lost.

    Pairs that were to be kept count after pairs at all.

    The worst view includes the pair's own, although a lock is not held to the floor: nobody's next
    best is a pair that nobody wants.
    """
    worst = pair.floor if regret.floor is None else min(pair.floor, regret.floor)
    fall = 0 if result.floor is None else max(0, result.floor - worst)
    lost, given_up = -(regret.d_size or 0), -(regret.d_kept or 0)
    return lost, given_up, fall, -(regret.d_score or 0), -pair.score


def _require_town(left: Mapping[str, int], right: Mapping[str, int], town: str, side: str) -> None:
    """Raise InputError unless the town is on that side."""
    own, other = left, right
    if side == "right":
        own, other = other, own
    if town in own:
        return
    if town in other:
        code, message = "wrong_side", f"the town {town} is not on the {side} side"
    else:
        code, message = "unknown_town", f"there is no town {town}"
    remedy = "name the left town first, then the right one, by their ids"
    raise InputError([Problem("market", None, side, message, remedy, code, {"id": town})])


def rows_of_town(table: Table, town: str) -> Ints:
    """Return the rows of a town of either side. InputError when it is unknown."""
    if town in table.right_place:
        return np.flatnonzero(table.j == table.right_place[town])
    _require_town(table.left_place, table.right_place, town, "left")
    return np.flatnonzero(table.i == table.left_place[town])
