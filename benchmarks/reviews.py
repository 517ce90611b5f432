"""The pages of a review over 2,000 applications and 10,000 reviews by 50 people.

    python3 dev.py bench reviews

Measures on SQLite (var/benchmark-reviews.sqlite3, made the first time), or on the database that
DATABASE_URL names. Prints medians of fifteen requests, in milliseconds on the clock and of the
processor, the number of queries, and how quick the machine was meanwhile: the same work each time,
which takes about 5 ms when nothing else runs. Ends with 1 when a page takes more than 300 ms of
the processor on such a machine, or asks more than 25 queries. The file of results is no page: it
is only measured.
"""

import os
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mosty.settings")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{ROOT / 'var/benchmark-reviews.sqlite3'}")
os.environ |= {"DEBUG": "1", "MOSTY_HTTPS": "0", "LOG_LEVEL": "ERROR"}

import django  # noqa: E402

django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, reset_queries, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from mosty.applications.models import Application  # noqa: E402
from mosty.calls.models import Call, Criterion  # noqa: E402
from mosty.core.access import SYSTEM  # noqa: E402
from mosty.core.garbage import settle  # noqa: E402
from mosty.core.texts import Text  # noqa: E402
from mosty.core.versions import freeze  # noqa: E402
from mosty.people.models import Membership, User  # noqa: E402
from mosty.places.models import Affiliation, Kind, Organisation  # noqa: E402
from mosty.reviews.models import Assignment, Review, Reviewer, Score  # noqa: E402
from mosty.reviews.queries.officers import Rule, propose  # noqa: E402
from tests.people import Person, agree_all, country, make_bodies, make_cast  # noqa: E402
from tests.reviews.making import make_call, make_review_phase  # noqa: E402

APPLICATIONS, REVIEWERS, EACH, CRITERIA = 2_000, 50, 5, 5
TURNS = int(os.environ.get("MOSTY_BENCH_TURNS", "15"))
MOST_MS, MOST_QUERIES = 300, 25
# What the yardstick takes on a machine that does nothing else.
QUIET_MS = 5


@transaction.atomic
def fill() -> None:
    """A call under review; half of the reviewers act for the association of some of the towns."""
    chance = random.Random(2)
    bodies = make_bodies()
    make_cast(bodies)
    call = make_call(bodies, places=60, name=Text.of(en="A large call"))
    for number in range(CRITERIA - 2):
        Criterion.objects.create(
            call=call, key=f"more-{number}", name=Text.of(en=f"More {number}"), order=2 + number
        )
    criteria = list(call.criteria.all())
    latvia = country("LV")
    towns = Organisation.objects.bulk_create(
        Organisation(
            kind=Kind.MUNICIPALITY, scheme="own", code=f"bench-{number}", country=latvia,
            label_en=f"Town {number}",
        )
        for number in range(APPLICATIONS)
    )  # fmt: skip
    Affiliation.objects.bulk_create(
        Affiliation(member=town, association=bodies.latvian_association)
        for town in towns[: APPLICATIONS // 10]
    )
    now = timezone.now()
    applications = Application.objects.bulk_create(
        Application(call=call, organisation=town, submitted_at=now) for town in towns
    )
    # One for all: what is in them is not read here.
    version = freeze(applications[0], {"answers": [], "files": []}, by=SYSTEM)
    Application.objects.filter(call=call).update(state="submitted", version=version)
    users = User.objects.bulk_create(
        User(email=f"bench-{number}@example.org", name=f"Reviewer {number}")
        for number in range(REVIEWERS)
    )
    agree_all(users)
    Membership.objects.bulk_create(
        Membership(
            user=user, role="coordinator", since=now.date(),
            organisation=bodies.latvian_association if place % 2 else bodies.secretariat,
        )
        for place, user in enumerate(users)
    )  # fmt: skip
    reviewers = Reviewer.objects.bulk_create(
        Reviewer(call=call, user=user, name=user.name, declared_at=now) for user in users
    )
    phase = make_review_phase(call, wanted=EACH)
    made = Assignment.objects.bulk_create(
        Assignment(phase=phase, reviewer=reviewer, application=application)
        for application in applications
        for reviewer in chance.sample(reviewers, EACH)
    )
    weight = {one.pk: one.weight for one in criteria}
    reviews, scores = [], []
    for assignment in made:
        given = {one.pk: chance.randint(1, 5) for one in criteria}
        total = sum(weight[pk] * value for pk, value in given.items())
        reviews.append(Review(assignment=assignment, state="given", given_at=now, total=total))
        scores.append(given)
    for review, given in zip(Review.objects.bulk_create(reviews), scores, strict=True):
        Score.objects.bulk_create(
            Score(review=review, criterion_id=pk, value=value) for pk, value in given.items()
        )


def measure(name: str, client: Client, address: str) -> tuple[float, int]:
    """Print the medians of one page; its processor time and its number of queries."""
    client.get(address)
    # As wsgi.py does: what was made before the page was asked for is none of its garbage.
    settle()
    connection.force_debug_cursor = True
    reset_queries()
    response: Any = client.get(address)
    body = getattr(response, "streaming_content", None)
    weight = len(b"".join(body)) if body is not None else len(response.content)
    queries = len(connection.queries)
    connection.force_debug_cursor = False
    if response.status_code != 200:
        sys.exit(f"{address}: {response.status_code}")
    clock, processor, machine = [], [], []
    for _turn in range(TURNS):
        machine.append(yardstick())
        began, worked = time.perf_counter(), time.process_time()
        answer: Any = client.get(address)
        if getattr(answer, "streaming_content", None) is not None:
            b"".join(answer.streaming_content)
        clock.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - worked) * 1000)
    took, quick = statistics.median(processor), statistics.median(machine)
    print(f"{name:24}{statistics.median(clock):9.1f}{took:9.1f}{quick:9.1f}{queries:6}"
          f"{weight / 1000:9.0f} kB")  # fmt: skip
    return took * min(1, QUIET_MS / quick), queries


