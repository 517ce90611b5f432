"""``verify``: prove a result without solving."""

from __future__ import annotations

import argparse

from citymatch.commands.door import FINE, REFUSED, Commands, read, read_market, read_result
from citymatch.files import parse_json, rematch_from_json
from citymatch.model import MICRO, Result
from citymatch.verify import verify, verify_rematch


def add(commands: Commands) -> None:
    command = commands.add("verify", run, "prove a result without solving", "result")
    text = "prove this re-match of the result"
    command.add_argument("--rematch", metavar="REMATCH", help=text)


def run(options: argparse.Namespace) -> int:
    market, result = read_market(options), read_result(options)
    if options.rematch is None:
        verdict = verify(market, result)
    else:
        data = parse_json(read(options.rematch), source=options.rematch)
        again = rematch_from_json(data, source=options.rematch)
        verdict, result = verify_rematch(market, result, again), again.chosen.result
    for problem in verdict.problems:
        row = "" if problem.row is None else f" (row {problem.row})"
        print(f"refused: {problem.code}{row}: {problem.message}")
    proven = ", ".join(name for name, is_proven in verdict.proven.items() if is_proven)
    if verdict.ok:
        print(f"verified: {_figures(result)}; proven: {proven}")
    return FINE if verdict.ok else REFUSED


def _figures(result: Result) -> str:
    if result.status == "infeasible":
        return "infeasible"
    floor = "none" if result.floor is None else f"{result.floor / MICRO:.6f}"
    return f"size {result.size}, floor {floor}, score {(result.score or 0) / MICRO:.6f}"
