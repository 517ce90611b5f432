"""Whoever may not see a thing finds it in no page, list, count, file, feed, search or header.

Everything that the site gives out is read as everybody who must not know the secrets of
`tests/publication.py`. Then that such a walk would find them: an officer does, and so does a
visitor as soon as one query is broken.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from mosty.core import publication
from mosty.core.access import SYSTEM
from mosty.core.publication import Level, location, visible
from mosty.core.texts import Text
from mosty.partnerships.domain import withdraw_partnership
from mosty.partnerships.models import Partnership
from mosty.places import queries
from mosty.places.models import Contact, Name, Need, Organisation, Picture
from mosty.places.queries import files, presence, search
from tests.matrix import VISITOR, World
from tests.people import Bodies, Cast
from tests.publication import (
    CODE,
    HIDDEN,
    SECRETS,
    Secret,
    add_secrets,
    add_what_partners_know,
    addresses,
    client_of,
    found,
    hide,
    leaks,
    outputs,
)
from tests.test_matrix import MODULES, ROWS

# The matrix asks for every address on both databases; what may come out hangs on neither.
pytestmark = [pytest.mark.django_db, pytest.mark.web, pytest.mark.once]
# Everybody of the cast but the officers, a few to a world: making one takes as long as a walk.
OUTSIDERS = (
    (VISITOR, "stranger", "expert", "funder"),
    ("latvia", "ukraine", "kuldiga"),
    ("chuhuiv", "korop", "gulbene"),
)


def build(bodies: Bodies, cast: Cast, *, without: tuple[str, ...] = ()) -> World:
    made = World(bodies, cast)
    for module in MODULES:
        if hasattr(module, "build") and module.__name__.split(".")[1] not in without:
            module.build(made)
    return made


@pytest.fixture
def world(bodies: Bodies, cast: Cast) -> World:
    """The world of the matrix, with secrets in it from the beginning."""
    hide(bodies)
    made = build(bodies, cast)
    add_secrets(bodies, made)
    return made


@pytest.fixture
def small_world(bodies: Bodies, cast: Cast) -> World:
    """The same without rounds."""
    hide(bodies)
    made = build(bodies, cast, without=("matching",))
    add_secrets(bodies, made)
    return made


@pytest.mark.parametrize("people", OUTSIDERS)
def test_nobody_outside_reads_what_is_withheld(world: World, people: tuple[str, ...]) -> None:
    asked = list(addresses(ROWS, world))
    assert [line for who in people for line in leaks(world, asked, who)] == []


def test_the_same_walk_finds_every_secret_for_an_officer(world: World) -> None:
    asked = list(addresses(ROWS, world))
    read: set[str] = set()
    for _address, _status, said in outputs(client_of(world, "officer"), asked):
        read |= found(said, SECRETS)
    assert read == {secret.text for secret in SECRETS}
    in_ukrainian = leaks(world, asked, VISITOR, language="uk")
    assert in_ukrainian == []


def test_what_is_withheld_after_a_round_was_run_is_withheld_there_too(
    bodies: Bodies, cast: Cast
) -> None:
    world = build(bodies, cast)
    market = market_file(world)
    assert cast.funder.client.get(market).status_code == 200
    asked = [address for address in addresses(ROWS, world) if address.startswith("/rounds/")]
    Organisation.objects.filter(pk=bodies.gulbene.pk).update(**HIDDEN)
    Organisation.objects.filter(pk=bodies.korop.pk).update(precision="withheld")
    secrets = [Secret(text) for text in ("Gulbene", "LV_0500200", "51.5679", "57.17767")]
    for who in ("funder", "kuldiga", VISITOR):
        read = {
            (text, address)
            for address, _status, said in outputs(client_of(world, who), asked)
            for text in found(said, secrets)
        }
        assert read == set(), who
    assert cast.funder.client.get(market).status_code == 404
    assert cast.officer.client.get(market).status_code == 200


def market_file(world: World) -> str:
    return reverse("matching:run_file", kwargs=ROWS["matching:run_file"].args(world))


@pytest.mark.parametrize("change", ["body", "place", "need"])
def test_market_file_closes_for_each_thing_withheld_since(
    bodies: Bodies, cast: Cast, change: str
) -> None:
    world = build(bodies, cast)
    market = market_file(world)
    inside = cast.funder.client
    Name.objects.filter(organisation=bodies.korop).update(until="2020")
    assert inside.get(market).status_code == 200
    if change == "body":
        Organisation.objects.filter(pk=bodies.gulbene.pk).update(**HIDDEN)
    elif change == "place":
        Organisation.objects.filter(pk=bodies.korop.pk).update(precision="region")
    else:
        Need.objects.filter(organisation=bodies.chuhuiv, theme="water").update(**HIDDEN)
    assert inside.get(market).status_code == 404
    assert cast.officer.client.get(market).status_code == 200


def test_what_one_may_not_know_makes_no_difference(small_world: World) -> None:
    """Not by its order, a count, a point of a map: other secrets, the same bytes."""
    rows = {name: row for name, row in ROWS.items() if not name.startswith("matching:")}
    asked = list(addresses(rows, small_world))
    client = client_of(small_world, "funder")
    before = {address: same(said) for address, _status, said in outputs(client, asked)}
    change_secrets(small_world.bodies)
    after = {address: same(said) for address, _status, said in outputs(client, asked)}
    assert [address for address in asked if before[address] != after[address]] == []


def same(text: str) -> str:
    """Without what differs between any two answers."""
    text = re.sub(r'(csrfmiddlewaretoken" value="|csrftoken=|X-CSRFToken\W+)\w+', "", text)
    # The length of a packed workbook hangs on its time.
    return re.sub(
        r"(?:Expires|Content-Length): [^\n]*|datetime\([^)]*\)|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\S*",
        "",
        text,
    )


def change_secrets(bodies: Bodies) -> None:
    """What nobody outside knows is otherwise now."""
    hidden = Organisation.objects.filter(pk=bodies.gulbene.pk)
    hidden.update(label_en="Aaa", label_native="Aaa", label_uk="Ааа", sort_en="aaa", sort_uk="20",
                  population=3, lat=41.0, lon=11.0, about=Text.of(en="Other"))  # fmt: skip
    Organisation.objects.filter(pk__in=[bodies.korop.pk, bodies.kuldiga.pk]).update(
        lat=40.5, lon=-3.5
    )
    Need.objects.filter(organisation=bodies.chuhuiv, theme="digital").update(
        theme="energy", weight=3, text=Text.of(en="Other")
    )
    Need.objects.filter(organisation=bodies.gulbene).delete()
    bodies.chuhuiv.facts.exclude(level="public").update(value=1)
    Need.objects.filter(theme="waste").update(theme="tourism", weight=3)
    Organisation.objects.filter(pk=bodies.chuhuiv.pk).update(
        experience=Text.of(en="Other"), capacity=Text()
    )
    Picture.objects.filter(level=Level.PARTNERS).delete()
    Contact.objects.filter(level=Level.PARTNERS).delete()
    Partnership.objects.filter(level=Level.PARTNERS).delete()


def everything(_actor: Any = None) -> Any:
    return Organisation.objects.all()


def entries_whoever_asks(rows: Any, actor: Any) -> Any:
    return visible(rows, SYSTEM)


def nothing_closed(_ids: Any, _actor: Any) -> set[Any]:
    return set()


def exact(body: Any, _actor: Any) -> Any:
    return location(body, SYSTEM)


@pytest.mark.parametrize(
    ("broken", "name", "instead", "told"),
    [
        (queries, "visible_to", everything, "Qwostra"),
        (queries, "_entries", entries_whoever_asks, "Vornaxneed"),
        (files, "location", exact, "51.57386"),
        (presence, "closed_texts", nothing_closed, "Quivexstaff"),
        (presence, "closed_texts", nothing_closed, "Vornaxskill"),
    ],
)
def test_the_walk_fails_when_one_query_is_broken(
    small_world: World,
    monkeypatch: pytest.MonkeyPatch,
    broken: Any,
    name: str,
    instead: Callable[..., Any],
    told: str,
) -> None:
    asked = ["/municipalities/", "/municipalities/export.csv", "/municipalities/export.xlsx",
             small_world.bodies.chuhuiv.get_absolute_url()]  # fmt: skip
    assert leaks(small_world, asked, VISITOR) == []
    monkeypatch.setattr(broken, name, instead)
    read = leaks(small_world, asked, VISITOR)
    assert any(f"reads {told!r}" in line for line in read), read


@pytest.mark.parametrize("who", ["latvia", "korop", "funder"])
def test_the_walk_fails_when_everybody_is_a_partner(
    small_world: World, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    bodies = small_world.bodies
    asked = ["/municipalities/", "/municipalities/export.csv", bodies.chuhuiv.get_absolute_url()]
    assert leaks(small_world, asked, who) == []
    everybody = Organisation.objects.order_by().values("pk")
    monkeypatch.setattr(publication, "_partners", [lambda _ids: everybody])
    read = " ".join(leaks(small_world, asked, who))
    for text in ("Quivexneed", "Quivexoffer", "553718", "quivex@example.org", "Quivexcredit",
                 "Quivexstaff"):  # fmt: skip
        assert f"reads {text!r}" in read, text


def test_partner_reads_what_is_kept_for_partners_as_long_as_it_is_one(small_world: World) -> None:
    bodies = small_world.bodies
    client, page = client_of(small_world, "kuldiga"), bodies.chuhuiv.get_absolute_url()
    kept = [secret for secret in SECRETS if secret.known_to == {"chuhuiv", "kuldiga"}]
    pictures = Picture.objects.filter(organisation=bodies.chuhuiv, level=Level.PARTNERS)
    file = reverse("places:picture_file", args=[bodies.chuhuiv.code, pictures.get().pk, "large"])

    assert found(client.get(page).content.decode(), kept) == {secret.text for secret in kept}
    answer = client.get(file)
    # Nor may a browser keep it for an hour after the partnership has ended.
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")

    withdraw_partnership(small_world.things["partnership"], reason="It is over.", by=SYSTEM)
    assert found(client.get(page).content.decode(), kept) == set()
    assert client.get(file).status_code == 404


def test_what_is_for_partners_is_in_no_market_even_of_a_partner(bodies: Bodies, cast: Cast) -> None:
    """A result is followed by the whole programme: what some may not know would show in it."""
    add_what_partners_know(bodies)
    world = build(bodies, cast)
    for who in ("officer", "kuldiga"):
        market = client_of(world, who).get(market_file(world)).json()
        towns = {town["id"]: town for side in ("left", "right") for town in market[side]}
        assert "water" in towns[bodies.chuhuiv.code]["needs"], who
        for body in (bodies.chuhuiv, bodies.korop):
            town = towns[body.code]
            assert "waste" not in {*town.get("needs", {}), *town.get("offers", {})}, who
        ties = {frozenset(tie) for tie in market["ties"]}
        assert frozenset([bodies.chuhuiv.code, bodies.kuldiga.code]) in ties, who
        assert frozenset([bodies.korop.code, bodies.kuldiga.code]) not in ties, who


def test_a_search_for_what_is_hidden_finds_as_little_as_for_nonsense(small_world: World) -> None:
    client = client_of(small_world, VISITOR)
    assert search.found(Organisation.objects.all(), "Qwostra").exists()
    for words in ("Qwostra", "Zorplexformer", CODE):
        pages = [
            same(client.get("/municipalities/", {"q": each}).content.decode()).replace(each, "")
            for each in (words, "Nnnnnnn")
        ]
        assert pages[0] == pages[1], words


@pytest.mark.parametrize("who", [VISITOR, "funder", "korop"])
def test_record_says_that_its_place_is_withheld_why_and_until_when(
    small_world: World, who: str
) -> None:
    body = small_world.bodies.korop
    Organisation.objects.filter(pk=body.pk).update(precision_review_on="2031-05-06")
    page = client_of(small_world, who).get(body.get_absolute_url()).content.decode()
    assert "withheld. Reason: Near the front. Looked at again on 6 May 2031." in page


def test_record_says_why_it_is_withheld_to_those_who_may_know(small_world: World) -> None:
    town = small_world.bodies.chuhuiv
    said = "Vornaxreason; looked at again on 4 March 2031"
    for who, count in (("officer", 3), ("chuhuiv", 3), ("funder", 0), (VISITOR, 0)):
        page = client_of(small_world, who).get(town.get_absolute_url()).content.decode()
        assert page.count(said) == count, who
