"""Who gets in at the addresses of applications: the body's own people and the secretariat."""

from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from mosty.applications.domain import sending
from mosty.applications.models import Attachment
from mosty.calls.models import Question
from mosty.core.publication import Level
from tests.applications.making import FULL, answer, begun, small_call
from tests.applications.signing_rows import SIGNING, build_signing
from tests.matrix import KNOWN, OFFICERS, Row, World

OWN = frozenset(["chuhuiv"])
READERS = OFFICERS | OWN


def build(world: World) -> None:
    call = small_call(world.things["programme"].phase, level=Level.PUBLIC)
    application = begun(call, world.bodies.chuhuiv)
    answer(application, **FULL)
    letter = Question.objects.get(section__call=call, key="letter")
    world.things["application.file"] = Attachment.objects.create(
        application=application, question=letter, file_name="letter.pdf", size=8,
        media_type="application/pdf", sha256="0" * 64,
        file=ContentFile(b"%PDF-1.7", name="letter.pdf"),
    )  # fmt: skip
    sending.submit(application, by=world.cast.chuhuiv.actor, at=timezone.now())
    world.things["application"] = application
    world.things["application.question"] = letter
    # Taken back, so that there is something to write and something that counts.
    sending.take_back(application, by=world.cast.chuhuiv.actor, at=timezone.now())
    build_signing(world)


def _one(world: World) -> dict[str, Any]:
    return {"pk": world.things["application"].pk}


def _call(world: World) -> dict[str, Any]:
    return {"slug": world.things["application"].call.slug}


def _file_of_call(world: World) -> dict[str, Any]:
    return _call(world) | {"suffix": "csv"}


def _section(world: World) -> dict[str, Any]:
    return _one(world) | {"section_id": world.things["application.question"].section_id}


def _question(world: World) -> dict[str, Any]:
    return _one(world) | {"question_id": world.things["application.question"].pk}


def _file(world: World) -> dict[str, Any]:
    return _one(world) | {"file_id": world.things["application.file"].pk}


def _deed(args: Any = _one) -> Row:
    """A verb of one's own; the secretariat may look, not write."""
    return Row(OWN, args=args, post=True, refused=OFFICERS)


ROWS = {
    "applications:list": Row(KNOWN),
    "applications:apply": Row(KNOWN, args=_call),
    "applications:of_call": Row(OFFICERS, otherwise=403, args=_call),
    "applications:of_call_file": Row(OFFICERS, otherwise=403, args=_file_of_call),
    "applications:late": Row(OFFICERS, otherwise=403, args=_call),
    "applications:show": Row(READERS, args=_one),
    "applications:section": Row(OWN, args=_section, refused=OFFICERS),
    "applications:send": Row(OWN, args=_one, refused=OFFICERS),
    "applications:receipt": Row(READERS, args=_one),
    "applications:frozen": Row(READERS, args=_one),
    "applications:file": Row(READERS, args=_file),
    "applications:set_language": _deed(),
    "applications:own_section": _deed(_section),
    "applications:attach": _deed(_question),
    "applications:take_out": _deed(_file),
    "applications:take_back": _deed(),
    "applications:withdraw": _deed(),
    "applications:resume": _deed(),
    **SIGNING,
}
