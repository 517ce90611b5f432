"""Takes a written list of territories back: exactly what it made, or nothing at all."""

from mosty.core.access import Actor
from mosty.places.domain.territory import copy_periods
from mosty.places.imports.plan import PlannedRow
from mosty.places.imports.storing import parts_of
from mosty.places.imports.tables import Import
from mosty.places.imports.telling import tell
from mosty.places.imports.territory.writing import (
    WRITES,
    Held,
    Key,
    hold,
    key_of,
    overlapping,
    put,
    said,
)
from mosty.places.imports.undone import CannotUndo, later_files
from mosty.places.models import TerritoryStatus


def undo_statuses(import_: Import, by: Actor, reason: str) -> int:
    """Remove the rows that the import made, give those that it changed their former values, or
    raise `CannotUndo`; call it in a transaction."""
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
        later = later_files(import_, {key_of(row) for row in moved}, key_of)
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
