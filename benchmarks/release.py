"""A call with 2,000 applications and 10,000 reviews: its list, its decision page, its release.

    python benchmarks/release.py

Makes a database of its own in a temporary folder (or in the one that MOSTY_BENCH_DATABASE names as
a URL of PostgreSQL), measures pages (median of seven requests, number of queries) and releases all
of it through two real workers to a real mail server on this machine. Ends with 1 when a page takes
more than 25 queries or 300 ms of the processor, or the release more than two minutes.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FOLDER = tempfile.TemporaryDirectory()
os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ["DJANGO_SETTINGS_MODULE"] = "mosty.settings"
os.environ["DATABASE_URL"] = os.environ.get(
    "MOSTY_BENCH_DATABASE", f"sqlite:///{FOLDER.name}/bench.sqlite3"
)
NUMBER, REVIEWERS, EACH = 2000, 40, 5
MOST_QUERIES, MOST_MS, MOST_SECONDS = 25, 300, 120

from tests.mail_server import listening  # noqa: E402


def make() -> tuple[str, int, int]:
    """Lay it out; slug, id of the selection, id of the officer who releases."""
    from tests.decisions import release_site

    return release_site.make(NUMBER, reviewers=REVIEWERS, each=EACH)


def measure(slug: str, application: int) -> bool:
    """The pages, as an officer gets them."""
    from django.db import connection, reset_queries
    from django.test import RequestFactory

    from mosty.decisions.views import drafting, pictures, reviewers, signing
    from tests.decisions import release_site

    pages: dict[str, Callable[[Any], Any]] = {
        "list": lambda request: drafting.show_list(request, slug),
        "one application": lambda request: drafting.decide(request, slug, application),
        "reviewers": lambda request: reviewers.reviewers(request, slug),
        "letters": lambda request: signing.outbox(request, slug),
        "pictures": lambda request: pictures.show(request, slug),
    }
    held = {"list", "one application"}
    fine = True
    for name, page in pages.items():
        times, queries = [], 0
        for _turn in range(7):
            request = release_site.request(RequestFactory().get("/"))
            reset_queries()
            start = time.process_time()
            response = page(request)
            times.append(1000 * (time.process_time() - start))
            queries = len(connection.queries)
            assert response.status_code == 200
        took = statistics.median(times)
        fits = name not in held or (took <= MOST_MS and queries <= MOST_QUERIES)
        fine = fine and fits
        sys.stdout.write(
            f"{name:16} {took:6.0f} ms {queries:3} queries{'' if fits else '  TOO MUCH'}\n"
        )
    return fine


def release(selection_id: int, user: int, port: int) -> float:
    """Release and wait until every letter has gone; seconds."""
    from mosty.core.access import Actor
    from mosty.core.mail import Letter
    from mosty.decisions.domain.releasing import release as give_out
    from mosty.decisions.models import Selection

    environment = {
        **os.environ, "MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(port), "MAIL_STARTTLS": "0",
    }  # fmt: skip
    command = [sys.executable, "manage.py", "work", "--interval", "0.2", "--no-reload"]
    workers = [
        subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)
        for _worker in range(2)
    ]  # fmt: skip
    try:
        time.sleep(5)
        start = time.monotonic()
        actor = Actor(user_id=user, name="two", roles=frozenset({"officer"}))
        give_out(Selection.objects.get(pk=selection_id), by=actor)
        while Letter.objects.filter(state=Letter.State.SENT).count() < NUMBER:
            time.sleep(0.25)
            if time.monotonic() - start > 5 * MOST_SECONDS:
                break
        return time.monotonic() - start
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait()


def main() -> int:
    """Measure all of it."""
    import django

    django.setup()
    slug, selection, user = make()
    from mosty.applications.models import Application

    application = Application.objects.values_list("pk", flat=True)[NUMBER // 2]
    fine = measure(slug, application)
    with listening() as (sink, port):
        seconds = release(selection, user, port)
        count = sum(sink.message_ids.values())
    sys.stdout.write(f"release of {NUMBER}: {seconds:.0f} s, {count} at the mail server\n")
    return 0 if fine and seconds <= MOST_SECONDS and count == NUMBER else 1


if __name__ == "__main__":
    sys.exit(main())
