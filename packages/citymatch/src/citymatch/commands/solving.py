"""``solve``: find the best match and write it with its proofs."""

from __future__ import annotations

import argparse

from citymatch.commands.door import (
    FINE,
    INFEASIBLE,
    Commands,
    progress_of,
    read_market,
    takes_output,
    takes_time,
    tell,
    write,
)
from citymatch.files import result_to_json
from citymatch.solve import solve


def add(commands: Commands) -> None:
    command = commands.add("solve", run, "find the best match and write it with its proofs")
    takes_output(command, "RESULT")
    takes_time(command)


def run(options: argparse.Namespace) -> int:
    result = solve(read_market(options), progress=progress_of(options))
    write(options.output, result_to_json(result))
    if result.conflict is None:
        return FINE
    tell(result.conflict)
    return INFEASIBLE
