"""Writes a stored plan, exactly as it was shown, in one transaction.

Whatever the plan says was there before must still be there. Where the register has moved
underneath, nothing at all is written, and the import says what has moved.
"""

from collections.abc import Iterator
from itertools import batched
from typing import Any

from django.db import transaction
from django.utils import timezone

from mosty.core.access import Actor, require
from mosty.core.facts import Source
from mosty.core.search import sort_key
from mosty.places.imports.applying import apply_changes
from mosty.places.imports.creating import create_bodies
from mosty.places.imports.kinds import kind_of
from mosty.places.imports.plan import Head, Outcome, PlannedRow, RegionPlan
from mosty.places.imports.storing import head_of, is_intact, keep_ledger, parts_of
from mosty.places.imports.tables import IMPORTING, Import
from mosty.places.imports.written import Written
from mosty.places.models import Region
from mosty.places.regions import place_regions

BATCH = 2000
MOST_SHOWN = 50


class Overtaken(Exception):
    """The register is not as it was when the plan was made; `moved` are (row, code, what)."""

    def __init__(self, moved: list[tuple[int, str, str]]) -> None:
        super().__init__(f"{len(moved)} rows have moved underneath")
        self.moved = moved


class Damaged(Exception):
    """The stored plan is not the one that was shown."""


def begin_writing(import_: Import, *, by: Actor, with_doubtful: bool = False) -> None:
    """Claim the plan for writing; raises `WrongState` when somebody was quicker."""
    require("places.import_municipalities", by)
    with transaction.atomic():
        changes = {"with_doubtful": with_doubtful, "work_state": "waiting"}
        IMPORTING.move(import_, "writing", by=by, changes=changes)
    import_.refresh_from_db()


def write_import(import_: Import, *, by: Actor) -> Written:
    """Write a claimed plan. Raises `Overtaken` or `Damaged`; then nothing has been written."""
    head = head_of(import_)
    if head is None or not head.is_sound or not is_intact(import_):
        raise Damaged(import_.file_name)
    written = Written()
    with transaction.atomic():
        kind = kind_of(import_)
        kind.write(import_, head, by, written)
        if written.moved:
            raise Overtaken(written.moved)
        if kind.has_ledger:
            keep_ledger(import_, written.ledger)
        result = {
            "created": written.created,
            "changed": written.changed,
            "same": head.count(Outcome.SAME),
            "regions": written.regions,
        }
        changes = {"result": result, "written_at": timezone.now()}
        IMPORTING.move(import_, "written", by=by, changes=changes)
    import_.refresh_from_db()
    return written


def write_municipalities(import_: Import, head: Head, by: Actor, written: Written) -> None:
    """Write the bodies of a plan; what had moved underneath is told in `written.moved`."""
    _write_sources(head, written)
    regions = _write_regions(head, written)
    sources = dict(Source.objects.values_list("key", "pk"))
    fresh, known = split_rows(import_)
    for rows in batched(fresh, BATCH):
        create_bodies(rows, regions=regions, sources=sources, written=written)
    for rows in batched(known, BATCH // 4):
        apply_changes(rows, regions=regions, sources=sources, by=by, written=written)
    if not written.moved:
        _remember_centres(written)
        place_regions(written.touched_regions)


def _remember_centres(written: Written) -> None:
    """Names and centre of the regions as they were; a named one is remembered already."""
    known = {entry[1] for entry in written.ledger if entry[0] == "region"}
    for region in Region.objects.filter(pk__in=written.touched_regions).exclude(code__in=known):
        written.ledger.append(_as_it_was(region))


def _as_it_was(region: Region) -> list[Any]:
    names = [region.name_en, region.name_native, region.name_uk, region.sort_en]
    return ["region", region.code, *names, region.lat, region.lon]


def split_rows(import_: Import) -> tuple[Iterator[PlannedRow], Iterator[PlannedRow]]:
    """The rows that make a body, and those that change one."""

    def rows(wanted: Outcome) -> Iterator[PlannedRow]:
        is_new = wanted is Outcome.CREATE
        for part in parts_of(import_, wanted):
            yield from part.rows()
        if import_.with_doubtful:
            for part in parts_of(import_, Outcome.DOUBTFUL):
                yield from (row for row in part.rows() if (row.record is not None) is is_new)

    return rows(Outcome.CREATE), rows(Outcome.CHANGE)


def _write_sources(head: Head, written: Written) -> None:
    known = set(Source.objects.values_list("key", flat=True))
    written.ledger += [["source", one.key] for one in head.sources if one.key not in known]
    Source.objects.bulk_create(
        Source(
            key=source.key,
            title=source.title,
            publisher=source.publisher,
            url=source.url,
            licence=source.licence,
        )
        for source in head.sources
        if source.key not in known
    )


def _write_regions(head: Head, written: Written) -> dict[str, int]:
    """Make and name regions; gives their ids by code."""
    known: dict[str, Region] = Region.objects.in_bulk(field_name="code")
    made, named = list[Region](), list[Region]()
    for planned in head.regions:
        region = known.get(planned.entry.code)
        if (region.name_en if region else "") != planned.before:
            written.moved.append((0, planned.entry.code, "region"))
        elif region is None:
            made.append(Region(code=planned.entry.code, **_values(planned)))
        else:
            written.ledger.append(_as_it_was(region))
            for name, value in _values(planned).items():
                setattr(region, name, value)
            named.append(region)
    Region.objects.bulk_create(made)
    Region.objects.bulk_update(
        named, ["name_en", "name_native", "name_uk", "sort_en"], batch_size=500
    )
    written.regions = len(made) + len(named)
    return dict(Region.objects.values_list("code", "pk"))


def _values(planned: RegionPlan) -> dict[str, Any]:
    entry = planned.entry
    return {
        "country_id": entry.country,
        "classification": entry.classification,
        "name_en": entry.name_en,
        "name_native": entry.name_native,
        "name_uk": entry.name_uk,
        "sort_en": sort_key(entry.name_en, "en"),
    }


def finish_writing(import_: Import, *, by: Actor) -> bool:
    """`write_import`, with its failures told on the import; whether it was written."""
    try:
        write_import(import_, by=by)
    except Overtaken as error:
        moved = [list(one) for one in error.moved[:MOST_SHOWN]]
        import_.refresh_from_db()
        result = {"moved": moved, "moved_count": len(error.moved)}
        IMPORTING.move(import_, "stale", by=by, changes={"result": result})
        return False
    except Exception:
        # Back to the plan, so that it can be tried again; the fault itself is for the log.
        import_.refresh_from_db()
        IMPORTING.move(import_, "planned", by=by)
        raise
    return True
