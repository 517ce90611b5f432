"""Server time and number of queries of the pages that must be quick, with the whole register.

    python3 dev.py bench pages

Makes var/benchmark.sqlite3 the first time (about two minutes): the official lists out of the folder
MOSTY_DATA (../shared/data unless said otherwise), filled up with made rows to 96,000, needs and
offers on two thousand of them, and the demonstration with its round of 30 by 30. Prints medians of
fifteen requests in one process, all pages in turn: on the clock, and of the processor, which other
work on the machine does not lengthen (SQLite runs in the process).
Ends with 1 when a page takes the processor longer than 150 ms (the board 300 ms) or asks more than
25 queries.
"""

import json
import logging
import os
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("MOSTY_DATA", ROOT.parent / "shared/data"))
DATABASE = ROOT / "var/benchmark.sqlite3"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mosty.settings")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{DATABASE}")
# DEBUG only chooses the plain static files; it is switched off again below.
os.environ |= {"DEBUG": "1", "MOSTY_HTTPS": "0", "LOG_LEVEL": "ERROR", "MOSTY_DEMO": "1"}

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.test import Client  # noqa: E402

from mosty.core.access import Role  # noqa: E402
from mosty.core.search import search_key, sort_key  # noqa: E402
from mosty.matching.models import Round  # noqa: E402
from mosty.people.models import Membership, User  # noqa: E402
from mosty.places.models import Need, Offer, Organisation, Theme  # noqa: E402

MUNICIPALITIES = 96_000
WITH_NEEDS = 2_000
REQUESTS = 15
MOST_MS = 150
BOARD_MS = 300
MOST_QUERIES = 25

KULDIGA, KYIV = "LV_0620200", "UA80000000000093317"
PAGES = (
    ("home", "/"),
    ("list", "/municipalities/"),
    ("list, page 1,500", "/municipalities/?page=1500"),
    ("list by population", "/municipalities/?sort=-population"),
    ("list by country", "/municipalities/?sort=country"),
    ("list of two countries", "/municipalities/?country=DE&country=FR"),
    ("list of a size", "/municipalities/?size=20-50"),
    ("list by need", "/municipalities/?need=water"),
    ("list with former", "/municipalities/?standing=all"),
    ("search: kuldiga", "/municipalities/?q=kuldiga"),
    ("search: Чугуїв", "/municipalities/?q=Чугуїв"),
    ("search: s", "/municipalities/?q=s"),
    ("search: saint ma", "/municipalities/?q=saint+ma"),
    ("search: nothing", "/municipalities/?q=zzzz"),
    ("search: a code", "/municipalities/?q=LV_0620"),
    ("profile: Kuldīga", f"/municipalities/{KULDIGA}/"),
    ("profile: Kyiv", f"/municipalities/{KYIV}/"),
)


ROUND = json.loads((ROOT / "demo/round.json").read_text(encoding="utf-8"))
# The round that is still open shows its buttons to the officers; the approved one is public.
BOARDS = (
    ("board, approved", f"/rounds/{ROUND['slug']}/"),
    ("board, open", f"/rounds/{ROUND['practice']['slug']}/"),
)


