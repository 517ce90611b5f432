"""Run in a process of its own: starts workers (`manage.py work`) in the time of a fork.

Everything is imported once; for each line on standard input a child is forked that runs the worker
of the site as its command does, and its process id is written out. The test kills it by that id.
"""

import os
import signal
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.urls import get_resolver  # noqa: E402


def work() -> None:
    """Be a worker until killed."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # What a worker says is of no interest, and nobody must wait for its line.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    call_command("work", "--interval", "0.1", "--no-reload", "--no-startup-delay")
    os._exit(0)


def main() -> None:
    """Fork one for each line, until standard input ends."""
    # What letters link to is imported here once, not by each worker anew.
    assert get_resolver().url_patterns
    # Whoever was killed is gone at once.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _line in sys.stdin:
        if (pid := os.fork()) == 0:
            work()
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
