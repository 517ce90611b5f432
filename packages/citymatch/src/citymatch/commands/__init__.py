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
    selecting,
    shaking,
    solving,
    stabilising,
    suggesting,
)

VERBS = (
    solving,
    proving,
    explaining,
    regretting,
    rematching,
    conflicting,
    fewering,
    stabilising,
    shaking,
    selecting,
    suggesting,
)
"""In the order of the help."""

__all__ = ["VERBS"]
