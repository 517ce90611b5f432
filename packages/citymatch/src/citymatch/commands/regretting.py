"""``regrets``: say what forcing or forbidding each pair costs, or other partners of a town."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from citymatch.answers import Regret
from citymatch.commands.door import FINE, Commands, read_market, read_result, takes_output, write
from citymatch.files import regrets_to_json
from citymatch.model import Market, PairKey, Result
from citymatch.regret import regrets
from citymatch.town_regrets import TownRegrets


def add(commands: Commands) -> None:
    command = commands.add(
        "regrets", run, "say what forcing or forbidding each pair costs", "result"
    )
    text = "only what other partners of this town would cost; may be given several times"
    command.add_argument("--for", dest="towns", action="append", metavar="ID", help=text)
    text = "with --for: how many for each town, the least costly first (default: %(default)s)"
    command.add_argument("--top", type=int, default=20, metavar="N", help=text)
    takes_output(command)


def run(options: argparse.Namespace) -> int:
    market, result = read_market(options), read_result(options)
    told: Mapping[PairKey, Regret]
    if options.towns:
        told = _of_towns(market, result, options.towns, options.top)
    else:
        told = regrets(market, result)
    write(options.output, regrets_to_json(told, result.input_sha256))
    return FINE


def _of_towns(market: Market, result: Result, towns: list[str], top: int) -> dict[PairKey, Regret]:
    """Return the least regrets of forcing other pairs of some towns."""
    if market.open:
        asked = TownRegrets(market, result)
        return {(one.left, one.right): one for town in towns for one in asked.of(town, top)}
    known = regrets(market, result)
    told: dict[PairKey, Regret] = {}
    for town in towns:
        own = [one for key, one in known.items() if town in key and one.kind == "force"]
        can = sorted((one for one in own if one.status == "ok"), key=_loss)
        told |= {(one.left, one.right): one for one in can[:top]}
    return told


def _loss(regret: Regret) -> tuple[int, int, int]:
    """Return by what regrets are ordered: pairs weigh most, then the floor, then the score."""
    return -(regret.d_size or 0), -(regret.d_floor or 0), -(regret.d_score or 0)
