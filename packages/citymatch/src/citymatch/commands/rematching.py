"""``rematch``: match again after answers."""

from __future__ import annotations

import argparse
from dataclasses import replace

from citymatch.checks import KEEPS
from citymatch.commands.door import (
    FINE,
    INFEASIBLE,
    Commands,
    progress_of,
    read,
    read_market,
    read_result,
    takes_output,
    takes_time,
    tell,
    write,
)
from citymatch.files import market_to_json, rematch_to_json, tables_from_csv
from citymatch.files.read_csv import Tables
from citymatch.model import InputError, Problem
from citymatch.rounds import market_after, rematch


def add(commands: Commands) -> None:
    command = commands.add("rematch", run, "match again after answers", "result")
    for answer in ("accepted", "declined"):
        command.add_argument(f"--{answer}", metavar="CSV", help=f"the pairs {answer}: left,right")
    text = "what comes first, to keep pending pairs or the floor (default: %(default)s)"
    command.add_argument("--keep", choices=KEEPS, default=KEEPS[0], help=text)
    text = "where to write the market after the answers, for further commands"
    command.add_argument("--market", metavar="MARKET", help=text)
    takes_output(command, "REMATCH")
    takes_time(command)


def run(options: argparse.Namespace) -> int:
    market, result = read_market(options), read_result(options)
    tables = {name: _answers(getattr(options, name)) for name in ("accepted", "declined")}
    accepted, declined = tables["accepted"].locked, tables["declined"].locked
    try:
        found = rematch(
            market,
            result,
            accepted=accepted,
            declined=declined,
            keep=options.keep,
            progress=progress_of(options),
        )
    except InputError as error:
        raise InputError([_located(tables, problem) for problem in error.problems]) from None
    if options.market is not None:
        after = market_after(
            market, result, accepted=accepted, declined=declined, keep=options.keep
        )
        write(options.market, market_to_json(after))
    write(options.output, rematch_to_json(found))
    if found.chosen.result.conflict is None:
        return FINE
    tell(found.chosen.result.conflict)
    return INFEASIBLE


def _answers(path: str | None) -> Tables:
    """Read pairs as the market's table of locks is read: the columns are the same."""
    return tables_from_csv({} if path is None else {"locked": (path, read(path))})


def _located(tables: dict[str, Tables], problem: Problem) -> Problem:
    """Return a problem of the answers as one of a line of their file."""
    if problem.file not in tables or problem.row is None:
        return problem
    table = tables[problem.file]
    line = table.lines["locked"][problem.row - 1]
    return replace(problem, file=table.files["locked"], row=line)
