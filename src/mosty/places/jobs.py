"""Background work of places: planning and writing an import.

Jobs take ids, may run twice, and leave every change to `imports`. A small file is worked on in the
request itself, by the same functions.
"""

import time

from django.tasks import task
from django.utils.translation import gettext as _

from mosty.core.access import Actor, Role
from mosty.places.imports.commit import finish_writing
from mosty.places.imports.plan import Outcome
from mosty.places.imports.storing import head_of, plan_import
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
    head = head_of(import_)
    rows = sum(head.count(one) for one in _WRITTEN) if head else 0
    if rows <= ROWS_AT_ONCE:
        work_on_writing(import_, by=by)
    else:
        run_writing.enqueue(import_.pk, by.user_id, by.name)


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
