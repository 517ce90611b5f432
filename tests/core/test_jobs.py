"""Jobs outlive their workers; what comes round is started once, by whoever is first."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.tasks import TaskResultStatus, task
from django.test import override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from mosty.core import jobs
from mosty.core.jobs import Timetable, WorkerBeat
from mosty.places.models import Country

DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}


@task()
def name_country(code: str, name: str) -> str:
    Country.objects.filter(code=code).update(name_en=name)
    return name


@pytest.fixture
def queued(db: None) -> DBTaskResult:
    with override_settings(TASKS=DATABASE):
        result = name_country.enqueue("LV", "Latvija")
    return DBTaskResult.objects.get(pk=result.id)


def hold(job: DBTaskResult, *, workers: list[str], minutes: int) -> None:
    """As if the last of the workers had taken the job some minutes ago."""
    DBTaskResult.objects.filter(pk=job.pk).update(
        status=TaskResultStatus.RUNNING,
        worker_ids=workers,
        started_at=timezone.now() - timedelta(minutes=minutes),
    )


def test_sweep_puts_the_job_of_a_silent_worker_back(queued: DBTaskResult) -> None:
    hold(queued, workers=["gone"], minutes=5)
    moved = jobs.sweep()
    queued.refresh_from_db()
    assert (moved, queued.status) == (1, TaskResultStatus.READY)


def test_sweep_leaves_the_job_of_a_worker_that_beats(queued: DBTaskResult) -> None:
    hold(queued, workers=["alive"], minutes=5)
    jobs.beat("alive")
    moved = jobs.sweep()
    queued.refresh_from_db()
    assert (moved, queued.status) == (0, TaskResultStatus.RUNNING)


def test_sweep_gives_up_a_job_after_three_workers_died_at_it(queued: DBTaskResult) -> None:
    hold(queued, workers=["one", "two", "three"], minutes=5)
    moved = jobs.sweep()
    queued.refresh_from_db()
    assert (moved, queued.status) == (1, TaskResultStatus.FAILED)


def test_sweep_forgets_beats_of_yesterday(db: None) -> None:
    WorkerBeat.objects.create(worker_id="old", at=timezone.now() - timedelta(days=2))
    jobs.sweep()
    assert not WorkerBeat.objects.exists()


def test_timetable_starts_what_is_due_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr(jobs, "_timetable", {})
    jobs.schedule("daily", timedelta(days=1), lambda: started.append("daily"))

    rounds = [jobs.run_due(), jobs.run_due()]
    Timetable.objects.update(next_at=timezone.now() - timedelta(seconds=1))
    rounds.append(jobs.run_due())

    assert (rounds, started) == ([["daily"], [], ["daily"]], ["daily", "daily"])


def test_timetable_job_that_cannot_start_stays_due(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_timetable", {})

    def fail() -> None:
        raise RuntimeError("no")

    jobs.schedule("daily", timedelta(days=1), fail)
    with pytest.raises(RuntimeError):
        jobs.run_due()
    assert Timetable.objects.get(name="daily").next_at <= timezone.now()


@pytest.mark.django_db(transaction=True)
def test_worker_does_what_was_queued_and_leaves_its_beat(bodies: object) -> None:
    with override_settings(TASKS=DATABASE):
        name_country.enqueue("LV", "Latvija")
        call_command("work", "--batch", "--no-reload", "--no-startup-delay", verbosity=0)
    assert Country.objects.get(code="LV").name_en == "Latvija"
    assert WorkerBeat.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_job_of_a_transaction_rolled_back_does_not_exist(bodies: object) -> None:
    def cut() -> None:
        with transaction.atomic():
            name_country.enqueue("LV", "Latvija")
            raise RuntimeError("power cut")

    with override_settings(TASKS=DATABASE), pytest.raises(RuntimeError):
        cut()
    assert not DBTaskResult.objects.exists()
