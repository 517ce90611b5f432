"""The command line: ``python -m citymatch``. Its verbs stand in ``citymatch.commands``.

Exit codes: 0 fine, 1 ``verify`` refused, 2 input or usage (one line on stderr), 3 the bounds
cannot be met (the result is written all the same), 4 stopped or out of time.

A program that starts this one as its child gives ``--parent`` with its own process id: the child
then does not outlive it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from citymatch.commands import VERBS
from citymatch.commands.door import STOPPED, WRONG, Commands, Parser
from citymatch.commands.parent import follow
from citymatch.model import InputError
from citymatch.solve import engine_versions

GRACE = 1.0
"""Seconds that a calculation has to end by itself when the process is asked to stop."""


class Stopped(Exception):
    """The process was asked to stop, or its time is over."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, _stop)
    _end_in_time()
    if options.parent is not None and not follow(options.parent):
        print("citymatch: the parent process is gone; nothing was written", file=sys.stderr)
        return STOPPED
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


def _parser() -> Parser:
    parser = Parser(
        prog="citymatch",
        description="Match two groups of towns under nested quotas: exactly, and with proofs.",
    )
    versions = " ".join(f"{name} {number}" for name, number in engine_versions().items())
    parser.add_argument("--version", action="version", version=versions)
    parser.add_argument(
        "--parent", type=int, metavar="PID", help="end together with this parent process (Linux)"
    )
    commands = Commands(parser)
    for verb in VERBS:
        verb.add(commands)
    return parser


def _end_in_time() -> None:
    """Let a thread end the process where a signal's handler must wait for a long calculation.

    A solver that computes whole-number programs does not look at signals, but lets threads run.
    Files are written all at once, so that nothing half is left behind.
    """
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)

    def wait() -> None:
        number = os.read(heard, 1)[0]
        threading.Event().wait(GRACE)
        print(f"citymatch: {_reason(number)}; nothing was written", file=sys.stderr, flush=True)
        os._exit(STOPPED)

    threading.Thread(target=wait, daemon=True).start()


def _reason(number: int) -> str:
    return "out of time" if number == signal.SIGALRM else "stopped"


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped(_reason(number))


if __name__ == "__main__":
    sys.exit(main())
