"""`manage.py work`: a worker that beats, sweeps and keeps the timetable while it does jobs."""

import logging
import threading
from typing import Any

from django.db import close_old_connections, connection
from django_tasks_db.management.commands.db_worker import Command as Worker

from mosty.core import jobs

logger = logging.getLogger(__name__)
BEAT_EVERY_SECONDS = 10.0


class Command(Worker):
    help = "Do background jobs; any number of workers may run."

    def handle(self, *args: Any, **options: Any) -> Any:
        # Before the first job: a job is never held by a worker that nobody heard of.
        jobs.beat(options["worker_id"])
        stop = threading.Event()
        keeper = threading.Thread(
            target=_keep, args=(options["worker_id"], stop), name="keeper", daemon=True
        )
        jobs.sweep()
        jobs.run_due()
        keeper.start()
        try:
            return super().handle(*args, **options)
        finally:
            stop.set()
            keeper.join(timeout=2)


def _keep(worker_id: str, stop: threading.Event) -> None:
    """Beat until told to stop; a busy database is tried again at the next beat."""
    while not stop.wait(BEAT_EVERY_SECONDS):
        close_old_connections()
        try:
            jobs.beat(worker_id)
            if moved := jobs.sweep():
                logger.warning("%s jobs of a silent worker are back in the queue", moved)
            jobs.run_due()
        except Exception:
            logger.exception("the keeper of %s could not do its round", worker_id)
    connection.close()
