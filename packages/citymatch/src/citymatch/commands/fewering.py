"""``fewer``: say what a match with fewer pairs would give."""

from __future__ import annotations

import argparse

from citymatch.commands.door import (
    FINE,
    INFEASIBLE,
    Commands,
    read_market,
    read_result,
    takes_output,
    write,
)
from citymatch.fewer import fewer
from citymatch.files import fewer_to_json


def add(commands: Commands) -> None:
    command = commands.add("fewer", run, "say what a match with fewer pairs would give", "result")
    text = "how many pairs fewer (default: %(default)s)"
    command.add_argument("--by", type=int, default=1, metavar="N", help=text)
    takes_output(command)


def run(options: argparse.Namespace) -> int:
    found = fewer(read_market(options), read_result(options), options.by)
    write(options.output, fewer_to_json(found))
    return INFEASIBLE if found.status == "infeasible" else FINE
