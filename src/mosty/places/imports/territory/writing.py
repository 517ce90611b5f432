"""Writes a plan of territory statuses, exactly as it was shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from mosty.core.access import Actor
from mosty.places.domain.territory import copy_periods
from mosty.places.imports.plan import Head, Outcome, PlannedRow
from mosty.places.imports.storing import parts_of
from mosty.places.imports.tables import Import
from mosty.places.imports.telling import tell
from mosty.places.imports.written import Written
from mosty.places.models import Organisation, TerritoryStatus
from mosty.places.territory.tables import collisions

# Body, class, first day.
Key = tuple[int, str, date]
WRITES = (Outcome.CREATE, Outcome.CHANGE)


@dataclass(slots=True)
class Held:
    """The bodies that rows are about, locked, and the statuses that they have."""

    bodies: dict[int, Organisation]
    statuses: dict[Key, TerritoryStatus] = field(default_factory=dict)


def hold(rows: Sequence[PlannedRow]) -> Held:
    """Lock the bodies, so that nobody comes between the look and the save."""
    ids = sorted({row.organisation for row in rows})
    # In the order of their ids: two who lock several never wait for each other.
    bodies = Organisation.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    held = Held({body.pk: body for body in bodies})
    for status in TerritoryStatus.objects.filter(organisation_id__in=ids):
        held.statuses[status.organisation_id, status.kind, status.since] = status
    return held


def key_of(row: PlannedRow) -> Key:
    """Body, class and first day of what a planned row changes."""
    kind, since = row.changes[0].key
    return row.organisation, kind, date.fromisoformat(since)


def said(status: TerritoryStatus | None) -> list[str] | None:
    """Last day and act as a plan keeps them; None where there is no such row."""
    if status is None:
        return None
    return [status.until.isoformat() if status.until else "", status.act]


def put(status: TerritoryStatus, values: Sequence[str]) -> None:
    """Last day and act out of a plan."""
    until, act = values
    status.until, status.act = (date.fromisoformat(until) if until else None), act


def write_statuses(
    import_: Import, rows: Sequence[PlannedRow], *, by: Actor, written: Written
) -> None:
    """Write these rows; what had moved underneath is told in `written.moved`, and then the caller
    gives the transaction up."""
    held = hold(rows)
    made, changed = list[TerritoryStatus](), list[TerritoryStatus]()
    for row in rows:
        body = held.bodies.get(row.organisation)
        if body is None or body.code != row.code:
            written.moved.append((row.row, row.code, "body"))
            continue
        key, (change,) = key_of(row), row.changes
        status = held.statuses.get(key)
        if said(status) != change.before:
            written.moved.append((row.row, row.code, "status"))
            continue
        if status is None:
            status = TerritoryStatus(
                organisation=body, kind=key[1], since=key[2], source_import=import_
            )
            held.statuses[key] = status
            made.append(status)
        else:
            changed.append(status)
        put(status, change.after)
    # Somebody may have entered a row by hand after the plan was made.
    found = overlapping(held)
    written.moved += [(row.row, row.code, "overlap") for row in rows if key_of(row) in found]
    if written.moved:
        return
    TerritoryStatus.objects.bulk_create(made, batch_size=500)
    TerritoryStatus.objects.bulk_update(changed, ["until", "act"], batch_size=500)
    copy_periods(held.bodies)
    tell("places.status_imported", rows, held.bodies, by=by)
    written.created, written.changed = len(made), len(changed)


def overlapping(held: Held) -> dict[Key, Key]:
    """Rows of these bodies that now share a day with another of the same class."""
    by_class: dict[tuple[int, str], list[Key]] = {}
    for key in held.statuses:
        by_class.setdefault(key[:2], []).append(key)
    found: dict[Key, Key] = {}
    for keys in by_class.values():
        found |= collisions((key[2], held.statuses[key].until, key) for key in keys)
    return found


def write_planned(import_: Import, _head: Head, by: Actor, written: Written) -> None:
    """Write a whole plan."""
    rows = [row for part in parts_of(import_, *WRITES) for row in part.rows()]
    write_statuses(import_, rows, by=by, written=written)
