"""Takes a written list of territories back: exactly what it made, or nothing at all."""

from django.db import transaction

from mosty.core.access import Actor, require
from mosty.core.states import ReasonMissing, WrongState
from mosty.places.domain.territory import copy_periods
from mosty.places.imports.plan import PlannedRow
from mosty.places.imports.storing import head_of, is_intact, parts_of
from mosty.places.imports.tables import IMPORTING, Import
from mosty.places.imports.territory.writing import (
    WRITES,
    Held,
    Key,
    hold,
    key_of,
    overlapping,
    put,
    said,
    tell,
)
from mosty.places.models import TerritoryStatus


class CannotUndo(Exception):
    """Rows are not as the import left them; `blocked` are (row, code, name of the later file).

    The name is empty where somebody changed the row by hand.
    """

    def __init__(self, blocked: list[tuple[int, str, str]]) -> None:
        super().__init__(f"{len(blocked)} rows have changed since")
        self.blocked = blocked


def undo_import(import_: Import, *, by: Actor, reason: str) -> int:
    """Remove the rows that the import made and give those that it changed their former values.

    Gives how many rows that were. Raises `NotAllowed`, `ReasonMissing`, `WrongState`, or
    `CannotUndo` when a later import or a person has changed one of them; then nothing has changed.
    """
    require("places.import_municipalities", by)
    if not reason.strip():
        raise ReasonMissing("places.import_undone")
    if import_.kind != Import.Kind.TERRITORY or head_of(import_) is None or not is_intact(import_):
        raise WrongState(f"{import_} cannot be taken back")
    try:
        with transaction.atomic():
            # First the state: of two who undo at once, the second stops here.
            IMPORTING.move(import_, "undone", by=by, reason=reason.strip())
            return _undo(import_, by=by, reason=reason.strip())
    except CannotUndo:
        # The state in memory goes back with that in the database.
        import_.stage = "written"
        raise


def _undo(import_: Import, *, by: Actor, reason: str) -> int:
    rows = [row for part in parts_of(import_, *WRITES) for row in part.rows()]
    held = hold(rows)
    moved: list[PlannedRow] = []
    removed: list[int] = []
    restored: list[TerritoryStatus] = []
    for row in rows:
        key, (change,) = key_of(row), row.changes
        status = held.statuses.get(key)
        if status is None or said(status) != change.after:
            moved.append(row)
        elif change.before is None:
            removed.append(status.pk)
            del held.statuses[key]
        else:
            put(status, change.before)
            restored.append(status)
    # A row that was shortened may have made room for a later one.
    blocking = overlapping(held)
    blocked = [(row.row, row.code, _file(held, blocking[key_of(row)])) for row in rows
               if key_of(row) in blocking]  # fmt: skip
    if moved:
        later = _later_files(import_, {key_of(row) for row in moved})
        blocked += [(row.row, row.code, later.get(key_of(row), "")) for row in moved]
    if blocked:
        raise CannotUndo(sorted(set(blocked)))
    TerritoryStatus.objects.filter(pk__in=removed).delete()
    TerritoryStatus.objects.bulk_update(restored, ["until", "act"], batch_size=500)
    copy_periods(held.bodies)
    tell("places.status_undone", rows, held.bodies, by=by, reason=reason, backwards=True)
    return len(rows)


def _file(held: Held, key: Key) -> str:
    """The file that the row at this key came from."""
    source = held.statuses[key].source_import
    return source.file_name if source else ""


def _later_files(import_: Import, wanted: set[Key]) -> dict[Key, str]:
    """Which later import wrote these rows, as far as one did."""
    found: dict[Key, str] = {}
    later = Import.objects.filter(
        kind=Import.Kind.TERRITORY, stage="written", written_at__gt=import_.written_at
    )
    for other in later.order_by("written_at"):
        for part in parts_of(other, *WRITES):
            for row in part.rows():
                if key_of(row) in wanted:
                    found[key_of(row)] = other.file_name
    return found
