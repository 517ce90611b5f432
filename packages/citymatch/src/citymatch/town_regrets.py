"""What any other partner of one town of a whole register would cost, exactly.

Forcing a pair makes the match exchange others along a shortest path of the residual network. The
paths are found among the pairs that take part and then held against all pairs of the market: one
that would shorten a path is worth more than the distances of its ends differ by, which is the very
question that proves a match (``candidates``). What shortens one joins, until nothing does.
"""

from __future__ import annotations

import numpy as np

from citymatch.answers import Regret
from citymatch.candidates import Candidates
from citymatch.checks import require_sound
from citymatch.eligible import Mask
from citymatch.match import Match, published_match
from citymatch.model import STAGES, InputError, Market, Problem, Result
from citymatch.network import find_flow
from citymatch.pool import Found
from citymatch.quotas import SINK, Bounds, Ints
from citymatch.regret import FEW_FREE, regret_of
from citymatch.residual import FAR, distances, residual_of


class TownRegrets:
    """The other partners that towns of an open market could have, the least costly first.

    Made once for a market and its result: both sides are scored then, as for a match. InputError
    when the result is not that of the market, or when its policy has other stages than the usual
    ones, repeated floors or pairs to keep.
    """

    def __init__(self, market: Market, result: Result) -> None:
        require_sound(market)
        _require_usual(market)
        self.market, self.result = market, result
        self._looked = Candidates(market)
        pool = self._looked.pool
        self._place = [
            {town.id: place for place, town in enumerate(towns)}
            for towns in (pool.rows, pool.columns)
        ]
        self._looked.join(self._looked.places([pair.key for pair in result.pairs]))
        self._match = published_match(self._looked.table, result)
        if int(self._match.used.sum()) <= FEW_FREE:
            raise _unanswered("a match of so few pairs")
        self._taken = {pair.key for pair in result.pairs} | {*market.vetoed}
        self._raises = self._find_raising()

    def of(self, town: str, top: int | None = 20) -> tuple[Regret, ...]:
        """Return the regrets of forcing a town's other pairs, the least first; at most ``top``.

        Of all its eligible pairs that leave the size and the floor of the free pairs as they are,
        without those below the absolute floor and those that were decided against. For any other
        ``regret`` solves the match again.
        """
        is_row, place = self._find(town)
        found = self._pairs_of(is_row, place)
        if not len(found.i):
            return ()
        if not is_row and place not in self._looked.column_of:
            # With one of its pairs the town itself takes part.
            self._looked.join((found.i[:1], found.j[:1]))
            self._match = published_match(self._looked.table, self.result)
        is_left = is_row != self._looked.pool.flipped
        while True:
            reach = self._distances(town, is_left=is_left)
            potential = _as_potential(reach, self._looked.table.bounds, is_left=is_left)
            if not self._looked.improve(potential, floor=self._match.level, by_score=True):
                break
            self._match = published_match(self._looked.table, self.result)
        rows, columns = self._looked.spread(reach)
        way = columns[found.j] if is_row else rows[found.i]
        # The floor is that of the free pairs: a forced one may lie below, and may even raise it.
        raises = self._raises[0][found.i] & self._raises[1][found.j]
        raises &= found.floor <= self._match.level
        allowed = found.floor >= self.market.policy.absolute_floor
        order = np.flatnonzero(allowed & (way < FAR // 2) & ~raises)
        order = order[np.argsort(way[order] - found.score[order], kind="stable")]
        regrets: list[Regret] = []
        for k in order.tolist():
            key = self._key(int(found.i[k]), int(found.j[k]))
            if key in self._taken:
                continue
            if top is not None and len(regrets) == top:
                break
            score = (self.result.score or 0) + int(found.score[k]) - int(way[k])
            figures = len(self.result.pairs), self.result.floor, score
            regrets.append(regret_of(self.result, key, figures, is_chosen=False, by_path=True))
        return tuple(regrets)

    def _find_raising(self) -> tuple[Mask, Mask]:
        """Return rows and columns of the pool whose pairs, forced, may raise the floor of others.

        Above the floor at least one unit of the bounds is missing. Where it is one, a pair fills
        the gap if its left town can be reached from where the unit is missing, and if its right
        town leads to where it is wanted, over any pairs above the floor.
        """
        looked, level = self._looked, self._match.level + 1
        while True:
            ahead, behind, missing = _gap(self._match, level)
            joined = looked.improve(-ahead.astype(np.int64), floor=level, by_score=False)
            if not joined:
                joined = looked.improve(behind - np.int64(1), floor=level, by_score=False)
            if not joined:
                break
            self._match = published_match(looked.table, self.result)
        (row_ahead, column_ahead), (row_behind, column_behind) = (
            looked.spread(np.where(nodes, 1, 0)) for nodes in (ahead, behind)
        )
        if looked.pool.flipped:
            row_ahead, column_behind = row_behind, column_ahead
        return (row_ahead > 0) & (missing == 1), (column_behind > 0) & (missing == 1)

    def _find(self, town: str) -> tuple[bool, int]:
        """Return whether a town is a row of the pool, and its place."""
        for is_row, places in zip((True, False), self._place, strict=True):
            if town in places:
                return is_row, places[town]
        message, remedy = f"there is no town {town}", "name a town of the market"
        params = {"id": town}
        raise InputError([Problem("market", None, None, message, remedy, "unknown_town", params)])

    def _pairs_of(self, is_row: bool, place: int) -> Found:
        """Score all eligible pairs of a town."""
        pool = self._looked.pool
        others = np.arange(len(pool.columns if is_row else pool.rows))
        own = np.full(len(others), place)
        return pool.score(own, others) if is_row else pool.score(others, own)

    def _key(self, i: int, j: int) -> tuple[str, str]:
        pool = self._looked.pool
        one, other = pool.rows[i].id, pool.columns[j].id
        return (other, one) if pool.flipped else (one, other)

    def _distances(self, town: str, *, is_left: bool) -> Ints:
        """Return how far each node is: to a left town, from a right one."""
        table, match = self._looked.table, self._match
        towns = table.left if is_left else table.right
        first = table.bounds.left_node if is_left else table.bounds.right_node
        start = np.full(table.bounds.nodes, FAR)
        start[first + [one.id for one in towns].index(town)] = 0
        residual = match.by_cost()
        return distances(residual.reversed() if is_left else residual, start)


def _gap(match: Match, level: int) -> tuple[Mask, Mask, int]:
    """Return how a network without a match on a level misses it.

    The nodes that can be reached from where units are missing, those that lead to where they are
    wanted, and how many are missing.
    """
    table, network = match.table, match.network
    rows = np.flatnonzero(table.free & (table.floor >= level))
    tail, head = table.tail[rows], table.head[rows]
    flow = find_flow(network, tail, head)
    balance = np.zeros(network.nodes, dtype=np.int64)
    for tails, heads, units in (
        (network.tail, network.head, flow.carried),
        (tail[flow.used], head[flow.used], 1),
        (network.locked_tail, network.locked_head, 1),
    ):
        np.add.at(balance, heads, units)
        np.subtract.at(balance, tails, units)
    idle = ~flow.used
    residual = residual_of(
        network,
        flow.carried,
        more=(tail[idle], head[idle], np.zeros(int(idle.sum()), dtype=np.int64)),
        less=(tail[flow.used], head[flow.used], np.zeros(int(flow.used.sum()), dtype=np.int64)),
    )
    ahead = distances(residual, np.where(balance > 0, 0, FAR)) < FAR
    behind = distances(residual.reversed(), np.where(balance < 0, 0, FAR)) < FAR
    return ahead, behind, int(balance[balance > 0].sum())


def _as_potential(reach: Ints, bounds: Bounds, *, is_left: bool) -> Ints:
    """Return distances to a left town, or from a right one, as potentials.

    A pair shortens a path when it is worth more than the potential of its left town is above that
    of its right town. Out of reach on the side from which a path would come it never does.
    """
    is_right = np.zeros(bounds.nodes, dtype=np.bool_)
    arcs = slice(bounds.left_arcs, len(bounds.names) - 1)
    is_right[[SINK, *bounds.tail[arcs].tolist(), *bounds.head[arcs].tolist()]] = True
    behind = is_right if is_left else ~is_right
    far = np.where(reach < FAR // 2, reach, np.where(behind, 2 * FAR, FAR))
    return -far if is_left else far


def _require_usual(market: Market) -> None:
    if not market.open:
        raise _unanswered("a market that lists its pairs: ask `regrets`")
    policy = market.policy
    if policy.stages != STAGES or policy.floors != "once" or market.keep is not None:
        raise _unanswered("other stages than the usual ones, repeated floors or pairs to keep")


def _unanswered(what: str) -> InputError:
    message = f"the regrets of a town are not worked out for {what}"
    remedy = "ask `regret` for one pair"
    return InputError([Problem("market", None, None, message, remedy, "not_answered")])
