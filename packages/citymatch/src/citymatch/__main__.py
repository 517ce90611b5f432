"""The command line: ``python -m citymatch``. The only module that opens files.

Exit codes: 0 fine, 1 ``verify`` refused, 2 input or usage (one line on stderr), 3 the bounds
cannot be met (the result is written all the same), 4 stopped or out of time.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from citymatch.criteria import DEFAULT_WEIGHTS
from citymatch.explain import explain
from citymatch.files import (
    dumps,
    explanation_to_json,
    market_from_json,
    parse_json,
    policy_from_json,
    regrets_to_json,
    result_from_json,
    result_to_json,
    tables_from_csv,
)
from citymatch.files.read_csv import COLUMNS
from citymatch.model import MICRO, InputError, Market, Policy, Problem, Result
from citymatch.regret import regrets
from citymatch.score import build_market
from citymatch.solve import engine_versions, solve
from citymatch.verify import verify

FINE, REFUSED, WRONG, INFEASIBLE, STOPPED = range(5)


class Stopped(Exception):
    """The process was asked to stop, or its time is over."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(WRONG, f"citymatch: {message}; see python -m citymatch --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, _stop)
    if getattr(options, "max_seconds", None):
        signal.setitimer(signal.ITIMER_REAL, options.max_seconds)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except InputError as error:
        print(f"citymatch: {error}", file=sys.stderr)
        return WRONG
    except Stopped as reason:
        print(f"citymatch: {reason}; nothing was written", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        # The reader has gone; without this Python complains once more on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return STOPPED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="citymatch",
        description="Match two groups of towns under nested quotas: exactly, and with proofs.",
    )
    versions = " ".join(f"{name} {number}" for name, number in engine_versions().items())
    parser.add_argument("--version", action="version", version=versions)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str, *files: str) -> _Parser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        for table in ("left", "right", "quotas", "locked", "vetoed", "ties"):
            command.add_argument(f"--{table}", metavar="CSV", help=f"the market's table {table}")
        command.add_argument("--policy", metavar="JSON", help="the policy of a market of tables")
        command.set_defaults(files=[*files])
        command.add_argument("paths", nargs="*", metavar=" ".join(["[MARKET]", *files]).upper())
        return command

    command = add("solve", _solve, "find the best match and write it with its proofs")
    command.add_argument("-o", "--output", metavar="RESULT", help="where to write (or stdout)")
    command.add_argument("--progress", action="store_true", help="report progress on stderr")
    command.add_argument("--max-seconds", type=_seconds, metavar="N", help="give up after N s")
    add("verify", _verify, "prove a result without solving", "result")
    command = add(
        "explain", _explain, "say why two towns match, or why not", "result", "left", "right"
    )
    command.add_argument("-o", "--output", metavar="FILE", help="where to write (or stdout)")
    command = add("regrets", _regrets, "say what forcing or forbidding each pair costs", "result")
    command.add_argument("-o", "--output", metavar="FILE", help="where to write (or stdout)")
    return parser


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e9:
        raise ValueError
    return value


def _solve(options: argparse.Namespace) -> int:
    market = _read_market(options)
    result = solve(market, progress=_report if options.progress else None)
    _write(options.output, result_to_json(result))
    return INFEASIBLE if result.status == "infeasible" else FINE


def _verify(options: argparse.Namespace) -> int:
    market, result = _read_market(options), _read_result(options)
    verdict = verify(market, result)
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


def _explain(options: argparse.Namespace) -> int:
    market, result = _read_market(options), _read_result(options)
    left, right = options.paths[-2:]
    _write(options.output, explanation_to_json(explain(market, result, left, right)))
    return FINE


def _regrets(options: argparse.Namespace) -> int:
    market, result = _read_market(options), _read_result(options)
    _write(options.output, regrets_to_json(regrets(market, result), result.input_sha256))
    return FINE


def _read_market(options: argparse.Namespace) -> Market:
    """Read the market: one JSON file, or tables of which left and right are there."""
    paths = {name: getattr(options, name) for name in COLUMNS}
    tables = {name: path for name, path in paths.items() if path is not None}
    is_plain = not tables and options.policy is None
    if len(options.paths) != len(options.files) + is_plain or not (
        is_plain or {"left", "right"} <= tables.keys()
    ):
        more = " ".join(["", *options.files]).upper()
        remedy = f"give MARKET{more}, or --left CSV --right CSV{more}"
        raise InputError([Problem("arguments", None, None, "no clear market", remedy, "usage")])
    if is_plain:
        source = options.paths[0]
        return market_from_json(parse_json(_read(source), source=source), source=source)
    policy = Policy()
    weights: Mapping[str, Mapping[str, float]] = DEFAULT_WEIGHTS
    if options.policy is not None:
        data = parse_json(_read(options.policy), source=options.policy)
        policy = policy_from_json(data, source=options.policy)
        weights = policy.weights or weights
    given = tables_from_csv({name: (path, _read(path)) for name, path in tables.items()})
    try:
        return build_market(
            given.left,
            given.right,
            weights=weights,
            quotas=given.quotas,
            locked=given.locked,
            vetoed=given.vetoed,
            ties=given.ties,
            policy=policy,
        )
    except InputError as error:
        raise given.located(error) from None


def _read_result(options: argparse.Namespace) -> Result:
    path = options.paths[-len(options.files)]
    return result_from_json(parse_json(_read(path), source=path), source=path)


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise _unusable(path, "cannot be read", error) from None


def _write(path: str | None, data: Mapping[str, Any]) -> None:
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


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unusable(path: str, what: str, error: Exception) -> InputError:
    reason = getattr(error, "strerror", None) or str(error)
    remedy = "check its path and permissions"
    return InputError([Problem(path, None, None, f"{what} ({reason})", remedy, "unusable_file")])


def _report(stage: str, done: float) -> None:
    print(f"progress {done:.2f} {stage}", file=sys.stderr, flush=True)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped("out of time" if number == signal.SIGALRM else "stopped")


if __name__ == "__main__":
    sys.exit(main())
