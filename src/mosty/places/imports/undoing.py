"""Takes a written import back: everything as it was before, or nothing at all."""

from django.db import transaction

from mosty.core.access import Actor, require
from mosty.core.states import ReasonMissing, WrongState
from mosty.places.imports.kinds import kind_of
from mosty.places.imports.storing import has_ledger, head_of, is_intact
from mosty.places.imports.tables import IMPORTING, Import
from mosty.places.imports.undone import CannotUndo

VERB = "places.import_undone"
STEP = "undoing"


def can_undo(import_: Import) -> bool:
    """Whether it is written, and what was there before was kept (imports of old did not)."""
    return import_.stage == "written" and (not kind_of(import_).has_ledger or has_ledger(import_))


def is_being_undone(import_: Import) -> bool:
    """Whether a worker takes it back, or is about to."""
    return import_.stage == "written" and import_.is_at_work and import_.work_step == STEP


def undo_import(import_: Import, *, by: Actor, reason: str) -> int:
    """Remove what the import made and give what it changed its former values.

    Gives how many rows that were. Raises `NotAllowed`, `ReasonMissing`, `WrongState`, or
    `CannotUndo` when a later import or a person has changed one of them; then nothing has changed.
    """
    require("places.import_municipalities", by)
    said = reason.strip()
    if not said:
        raise ReasonMissing(VERB)
    if not can_undo(import_) or head_of(import_) is None or not is_intact(import_):
        raise WrongState(f"{import_} cannot be taken back")
    try:
        with transaction.atomic():
            # First the state: of two who undo at once, the second stops here.
            IMPORTING.move(import_, "undone", by=by, reason=said)
            return kind_of(import_).undo(import_, by, said)
    except CannotUndo:
        # The state in memory goes back with that in the database.
        import_.stage = "written"
        raise
