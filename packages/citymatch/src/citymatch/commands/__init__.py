"""The command line's verbs, a file each: what it takes (``add``) and what it does (``run``).

``door`` opens and writes files and lays out the arguments that all verbs share. These modules and
``__main__`` are the only ones that look at anything outside the process.
"""

from citymatch.commands import (
    conflicting,
    explaining,
    fewering,
    proving,
    regretting,
    rematching,
    shaking,
    solving,
    stabilising,
)

VERBS = (
    solving,
    proving,
    explaining,
    regretting,
    shaking,
    rematching,
    conflicting,
    fewering,
    stabilising,
)
"""In the order of the help."""

__all__ = ["VERBS"]
