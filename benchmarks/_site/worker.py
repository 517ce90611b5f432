"""One database's side of `benchmarks/pages.py`: fills it, then takes a turn whenever it is told to.

Reads a line for each turn and answers with a line of JSON: first what each page asks and weighs,
then, a turn at a time, the milliseconds. The end of what it reads ends it.
"""

import json
import logging
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
# The folder of the benchmarks, and that of the tests, whose cast signs in.
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2])]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mosty.settings")
# DEBUG only chooses the plain static files; it is switched off again below.
os.environ |= {"DEBUG": "1", "MOSTY_HTTPS": "0", "LOG_LEVEL": "ERROR", "MOSTY_DEMO": "1"}

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.test import Client  # noqa: E402

from _site import register  # noqa: E402
from _site.rows import ROWS, TYPING  # noqa: E402
from mosty.core.garbage import settle  # noqa: E402
from mosty.people.models import Membership  # noqa: E402
from mosty.places.models import Organisation  # noqa: E402


@dataclass
class Page:
    """One address as one reader opens it."""

    name: str
    who: str
    client: Client
    address: str
    headers: dict[str, str]

    def get(self) -> Any:
        return self.client.get(self.address, headers=self.headers)

    def opened(self) -> dict[str, Any] | None:
        """What it asks and weighs; None where this reader has no such page."""
        self.get()  # what a process looks up once, it has looked up now
        connection.force_debug_cursor = True
        reset_queries()
        response = self.get()
        queries = len(connection.queries)
        connection.force_debug_cursor = False
        if response.status_code not in (200, 404):
            sys.exit(f"{self.address}: {response.status_code}")
        if response.status_code == 404:
            return None
        size = len(response.content)
        return {"name": self.name, "who": self.who, "queries": queries, "size": size}

    def timed(self) -> tuple[float, float]:
        """Milliseconds on the clock and of this process's processor."""
        began, worked = time.perf_counter(), time.process_time()
        self.get()
        return (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


def yardstick() -> float:
    """Milliseconds for the same work each time: how quick the machine is at the moment."""
    began = time.perf_counter()
    sum(range(200_000))
    return (time.perf_counter() - began) * 1000


def say(answer: Any) -> None:
    print(json.dumps(answer), flush=True)


def main() -> None:
    register.fill()
    settings.DEBUG = False
    # What the board of an open round says to a visitor is that there is none.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    clients = {
        "visitor": Client(SERVER_NAME="localhost"),
        "officer": register.officer(),
        "coordinator": register.coordinator(),
    }
    pages, told = [], []
    begins = os.environ.get("MOSTY_BENCH_ROWS", "")
    for row in ROWS:
        if not row.name.startswith(begins):
            continue
        for who in row.readers:
            headers = TYPING if row.is_typing else {}
            page = Page(row.name, who, clients[who], row.address, headers)
            if (opened := page.opened()) is not None:
                pages.append(page)
                told.append(opened)
    # As wsgi.py does.
    settle()
    say(
        {
            "vendor": connection.vendor,
            "organisations": Organisation.objects.count(),
            "memberships": Membership.objects.count(),
            "pages": told,
        }
    )
    for _turn in sys.stdin:
        say({"machine": yardstick(), "took": [page.timed() for page in pages]})


if __name__ == "__main__":
    main()
