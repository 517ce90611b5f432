"""What an import can be about. Plan, preview, writing, history and undo are the same for all; what
differs stands in an `ImportKind`, which its app registers when the site starts.

So an app that stands behind `places` has imports without `places` knowing of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

from mosty.core.access import Actor
from mosty.places.imports.plan import Change, Head, Outcome, Plan, PlannedRow
from mosty.places.imports.sentences import Said, say_change
from mosty.places.imports.tables import Import
from mosty.places.imports.written import Written

Words = str | Promise
Progress = Callable[[str, float], None]


def _no_link(_import: Import, _row: PlannedRow) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class ImportKind:
    """One kind: what it does, and how its pages say it.

    `write` tells in `Written` what it did, and what it must remember so that `undo` can put it
    back; `undo` gives the number of rows or raises `undoing.CannotUndo`.
    """

    code: str
    plan: Callable[[Import, Progress], Plan]
    write: Callable[[Import, Head, Actor, Written], None]
    undo: Callable[[Import, Actor, str], int]
    # The page on which files are sent, by its name, and the way to it.
    list_url: str
    trail: tuple[tuple[Words, str], ...]
    done: tuple[Words, str]
    # "%(shown)s rows are written", by the number.
    to_write: Callable[[int], str]
    # Outcomes that its files never have are not counted in the heading.
    never: frozenset[Outcome] = frozenset()
    outcomes: Mapping[Outcome, Words] = field(default_factory=dict)
    layouts: Mapping[str, Words] = field(default_factory=dict)
    moved: Mapping[str, Words] = field(default_factory=dict)
    say: Callable[[Change], Said] = say_change
    link: Callable[[Import, PlannedRow], str] = _no_link
    has_country: bool = True
    # Whether it keeps what was there before in a ledger; the others have all of it in the plan.
    has_ledger: bool = True


_kinds: dict[str, ImportKind] = {}


def register_kind(kind: ImportKind) -> None:
    """Called once for each kind, when the site starts."""
    _kinds[kind.code] = kind


def kind_of(import_: Import) -> ImportKind:
    """What this import is about."""
    return _kinds[import_.kind]
