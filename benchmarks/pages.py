"""Server time and number of queries of the pages that must be quick, with the whole register.

    python3 dev.py bench pages

Makes var/benchmark.sqlite3 the first time (about two minutes): the official lists out of the folder
MOSTY_DATA (../shared/data unless said otherwise), filled up with made rows to 96,000, needs and
offers on two thousand of them. Prints medians of fifteen requests in one process: on the clock, and
of the processor, which other work on the machine does not lengthen (SQLite runs in the process).
Ends with 1 when a page takes the processor longer than 150 ms or asks more than 25 queries.
"""

import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("MOSTY_DATA", ROOT.parent / "shared/data"))
DATABASE = ROOT / "var/benchmark.sqlite3"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mosty.settings")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{DATABASE}")
# DEBUG only chooses the plain static files; it is switched off again below.
os.environ |= {"DEBUG": "1", "MOSTY_HTTPS": "0", "LOG_LEVEL": "ERROR"}

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.test import Client  # noqa: E402

from mosty.core.access import Role  # noqa: E402
from mosty.core.search import search_key, sort_key  # noqa: E402
from mosty.people.models import Membership, User  # noqa: E402
from mosty.places.models import Need, Offer, Organisation, Theme  # noqa: E402

MUNICIPALITIES = 96_000
WITH_NEEDS = 2_000
REQUESTS = 15
MOST_MS = 150
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


def measure(client: Client, address: str) -> tuple[float, float, int, int]:
    """Median milliseconds on the clock and of the processor, queries, bytes."""
    connection.force_debug_cursor = True
    reset_queries()
    response = client.get(address)
    if response.status_code != 200:
        sys.exit(f"{address}: {response.status_code}")
    queries, size = len(connection.queries), len(response.content)
    connection.force_debug_cursor = False
    clock, processor = [], []
    for _time in range(REQUESTS):
        began, worked = time.perf_counter(), time.process_time()
        client.get(address)
        clock.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - worked) * 1000)
    return statistics.median(clock), statistics.median(processor), queries, size


def main() -> int:
    fill()
    settings.DEBUG = False
    count = Organisation.objects.filter(kind="municipality").count()
    print(f"{count:,} municipalities, {Need.objects.count():,} needs, {connection.vendor}")
    print(f"{'':24}{'visitor':>26}{'officer':>26}")
    heads = f"{'clock':>9}{'cpu':>9}{'queries':>8}"
    print(f"{'page':24}{heads}{heads}{'size':>10}")
    slow = []
    people = (Client(SERVER_NAME="localhost"), officer())
    for name, address in PAGES:
        figures = [measure(client, address) for client in people]
        cells = "".join(f"{ms:6.0f} ms{cpu:6.0f} ms{asked:8}" for ms, cpu, asked, _size in figures)
        print(f"{name:24}{cells}{figures[0][3] / 1000:7.0f} kB")
        if any(cpu > MOST_MS or asked > MOST_QUERIES for _ms, cpu, asked, _size in figures):
            slow.append(name)
    if slow:
        print(f"Over {MOST_MS} ms or {MOST_QUERIES} queries: {', '.join(slow)}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
