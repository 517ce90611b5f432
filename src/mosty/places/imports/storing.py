"""Keeps plans: from the file to a plan in the database, and from there to what a page shows."""

import json
import zlib
from collections.abc import Iterator
from itertools import batched
from pathlib import PurePath
from typing import IO, Any

from django.core.files.base import File
from django.db import transaction
from django.db.models.fields.files import FieldFile

from mosty.core.access import Actor, require
from mosty.places.imports.kinds import Progress, kind_of
from mosty.places.imports.layouts import KNOWN_COLUMNS, Files, is_header
from mosty.places.imports.plan import Head, Outcome, Part, Plan, PlannedRow, digest_of
from mosty.places.imports.problems import Problem, Unreadable
from mosty.places.imports.reading import Table, open_table
from mosty.places.imports.tables import IMPORTING, Import, ImportPart
from mosty.places.imports.territory import layout as territory
from mosty.places.imports.workbooks import Sheet, open_any

_PARTS_AT_ONCE = 200
# Not an outcome: the parts of the ledger are no part of the plan.
LEDGER = "ledger"
LEDGER_PART = 5000


def begin_import(
    file: File[bytes],
    *,
    by: Actor,
    name: str,
    groups: File[bytes] | None = None,
    nuts: File[bytes] | None = None,
    kind: str = Import.Kind.MUNICIPALITIES,
) -> Import:
    """Keep the file; the plan is made by `plan_import`. Raises `NotAllowed`."""
    require("places.import_municipalities", by)
    made = Import(
        kind=kind,
        file_name=PurePath(name).name[:200],
        made_by_id=by.user_id,
        made_by_name=by.name or "-",
    )
    made.file.save(_safe(name), file, save=False)
    for field, given in (("groups", groups), ("nuts", nuts)):
        if given is not None:
            getattr(made, field).save(_safe(str(given.name)), given, save=False)
    made.save()
    return made


def _safe(name: str) -> str:
    """A short name on the disk, whatever the person called it."""
    plain = "".join(letter for letter in PurePath(name).name if letter.isascii())
    return (plain.strip(" .") or "file.csv")[-60:]


def plan_import(import_: Import, *, by: Actor, progress: Progress) -> None:
    """Make the plan of a kept file and store it. A second run finds the work done."""
    if import_.stage != "reading":
        return
    try:
        plan = kind_of(import_).plan(import_, progress)
    except Unreadable as error:
        import_.fault, import_.fault_row = error.problem.dump(), error.row
        import_.save(update_fields=["fault", "fault_row"])
        IMPORTING.move(import_, "unusable", by=by)
        return
    progress("storing", 1.0)
    store_plan(import_, plan, by=by)


def store_plan(import_: Import, plan: Plan, *, by: Actor) -> None:
    """Keep a plan with its parts, in one transaction."""
    with transaction.atomic():
        import_.parts.all().delete()
        ImportPart.objects.bulk_create(
            (
                ImportPart(
                    whole=import_, outcome=part.outcome, number=part.number, content=part.content
                )
                for part in plan.parts
            ),
            batch_size=_PARTS_AT_ONCE,
        )
        import_.head, import_.sha256 = plan.head.dump(), plan.sha256
        import_.save(update_fields=["head", "sha256"])
        IMPORTING.move(import_, "planned" if plan.head.is_sound else "unusable", by=by)


def files_of(import_: Import) -> Files:
    """The tables of a kept import. Raises `Unreadable`."""
    return Files(
        main=_table(import_.file, import_.file_name),
        groups=_beside(import_.groups, "groups"),
        nuts=_beside(import_.nuts, "nuts"),
    )


def sheet_of(import_: Import) -> Table | Sheet:
    """The table of a kept list of territories, text or workbook. Raises `Unreadable`."""

    def open_file() -> IO[bytes]:
        return import_.file.storage.open(str(import_.file.name), "rb")

    return open_any(open_file, name=import_.file_name, known_columns=territory.KNOWN_COLUMNS)


def _table(kept: FieldFile, name: str) -> Table | Sheet:
    def open_file() -> IO[bytes]:
        return kept.storage.open(str(kept.name), "rb")

    return open_any(open_file, name=name, known_columns=KNOWN_COLUMNS, is_header=is_header)


def _beside(kept: FieldFile, name: str) -> Table | None:
    """The table of a file that lies beside: text, since nobody publishes it otherwise."""
    if not kept:
        return None

    def open_file() -> IO[bytes]:
        return kept.storage.open(str(kept.name), "rb")

    return open_table(open_file, name=name, known_columns=KNOWN_COLUMNS)


def head_of(import_: Import) -> Head | None:
    """The head of the stored plan; None while there is none."""
    return Head.load(import_.head) if import_.head else None


def fault_of(import_: Import) -> Problem | None:
    """Why the file as a whole cannot be taken."""
    return Problem(*import_.fault) if import_.fault else None


def parts_of(import_: Import, *outcomes: Outcome) -> Iterator[Part]:
    """The stored parts in the order of the plan; without outcomes all of them."""
    for outcome in outcomes or tuple(Outcome):
        rows = import_.parts.filter(outcome=outcome.value).order_by("number")
        for row in rows.iterator(chunk_size=_PARTS_AT_ONCE):
            yield Part(outcome, row.number, bytes(row.content))


def keep_ledger(import_: Import, entries: list[list[Any]]) -> None:
    """Keep what undoing needs besides the plan, in pieces, compressed; at least an empty one."""
    pieces = list(batched(entries, LEDGER_PART)) or [()]
    ImportPart.objects.bulk_create(
        (
            ImportPart(
                whole=import_,
                outcome=LEDGER,
                number=number,
                content=zlib.compress(json.dumps(piece, ensure_ascii=False).encode(), 3),
            )
            for number, piece in enumerate(pieces, start=1)
        ),
        batch_size=_PARTS_AT_ONCE,
    )


def has_ledger(import_: Import) -> bool:
    """Whether it was written by a version that keeps one."""
    return import_.parts.filter(outcome=LEDGER).exists()


def ledger_of(import_: Import) -> list[list[Any]]:
    """What was kept with the writing, in its order."""
    pieces = import_.parts.filter(outcome=LEDGER).order_by("number")
    return [entry for piece in pieces for entry in json.loads(zlib.decompress(piece.content))]


def rows_of(import_: Import, outcome: Outcome, number: int) -> list[PlannedRow]:
    """The rows that one page shows; empty past the end."""
    row = import_.parts.filter(outcome=outcome.value, number=number).first()
    return Part(outcome, number, bytes(row.content)).rows() if row else []


def is_intact(import_: Import) -> bool:
    """Whether the stored plan is, letter for letter, the one that was made."""
    head = head_of(import_)
    return head is not None and digest_of(head, parts_of(import_)) == import_.sha256


def drop_import(import_: Import, *, by: Actor) -> None:
    """Put a plan away; raises `WrongState` when it is being or has been written."""
    require("places.import_municipalities", by)
    IMPORTING.move(import_, "dropped", by=by)


def plan_again(import_: Import, *, by: Actor) -> Import:
    """Another import of the same kept files; the old one is dropped where it waits for somebody."""
    require("places.import_municipalities", by)
    if import_.stage in {"planned", "unusable", "stale"}:
        drop_import(import_, by=by)
    return Import.objects.create(
        kind=import_.kind,
        file=import_.file.name,
        groups=import_.groups.name,
        nuts=import_.nuts.name,
        file_name=import_.file_name,
        made_by_id=by.user_id,
        made_by_name=by.name or "-",
    )
