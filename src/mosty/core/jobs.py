"""Background work: thin jobs that may run twice, found again after a worker has died.

`django-tasks-db` keeps jobs in the site's own database, but leaves the job of a killed worker
RUNNING for ever. So workers beat (`WorkerBeat`); `sweep` puts the jobs of silent workers back in
the queue, up to three tries; `run_due` starts what the timetable says, claimed by one conditional
UPDATE, so that any number of workers may run it. `manage.py work` does all three.

`Work` is what a model carries whose long work people watch, leave and find again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import models, transaction
from django.tasks import TaskResultStatus
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

SILENT_AFTER = timedelta(seconds=60)
MOST_TRIES = 3


class WorkState(models.TextChoices):
    """Where a piece of long work stands."""

    WAITING = "waiting", _("Waiting for a worker")
    RUNNING = "running", _("At work")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Work(models.Model):
    """State and progress of long work, on the record that it is about.

    `work_step` is a code that the app's pages translate, `work_share` goes from 0 to 1.
    """

    work_state = models.CharField(
        max_length=8, choices=WorkState.choices, default=WorkState.WAITING
    )
    work_step = models.CharField(max_length=40, blank=True)
    work_share = models.FloatField(default=0.0)
    work_error = models.TextField(blank=True)
    work_started_at = models.DateTimeField(null=True, blank=True)
    work_ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_at_work(self) -> bool:
        return self.work_state in {WorkState.WAITING, WorkState.RUNNING}

    def _set(self, **values: object) -> None:
        type(self)._default_manager.filter(pk=self.pk).update(**values)
        for name, value in values.items():
            setattr(self, name, value)

    def begin_work(self, step: str = "") -> bool:
        """Claim the work; False when it is already done (a job that runs a second time)."""
        rows = type(self)._default_manager.filter(
            pk=self.pk, work_state__in=[WorkState.WAITING, WorkState.RUNNING]
        )
        claimed = rows.update(
            work_state=WorkState.RUNNING,
            work_step=step,
            work_share=0.0,
            work_started_at=timezone.now(),
        )
        if claimed:
            self.refresh_from_db()
        return bool(claimed)

    def advance_work(self, step: str, share: float) -> None:
        """Say how far it is; written outside of the work's own transaction. Work that was ended
        meanwhile is left as it is."""
        share = min(max(share, 0.0), 1.0)
        rows = type(self)._default_manager.filter(pk=self.pk, work_state=WorkState.RUNNING)
        if rows.update(work_step=step, work_share=share):
            self.work_step, self.work_share = step, share

    def end_work(self) -> None:
        """It is done."""
        self._set(
            work_state=WorkState.DONE, work_step="", work_share=1.0, work_ended_at=timezone.now()
        )

    def fail_work(self, error: str) -> None:
        """It cannot be done; `error` is shown to the people who wait for it."""
        self._set(work_state=WorkState.FAILED, work_error=error, work_ended_at=timezone.now())


class WorkerBeat(models.Model):
    """When a worker was last alive."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker_id} {self.at:%H:%M:%S}"


class Timetable(models.Model):
    """A job that comes round; `next_at` is moved by whoever claims it."""

    name = models.CharField(max_length=80, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Due:
    """An entry of the timetable: `start` enqueues the job."""

    name: str
    every: timedelta
    start: Callable[[], object]


_timetable: dict[str, Due] = {}


def schedule(name: str, every: timedelta, start: Callable[[], object]) -> None:
    """Register a job that comes round; called from an app's `ready`."""
    _timetable[name] = Due(name, every, start)


def is_given_up(job_id: str) -> bool:
    """Whether nobody works on a job any more: it is over, for whichever reason, or forgotten."""
    job = DBTaskResult.objects.filter(pk=job_id).first()
    over = {TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL}
    return job is None or job.status in over


def beat(worker_id: str) -> None:
    """This worker is alive."""
    WorkerBeat.objects.update_or_create(worker_id=worker_id, defaults={"at": timezone.now()})


def sweep() -> int:
    """Put the jobs of silent workers back; after three tries they fail. Returns how many."""
    now = timezone.now()
    alive = set(
        WorkerBeat.objects.filter(at__gte=now - SILENT_AFTER).values_list("worker_id", flat=True)
    )
    moved = 0
    running = DBTaskResult.objects.filter(
        status=TaskResultStatus.RUNNING, started_at__lt=now - SILENT_AFTER
    )
    for job in running:
        holder = job.worker_ids[-1] if job.worker_ids else ""
        if holder in alive:
            continue
        rows = DBTaskResult.objects.filter(
            pk=job.pk, status=TaskResultStatus.RUNNING, started_at=job.started_at
        )
        if len(job.worker_ids) < MOST_TRIES:
            moved += rows.update(status=TaskResultStatus.READY, started_at=None)
        else:
            moved += rows.update(
                status=TaskResultStatus.FAILED,
                finished_at=now,
                traceback=f"The worker stopped {MOST_TRIES} times while at this job.",
            )
    WorkerBeat.objects.filter(at__lt=now - timedelta(days=1)).delete()
    return moved


def run_due() -> list[str]:
    """Start every job of the timetable whose time has come; returns the names."""
    now = timezone.now()
    started: list[str] = []
    for due in _timetable.values():
        Timetable.objects.get_or_create(name=due.name, defaults={"next_at": now})
        with transaction.atomic():
            claimed = Timetable.objects.filter(name=due.name, next_at__lte=now).update(
                next_at=now + due.every
            )
            if claimed:
                due.start()
                started.append(due.name)
    return started
