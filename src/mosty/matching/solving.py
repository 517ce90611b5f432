"""Solving in a process of its own: memory and crashes stay apart, and an officer can stop it."""

import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import citymatch
from citymatch.files import parse_json

logger = logging.getLogger(__name__)

MOST_SECONDS = 30 * 60
LOOK_EVERY_SECONDS = 0.5
FINE, BAD_INPUT, INFEASIBLE, TOLD_TO_STOP = 0, 2, 3, 4


class SolvingFailed(Exception):
    """No result; `code` is one of `reasons.WORK_ERRORS`, perhaps with a detail after a colon."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Stopped(Exception):
    """Somebody does not want the result any more."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a process may take and how often its parent looks at it. Seconds."""

    most: float = MOST_SECONDS
    look_every: float = LOOK_EVERY_SECONDS


def solve_apart(
    market: dict[str, Any],
    *,
    progress: Callable[[str, float], None],
    is_wanted: Callable[[], bool],
    started: Callable[[int], None] = lambda _pid: None,
    limits: Limits | None = None,
) -> citymatch.Result:
    """Run `python -m citymatch solve` on a market and read its result.

    `progress` gets a step's code and its share from 0 to 1; `is_wanted` is asked about twice a
    second, and the process is killed when it says no (`Stopped`). `started` gets the process id.
    Raises `SolvingFailed` when the process leaves no result. An infeasible market has a result.
    """
    with TemporaryDirectory(prefix="mosty-run-") as folder:
        given, taken = Path(folder, "market.json"), Path(folder, "result.json")
        given.write_text(citymatch.dumps(market), encoding="utf-8")
        command = [sys.executable, "-I", "-m", "citymatch", "solve", given.name]
        command += ["-o", taken.name, "--progress"]
        with subprocess.Popen(  # noqa: S603 - our own interpreter, our own files
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": folder},
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as child:
            started(child.pid)
            try:
                said = _follow(child, progress, is_wanted, limits or Limits())
            except BaseException:
                child.kill()
                raise
        return _read(child.returncode, taken, said)


def _follow(
    child: "subprocess.Popen[str]",
    progress: Callable[[str, float], None],
    is_wanted: Callable[[], bool],
    limits: Limits,
) -> list[str]:
    """Pass its progress on until it ends; the last lines that were no progress."""
    assert child.stdout is not None
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_pump, args=(child.stdout, lines), daemon=True)
    reader.start()
    until, look_at = time.monotonic() + limits.most, time.monotonic() + limits.look_every
    said: list[str] = []
    while True:
        try:
            line = lines.get(timeout=limits.look_every)
        except queue.Empty:
            line = ""
        if line is None:
            reader.join()
            return said
        step = read_progress(line)
        if step is not None:
            progress(*step)
        elif line.strip():
            said = [*said[-9:], line.strip()]
        now = time.monotonic()
        if now > until:
            raise SolvingFailed(f"too_long:{round(limits.most / 60)}")
        if now > look_at:
            look_at = now + limits.look_every
            if not is_wanted():
                raise Stopped


def _pump(source: IO[str], lines: "queue.Queue[str | None]") -> None:
    try:
        for line in source:
            lines.put(line)
    finally:
        lines.put(None)


def read_progress(line: str) -> tuple[str, float] | None:
    """A line of `--progress`: `progress SHARE STEP`; None for any other.

    >>> read_progress("progress 0.25 floor")
    ('floor', 0.25)
    """
    words = line.split()
    if len(words) != 3 or words[0] != "progress":
        return None
    try:
        return words[2], float(words[1])
    except ValueError:
        return None


def _read(code: int, taken: Path, said: list[str]) -> citymatch.Result:
    if code < 0:
        raise SolvingFailed(f"killed:{-code}")
    if code == BAD_INPUT:
        raise SolvingFailed(f"input:{said[-1] if said else ''}")
    if code == TOLD_TO_STOP:
        raise SolvingFailed(f"killed:{signal.SIGTERM.value}")
    if code not in (FINE, INFEASIBLE):
        logger.error("citymatch ended with %s: %s", code, "\n".join(said))
        raise SolvingFailed(f"crashed:{code}")
    try:
        return citymatch.result_from_json(parse_json(taken.read_bytes(), source="result"))
    except (OSError, citymatch.InputError) as error:
        logger.exception("citymatch left no readable result")
        raise SolvingFailed("unreadable") from error
