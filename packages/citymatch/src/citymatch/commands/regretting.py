"""``regrets``: say what forcing or forbidding each pair costs."""

from __future__ import annotations

import argparse

from citymatch.commands.door import FINE, Commands, read_market, read_result, takes_output, write
from citymatch.files import regrets_to_json
from citymatch.regret import regrets


def add(commands: Commands) -> None:
    text = "say what forcing or forbidding each pair costs"
    takes_output(commands.add("regrets", run, text, "result"))


def run(options: argparse.Namespace) -> int:
    market, result = read_market(options), read_result(options)
    write(options.output, regrets_to_json(regrets(market, result), result.input_sha256))
    return FINE
