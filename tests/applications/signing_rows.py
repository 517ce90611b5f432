"""Who gets in where applications are signed and compared: the body, and the secretariat to read."""

from typing import Any

from mosty.applications.content import dump
from mosty.core.access import SYSTEM
from mosty.core.signoff import ask
from mosty.core.versions import freeze
from tests.matrix import EVERYBODY, NOBODY, OFFICERS, Row, World


def build_signing(world: World) -> None:
    """A version of the application that Chuhuiv was asked to sign."""
    application = world.things["application"]
    freeze(application, dump(application), by=SYSTEM)
    row, _is_new = ask(application, world.cast.chuhuiv.user.pk, name="Officer, Chuhuiv")
    world.things["application.signatory"] = row


def _pk(world: World) -> dict[str, Any]:
    return {"pk": world.things["application"].pk}


def _version(world: World) -> dict[str, Any]:
    return _pk(world) | {"number": 1}


def _signatory(world: World) -> dict[str, Any]:
    return _pk(world) | {"signatory_id": world.things["application.signatory"].pk}


def _docx(world: World) -> dict[str, Any]:
    return _pk(world) | {"suffix": "docx"}


def _slug(world: World) -> dict[str, Any]:
    return {"slug": world.things["application"].call.slug}


def _blank(world: World) -> dict[str, Any]:
    return {"slug": world.things["application"].call.slug, "suffix": "docx"}


OWN = frozenset(["chuhuiv"])
READERS = OWN | OFFICERS
SIGNING = {
    "signing:signatures": Row(OWN, args=_pk, refused=OFFICERS),
    "signing:ask": Row(OWN, args=_pk, post=True, refused=OFFICERS),
    "signing:sign": Row(OWN, args=_pk, post=True, refused=OFFICERS),
    "signing:release": Row(OWN, args=_signatory, post=True, refused=OFFICERS),
    "papers:versions": Row(READERS, args=_pk),
    # What is being written is its own people's; the version that counts is read by officers too.
    "papers:now": Row(OWN, args=_pk, refused=OFFICERS),
    # The call of the matrix is applied to directly: test_nominations.py holds who gets in else.
    "nominations:of_call": Row(NOBODY, args=_slug),
    "nominations:association": Row(NOBODY, args=_pk, refused=OFFICERS),
    "nominations:say": Row(NOBODY, args=_pk, post=True, refused=READERS),
    "papers:council": Row(OWN, args=_pk, refused=OFFICERS),
    "papers:paper": Row(READERS, args=_docx, query="?version=1"),
    "papers:blank": Row(EVERYBODY, visitor=200, args=_blank),
    "papers:version": Row(READERS, args=_version),
}
