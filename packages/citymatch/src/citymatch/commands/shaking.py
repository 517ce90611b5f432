"""``robust``: say how a match holds when the weights vary."""

from __future__ import annotations

import argparse

from citymatch.commands.door import (
    FINE,
    Commands,
    progress_of,
    read_market,
    read_result,
    takes_output,
    takes_time,
    write,
)
from citymatch.files import robustness_to_json
from citymatch.robust import robust


def add(commands: Commands) -> None:
    text = "say how the match holds when the weights vary"
    command = commands.add("robust", run, text, "result")
    takes_output(command)
    takes_time(command)
    command.add_argument("--runs", type=int, default=500, help="how often to solve (500)")
    command.add_argument("--sigma", type=float, default=0.25, help="how much weights vary (0.25)")
    command.add_argument("--seed", type=int, default=1, help="where chance begins (1)")


def run(options: argparse.Namespace) -> int:
    market, result = read_market(options), read_result(options)
    answer = robust(
        market,
        result,
        runs=options.runs,
        sigma=options.sigma,
        seed=options.seed,
        progress=progress_of(options),
    )
    write(options.output, robustness_to_json(answer))
    return FINE
