"""Run in a process of its own, on a database of its own: lays out a call whose list is approved.

    python -m tests.decisions.release_site NUMBER

Migrates the database that DATABASE_URL names and prints the id of the selection and of an officer.
`benchmarks/release.py` makes more of it, with reviews.
"""

import random
import sys
from datetime import date

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.utils import timezone  # noqa: E402

from mosty.applications.models import Application  # noqa: E402
from mosty.calls.models import Call  # noqa: E402
from mosty.core.access import SYSTEM, Actor, Role  # noqa: E402
from mosty.core.bulk import insert_rows  # noqa: E402
from mosty.core.texts import Text  # noqa: E402
from mosty.core.versions import freeze  # noqa: E402
from mosty.decisions.domain import drafting, signing  # noqa: E402
from mosty.people.models import Membership, User  # noqa: E402
from mosty.people.queries import actor_for  # noqa: E402
from mosty.places.models import Organisation  # noqa: E402
from mosty.reviews.models import Assignment, Review, Score  # noqa: E402
from tests.decisions.making import closed_call, phase_of, quota, reviewer  # noqa: E402
from tests.people import make_bodies  # noqa: E402


def officer(key: str, body: Organisation) -> Actor:
    """Somebody who may decide."""
    user = User.objects.create_user(f"{key}@example.org", name=key)
    Membership.objects.create(
        user=user, organisation=body, role=Role.OFFICER, since=date(2022, 1, 1)
    )
    return Actor(user_id=user.pk, name=key, roles=frozenset({Role.OFFICER}))


def request(made: HttpRequest) -> HttpRequest:
    """As the second officer sends it."""
    user = User.objects.get(email="two@example.org")
    made.user = user
    made.actor = actor_for(user, on=timezone.localdate(), language="en")  # type: ignore[attr-defined]
    made.htmx = None  # type: ignore[attr-defined]
    return made


def towns_with_officers(number: int) -> list[tuple[Organisation, User]]:
    """Towns with one officer each, half of whom read Ukrainian."""
    names = [f"T{at:04d}" for at in range(number)]
    insert_rows(
        Organisation, ("kind", "scheme", "code", "label_en", "country_id", "population"),
        [("municipality", "own", name, f"Town {name}", "UA" if at % 3 else "LV", 900 + 97 * at)
         for at, name in enumerate(names)],
    )  # fmt: skip
    towns = Organisation.objects.filter(code__in=names).order_by("code")
    insert_rows(
        User, ("email", "name", "language", "password"),
        [(f"{name}@example.org".lower(), name, "uk" if at % 2 else "en", "!")
         for at, name in enumerate(names)],
    )  # fmt: skip
    users = User.objects.filter(name__in=names).order_by("name")
    found = list(zip(towns, users, strict=True))
    insert_rows(
        Membership, ("user_id", "organisation_id", "role", "since"),
        [(user.pk, town.pk, "municipality", date(2022, 1, 1)) for town, user in found],
    )  # fmt: skip
    return found


def apply_all(call: Call, found: list[tuple[Organisation, User]]) -> list[int]:
    """An application of each that was sent in, by its officer."""
    now = timezone.now()
    # Frozen is one and the same: nothing here reads what applicants wrote.
    version = freeze(call, {"what": "an application"}, by=SYSTEM)
    Application.objects.bulk_create(
        Application(
            call=call, organisation=town, state="submitted", version=version, submitted_at=now,
            submitted_by=user,
        )
        for town, user in found
    )  # fmt: skip
    return list(Application.objects.filter(call=call).order_by("pk").values_list("pk", flat=True))


def review_all(call: Call, applications: list[int], reviewers: int, each: int) -> None:
    """So many reviews of each application, by turns."""
    dice = random.Random(5)
    people = [
        reviewer(call, User.objects.create_user(f"r{at}@example.org", name=f"Reviewer {at}"))
        for at in range(reviewers)
    ]
    phase, now = phase_of(call), timezone.now()
    pairs = [
        (pk, people[(at * each + turn) % reviewers])
        for at, pk in enumerate(applications) for turn in range(each)
    ]  # fmt: skip
    assignments = Assignment.objects.bulk_create(
        [Assignment(phase=phase, reviewer=who, application_id=pk) for pk, who in pairs],
        batch_size=500,
    )
    scores = [(dice.randint(1, 5), dice.randint(1, 5)) for _pair in pairs]
    reviews = Review.objects.bulk_create(
        [
            Review(assignment=one, state="given", given_at=now, total=need + 3 * plan,
                   criteria_version=call.criteria_version,
                   to_applicant=Text.of(en="Clear and well argued.", uk="Чітко й переконливо."))
            for one, (need, plan) in zip(assignments, scores, strict=True)
        ],
        batch_size=500,
    )  # fmt: skip
    criteria = list(call.criteria.all())
    Score.objects.bulk_create(
        [
            Score(review=review, criterion=criterion, value=value)
            for review, values in zip(reviews, scores, strict=True)
            for criterion, value in zip(criteria, values, strict=True)
        ],
        batch_size=500,
    )


def make(number: int, *, reviewers: int = 0, each: int = 0) -> tuple[str, int, int]:
    """A third is accepted, twenty stand in the reserve; slug, selection, the second officer."""
    if not connection.introspection.table_names():
        call_command("migrate", verbosity=0)
    bodies = make_bodies()
    call = closed_call(bodies)
    call.places = number
    call.save()
    quota(call, "country", "LV", least=3)
    quota(call, "size", "5-20", most=number)
    quota(call, "partners", least=3)
    applications = apply_all(call, towns_with_officers(number))
    if reviewers:
        review_all(call, applications, reviewers, each)
    one, two = officer("one", bodies.secretariat), officer("two", bodies.secretariat)
    selection = drafting.begin(call, by=SYSTEM)
    third = number // 3
    drafting.set_outcomes(selection, applications[:third], "accepted", by=one)
    drafting.set_outcomes(selection, applications[third : third + 20], "reserve", by=one)
    drafting.set_outcomes(selection, applications[third + 20 :], "declined", by=one)
    version = signing.propose(selection, by=one)
    signing.approve(selection, version.pk, by=two)
    return call.slug, selection.pk, two.user_id or 0


if __name__ == "__main__":
    slug, selection_id, user_id = make(int(sys.argv[1]))
    sys.stdout.write(f"{slug} {selection_id} {user_id}\n")