def fill() -> None:
    """The register at its size, once."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    rows = Organisation.objects.filter(kind="municipality")
    if not rows.exists():
        if not DATA.is_dir():
            sys.exit(
                f"{DATA}: there is no such folder. Say where the official lists are: MOSTY_DATA."
            )
        lau = DATA / "eu-lau"
        call_command("import_municipalities", str(DATA / "ua-hromadas/hromadas.csv"), "--yes")
        call_command(
            "import_municipalities",
            str(lau / "lau.csv"),
            f"--groups={lau / 'groups_pt_gr.csv'}",
            f"--nuts={DATA / 'nuts-stats/nuts_regions.csv'}",
            "--yes",
        )
    missing = MUNICIPALITIES - rows.count()
    Organisation.objects.bulk_create(
        [made(number) for number in range(max(missing, 0))], batch_size=2000
    )
    if not Need.objects.exists():
        themes = list(Theme.objects.all())
        some = list(
            rows.order_by("code").values_list("pk", flat=True)[:: MUNICIPALITIES // WITH_NEEDS]
        )
        for model, first in ((Need, 0), (Offer, 3)):
            model.objects.bulk_create(
                model(organisation_id=pk, theme=themes[(place + first + step) % len(themes)])
                for place, pk in enumerate(some)
                for step in range(3)
            )
    if not Round.objects.exists():
        call_command("load_demo", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def made(number: int) -> Organisation:
    """A row that is no place, to make up the number."""
    name = f"Fill {number:05}"
    return Organisation(
        kind="municipality", scheme="gisco", code=f"FR_F{number:05}", country_id="FR",
        label_en=name, search_key=search_key([name]), sort_en=sort_key(name),
        sort_uk=sort_key(name, "uk"), lat=46.0, lon=2.0, population=number,
    )  # fmt: skip


def officer() -> Client:
    """A browser of the secretariat, whose queries carry no level to narrow them."""
    body, _made = Organisation.objects.get_or_create(
        code="BENCHMARK",
        defaults={"kind": "network", "scheme": "own", "label_en": "Secretariat", "level": "staff"},
    )
    user, _new = User.objects.get_or_create(email="benchmark@example.org")
    Membership.objects.get_or_create(
        user=user, organisation=body, role=Role.OFFICER, defaults={"since": "2022-11-01"}
    )
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@dataclass
class Figures:
    """What one page took of one reader: milliseconds per request, queries, bytes."""

    client: Client
    address: str
    queries: int = 0
    size: int = 0
    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def open(self) -> bool:
        """Load the page once and count; False where this reader has no such page."""
        connection.force_debug_cursor = True
        reset_queries()
        response = self.client.get(self.address)
        self.queries, self.size = len(connection.queries), len(response.content)
        connection.force_debug_cursor = False
        if response.status_code not in (200, 404):
            sys.exit(f"{self.address}: {response.status_code}")
        return response.status_code == 200

    def request(self) -> None:
        began, worked = time.perf_counter(), time.process_time()
        self.client.get(self.address)
        self.clock.append((time.perf_counter() - began) * 1000)
        self.processor.append((time.process_time() - worked) * 1000)

    def is_slow(self, most: float) -> bool:
        return statistics.median(self.processor) > most or self.queries > MOST_QUERIES

    def __str__(self) -> str:
        clock, processor = statistics.median(self.clock), statistics.median(self.processor)
        return f"{clock:6.0f} ms{processor:6.0f} ms{self.queries:8}"


def yardstick() -> float:
    """Milliseconds for the same work each time: how quick the machine is at the moment."""
    began = time.perf_counter()
    sum(range(200_000))
    return (time.perf_counter() - began) * 1000


def main() -> int:
    fill()
    settings.DEBUG = False
    # What the board of an open round says to a visitor is that there is none.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    people = (Client(SERVER_NAME="localhost"), officer())
    pages = {
        name: [Figures(client, address) for client in people] for name, address in (*PAGES, *BOARDS)
    }
    there = [figures for both in pages.values() for figures in both if figures.open()]
    # All pages in turn, so that a slow minute of the machine is shared by all.
    machine = []
    for _round in range(REQUESTS):
        machine.append(yardstick())
        for figures in there:
            figures.request()
    count = Organisation.objects.filter(kind="municipality").count()
    print(f"{count:,} municipalities, {Need.objects.count():,} needs, {connection.vendor}")
    print(
        f"The same work took the machine {statistics.median(machine):.1f} ms in between"
        f" ({min(machine):.1f} to {max(machine):.1f})"
    )
    print(f"{'':24}{'visitor':>26}{'officer':>26}")
    heads = f"{'clock':>9}{'cpu':>9}{'queries':>8}"
    print(f"{'page':24}{heads}{heads}{'size':>10}")
    slow = []
    boards = dict(BOARDS)
    for name, both in pages.items():
        cells = "".join(str(each) if each in there else f"{'not shown':>26}" for each in both)
        print(f"{name:24}{cells}{both[-1].size / 1000:7.0f} kB")
        most = BOARD_MS if name in boards else MOST_MS
        if any(each.is_slow(most) for each in both if each in there):
            slow.append(name)
    if slow:
        print(f"Over {MOST_MS} ms (boards {BOARD_MS}) or {MOST_QUERIES} queries: {', '.join(slow)}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
