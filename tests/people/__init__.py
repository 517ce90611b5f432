"""The cast: roles with places, the same in every test. No person here is real or invented.

Two programme officers (four eyes), the coordinators of the Latvian and of the Ukrainian
association, the officers of a Ukrainian and of an EU municipality in one pair and of another pair,
an expert, a funder, and a stranger with an account but without any membership.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from mosty.core.access import Actor, Role
from mosty.core.search import search_key, sort_key
from mosty.people.accounts.consent import current
from mosty.people.models import Consent, Membership, User
from mosty.people.queries import actor_for
from mosty.places.models import Country, Kind, Name, Organisation, Region

SINCE = date(2022, 11, 1)
# What the officers' authenticator apps hold.
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@dataclass(frozen=True)
class Person:
    """One of the cast."""

    key: str
    user: User
    organisation: Organisation | None
    # As allauth keeps it: the gate that asks officers for it stands in every test.
    factor: Authenticator | None = None

    @property
    def actor(self) -> Actor:
        return actor_for(self.user, on=date(2023, 3, 14), language="en")

    @property
    def client(self) -> Client:
        """A browser in which the person is signed in, officers with their second factor."""
        browser = Client()
        browser.force_login(self.user)
        if self.factor:
            record = {
                "method": "mfa", "at": time.time(), "id": self.factor.pk, "type": self.factor.type,
            }  # fmt: skip
            session = browser.session
            session[AUTHENTICATION_METHODS_SESSION_KEY] = [record]
            session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(self.user.pk)
            session.save()
        return browser


@dataclass(frozen=True)
class Cast:
    """All of them; `cast.officer.client.get(...)`."""

    officer: Person
    second_officer: Person
    latvia: Person
    ukraine: Person
    chuhuiv: Person
    kuldiga: Person
    korop: Person
    gulbene: Person
    expert: Person
    funder: Person
    stranger: Person

    def everybody(self) -> list[Person]:
        return [getattr(self, one.name) for one in fields(self)]


@dataclass(frozen=True)
class Bodies:
    """The organisations for which they act."""

    secretariat: Organisation
    latvian_association: Organisation
    ukrainian_association: Organisation
    chuhuiv: Organisation
    kuldiga: Organisation
    korop: Organisation
    gulbene: Organisation
    donor: Organisation


def country(code: str) -> Country:
    """Ukraine or Latvia, as the register has it or made here."""
    known = {
        "UA": ("Ukraine", "Україна", "ua", ["uk"]),
        "LV": ("Latvia", "Латвія", "eu", ["lv"]),
        "BE": ("Belgium", "Бельгія", "eu", ["nl", "fr", "de"]),
    }
    name_en, name_uk, side, languages = known[code]
    found, _made = Country.objects.get_or_create(
        code=code,
        defaults={
            "name_en": name_en,
            "name_uk": name_uk,
            "side": side,
            "languages": languages,
            "sort_en": name_en.lower(),
            "sort_uk": name_uk.lower(),
        },
    )
    return found


def make_town(
    code: str, label: str, native: str, uk: str, *, in_country: str, lat: float, lon: float,
    population: int | None, region: Region | None = None,
) -> Organisation:  # fmt: skip
    """A municipality with its names, as the import would leave it."""
    scheme = "katottg" if in_country == "UA" else "gisco"
    town = Organisation.objects.create(
        **_keys(label, native, uk),
        kind=Kind.MUNICIPALITY,
        scheme=scheme,
        code=code,
        country=country(in_country),
        region=region,
        label_en=label,
        label_native=native,
        label_uk=uk,
        lat=lat,
        lon=lon,
        population=population,
        population_as_of="2022-01-01" if population else "",
    )
    languages = {label: "en", native: "lv" if in_country == "LV" else "uk"}
    Name.objects.bulk_create(
        Name(organisation=town, text=text, language=language, use="short")
        for text, language in languages.items()
        if text
    )
    return town


def make_body(code: str, label: str, *, kind: Kind, in_country: str | None = None) -> Organisation:
    """An association, donor or institution."""
    body = Organisation.objects.create(
        **_keys(label),
        kind=kind,
        scheme="own",
        code=code,
        country=country(in_country) if in_country else None,
        label_en=label,
    )
    Name.objects.create(organisation=body, text=label, language="en", use="official")
    return body


def _keys(*names: str) -> dict[str, str]:
    return {
        "search_key": search_key(names),
        "sort_en": sort_key(names[0]),
        "sort_uk": sort_key(names[-1] or names[0], "uk"),
    }


def make_bodies() -> Bodies:
    """Real places: Chuhuiv and Kuldīga, Korop and Gulbene are pairs of Bridges of Trust."""
    kharkiv = Region.objects.create(
        country=country("UA"), code="UA63000000000041885", classification="KATOTTG",
        name_en="Kharkivska", name_uk="Харківська", lat=49.9, lon=36.2, sort_en="kharkivska",
    )  # fmt: skip
    return Bodies(
        secretariat=make_body("CEMR", "Council of European Municipalities and Regions",
                              kind=Kind.NETWORK, in_country="BE"),
        latvian_association=make_body("LPS", "Latvian Association of Local and Regional "
                                      "Governments", kind=Kind.ASSOCIATION, in_country="LV"),
        ukrainian_association=make_body("AUC", "Association of Ukrainian Cities",
                                        kind=Kind.ASSOCIATION, in_country="UA"),
        chuhuiv=make_town("UA63140110000017413", "Chuhuiv", "Чугуїв", "Чугуїв", in_country="UA",
                          lat=49.83578, lon=36.68802, population=36789, region=kharkiv),
        kuldiga=make_town("LV_0620200", "Kuldīga", "Kuldīga", "Кулдіга", in_country="LV",
                          lat=56.96785, lon=21.96817, population=23100),
        korop=make_town("UA74100190000091190", "Korop", "Короп", "Короп", in_country="UA",
                        lat=51.5679, lon=32.9586, population=13400),
        gulbene=make_town("LV_0500200", "Gulbene", "Gulbene", "Гулбене", in_country="LV",
                          lat=57.17767, lon=26.75291, population=20300),
        donor=make_body("BMZ", "Federal Ministry for Economic Cooperation and Development",
                        kind=Kind.DONOR),
    )  # fmt: skip


def _join(key: str, name: str, role: Role | None, body: Organisation | None) -> Person:
    user = User.objects.create_user(f"{key}@example.org", "a-long-password-for-tests", name=name)
    if role and body:
        Membership.objects.create(
            user=user,
            organisation=body,
            role=role,
            since=SINCE,
            is_admin=role in {Role.MUNICIPALITY, Role.COORDINATOR},
        )
    factor = None
    if role is Role.OFFICER:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        factor = TOTP.activate(user, TOTP_SECRET).instance
    return Person(key, user, body, factor)


def agree_all(users: Iterable[User]) -> None:
    """These have agreed to the privacy text, so that pages open at once."""
    text = current()
    Consent.objects.bulk_create(
        Consent(
            user=user, version=text.code, language="en", sha256=text.sha256("en"), how="sign_in"
        )
        for user in users
    )


def make_cast(bodies: Bodies) -> Cast:
    """Everybody, with one membership each."""
    cast = Cast(
        officer=_join("officer", "Programme officer", Role.OFFICER, bodies.secretariat),
        second_officer=_join("second-officer", "Second programme officer", Role.OFFICER,
                             bodies.secretariat),
        latvia=_join("latvia", "Coordinator, LPS", Role.COORDINATOR, bodies.latvian_association),
        ukraine=_join("ukraine", "Coordinator, AUC", Role.COORDINATOR,
                      bodies.ukrainian_association),
        chuhuiv=_join("chuhuiv", "Officer, Chuhuiv", Role.MUNICIPALITY, bodies.chuhuiv),
        kuldiga=_join("kuldiga", "Officer, Kuldīga", Role.MUNICIPALITY, bodies.kuldiga),
        korop=_join("korop", "Officer, Korop", Role.MUNICIPALITY, bodies.korop),
        gulbene=_join("gulbene", "Officer, Gulbene", Role.MUNICIPALITY, bodies.gulbene),
        expert=_join("expert", "Expert", Role.EXPERT, bodies.secretariat),
        funder=_join("funder", "Funder", Role.FUNDER, bodies.donor),
        stranger=_join("stranger", "Stranger", None, None),
    )  # fmt: skip
    agree_all(person.user for person in cast.everybody())
    return cast
