"""The engine in a process of its own: memory and crashes stay apart, an officer can stop it, and
a worker that dies leaves none behind."""

import logging
import math
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import citymatch
from citymatch.files import parse_json

logger = logging.getLogger(__name__)

MOST_SECONDS = 30 * 60
LOOK_EVERY_SECONDS = 0.5
# After being asked to end, a process has this long before it is killed.
GRACE_SECONDS = 2.0
FINE, BAD_INPUT, INFEASIBLE, TOLD_TO_STOP = 0, 2, 3, 4
SAID_OUT_OF_TIME = "citymatch: out of time"
# A process that is killed for want of memory gets this one.
FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LINES_KEPT = 10


class SolvingFailed(Exception):
    """No result; `code` is one of `reasons.WORK_ERRORS`, perhaps with a detail after a colon."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Stopped(Exception):
    """Somebody does not want the result any more."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a process may take, how often its parent looks at it and tells of it, and how long
    it may take to end. Seconds."""

    most: float = MOST_SECONDS
    look_every: float = LOOK_EVERY_SECONDS
    tell_every: float = LOOK_EVERY_SECONDS
    grace: float = GRACE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What a parent does while the engine works.

    `progress` gets a step's code and its share from 0 to 1, the newest one every `tell_every`;
    `is_wanted` is asked every `look_every`, and the process is ended when it says no (`Stopped`).
    `started` gets the process id.
    """

    progress: Callable[[str, float], None] = lambda _step, _share: None
    is_wanted: Callable[[], bool] = lambda: True
    started: Callable[[int], None] = lambda _pid: None
    limits: Limits = Limits()


def solve_apart(market: Mapping[str, Any], watch: Watch) -> citymatch.Result:
    """Run `python -m citymatch solve` on a market and read its result.

    Raises `SolvingFailed` when the process leaves no result. An infeasible market has a result.
    """
    taken = _run("solve", {"market.json": market}, (), watch, times=True)
    try:
        return citymatch.result_from_json(taken)
    except citymatch.InputError as error:
        logger.exception("citymatch left no readable result")
        raise SolvingFailed("unreadable") from error


# What is worked out about a match after it stands: the verb, its options, and whether it knows
# `--progress` and `--max-seconds`.
ROBUST_RUNS, ROBUST_SIGMA, ROBUST_SEED = 500, 0.25, 1


@dataclass(frozen=True, slots=True)
class Question:
    """A verb of the engine about a market and its match."""

    verb: str
    options: tuple[str, ...] = ()
    times: bool = False


PARTS: Mapping[str, Question] = {
    "stability": Question("stability"),
    "fewer": Question("fewer", ("--by", "1")),
    "robust": Question(
        "robust",
        ("--runs", str(ROBUST_RUNS), "--sigma", str(ROBUST_SIGMA), "--seed", str(ROBUST_SEED)),
        times=True,
    ),
}


def ask_apart(
    part: str, market: Mapping[str, Any], result: Mapping[str, Any], watch: Watch
) -> dict[str, Any]:
    """What the engine says about a match in one respect of `PARTS`, as it wrote it.

    Raises `SolvingFailed` when the process leaves no answer.
    """
    question = PARTS[part]
    files = {"market.json": market, "result.json": result}
    answer = _run(question.verb, files, question.options, watch, times=question.times)
    if not isinstance(answer, dict):
        raise SolvingFailed("unreadable")
    return answer


def _run(
    verb: str,
    files: Mapping[str, Mapping[str, Any]],
    options: Sequence[str],
    watch: Watch,
    *,
    times: bool,
) -> Any:
    """One verb of the engine on the given files, in a folder that nobody else reads; what it wrote.

    `times`: the verb knows `--progress` and `--max-seconds`. The parent keeps the time in any case.
    """
    with TemporaryDirectory(prefix="mosty-run-") as folder:
        for name, content in files.items():
            Path(folder, name).write_text(citymatch.dumps(content), encoding="utf-8")
        taken = Path(folder, "answer.json")
        command = [sys.executable, "-I", "-m", "citymatch", "--parent", str(os.getpid())]
        command += [verb, *files, "-o", taken.name, *options]
        if times:
            command += ["--progress", "--max-seconds", str(math.ceil(watch.limits.most))]
        code, said = _call(command, folder, watch)
        _refuse(code, said, watch.limits)
        try:
            return parse_json(taken.read_bytes(), source="answer")
        except (OSError, citymatch.InputError) as error:
            logger.exception("citymatch left no readable answer")
            raise SolvingFailed("unreadable") from error


def _call(command: list[str], folder: str, watch: Watch) -> tuple[int, list[str]]:
    """The exit code of a process and the last lines that were no progress."""
    try:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own files
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": folder},
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        logger.exception("citymatch could not be started")
        raise SolvingFailed("not_started") from error
    with child:
        watch.started(child.pid)
        try:
            said = _follow(child, watch)
        except BaseException:
            _end(child, watch.limits.grace)
            raise
    return child.returncode, said


def _end(child: "subprocess.Popen[str]", grace: float) -> None:
    """Ask the process to end, then make it."""
    child.terminate()
    try:
        child.wait(timeout=grace)
    except subprocess.TimeoutExpired:
        child.kill()


def _follow(child: "subprocess.Popen[str]", watch: Watch) -> list[str]:
    """Pass its progress on until it ends; the last lines that were no progress."""
    assert child.stdout is not None
    limits = watch.limits
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_pump, args=(child.stdout, lines), daemon=True)
    reader.start()
    begun = time.monotonic()
    # The engine itself gives up a little earlier, and says so.
    until, look_at, tell_at = begun + limits.most + 1, begun + limits.look_every, begun
    said: list[str] = []
    newest: tuple[str, float] | None = None
    while True:
        try:
            line = lines.get(timeout=min(limits.look_every, limits.tell_every or math.inf))
        except queue.Empty:
            line = ""
        if line is None:
            reader.join()
            return said
        step = read_progress(line)
        if step is not None:
            newest = step
        elif line.strip():
            said = [*said[1 - LINES_KEPT :], line.strip()]
        now = time.monotonic()
        if now > until:
            raise SolvingFailed(_too_long(limits))
        if newest is not None and now >= tell_at:
            watch.progress(*newest)
            newest, tell_at = None, now + limits.tell_every
        if now > look_at:
            look_at = now + limits.look_every
            if not watch.is_wanted():
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


def _too_long(limits: Limits) -> str:
    return f"too_long:{round(limits.most / 60)}"


def _refuse(code: int, said: list[str], limits: Limits) -> None:
    """Raise `SolvingFailed` unless the process ended with an answer."""
    last = said[-1] if said else ""
    if code in (FINE, INFEASIBLE):
        return
    if code == BAD_INPUT:
        raise SolvingFailed(f"input:{last}")
    if code == TOLD_TO_STOP and last.startswith(SAID_OUT_OF_TIME):
        raise SolvingFailed(_too_long(limits))
    if code == TOLD_TO_STOP or -code in FROM_OUTSIDE:
        number = signal.SIGTERM.value if code == TOLD_TO_STOP else -code
        raise SolvingFailed(f"killed:{number}")
    logger.error("citymatch ended with %s: %s", code, "\n".join(said))
    if last.startswith("MemoryError"):
        raise SolvingFailed("memory")
    if code < 0:
        raise SolvingFailed(f"fault:{-code}")
    raise SolvingFailed(f"crashed:{code}")
