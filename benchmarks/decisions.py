"""The pages of decisions over 2,000 applications and 10,000 reviews by 50 people, and how long it
takes to see what hangs on each of them by the rule of the draft.

    python3 dev.py bench decisions

Measures on the database of `bench reviews`, which is made the first time, as that does; all that is
drafted and released here is taken back at the end. Sixty places; quotas by size, by association and
for those without partners, whose groups overlap. Ends with 1 when a page takes more than 300 ms of
the processor on a machine that does nothing else, or asks more than 25 queries.
"""

import random
import sys
import time
from datetime import timedelta

# It sets Django up: first.
from reviews import MOST_MS, MOST_QUERIES, ROOT, SYSTEM, Person, fill, measure

# isort: split

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from mosty.applications.models import Application
from mosty.calls.models import Call, Quota
from mosty.decisions.domain import drafting, releasing, signing
from mosty.decisions.models import LeavingOut, Selection
from mosty.decisions.suggesting import suggest
from mosty.decisions.without import Lists, draft_of, work_out
from mosty.people.models import User
from mosty.places.models import Organisation
from mosty.reviews.models import Review, Reviewer
from mosty.reviews.queries.results import counted

TAKE, RESERVE = 60, 15
SIZES = (2_000, 8_000, 30_000, 80_000, 200_000)
QUOTAS = (
    ("size", "under-5", 5, 20), ("size", "5-20", 10, 20), ("size", "20-50", 10, None),
    ("size", "100-500", 2, 10), ("association", "LPS", 8, 12), ("partners", "", 40, None),
)  # fmt: skip


def prepare(call: Call) -> None:
    """A call that is over, with towns of all sizes on the map, a tenth through an association."""
    chance = random.Random(3)
    Call.objects.filter(pk=call.pk).update(closes_at=timezone.now() - timedelta(days=1))
    towns = list(Organisation.objects.filter(applications__call=call).order_by("pk"))
    for town in towns:
        town.population = chance.choice(SIZES)
        town.lat, town.lon = chance.uniform(56, 58), chance.uniform(21, 28)
    Organisation.objects.bulk_update(towns, ["population", "lat", "lon"], batch_size=500)
    some = chance.sample([town.pk for town in towns], len(towns) // 10)
    association = Organisation.objects.get(code="LPS")
    Application.objects.filter(call=call, organisation__in=some).update(association=association)
    call.quotas.all().delete()
    for order, (by, key, least, most) in enumerate(QUOTAS):
        Quota.objects.create(call=call, by=by, key=key, least=least, most=most, order=order)
    call.refresh_from_db()


def bench(call: Call) -> int:
    """The pages and the job; 1 when a page is over."""
    user = User.objects.get(email="officer@example.org")
    client = Person("officer", user, None, Authenticator.objects.get(user=user)).client
    held = []

    def page(label: str, name: str) -> None:
        held.append(measure(label, client, reverse(f"decisions:{name}", args=[call.slug])))

    selection = drafting.begin(call, by=SYSTEM)
    page("reviewers, by means", "reviewers")
    began = time.perf_counter()
    found = suggest(call, TAKE, RESERVE, actor=SYSTEM)
    took = time.perf_counter() - began
    if not found.outcomes:
        sys.exit(" ".join(found.conflict))
    drafting.keep_suggestion(selection, found, by=SYSTEM)
    drafting.adopt_suggestion(selection, by=SYSTEM)
    began = time.perf_counter()
    draft = draft_of(selection, SYSTEM, counted(call, SYSTEM))
    assert draft is not None
    lists = work_out(draft, lambda _share: None)
    took_all = time.perf_counter() - began
    assert isinstance(lists, Lists)
    LeavingOut.objects.create(
        selection=selection, by_name="-", work_state="done", digest=draft.digest,
        result=lists.dump(),
    )  # fmt: skip
    page("reviewers, by the rule", "reviewers")
    page("list", "list")
    page("suggestion", "suggestion")
    page("signing", "signing")
    page("letters", "outbox")
    page("pictures, drafted", "pictures")
    second = User.objects.get(email="second-officer@example.org")
    version = signing.propose(selection, by=Person("officer", user, None).actor)
    signing.approve(selection, version.pk, by=Person("second-officer", second, None).actor)
    releasing.release(selection, by=SYSTEM)
    page("pictures, released", "pictures")
    page("reserve and appeals", "after")
    print(f"one balanced list: {took:.1f} s; without each of {Reviewer.objects.count()} reviewers:"
          f" {took_all:.1f} s, other lists without {len(lists.rows)} of them")  # fmt: skip
    return int(any(took > MOST_MS or queries > MOST_QUERIES for took, queries in held))


def main() -> int:
    (ROOT / "var").mkdir(exist_ok=True)
    call_command("migrate", verbosity=0)
    if not Review.objects.exists():
        fill()
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["testserver"]
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}
    call = Call.objects.distinct().get(review_phases__isnull=False)
    print(f"{connection.vendor}: {Application.objects.count():,} applications,"
          f" {Review.objects.count():,} reviews")  # fmt: skip
    print(f"{'milliseconds':24}{'clock':>9}{'cpu':>9}{'machine':>9}{'asks':>6}{'size':>12}")
    if Selection.objects.filter(call=call).exists():
        sys.exit("There are decisions already.")
    with transaction.atomic():
        prepare(call)
        code = bench(call)
        transaction.set_rollback(True)
    return code


if __name__ == "__main__":
    sys.exit(main())
