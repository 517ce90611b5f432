"""What nobody outside may know, and a walk over everything that the site gives out.

`hide` makes a world with secrets: each is a word, a code or a number that stands nowhere else, with
those of the cast who may know it besides the secretariat. `outputs` asks for every address of the
matrix in every shape (pages, files, feeds, searches) and gives what came back, workbooks opened
cell by cell, with headers and file names.
"""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from openpyxl import load_workbook

from mosty.core import looking_again
from mosty.core.access import SYSTEM
from mosty.core.facts import Fact, Source
from mosty.core.publication import Level, Precision
from mosty.core.texts import Text
from mosty.partnerships.models import Partnership
from mosty.places import naming
from mosty.places.domain import succession
from mosty.places.models import (
    Affiliation,
    Contact,
    Name,
    Need,
    Offer,
    Organisation,
    Picture,
    TextLevel,
)
from mosty.programmes.models import Participant
from mosty.public.sitemaps import SITEMAPS
from tests.matrix import VISITOR, Row, World
from tests.partnerships.world import report
from tests.people import Bodies, make_town

STAFF = {"level": Level.STAFF, "level_review_on": date(2031, 3, 4)}
HIDDEN = STAFF | {"level_reason": "Zorplexreason"}
OWN = STAFF | {"level_reason": "Vornaxreason"}
PARTNERS = {"level": Level.PARTNERS, "level_review_on": date(2031, 5, 6),
            "level_reason": "Quivexreason"}  # fmt: skip
NOBODY: frozenset[str] = frozenset()
# The hidden town bears this; no other code of the tests begins so.
CODE = "LV_7391846"
PLACES = {"gulbene": (57.183947, 26.761253), "korop": (51.573864, 32.963917),
          "kuldiga": (56.971396, 21.974163)}  # fmt: skip


@dataclass(frozen=True)
class Secret:
    """A text that must not come out, and who of the cast may read it all the same."""

    text: str
    known_to: frozenset[str] = NOBODY


def of(*texts: str, known_to: str = "") -> list[Secret]:
    return [Secret(text, frozenset(known_to.split())) for text in texts]


SECRETS = [
    # Gulbene is known to the secretariat and to itself only, with all that it says of itself.
    *of("Qwostra", "Квостра", "Qwostergau", CODE, "zorplex-site", "Zorplexabout", "Zorplexreason",
        "Zorplexneed", "Zorplexoffer", "Zorplexbook", "731846",
        "Zorplexoffice", "Zorplexskill", "Zorplexstaff", "Zorplexcredit",
        "57.18394", "26.76125", known_to="gulbene"),
    # Who takes part, is partner, came before: told by records of visible bodies too.
    *of("Zorplexreport", known_to="gulbene"),
    *of("Zorplexformer"),
    # What a visible town keeps to itself.
    *of("Vornaxneed", "Vornaxoffer", "918273", "Vornaxbook", "Vornaxreason",
        "Vornaxoffice", "vornax@example.org", "Vornaxcredit", known_to="chuhuiv"),
    *of("Vornaxskill", known_to="chuhuiv"),
    # What it keeps for its partners: Kuldīga is one, Gulbene too, but nobody is told of that.
    *of("Quivexneed", "Quivexoffer", "553718", "Quivexbook", "Quivexreason", "Quivexoffice",
        "quivex@example.org", "Quivexcredit", "Quivexstaff", known_to="chuhuiv kuldiga"),
    # What Korop keeps for its partners, and a partnership that is told to those in it alone.
    *of("Quivexother", "Quivexpact", known_to="korop kuldiga"),
    # Where two visible towns lie.
    *of("51.57386", "32.96391", known_to="korop"),
    *of("56.97139", "21.97416", known_to="kuldiga"),
]  # fmt: skip


def hide(bodies: Bodies) -> None:
    """The secrets that stand before anything else is made of the bodies."""
    town = bodies.gulbene
    town.names.all().delete()
    for text, language, use in (("Qwostra", "lv", "short"), ("Квостра", "uk", "exonym"),
                                ("Qwostergau", "de", "former")):  # fmt: skip
        Name.objects.create(organisation=town, text=text, language=language, use=use)
    town.code, town.website = CODE, "https://zorplex-site.lv"
    town.about = Text.of(en="Zorplexabout")
    town.experience, town.capacity = Text.of(en="Zorplexskill"), Text.of(en="Zorplexstaff")
    town.population = 731846
    for name, value in HIDDEN.items():
        setattr(town, name, value)
    for name, (lat, lon) in PLACES.items():
        body = getattr(bodies, name)
        body.lat, body.lon = lat, lon
    bodies.korop.precision, bodies.korop.precision_reason = Precision.WITHHELD, "Near the front"
    bodies.kuldiga.precision = Precision.REGION
    for body in (town, bodies.korop, bodies.kuldiga):
        body.save()
    naming.refresh(town)
    town.refresh_from_db()


