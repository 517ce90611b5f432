"""Between the command line and the engine: arguments that verbs share, files in and out."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from citymatch.criteria import DEFAULT_WEIGHTS, SUGGEST_WEIGHTS
from citymatch.files import (
    Tables,
    dumps,
    market_from_json,
    parse_json,
    policy_from_json,
    result_from_json,
    tables_from_csv,
)
from citymatch.files.read_csv import COLUMNS
from citymatch.model import (
    MICRO,
    Bound,
    Conflict,
    InputError,
    Market,
    PairKey,
    Policy,
    Problem,
    Result,
)
from citymatch.score import list_pairs, open_market

FINE, REFUSED, WRONG, INFEASIBLE, STOPPED = range(5)
"""The exit codes."""

LISTED = 250_000
"""Tables with more pairs than this make an open market."""

type Run = Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG, f"citymatch: {message}; see python -m citymatch --help\n")


class Commands:
    """Where verbs announce themselves."""

    def __init__(self, parser: Parser) -> None:
        self._commands = parser.add_subparsers(
            required=True, metavar="COMMAND", parser_class=Parser
        )

    def plain(self, name: str, run: Run, text: str) -> argparse.ArgumentParser:
        """Add a verb that reads no market."""
        command = self._commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    def add(self, name: str, run: Run, text: str, *files: str) -> argparse.ArgumentParser:
        """Add a verb that reads a market and then the named files or words."""
        command = self.plain(name, run, text)
        for table in COLUMNS:
            command.add_argument(f"--{table}", metavar="CSV", help=f"the market's table {table}")
        command.add_argument("--policy", metavar="JSON", help="the policy of a market of tables")
        command.set_defaults(files=[*files])
        command.add_argument("paths", nargs="*", metavar=" ".join(["[MARKET]", *files]).upper())
        return command


def takes_output(command: argparse.ArgumentParser, metavar: str = "FILE") -> None:
    """Let a verb write to a file instead of standard output."""
    command.add_argument("-o", "--output", metavar=metavar, help="where to write (or stdout)")


def takes_time(command: argparse.ArgumentParser) -> None:
    """Let a verb report its progress and give up in time."""
    command.add_argument("--progress", action="store_true", help="report progress on stderr")
    command.add_argument("--max-seconds", type=_seconds, metavar="N", help="give up after N s")


def progress_of(options: argparse.Namespace) -> Callable[[str, float], None] | None:
    """Return what to call with a stage and the share done, if progress is wanted."""
    return _report if options.progress else None


def read_market(options: argparse.Namespace) -> Market:
    """Read the market: one JSON file, or tables of which left and right are there.

    Tables of up to ``LISTED`` pairs become a market with all of them listed, larger ones stay open.
    """
    source, tables = _sources(options)
    if source is not None:
        return market_from_json(parse_json(read(source), source=source), source=source)
    given, market = _open_market(options, tables, DEFAULT_WEIGHTS)
    if len(market.left) * len(market.right) > LISTED:
        return market
    try:
        return list_pairs(market)
    except InputError as error:
        raise given.located(error) from None


def read_towns(options: argparse.Namespace) -> Market:
    """Read a market for its towns: tables are not paired, and weigh as suggestions do."""
    source, tables = _sources(options)
    if source is not None:
        return market_from_json(parse_json(read(source), source=source), source=source)
    return _open_market(options, tables, SUGGEST_WEIGHTS)[1]


def _sources(options: argparse.Namespace) -> tuple[str | None, dict[str, str]]:
    """Return the path of the market, or those of its tables."""
    paths = {name: getattr(options, name) for name in COLUMNS}
    tables = {name: path for name, path in paths.items() if path is not None}
    is_plain = not tables and options.policy is None
    if len(options.paths) != len(options.files) + is_plain or not (
        is_plain or {"left", "right"} <= tables.keys()
    ):
        more = " ".join(["", *options.files]).upper()
        remedy = f"give MARKET{more}, or --left CSV --right CSV{more}"
        raise InputError([Problem("arguments", None, None, "no clear market", remedy, "usage")])
    return (options.paths[0] if is_plain else None), tables


def _open_market(
    options: argparse.Namespace,
    paths: Mapping[str, str],
    weights: Mapping[str, Mapping[str, float]],
) -> tuple[Tables, Market]:
    policy = Policy()
    if options.policy is not None:
        data = parse_json(read(options.policy), source=options.policy)
        policy = policy_from_json(data, source=options.policy)
        weights = policy.weights or weights
    given = tables_from_csv({name: (path, read(path)) for name, path in paths.items()})
    try:
        market = open_market(
            given.left,
            given.right,
            weights=weights,
            quotas=given.quotas,
            locked=given.locked,
            vetoed=given.vetoed,
            ties=given.ties,
            wishes=given.wishes,
            policy=policy,
        )
    except InputError as error:
        raise given.located(error) from None
    return given, market


def read_result(options: argparse.Namespace) -> Result:
    """Read the result that stands after the market."""
    path = options.paths[-len(options.files)]
    return result_from_json(parse_json(read(path), source=path), source=path)


def read(path: str) -> bytes:
    """Read a file. InputError when it cannot be read."""
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise _unusable(path, "cannot be read", error) from None


def write(path: str | None, data: Any) -> None:
    """Write all or nothing: a file is replaced only when its new content is complete."""
    text = dumps(data)
    if path is None:
        sys.stdout.write(text)
        return
    target = Path(path)
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8", newline="\n")
            return
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="\n", dir=target.parent, delete=False
        ) as file:
            draft = Path(file.name)
            try:
                file.write(text)
                file.close()
                draft.chmod(0o666 & ~_umask())
                draft.replace(target)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise _unusable(path, "cannot be written", error) from None


def tell(conflict: Conflict) -> None:
    """Say in one line on stderr which bounds contradict each other, and the cheapest way out."""
    bounds = " and ".join(
        f"{_BOUNDS[bound.code]} {_name(bound.id)}".rstrip()
        + ("" if bound.code in ("lock", "veto") else f" {_amount(bound)}")
        for bound in conflict.bounds
    )
    steps = " and ".join(
        f"{_BOUNDS[step.code]} {step.id} from {step.start} to {step.end}"
        for step in conflict.relaxation
    )
    text = f"citymatch: no match meets {bounds}; move {steps}"
    print("".join(letter if letter.isprintable() else " " for letter in text), file=sys.stderr)


_BOUNDS = {
    "town_min": "the minimum of town",
    "town_max": "the maximum of town",
    "group_min": "the minimum of group",
    "group_max": "the maximum of group",
    "lock": "the lock",
    "veto": "the veto",
    "absolute_floor": "the absolute floor",
}


def _name(name: str | PairKey | None) -> str:
    if name is None or isinstance(name, str):
        return name or ""
    return f"{name[0]} – {name[1]}"


def _amount(bound: Bound) -> str:
    return f"{bound.value / MICRO:.6f}" if bound.code == "absolute_floor" else str(bound.value)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unusable(path: str, what: str, error: Exception) -> InputError:
    reason = getattr(error, "strerror", None) or str(error)
    remedy = "check its path and permissions"
    return InputError([Problem(path, None, None, f"{what} ({reason})", remedy, "unusable_file")])


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e9:
        raise ValueError
    return value


def _report(stage: str, done: float) -> None:
    print(f"progress {done:.2f} {stage}", file=sys.stderr, flush=True)
