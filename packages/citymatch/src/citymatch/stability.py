"""Stability, measured and never imposed: who would rather have each other than what they have.

With quotas a stable match may not exist, and where it does its worst pair can be poor. So the
blocking pairs of a match are reported, beside what deferred acceptance would give; for small rounds
also the match with the fewest of them that costs little.
"""

from __future__ import annotations

import numpy as np

from citymatch.answers import Reference, Stability
from citymatch.blocking import blocking_rows, broken_bounds, find_blocking
from citymatch.deferred import deferred_acceptance
from citymatch.eligible import Mask, Table
from citymatch.fewest import fewest_blocking
from citymatch.match import published_match
from citymatch.model import MICRO, InputError, Market, Problem, Result
from citymatch.regret import table_of


def stability(
    market: Market, result: Result, *, fewest: bool = False, budget: int = 20_000
) -> Stability:
    """Return the blocking pairs of a result and of what deferred acceptance would give.

    A pair **blocks** a match when the engine may choose it (listed, not locked, vetoed or below the
    absolute floor), it is not in the match, and each of its two towns would rather have it: because
    the town has room (fewer partners than its maximum), or because by its own view it prefers this
    partner strictly to the worst one that it could give up. Locked partners cannot be given up; a
    town that has none but those, and no room, prefers nothing. Any eligible partner is better than
    room. Minima and quotas play no part in this; but where a blocking pair would break some by
    forming, whichever of equally bad partners are given up, it names them (``forbidden_by``).

    The **reference** is deferred acceptance: locks stay, each left town proposes to its partners in
    the order of its views, up to its maximum, and each right town keeps the best, up to its own;
    tie numbers decide among equal views. Minima and quotas are not imposed; those broken are named.

    With ``fewest`` also the match with the fewest blocking pairs (all of them, whether quotas would
    let them form or not) at the published size and floor and for at most ``budget`` (millionths) of
    the published score; one of them, where there are several (pairs that a re-match would keep play
    no part). InputError when the market is too
    large for that, the budget is not a share, or the result is none of this market.
    """
    table = table_of(market)
    match = published_match(table, result)
    if not 0 <= budget <= MICRO:
        message, remedy = f"{budget / MICRO} is not a share", "give a number from 0 to 1"
        params = {"value": budget}
        raise InputError(
            [Problem("arguments", None, "budget", message, remedy, "out_of_range", params)]
        )
    chosen, fewer = match.used | table.locked, None
    if fewest:
        level = int(table.floor[match.used].min()) if match.used.any() else 0
        fewer = _reference(table, fewest_blocking(table, chosen, level, budget))
    return Stability(
        result.input_sha256,
        blocking=tuple(find_blocking(table, chosen)),
        deferred_acceptance=_reference(table, deferred_acceptance(table)),
        fewest=fewer,
        budget=budget if fewest else None,
    )


def _reference(table: Table, chosen: Mask) -> Reference:
    rows = np.flatnonzero(chosen)
    free = rows[~table.locked[rows]]
    return Reference(
        pairs=tuple(table.key(row) for row in rows.tolist()),
        size=len(rows),
        floor=int(table.floor[free].min()) if len(free) else None,
        score=int(table.score[rows].sum()),
        blocking=len(blocking_rows(table, chosen)),
        breaks=broken_bounds(table, chosen),
    )