def add_secrets(bodies: Bodies, world: World) -> None:
    """What hangs on the hidden town and on visible ones, once the world stands."""
    town, chuhuiv = bodies.gulbene, bodies.chuhuiv
    for model, theme, word in ((Need, "youth", "need"), (Offer, "culture", "offer")):
        model._default_manager.update_or_create(
            organisation=town, theme_id=theme, defaults={"text": Text.of(en=f"Zorplex{word}")}
        )
        model._default_manager.update_or_create(
            organisation=chuhuiv, theme_id="digital",
            defaults={"text": Text.of(en=f"Vornax{word}"), **OWN},
        )  # fmt: skip
    for body, word, level in ((town, "Zorplex", {}), (chuhuiv, "Vornax", OWN)):
        address = f"{word.lower()}@example.org"
        Contact.objects.create(organisation=body, office=f"{word}office", email=address, **level)
        Picture.objects.create(
            organisation=body, width=1, height=1, digest=word, credit=f"{word}credit",
            large=ContentFile(b"\xff\xd8\xff", name="large.jpg"),
            small=ContentFile(b"\xff\xd8\xff", name="small.jpg"), **level,
        )  # fmt: skip
    for body, key, value, level in ((town, "Zorplexbook", 731846, {}),
                                    (chuhuiv, "Vornaxbook", 918273, OWN)):  # fmt: skip
        source = Source.objects.create(key=key.lower(), title=key, url=f"https://{key}.example")
        Fact.objects.create(organisation=body, kind="population", value=Decimal(value),
                            as_of="2024", source=source, is_chosen=body == town,
                            **level)  # fmt: skip
    add_what_partners_know(bodies)
    # What stands in the world already, other steps may have put there.
    Affiliation.objects.get_or_create(member=town, association=bodies.latvian_association)
    report(town, bodies.chuhuiv, url="https://zorplexreport.example/1",
           about=Text.of(en="Zorplexreport"))  # fmt: skip
    phase = world.things["programme"].phase
    Participant.objects.create(phase=phase, organisation=town, level=Level.PUBLIC,
                               association=bodies.latvian_association)  # fmt: skip
    Participant.objects.create(phase=phase, organisation=bodies.kuldiga, level=Level.PUBLIC)
    former = make_town("LV_7391000", "Zorplexformer", "", "", in_country="LV", lat=57.18, lon=26.7,
                       population=None)  # fmt: skip
    Organisation.objects.filter(pk=former.pk).update(level=Level.STAFF)
    former.refresh_from_db()
    succession.record_succession(former, bodies.kuldiga, by=SYSTEM, kind="merged", day="2021",
                                 source=Source.objects.get(key="zorplexbook"))  # fmt: skip


def add_what_partners_know(bodies: Bodies) -> None:
    """What visible towns keep for their partners, on records and in single texts."""
    chuhuiv = bodies.chuhuiv
    Need.objects.create(organisation=chuhuiv, theme_id="waste", text=Text.of(en="Quivexneed"),
                        **PARTNERS)  # fmt: skip
    Offer.objects.create(organisation=chuhuiv, theme_id="waste", text=Text.of(en="Quivexoffer"),
                         **PARTNERS)  # fmt: skip
    Need.objects.create(organisation=bodies.korop, theme_id="waste", level=Level.PARTNERS,
                        text=Text.of(en="Quivexother"))  # fmt: skip
    Contact.objects.create(organisation=chuhuiv, office="Quivexoffice", email="quivex@example.org",
                           **PARTNERS)  # fmt: skip
    Picture.objects.create(
        organisation=chuhuiv, width=1, height=1, digest="Quivex", credit="Quivexcredit",
        large=ContentFile(b"\xff\xd8\xff", name="large.jpg"),
        small=ContentFile(b"\xff\xd8\xff", name="small.jpg"), **PARTNERS,
    )  # fmt: skip
    source = Source.objects.create(key="quivexbook", title="Quivexbook")
    Fact.objects.create(organisation=chuhuiv, kind="idp_net", value=Decimal(553718), as_of="2024",
                        source=source, **PARTNERS)  # fmt: skip
    Organisation.objects.filter(pk=chuhuiv.pk).update(
        experience=Text.of(en="Vornaxskill"), capacity=Text.of(en="Quivexstaff")
    )
    TextLevel.objects.create(organisation=chuhuiv, text="experience", level=Level.STAFF)
    TextLevel.objects.create(organisation=chuhuiv, text="capacity", **PARTNERS)
    report(bodies.korop, bodies.kuldiga, url="https://zorplexpact.example/1", level=Level.PARTNERS,
           about=Text.of(en="Quivexpact"))  # fmt: skip


