"""The cast: roles with places, the same in every test. No person here is real or invented.

Two programme officers (four eyes), the coordinators of the Latvian and of the Ukrainian
association, the officers of a Ukrainian and of an EU municipality in one pair and of another pair,
an expert, a funder, and a stranger with an account but without any membership.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

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
    town = _town(
        code, label, native, uk, country=country(in_country), lat=lat, lon=lon,
        population=population, region=region,
    )  # fmt: skip
    town.save(force_insert=True)
    Name.objects.bulk_create(_names(town))
    return town


def _town(
    code: str, label: str, native: str, uk: str, *, country: Country, population: int | None,
    **more: Any,
) -> Organisation:  # fmt: skip
    return Organisation(
        **_keys(label, native, uk),
        kind=Kind.MUNICIPALITY,
        scheme="katottg" if country.code == "UA" else "gisco",
        code=code,
        country=country,
        label_en=label,
        label_native=native,
        label_uk=uk,
        population=population,
        population_as_of="2022-01-01" if population else "",
        **more,
    )


def make_body(code: str, label: str, *, kind: Kind, in_country: str | None = None) -> Organisation:
    """An association, donor or institution."""
    body = _body(code, label, kind=kind, country=country(in_country) if in_country else None)
    body.save(force_insert=True)
    Name.objects.bulk_create(_names(body))
    return body


def _body(code: str, label: str, *, kind: Kind, country: Country | None = None) -> Organisation:
    return Organisation(
        **_keys(label), kind=kind, scheme="own", code=code, country=country, label_en=label
    )


def _names(body: Organisation) -> list[Name]:
    if body.kind != Kind.MUNICIPALITY:
        return [Name(organisation=body, text=body.label_en, language="en", use="official")]
    native = "lv" if body.country and body.country.code == "LV" else "uk"
    languages = {body.label_en: "en", body.label_native: native}
    return [
        Name(organisation=body, text=text, language=language, use="short")
        for text, language in languages.items()
        if text
    ]


def _keys(*names: str) -> dict[str, str]:
    return {
        "search_key": search_key(names),
        "sort_en": sort_key(names[0]),
        "sort_uk": sort_key(names[-1] or names[0], "uk"),
    }


def make_bodies() -> Bodies:
    """Real places: Chuhuiv and Kuldīga, Korop and Gulbene are pairs of Bridges of Trust."""
    ukraine, latvia, belgium = (country(code) for code in ("UA", "LV", "BE"))
    kharkiv = Region.objects.create(
        country=ukraine, code="UA63000000000041885", classification="KATOTTG",
        name_en="Kharkivska", name_uk="Харківська", lat=49.9, lon=36.2, sort_en="kharkivska",
    )  # fmt: skip
    bodies = Bodies(
        secretariat=_body("CEMR", "Council of European Municipalities and Regions",
                          kind=Kind.NETWORK, country=belgium),
        latvian_association=_body("LPS", "Latvian Association of Local and Regional Governments",
                                  kind=Kind.ASSOCIATION, country=latvia),
        ukrainian_association=_body("AUC", "Association of Ukrainian Cities",
                                    kind=Kind.ASSOCIATION, country=ukraine),
        chuhuiv=_town("UA63140110000017413", "Chuhuiv", "Чугуїв", "Чугуїв", country=ukraine,
                      lat=49.83578, lon=36.68802, population=36789, region=kharkiv),
        kuldiga=_town("LV_0620200", "Kuldīga", "Kuldīga", "Кулдіга", country=latvia,
                      lat=56.96785, lon=21.96817, population=23100),
        korop=_town("UA74100190000091190", "Korop", "Короп", "Короп", country=ukraine,
                    lat=51.5679, lon=32.9586, population=13400),
        gulbene=_town("LV_0500200", "Gulbene", "Gulbene", "Гулбене", country=latvia,
                      lat=57.17767, lon=26.75291, population=20300),
        donor=_body("BMZ", "Federal Ministry for Economic Cooperation and Development",
                    kind=Kind.DONOR),
    )  # fmt: skip
    # Nearly every test begins with these: all at once takes a quarter of the time.
    made = [getattr(bodies, one.name) for one in fields(bodies)]
    Organisation.objects.bulk_create(made)
    Name.objects.bulk_create(name for body in made for name in _names(body))
    return bodies


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
    acting: dict[str, tuple[str, Role | None, Organisation | None]] = {
        "officer": ("Programme officer", Role.OFFICER, bodies.secretariat),
        "second_officer": ("Second programme officer", Role.OFFICER, bodies.secretariat),
        "latvia": ("Coordinator, LPS", Role.COORDINATOR, bodies.latvian_association),
        "ukraine": ("Coordinator, AUC", Role.COORDINATOR, bodies.ukrainian_association),
        "chuhuiv": ("Officer, Chuhuiv", Role.MUNICIPALITY, bodies.chuhuiv),
        "kuldiga": ("Officer, Kuldīga", Role.MUNICIPALITY, bodies.kuldiga),
        "korop": ("Officer, Korop", Role.MUNICIPALITY, bodies.korop),
        "gulbene": ("Officer, Gulbene", Role.MUNICIPALITY, bodies.gulbene),
        "expert": ("Expert", Role.EXPERT, bodies.secretariat),
        "funder": ("Funder", Role.FUNDER, bodies.donor),
        "stranger": ("Stranger", None, None),
    }
    users = {key: _user(key.replace("_", "-"), name) for key, (name, _, _) in acting.items()}
    User.objects.bulk_create(users.values())
    Membership.objects.bulk_create(
        Membership(
            user=users[key], organisation=body, role=role, since=SINCE,
            is_admin=role in {Role.MUNICIPALITY, Role.COORDINATOR},
        )
        for key, (_name, role, body) in acting.items()
        if role and body
    )  # fmt: skip
    officers = [key for key, (_name, role, _body) in acting.items() if role is Role.OFFICER]
    EmailAddress.objects.bulk_create(
        EmailAddress(user=users[key], email=users[key].email, verified=True, primary=True)
        for key in officers
    )
    factors = {key: TOTP.activate(users[key], TOTP_SECRET).instance for key in officers}
    agree_all(users.values())
    return Cast(
        **{
            key: Person(users[key].email.partition("@")[0], users[key], body, factors.get(key))
            for key, (_name, _role, body) in acting.items()
        }
    )


def _user(key: str, name: str) -> User:
    email = f"{key}@example.org"
    user = User(email=email, name=name, search_key=search_key([name, email]))
    user.set_password("a-long-password-for-tests")
    return user
