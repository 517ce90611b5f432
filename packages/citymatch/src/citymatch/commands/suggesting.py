"""``suggest``: rank partners from a register for single towns."""

from __future__ import annotations

import argparse

from citymatch.commands.door import FINE, Commands, read_towns, takes_output, write
from citymatch.criteria import SUGGEST_WEIGHTS
from citymatch.files import suggestions_to_json
from citymatch.suggest import Suggester


def add(commands: Commands) -> None:
    command = commands.add("suggest", run, "rank partners for single towns of either side")
    text = "the town to find partners for; may be given several times"
    command.add_argument(
        "--for", dest="towns", action="append", metavar="ID", required=True, help=text
    )
    text = "how many partners for each (default: %(default)s)"
    command.add_argument("--top", type=int, default=20, metavar="N", help=text)
    text = "also towns that are partners already"
    command.add_argument("--keep-ties", action="store_true", help=text)
    takes_output(command)


def run(options: argparse.Namespace) -> int:
    market = read_towns(options)
    policy = market.policy
    suggester = Suggester(
        market.left,
        market.right,
        weights=policy.weights or SUGGEST_WEIGHTS,
        ties=market.ties,
        wishes=market.wishes,
        rules=policy.rules,
        keep_ties=options.keep_ties,
    )
    told = [suggestions_to_json(town, suggester.of(town, options.top)) for town in options.towns]
    write(options.output, told[0] if len(told) == 1 else told)
    return FINE
