"""Runs the command line as a process of its own, without paying for its start each time.

One process loads the package and then forks for every command: such a child has its own folder,
streams, signals and exit code, like ``python -m citymatch``, which some tests start in earnest.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path
from typing import Any

from citymatch import Market, dumps, market_to_json

SECONDS = 60
"""After so long a command is told to stop."""


def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run one command and return its exit code and what it wrote."""
    words = [*map(str, arguments)]
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps([words, str(cwd or Path.cwd())]) + "\n")
    server.stdin.flush()
    return subprocess.CompletedProcess(words, *json.loads(server.stdout.readline()))


def write(path: Path, data: Market | dict[str, Any]) -> Path:
    """Write a market, or plain values, as the package writes them."""
    path.write_text(dumps(market_to_json(data) if isinstance(data, Market) else data))
    return path


@cache
def _server() -> subprocess.Popen[str]:
    server = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    atexit.register(server.communicate)
    return server


def _serve() -> None:
    import scipy.optimize
    import scipy.sparse  # noqa: F401  (some commands need it, and it takes long to load)

    from citymatch.__main__ import main

    for line in sys.stdin:
        words, folder = json.loads(line)
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            child = os.fork()
            if child == 0:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.dup2(output.fileno(), 1)
                os.dup2(errors.fileno(), 2)
                os.chdir(folder)
                signal.alarm(SECONDS)
                code: Any = 1
                try:
                    code = main(words)
                except SystemExit as end:
                    code = end.code or 0
                except BaseException:
                    traceback.print_exc()
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
            _, status = os.waitpid(child, 0)
            told = []
            for file in (output, errors):
                file.seek(0)
                told.append(file.read().decode())
        sys.stdout.write(json.dumps([os.waitstatus_to_exitcode(status), *told]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
