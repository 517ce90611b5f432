"""A child that does not outlive the process that started it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def follow(parent: int) -> bool:
    """Be killed when the parent process ends; return whether it is still there.

    The kernel does it, so that a long call into the solver is no hindrance. Only Linux can; on
    other systems this does nothing and returns True.
    """
    if not sys.platform.startswith("linux"):
        return True
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    except (OSError, AttributeError):
        return True
    # It may have ended before the kernel knew.
    return os.getppid() == parent
