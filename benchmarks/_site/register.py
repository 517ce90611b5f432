"""The whole register in the database of `DATABASE_URL`, with ten thousand people at work in it."""

import os
import sys
from pathlib import Path

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from mosty.core.access import Role
from mosty.core.facts import Source
from mosty.core.search import search_key, sort_key
from mosty.matching.models import Round
from mosty.people.models import Membership, User
from mosty.places.models import Affiliation, Name, Need, Offer, Organisation, Succession, Theme
from tests.people import TOTP_SECRET, Person, agree_all

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("MOSTY_DATA", ROOT.parent / "shared/data"))
MUNICIPALITIES = 96_000
PEOPLE = 10_000
MEMBERS = 1_000
FORMER = 300
WITH_NEEDS = 2_000
ASSOCIATION = "BENCHMARK_AUC"


def fill() -> None:
    """The register at its size; what is there already stays."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    rows = Organisation.objects.filter(kind="municipality")
    if not rows.exists():
        if not DATA.is_dir():
            sys.exit(
                f"{DATA}: there is no such folder. Say where the official lists are: MOSTY_DATA."
            )
        _import()
    missing = MUNICIPALITIES - rows.count()
    Organisation.objects.bulk_create(
        [_made(number) for number in range(max(missing, 0))], batch_size=2000
    )
    if not Need.objects.exists():
        _needs_and_offers()
    if not Round.objects.exists():
        call_command("load_demo", verbosity=0)
    if not Organisation.objects.filter(code=ASSOCIATION).exists():
        _people()
        _former()
    with connection.cursor() as cursor:
        # A server does so by itself in the night after an import.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _import() -> None:
    lau = DATA / "eu-lau"
    call_command(
        "import_municipalities", str(DATA / "ua-hromadas/hromadas.csv"), "--yes", stdout=sys.stderr
    )
    call_command(
        "import_municipalities",
        str(lau / "lau.csv"),
        f"--groups={lau / 'groups_pt_gr.csv'}",
        f"--nuts={DATA / 'nuts-stats/nuts_regions.csv'}",
        "--yes",
        stdout=sys.stderr,
    )


def _made(number: int) -> Organisation:
    """A row that is no place, to make up the number."""
    return _body(f"FR_F{number:05}", f"Fill {number:05}", population=number)


def _body(code: str, name: str, **more: object) -> Organisation:
    given: dict[str, object] = {
        "kind": "municipality", "scheme": "gisco", "country_id": "FR", "lat": 46.0, "lon": 2.0,
    }  # fmt: skip
    return Organisation(
        code=code, label_en=name, search_key=search_key([name]), sort_en=sort_key(name),
        sort_uk=sort_key(name, "uk"), **(given | more),
    )  # fmt: skip


def _needs_and_offers() -> None:
    rows = Organisation.objects.filter(kind="municipality").order_by("code")
    themes = list(Theme.objects.all())
    some = list(rows.values_list("pk", flat=True)[:: MUNICIPALITIES // WITH_NEEDS])
    for model, first in ((Need, 0), (Offer, 3)):
        model.objects.bulk_create(
            model(organisation_id=pk, theme=themes[(place + first + step) % len(themes)])
            for place, pk in enumerate(some)
            for step in range(3)
        )


def _people() -> None:
    """An association of a thousand hromadas; ten thousand people, some of them in several."""
    home = Organisation.objects.create(
        kind="association", scheme="own", code=ASSOCIATION, country_id="UA",
        label_en="Association of the benchmark", sort_en="association", sort_uk="association",
        search_key=" association of the benchmark",
    )  # fmt: skip
    towns = Organisation.objects.filter(kind="municipality").order_by("-code")
    ids = list(towns.filter(country="UA").values_list("pk", flat=True)[:MEMBERS])
    Affiliation.objects.bulk_create(Affiliation(member_id=pk, association=home) for pk in ids)
    others = list(towns.exclude(country="UA").values_list("pk", flat=True)[: PEOPLE - MEMBERS])
    users = User.objects.bulk_create(
        [
            User(
                email=f"person{number}@benchmark.example",
                name=f"Person {number}",
                last_login=timezone.now() if number % 3 else None,
            )
            for number in range(PEOPLE)
        ],
        batch_size=2000,
    )
    Membership.objects.bulk_create(
        (
            Membership(
                user=user, organisation_id=pk, role=Role.MUNICIPALITY, since="2022-11-01",
                is_admin=bool(place % 4),
            )
            for place, (user, pk) in enumerate(zip(users, [*ids, *others], strict=True))
        ),
        batch_size=2000,
    )  # fmt: skip


def _former() -> None:
    """Bodies that exist no more, each with what it became and a name from before."""
    towns = Organisation.objects.filter(kind="municipality", country="LT").order_by("code")
    after = list(towns.values_list("pk", flat=True))
    gone = Organisation.objects.bulk_create(
        _body(f"LT_G{number:05}", f"Vecais {number:05} pagasts", standing="former",
              country_id="LT")
        for number in range(FORMER)
    )  # fmt: skip
    Name.objects.bulk_create(
        Name(organisation=body, text=body.label_en, language="lv", use=Name.Use.OFFICIAL)
        for body in gone
    )
    source = Source.objects.create(title="Made for the benchmark")
    Succession.objects.bulk_create(
        Succession(
            predecessor=body, successor_id=after[number % len(after)], source=source,
            kind=Succession.Kind.MERGED, day="2021-07-01",
        )
        for number, body in enumerate(gone)
    )  # fmt: skip


def officer() -> Client:
    """A browser of the secretariat, whose queries carry no level to narrow them."""
    body, _made = Organisation.objects.get_or_create(
        code="BENCHMARK",
        defaults={"kind": "network", "scheme": "own", "label_en": "Secretariat", "level": "staff"},
    )
    return _signed_in("benchmark@example.org", body, Role.OFFICER)


def coordinator() -> Client:
    """A browser of somebody who works for the association of a thousand members."""
    body = Organisation.objects.get(code=ASSOCIATION)
    return _signed_in("coordinator@benchmark.example", body, Role.COORDINATOR)


def _signed_in(email: str, body: Organisation, role: str) -> Client:
    """As on a real site: the privacy text agreed to, an officer's second factor shown."""
    user, is_new = User.objects.get_or_create(email=email)
    Membership.objects.get_or_create(
        user=user, organisation=body, role=role, defaults={"since": "2022-11-01"}
    )
    if is_new:
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    if not user.consents.exists():
        agree_all([user])
    factor = Authenticator.objects.filter(user=user).first()
    if role == Role.OFFICER and factor is None:
        factor = TOTP.activate(user, TOTP_SECRET).instance
    client = Person(email, user, body, factor).client
    client.defaults["SERVER_NAME"] = "localhost"
    return client
