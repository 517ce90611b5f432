"""Background work of places: planning, writing and taking back an import.

Jobs take ids, may run twice, and leave every change to `imports`. A small file is worked on in the
request itself, by the same functions.
"""

import time

from django.db.models import Q
from django.tasks import task
from django.utils.translation import gettext as _

from mosty.core.access import Actor, Role, require
from mosty.core.jobs import WorkState
from mosty.core.states import WrongState
from mosty.places.imports.commit import MOST_SHOWN, finish_writing
from mosty.places.imports.plan import Outcome
from mosty.places.imports.storing import head_of, plan_import
from mosty.places.imports.undoing import STEP, can_undo, undo_import
from mosty.places.imports.undone import CannotUndo
from mosty.places.models import Import

# About two thousand rows: done within a second or two.
BYTES_AT_ONCE = 600_000
ROWS_AT_ONCE = 2_000
_SECONDS_BETWEEN = 0.5
_WRITTEN = (Outcome.CREATE, Outcome.CHANGE, Outcome.DOUBTFUL)


def start_planning(import_: Import, *, by: Actor) -> None:
    """Plan a small file now, a large one in the background."""
    if import_.file.size <= BYTES_AT_ONCE:
        work_on_plan(import_, by=by)
    else:
        run_planning.enqueue(import_.pk, by.user_id, by.name)


def start_writing(import_: Import, *, by: Actor) -> None:
    """Write a small plan now, a large one in the background; it was claimed before."""
    if _rows(import_) <= ROWS_AT_ONCE:
        work_on_writing(import_, by=by)
    else:
        run_writing.enqueue(import_.pk, by.user_id, by.name)


def start_undoing(import_: Import, *, by: Actor, reason: str) -> int | None:
    """Take a small import back now and give the number of its rows; a large one in the background.

    Raises what `undo_import` raises; `WrongState` also when it is being taken back already.
    """
    if _rows(import_) <= ROWS_AT_ONCE or not reason.strip():
        return undo_import(import_, by=by, reason=reason)
    require("places.import_municipalities", by)
    at_it = Q(work_state__in=[WorkState.WAITING, WorkState.RUNNING], work_step=STEP)
    claimed = Import.objects.filter(~at_it, pk=import_.pk, stage="written").update(
        work_state=WorkState.WAITING, work_step=STEP, work_error=""
    )
    if not claimed or not can_undo(import_):
        raise WrongState(f"{import_} cannot be taken back")
    run_undoing.enqueue(import_.pk, by.user_id, by.name, reason)
    return None


def _rows(import_: Import) -> int:
    head = head_of(import_)
    return sum(head.count(one) for one in _WRITTEN) if head else 0


@task
def run_undoing(import_id: int, user_id: int | None, name: str, reason: str) -> None:
    """Take a claimed import back."""
    import_ = Import.objects.get(pk=import_id)
    if import_.stage == "written":
        work_on_undoing(import_, by=_officer(user_id, name), reason=reason)


@task
def run_planning(import_id: int, user_id: int | None, name: str) -> None:
    """Make the plan of a kept file."""
    work_on_plan(Import.objects.get(pk=import_id), by=_officer(user_id, name))


@task
def run_writing(import_id: int, user_id: int | None, name: str) -> None:
    """Write a claimed plan."""
    import_ = Import.objects.get(pk=import_id)
    if import_.stage == "writing":
        work_on_writing(import_, by=_officer(user_id, name))


def _officer(user_id: int | None, name: str) -> Actor:
    """Who asked for the work; that they may was checked when they did."""
    return Actor(user_id=user_id, name=name, roles=frozenset([Role.OFFICER]))


def work_on_plan(import_: Import, *, by: Actor) -> None:
    """Make and keep the plan, and say how far it is."""
    if not import_.begin_work("reading"):
        return
    said = 0.0

    def progress(step: str, share: float) -> None:
        nonlocal said
        if time.monotonic() - said > _SECONDS_BETWEEN:
            said = time.monotonic()
            import_.advance_work(step, share)

    try:
        plan_import(import_, by=by, progress=progress)
    except Exception:
        import_.fail_work(_("The plan could not be made. Send the file again, or tell us."))
        raise
    import_.end_work()


def work_on_writing(import_: Import, *, by: Actor) -> None:
    """Write the plan; the register is locked meanwhile, so that there is nothing to say between."""
    if not import_.begin_work("writing"):
        return
    try:
        finish_writing(import_, by=by)
    except Exception:
        import_.fail_work(_("Nothing was written. Try again, or tell us."))
        raise
    import_.end_work()


def work_on_undoing(import_: Import, *, by: Actor, reason: str) -> None:
    """Take it back; rows that stand in the way are told on the import."""
    if not import_.begin_work(STEP):
        return
    try:
        undo_import(import_, by=by, reason=reason)
    except CannotUndo as error:
        blocked = [list(one) for one in error.blocked[:MOST_SHOWN]]
        import_.result = {**import_.result, "blocked": blocked}
        import_.save(update_fields=["result"])
    except Exception:
        import_.fail_work(_("Nothing was taken back. Try again, or tell us."))
        raise
    import_.end_work()
