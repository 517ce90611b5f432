"""Run in a process of its own, on a database of its own: lays out a call whose list is approved.

    python -m tests.decisions.release_site NUMBER

Migrates the database that DATABASE_URL names and prints the id of the selection.
"""

import sys
from datetime import date

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from mosty.core.access import SYSTEM, Actor, Role  # noqa: E402
from mosty.core.bulk import insert_rows  # noqa: E402
from mosty.decisions.domain import drafting, signing  # noqa: E402
from mosty.people.models import Membership, User  # noqa: E402
from mosty.places.models import Organisation  # noqa: E402
from tests.decisions.making import apply, closed_call  # noqa: E402
from tests.people import make_bodies  # noqa: E402


def officer(key: str, body: Organisation) -> Actor:
    """Somebody who may decide."""
    user = User.objects.create_user(f"{key}@example.org", name=key)
    Membership.objects.create(
        user=user, organisation=body, role=Role.OFFICER, since=date(2022, 1, 1)
    )
    return Actor(user_id=user.pk, name=key, roles=frozenset({Role.OFFICER}))


def main(number: int) -> None:
    """Towns with one officer each, half of whom read Ukrainian; two thirds are declined."""
    call_command("migrate", verbosity=0)
    bodies = make_bodies()
    call = closed_call(bodies)
    call.places = number
    call.save()
    names = [f"T{at:04d}" for at in range(number)]
    insert_rows(
        Organisation, ("kind", "scheme", "code", "label_en", "country_id"),
        [("municipality", "own", name, f"Town {name}", "LV") for name in names],
    )  # fmt: skip
    towns = {one.code: one for one in Organisation.objects.filter(code__in=names)}
    insert_rows(
        User, ("email", "name", "language", "password"),
        [(f"{name}@example.org".lower(), name, "uk" if at % 2 else "en", "!")
         for at, name in enumerate(names)],
    )  # fmt: skip
    users = {one.name: one for one in User.objects.filter(name__in=names)}
    insert_rows(
        Membership, ("user_id", "organisation_id", "role", "since"),
        [(users[name].pk, towns[name].pk, "municipality", date(2022, 1, 1)) for name in names],
    )  # fmt: skip
    applications = [apply(call, towns[name], by=users[name]).pk for name in names]
    one, two = officer("one", bodies.secretariat), officer("two", bodies.secretariat)
    selection = drafting.begin(call, by=SYSTEM)
    third = number // 3
    drafting.set_outcomes(selection, applications[:third], "accepted", by=one)
    drafting.set_outcomes(selection, applications[third : third + 20], "reserve", by=one)
    drafting.set_outcomes(selection, applications[third + 20 :], "declined", by=one)
    version = signing.propose(selection, by=one)
    signing.approve(selection, version.pk, by=two)
    sys.stdout.write(f"selection {selection.pk} {two.user_id}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