def addresses(rows: dict[str, Row], world: World) -> Iterator[str]:
    """Every address that is read, in every shape that it has, and searches for what is hidden."""
    for name, row in rows.items():
        if row.post:
            continue
        args = row.args(world)
        for more in _shapes(name, args):
            yield reverse(name, kwargs=args | more) + row.query
    for body in Organisation.objects.order_by("pk"):
        yield body.get_absolute_url()
    for partnership in Partnership.objects.order_by("pk"):
        yield partnership.get_absolute_url()
    for picture in Picture.objects.order_by("pk"):
        yield reverse("places:picture_file", args=[picture.organisation.code, picture.pk, "small"])
    for each in looking_again.withheld(SYSTEM):
        yield reverse("desk:look_again", args=[each.kind.key, each.thing.pk])
    # The beginnings of words: what a search finds is told apart from what it was asked.
    participants = reverse("programmes:participants", kwargs=world.things["programme"].path)
    for words in ("qwost", "квос", "LV_7391", "zorple", "quivex"):
        for at in ("/municipalities/", "/partnerships/", participants):
            yield f"{at}?q={quote(words)}"
    yield "/municipalities/export.csv?standing=all&q=qwost"
    yield from ("/municipalities/?standing=all&sort=-population", "/municipalities/?need=youth",
                "/municipalities/?offer=digital", "/municipalities/?size=over-500",
                "/partnerships/?sort=-since", "/sitemap-nothing.xml")  # fmt: skip


def _shapes(name: str, args: dict[str, Any]) -> list[dict[str, Any]]:
    if "suffix" in args:
        return [{"suffix": suffix} for suffix in ("csv", "xlsx")]
    if name == "public:sitemap_section":
        return [{"section": section} for section in SITEMAPS]
    if name == "matching:run_file":
        return [{"name": each} for each in ("market", "result", "certificate")]
    return [{}]


def outputs(
    client: Client, asked: list[str], language: str = "en"
) -> Iterator[tuple[str, int, str]]:
    """Address, status, and all that came back in one text."""
    client.cookies["django_language"] = language
    for address in asked:
        response = client.get(address)
        body = (
            b"".join(response.streaming_content)  # type: ignore[attr-defined]
            if response.streaming
            else response.content
        )
        head = "\n".join(f"{name}: {value}" for name, value in response.items())
        said = f"{head}\n{_readable(body, response)}"
        # A page may say what it was asked for: whoever asked knows that already.
        for own in (address, quote(address), quote(address, safe=""), escape(address)):
            said = said.replace(own, "")
        yield address, response.status_code, said


def _readable(body: bytes, response: Any) -> str:
    if body.startswith(b"PK"):
        book = load_workbook(io.BytesIO(body))
        cells = [str(cell) for sheet in book for row in sheet.values for cell in row if cell]
        about = book.properties
        return "\n".join([*book.sheetnames, *cells, str(about)])
    if response.get("Content-Type", "").startswith("image/"):
        return body.decode("latin-1")
    text = body.decode("utf-8-sig")
    if "json" in response.get("Content-Type", ""):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    return text


def found(text: str, secrets: list[Secret]) -> set[str]:
    """The secrets that stand in a text, numbers also where they are grouped."""
    bare = re.sub(r"(?<=\d)[,\s\u00a0\u202f](?=\d{3})", "", text)
    low = bare.casefold()
    return {secret.text for secret in secrets if secret.text.casefold() in low}


def client_of(world: World, who: str) -> Client:
    return Client() if who == VISITOR else getattr(world.cast, who).client


def leaks(world: World, asked: list[str], who: str, *, language: str = "en") -> list[str]:
    """One line for each secret that this person should not have read, and where."""
    secrets = [secret for secret in SECRETS if who not in secret.known_to]
    return [
        f"{who} reads {text!r} at {address}"
        for address, _status, said in outputs(client_of(world, who), asked, language)
        for text in sorted(found(said, secrets))
    ]
