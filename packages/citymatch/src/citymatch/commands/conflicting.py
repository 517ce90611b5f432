"""``conflict``: say which bounds of a market contradict each other, if any do."""

from __future__ import annotations

import argparse
import sys

from citymatch.commands.door import FINE, INFEASIBLE, Commands, read_market, takes_output, write
from citymatch.files import conflict_to_json
from citymatch.solve import conflict


def add(commands: Commands) -> None:
    text = "say which bounds contradict each other, if any do"
    takes_output(commands.add("conflict", run, text))


def run(options: argparse.Namespace) -> int:
    found = conflict(read_market(options))
    if found is None:
        sys.stdout.write("the bounds can be met\n")
        return FINE
    write(options.output, conflict_to_json(found))
    return INFEASIBLE
