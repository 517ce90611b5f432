"""``stability``: say which pairs block a result, and what other matches would give."""

from __future__ import annotations

import argparse

from citymatch.commands.door import FINE, Commands, read_market, read_result, takes_output, write
from citymatch.files import stability_to_json
from citymatch.files.numbers import to_micro
from citymatch.stability import stability


def add(commands: Commands) -> None:
    text = "say which pairs would rather have each other"
    command = commands.add("stability", run, text, "result")
    text = "also find the match with the fewest such pairs (small markets only)"
    command.add_argument("--fewest", action="store_true", help=text)
    text = "the share of the score that this may cost (default: %(default)s)"
    command.add_argument("--budget", type=_share, default=0.02, metavar="SHARE", help=text)
    takes_output(command)


def run(options: argparse.Namespace) -> int:
    found = stability(
        read_market(options),
        read_result(options),
        fewest=options.fewest,
        budget=to_micro(options.budget),
    )
    write(options.output, stability_to_json(found))
    return FINE


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise ValueError
    return value
