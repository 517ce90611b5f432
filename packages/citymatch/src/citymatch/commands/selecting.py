"""``select``: choose some of many candidates under quotas."""

from __future__ import annotations

import argparse

from citymatch.commands.door import (
    FINE,
    INFEASIBLE,
    Commands,
    progress_of,
    read,
    takes_output,
    takes_time,
    write,
)
from citymatch.files.selection import selection_tables_from_csv, selection_to_json
from citymatch.model import InputError
from citymatch.selection import select


def add(commands: Commands) -> None:
    command = commands.plain("select", run, "choose some of many candidates under quotas")
    command.add_argument("candidates", metavar="CANDIDATES", help="CSV: id, value, groups")
    command.add_argument("--quotas", metavar="CSV", help="CSV: group, min, max")
    command.add_argument("--take", type=int, required=True, metavar="K", help="how many")
    for name, text in (("locked", "is in"), ("vetoed", "is out")):
        command.add_argument(
            f"--{name}", action="append", default=[], metavar="ID", help=f"who {text}; repeatable"
        )
    command.add_argument("--tie-key", default="round-1", help="what decides among equals")
    takes_output(command)
    takes_time(command)


def run(options: argparse.Namespace) -> int:
    quotas = None if options.quotas is None else (options.quotas, read(options.quotas))
    tables = selection_tables_from_csv((options.candidates, read(options.candidates)), quotas)
    try:
        selection = select(
            tables.candidates,
            tables.quotas,
            options.take,
            locked=options.locked,
            vetoed=options.vetoed,
            tie_key=options.tie_key,
            progress=progress_of(options),
        )
    except InputError as error:
        raise tables.located(error) from None
    values = {candidate.id: candidate.value for candidate in tables.candidates}
    write(options.output, selection_to_json(selection, values))
    return INFEASIBLE if selection.status == "infeasible" else FINE
