"""Who gets in where applications are signed and compared: the body, and the secretariat to read."""

from typing import Any

from mosty.applications.content import dump
from mosty.core.access import SYSTEM
from mosty.core.signoff import ask
from mosty.core.versions import freeze
from tests.matrix import OFFICERS, Row, World


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


OWN = frozenset(["chuhuiv"])
READERS = OWN | OFFICERS
SIGNING = {
    "signing:signatures": Row(READERS, args=_pk),
    "signing:ask": Row(OWN, args=_pk, post=True, refused=OFFICERS),
    "signing:sign": Row(OWN, args=_pk, post=True, refused=OFFICERS),
    "signing:release": Row(OWN, args=_signatory, post=True, refused=OFFICERS),
    "papers:versions": Row(READERS, args=_pk),
    "papers:version": Row(READERS, args=_version),
}
