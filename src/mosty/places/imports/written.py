"""What one import has written so far, and what had moved underneath."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Written:
    """`moved` are (row, code, what); as soon as there is one, nothing more is written."""

    created: int = 0
    changed: int = 0
    regions: int = 0
    moved: list[tuple[int, str, str]] = field(default_factory=list)
    touched_regions: set[int] = field(default_factory=set)
    # What undoing needs besides the plan, as JSON; each kind of import reads its own.
    ledger: list[list[Any]] = field(default_factory=list)
