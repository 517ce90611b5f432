"""``explain``: say why two towns match, or why not."""

from __future__ import annotations

import argparse

from citymatch.commands.door import FINE, Commands, read_market, read_result, takes_output, write
from citymatch.explain import explain
from citymatch.files import explanation_to_json


def add(commands: Commands) -> None:
    text = "say why two towns match, or why not"
    takes_output(commands.add("explain", run, text, "result", "left", "right"))


def run(options: argparse.Namespace) -> int:
    market, result = read_market(options), read_result(options)
    left, right = options.paths[-2:]
    write(options.output, explanation_to_json(explain(market, result, left, right)))
    return FINE
