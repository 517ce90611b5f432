"""What fewer pairs would give: most pairs first can force poor ones on somebody."""

from __future__ import annotations

import numpy as np

from citymatch.match import published_match
from citymatch.model import Fewer, InputError, Market, Problem, Result
from citymatch.network import find_flow
from citymatch.regret import table_of
from citymatch.stages import open_network, run_stages


def fewer(market: Market, result: Result, pairs: int = 1) -> Fewer:
    """Return the best match that has ``pairs`` pairs fewer than the result of a market.

    All stages of the policy but the size are run at that size. InputError when ``pairs`` is not
    from 1 to the size, or the result is none of this market.
    """
    table = table_of(market)
    match = published_match(table, result)
    before = len(result.pairs)
    if not 1 <= pairs <= before:
        message = f"a match of {before} pairs cannot have {pairs} fewer"
        remedy = f"give a whole number from 1 to {before}"
        params = {"value": pairs}
        raise InputError(
            [Problem("arguments", None, "by", message, remedy, "out_of_range", params)]
        )
    size = before - pairs
    network = open_network(table).sized(size, size)
    if find_flow(network, table.tail[table.free], table.head[table.free]).deficit:
        return Fewer(result.input_sha256, pairs, "infeasible")
    no_prices = np.zeros(len(network.low), dtype=np.int64)
    solved = run_stages(table, largest=(size, no_prices))
    rows = solved.chosen
    free = rows[~table.locked[rows]]
    floor = int(table.floor[free].min()) if len(free) else None
    score = int(table.score[rows].sum())
    old = {pair.key for pair in result.pairs}
    new = {table.key(row) for row in rows.tolist()}
    return Fewer(
        result.input_sha256,
        pairs,
        "optimal",
        size=size,
        floor=floor,
        floor_all=int(table.floor[rows].min()) if len(rows) else None,
        score=score,
        d_floor=None if floor is None or result.floor is None else floor - result.floor,
        d_score=score - int(table.score[match.used | table.locked].sum()),
        pairs=tuple(sorted(new)),
        leave=tuple(sorted(old - new)),
        join=tuple(sorted(new - old)),
    )
