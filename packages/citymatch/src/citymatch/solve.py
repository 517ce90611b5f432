"""From a market to its result: the stages, put into words."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version

from citymatch.candidates import Candidates
from citymatch.checks import require_sound
from citymatch.conflict import find_conflict
from citymatch.eligible import Table, build_table
from citymatch.files import input_sha256
from citymatch.model import Certificate, Chosen, Conflict, LevelProof, Market, Prices, Result
from citymatch.prices import prices_of
from citymatch.quotas import Ints
from citymatch.stages import Progress, Solved, can_be_met, kept_rows, tell_nobody
from citymatch.unmatched import find_unmatched
from citymatch.variants import solve_table
from citymatch.version import __version__


def solve(market: Market, *, progress: Progress | None = None) -> Result:
    """Find the best match of a market, stage by stage, with its proofs.

    ``progress`` is called with the name of a stage and the share done, 0 to 1. Bounds that cannot
    be met give a result of status ``infeasible`` with a conflict; InputError is for markets that
    contradict themselves (``citymatch.checks``).
    """
    tell = progress or tell_nobody
    tell("read", 0.0)
    require_sound(market)
    if market.open:
        return _solve_open(market, tell)
    table = build_table(market)
    digest, versions = input_sha256(market), engine_versions()
    if not table.bounds.nested:
        versions |= {"scipy": version("scipy")}
    solved = solve_table(table, progress=tell)
    if solved is None:
        tell("conflict", 0.5)
        conflict, proof = find_conflict(table)
        return Result("infeasible", digest, versions, certificate=proof, conflict=conflict)
    return describe(solved, digest, versions)


def _solve_open(market: Market, tell: Progress) -> Result:
    digest, versions = input_sha256(market), engine_versions()
    candidates = Candidates(market, progress=tell)
    solved = candidates.solve()
    if solved is None:
        tell("conflict", 0.9)
        conflict, proof = candidates.find_conflict()
        return Result("infeasible", digest, versions, certificate=proof, conflict=conflict)
    result = describe(solved, digest, versions)
    return replace(result, unmatched=candidates.unmatched(solved))


def conflict(market: Market) -> Conflict | None:
    """Return why the bounds of a market cannot be met and the cheapest way out; None if they can.

    InputError for markets that contradict themselves (``citymatch.checks``).
    """
    require_sound(market)
    if market.open:
        candidates = Candidates(market)
        return None if candidates.can_be_met() else candidates.find_conflict()[0]
    table = build_table(market)
    return None if can_be_met(table) else find_conflict(table)[0]


def engine_versions() -> dict[str, str]:
    """Return the versions that a result names: equal input and versions give equal bytes."""
    return {"citymatch": __version__, "ortools": version("ortools")}


def describe(solved: Solved, digest: str, versions: dict[str, str]) -> Result:
    """Put what the stages found into a result."""
    table = solved.table
    rows = solved.chosen
    free = rows[~table.locked[rows]]
    return Result(
        status="optimal",
        input_sha256=digest,
        versions=versions,
        pairs=tuple(_chosen(table, int(row)) for row in rows),
        size=len(rows),
        floor=int(table.floor[free].min()) if len(free) else None,
        floor_all=int(table.floor[rows].min()) if len(rows) else None,
        score=int(table.score[rows].sum()),
        unmatched=find_unmatched(table, rows, solved.floor),
        certificate=Certificate(
            size=_named(table, solved.size_prices),
            floor=_named(table, solved.floor_prices),
            score=_named(table, solved.score_prices),
            keep=_named(table, solved.keep_prices),
            levels=tuple(
                LevelProof(level.floor, prices_of(table.bounds, level.prices))
                for level in solved.levels
                if level.prices is not None
            ),
        ),
        kept=None if table.market.keep is None else int(kept_rows(table)[rows].sum()),
    )


def _chosen(table: Table, row: int) -> Chosen:
    return Chosen(
        *table.key(row),
        int(table.left_view[row]),
        int(table.right_view[row]),
        int(table.score[row]),
        bool(table.locked[row]),
    )


def _named(table: Table, prices: Ints | None) -> Prices | None:
    return None if prices is None else prices_of(table.bounds, prices)
