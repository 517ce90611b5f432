"""Contacts and pictures of a body: who sees them, and what is never kept of a picture."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from mosty.core.history import HistoryEntry
from mosty.core.images import LARGE, MOST_PIXELS, draw_anew
from mosty.core.publication import Level
from mosty.places.domain import presence
from mosty.places.models import Contact, Picture
from tests.partnerships.world import report
from tests.people import Bodies, Cast

SECRET = b"49.83578N 36.68802E Pixel-of-Olena"


def photograph(size: tuple[int, int] = (60, 40), *, kind: str = "JPEG") -> bytes:
    """A picture lying on its side, with the place and the maker in its EXIF data and a comment."""
    picture = Image.new("RGB", size, "navy")
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turn right.
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[2] = (49.0, 50.0, 8.8)
    out = BytesIO()
    picture.save(out, kind, exif=exif, **({"comment": SECRET} if kind == "JPEG" else {}))
    return out.getvalue()


def upload(content: bytes, name: str = "square.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_picture_drawn_anew_stands_upright_and_says_nothing_but_itself(kind: str) -> None:
    given = photograph(kind=kind)
    assert SECRET in given

    drawn = draw_anew(upload(given))

    assert (drawn.width, drawn.height) == (40, 60)
    for file in (drawn.large, drawn.small):
        with Image.open(BytesIO(file)) as picture:
            assert dict(picture.getexif()) == {}
            assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density",
                                         "progressive", "progression"}  # fmt: skip
        assert SECRET not in file
        assert b"Exif" not in file


def test_picture_is_made_small_and_clear_ground_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (LARGE * 2, 100), (0, 0, 0, 0)).save(out, "PNG")
    drawn = draw_anew(upload(out.getvalue(), "x.png"))
    with Image.open(BytesIO(drawn.large)) as picture:
        assert (picture.width, picture.getpixel((0, 0))) == (LARGE, (255, 255, 255))


def _bomb() -> bytes:
    out = BytesIO()
    Image.new("1", (MOST_PIXELS // 1000 + 1, 1000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.web
@pytest.mark.parametrize(
    "content",
    [
        b"<svg onload=alert(1)>",
        b"\xff\xd8\xff" + b"\0" * 50,
        photograph()[:300],
        b"GIF89a",
        _bomb(),
    ],
    ids=["svg", "only a head", "cut off", "gif", "bomb"],
)
def test_picture_that_is_none_is_refused_with_a_remedy_and_nothing_lost(
    cast: Cast, bodies: Bodies, content: bytes
) -> None:
    page = cast.chuhuiv.client.post(
        reverse("places:picture_add", args=[bodies.chuhuiv.code]),
        {"file": upload(content), "alt_record": "en", "alt_en": "The square", "credit": "Town hall",
         "level": "public"},
    )  # fmt: skip
    assert page.context["form"].errors.keys() >= {"file"}
    assert "Town hall" in page.content.decode()
    assert not Picture.objects.exists()


def show(cast: Cast, bodies: Bodies, level: Level = Level.PUBLIC) -> Picture:
    values = {"credit": "Town hall", "level": level}
    drawn = draw_anew(upload(photograph()))
    return presence.add_picture(bodies.chuhuiv, drawn, by=cast.chuhuiv.actor, values=values)


def test_same_picture_sent_twice_stands_once(cast: Cast, bodies: Bodies) -> None:
    assert show(cast, bodies) == show(cast, bodies)


@pytest.mark.web
@pytest.mark.parametrize(
    ("level", "seen_by"),
    [
        (Level.PUBLIC, {"visitor", "stranger", "korop", "kuldiga", "chuhuiv", "officer"}),
        (Level.PROGRAMME, {"korop", "kuldiga", "chuhuiv", "officer"}),
        (Level.PARTNERS, {"kuldiga", "chuhuiv", "officer"}),
        (Level.STAFF, {"chuhuiv", "officer"}),
    ],
)
def test_picture_and_contact_are_seen_by_their_circle_alone(
    cast: Cast, bodies: Bodies, level: Level, seen_by: set[str]
) -> None:
    report(bodies.chuhuiv, bodies.kuldiga)
    picture = show(cast, bodies, level)
    presence.set_contact(
        bodies.chuhuiv, by=cast.chuhuiv.actor, contact=None,
        values={"office": "Cooperation", "email": "coop@example.org", "level": level},
    )  # fmt: skip
    address = reverse("places:picture_file", args=[bodies.chuhuiv.code, picture.pk, "small"])
    browsers = {"visitor": Client()} | {
        key: getattr(cast, key).client
        for key in ("stranger", "korop", "kuldiga", "chuhuiv", "officer")
    }

    got = {key for key, browser in browsers.items() if browser.get(address).status_code == 200}
    read = {
        key
        for key, browser in browsers.items()
        if "coop@example.org" in browser.get(bodies.chuhuiv.get_absolute_url()).content.decode()
    }

    assert got == read == seen_by


@pytest.mark.web
def test_picture_of_the_neighbour_is_not_found_under_ones_own_address(
    cast: Cast, bodies: Bodies
) -> None:
    picture = show(cast, bodies)
    for name in ("picture_edit", "picture_remove"):
        address = reverse(f"places:{name}", args=[bodies.kuldiga.code, picture.pk])
        cast.kuldiga.client.post(address)
    address = reverse("places:picture_file", args=[bodies.kuldiga.code, picture.pk, "large"])
    assert cast.kuldiga.client.get(address).status_code == 404
    assert Picture.objects.filter(pk=picture.pk).exists()


def test_picture_taken_out_takes_its_files_away(
    cast: Cast, bodies: Bodies, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    picture = show(cast, bodies)
    storage = picture.large.storage
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        presence.remove_picture(picture, by=cast.chuhuiv.actor)
    assert not storage.exists(picture.large.name)
    assert not storage.exists(picture.small.name)


@pytest.mark.web
def test_contact_needs_a_way_to_reach_it(cast: Cast, bodies: Bodies) -> None:
    address = reverse("places:contact_add", args=[bodies.chuhuiv.code])
    given = {"office": "Cooperation", "level": "public"}
    assert cast.chuhuiv.client.post(address, given).status_code == 200
    assert cast.chuhuiv.client.post(address, {**given, "phone": "call me"}).status_code == 200
    assert cast.chuhuiv.client.post(address, {**given, "phone": "+380 57 123"}).status_code == 302
    assert Contact.objects.get().phone == "+380 57 123"


def test_history_of_a_contact_names_nobody(cast: Cast, bodies: Bodies) -> None:
    presence.set_contact(
        bodies.chuhuiv, by=cast.chuhuiv.actor, contact=None,
        values={"office": "Cooperation", "name": "Olena Koval", "email": "ok@example.org",
                "phone": "+380501112233"},
    )  # fmt: skip
    told = str(list(HistoryEntry.objects.values()))
    assert "Cooperation" in told
    assert not any(word in told for word in ("Olena", "ok@example.org", "380501112233"))
