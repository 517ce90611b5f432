"""Re-match after answers: accepted pairs stay, declined ones go, pending ones stay if they can.

The market after the answers is a market like any other: accepted pairs are locked, declined ones
excluded, pending ones named under ``keep``. Its plain ``solve`` is the re-match, so that ``verify``
proves it and every other function explains it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from citymatch.checks import KEEPS
from citymatch.conflict import find_conflict
from citymatch.eligible import Mask, Table
from citymatch.files import input_sha256s
from citymatch.match import published_match
from citymatch.model import (
    Changes,
    Excluded,
    InputError,
    Keep,
    Market,
    PairKey,
    Problem,
    Rematch,
    Rematched,
    Result,
    Side,
    TownChange,
)
from citymatch.regret import table_of
from citymatch.solve import describe, engine_versions
from citymatch.stages import Progress, can_be_met, run_stages, tell_nobody

DECLINED = "declined"
"""The code under which a declined pair is excluded."""


def rematch(
    market: Market,
    result: Result,
    *,
    accepted: Sequence[PairKey],
    declined: Sequence[PairKey],
    keep: str = "before-floor",
    progress: Progress | None = None,
) -> Rematch:
    """Match again after answers to the published ``result`` of a market.

    Accepted pairs are fixed and declined ones barred; of the pending rest as many as possible are
    kept, ``before-floor`` or ``after-floor`` (the size comes first in both). The other way is
    computed too. Both are of status ``infeasible`` where no match is left. InputError when an
    answer is not to a pair of the result, a pair has two answers, or the result is none of this
    market.
    """
    tell = progress or tell_nobody
    tell("read", 0.0)
    table = table_of(market)
    published_match(table, result)
    ways = (keep, *(way for way in KEEPS if way != keep))
    markets = [
        market_after(market, result, accepted=accepted, declined=declined, keep=way) for way in ways
    ]
    digests, versions = input_sha256s(markets), engine_versions()
    tables = [_table_after(table, after) for after in markets]
    if can_be_met(tables[0]):
        found = []
        for part, (own, digest) in enumerate(zip(tables, digests, strict=True)):
            solved = run_stages(own, progress=partial(_tell_half, tell, part))
            found.append(describe(solved, digest, versions))
    else:
        tell("conflict", 0.5)
        conflict, proof = find_conflict(tables[0])
        found = [
            Result("infeasible", digest, versions, certificate=proof, conflict=conflict)
            for digest in digests
        ]
    chosen, other = (
        Rematched(way, own, changes_between(result, own))
        for way, own in zip(ways, found, strict=True)
    )
    return Rematch(
        result.input_sha256, tuple(sorted(accepted)), tuple(sorted(declined)), chosen, other
    )


def market_after(
    market: Market,
    result: Result,
    *,
    accepted: Sequence[PairKey],
    declined: Sequence[PairKey],
    keep: str = "before-floor",
) -> Market:
    """Return the market whose solution is the re-match. InputError as for ``rematch``."""
    problems = [*_find_problems(result, accepted, declined, keep)]
    if problems:
        raise InputError(problems)
    gone, fixed = {*declined}, {*market.locked, *accepted}
    pending = {pair.key for pair in result.pairs} - gone - fixed
    return replace(
        market,
        pairs=tuple(pair for pair in market.pairs if pair.key not in gone),
        excluded=(*market.excluded, *(Excluded(*key, DECLINED) for key in sorted(gone))),
        locked=tuple(sorted(fixed - gone)),
        keep=Keep(tuple(sorted(pending)), keep),
    )


def changes_between(before: Result, after: Result) -> Changes:
    """Return what became of the pairs of a match; nothing where there is no match after it."""
    if after.status == "infeasible":
        return Changes()
    old, new = ({pair.key for pair in result.pairs} for result in (before, after))
    lost, gained = sorted(old - new), sorted(new - old)
    sides: tuple[tuple[int, Side], ...] = ((0, "left"), (1, "right"))
    return Changes(
        kept=tuple(sorted(old & new)),
        gained=tuple(gained),
        lost=tuple(lost),
        towns=tuple(
            TownChange(
                town,
                side,
                lost=tuple(key[1 - end] for key in lost if key[end] == town),
                gained=tuple(key[1 - end] for key in gained if key[end] == town),
            )
            for end, side in sides
            for town in sorted({key[end] for key in (*lost, *gained)})
        ),
    )


def _tell_half(tell: Progress, part: int, stage: str, done: float) -> None:
    tell(stage, (part + done) / 2)


def _find_problems(
    result: Result, accepted: Sequence[PairKey], declined: Sequence[PairKey], keep: str
) -> Iterable[Problem]:
    published, yes = {pair.key for pair in result.pairs}, {*accepted}
    for name, keys in (("accepted", accepted), ("declined", declined)):
        seen: set[PairKey] = set()
        for row, key in enumerate(keys, 1):
            if key not in published:
                yield _problem(
                    name,
                    row,
                    key,
                    "the pair {} is not in the published match",
                    "name pairs of the result, the left town first",
                    "answer_not_in_result",
                )
            elif key in seen:
                yield _problem(
                    name, row, key, "the pair {} is given twice", "keep one line", "duplicate_pair"
                )
            elif name == "declined" and key in yes:
                yield _problem(
                    name,
                    row,
                    key,
                    "the pair {} is both accepted and declined",
                    "take it out of one of the two lists: one no is enough to decline",
                    "accepted_and_declined",
                )
            seen.add(key)
    if keep not in KEEPS:
        remedy = f"use one of {', '.join(KEEPS)}"
        params = {"value": keep}
        yield Problem(
            "arguments", None, "keep", f"{keep!r} is not known", remedy, "wrong_value", params
        )


def _problem(name: str, row: int, key: PairKey, message: str, remedy: str, code: str) -> Problem:
    told = message.format(f"{key[0]} – {key[1]}")
    return Problem(name, row, "pair", told, remedy, code, {"pair": key})


def _table_after(table: Table, after: Market) -> Table:
    """Return the table of the market after the answers, out of the one before."""
    gone = {(item.left, item.right) for item in after.excluded if item.code == DECLINED}
    rows = np.ones(len(table.pairs), dtype=np.bool_)
    locked = np.zeros(len(table.pairs), dtype=np.bool_)
    rows[[row for key in gone if (row := table.row(*key)) >= 0]] = False
    locked[[table.row(*key) for key in after.locked]] = True
    low = (table.floor < after.policy.absolute_floor) & ~locked

    def rest(mask: Mask) -> Mask:
        return mask[rows]

    return replace(
        table,
        market=after,
        pairs=tuple(table.pairs[row] for row in np.flatnonzero(rows).tolist()),
        i=table.i[rows],
        j=table.j[rows],
        score=table.score[rows],
        floor=table.floor[rows],
        locked=rest(locked),
        vetoed=rest(table.vetoed),
        low=rest(low),
        free=rest(~(locked | table.vetoed | low)),
    )