def yardstick() -> float:
    """Milliseconds of the processor for the same work each time."""
    began = time.process_time()
    sum(range(200_000))
    return (time.process_time() - began) * 1000


def main() -> int:
    (ROOT / "var").mkdir(exist_ok=True)
    call_command("migrate", verbosity=0)
    if not Review.objects.exists():
        fill()
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["testserver"]
    call = Call.objects.filter(review_phases__isnull=False).distinct().get()
    user = User.objects.get(email="officer@example.org")
    factor = Authenticator.objects.get(user=user)
    officer = Person("officer", user, None, factor).client
    # Who reviews for the association, a tenth of whose members apply.
    reader = Person("reader", User.objects.get(email="bench-1@example.org"), None).client
    print(f"{connection.vendor}: {Application.objects.count():,} applications,"
          f" {Review.objects.count():,} reviews")  # fmt: skip
    print(f"{'milliseconds':24}{'clock':>9}{'cpu':>9}{'machine':>9}{'asks':>6}{'size':>12}")
    slug, phase = [call.slug], call.review_phases.get(order=0)
    # Nobody reads in it yet: the whole of ten thousand readings is planned.
    empty = call.review_phases.filter(order=1).first()
    empty = empty or make_review_phase(call, wanted=EACH, order=1)
    held = [
        measure("list of applications", officer, reverse("applications:of_call", args=slug)),
        measure("panel", officer, reverse("reviews:panel", args=slug)),
        measure("panel, by spread", officer, reverse("reviews:panel", args=slug) + "?sort=spread"),
        measure("progress", officer, reverse("reviews:progress", args=slug)),
        measure("queue of a reviewer", reader, reverse("reviews:queue", args=slug)),
        measure("plan of all readings", officer, reverse("reviews:assign", args=[*slug, empty.pk])),
    ]
    measure("results.csv", officer, reverse("reviews:export", args=[call.slug, "csv"]))
    began = time.perf_counter()
    phase.wanted = EACH + 1
    plan = propose(phase, Rule(), SYSTEM).plan
    print(f"plan of {len(plan.pairs):,} readings more: {time.perf_counter() - began:.2f} s")
    return int(any(took > MOST_MS or queries > MOST_QUERIES for took, queries in held))


if __name__ == "__main__":
    sys.exit(main())
