"""Who gets in at the addresses of calls: all read what is published, officers write it."""

from typing import Any

from django.core.files.base import ContentFile

from mosty.calls.domain import enquiries
from mosty.calls.models import Document
from mosty.core.access import SYSTEM
from mosty.core.texts import Text
from tests.calls.making import draft, published
from tests.calls.writing_rows import WRITING
from tests.matrix import EVERYBODY, KNOWN, OFFICERS, Row, World


def build(world: World) -> None:
    phase = world.things["programme"].phase
    call = published(phase)
    world.things["call"] = call
    world.things["draft_call"] = draft(phase, name=Text.of(en="Not yet"))
    world.things["call.document"] = Document.objects.create(
        call=call, title=Text.of(en="Terms"), language="en", file_name="terms.pdf", size=8,
        sha256="0" * 64, file=ContentFile(b"%PDF-1.7", name="terms.pdf"),
    )  # fmt: skip
    world.things["call.enquiry"] = enquiries.ask(call, by=SYSTEM, text=Text.of(en="When?"))


def _call(world: World) -> dict[str, Any]:
    return {"slug": world.things["call"].slug}


def _document(world: World) -> dict[str, Any]:
    return _call(world) | {"document_id": world.things["call.document"].pk}


def _enquiry(world: World) -> dict[str, Any]:
    return _call(world) | {"enquiry_id": world.things["call.enquiry"].pk}


ROWS = {
    "calls:list": Row(EVERYBODY, visitor=200),
    "calls:feed": Row(EVERYBODY, visitor=200),
    "calls:show": Row(EVERYBODY, visitor=200, args=_call),
    "calls:blank_form": Row(EVERYBODY, visitor=200, args=_call),
    "calls:eligibility": Row(EVERYBODY, visitor=200, args=_call),
    "calls:document": Row(EVERYBODY, visitor=200, args=_document),
    "calls:enquiries": Row(EVERYBODY, visitor=200, args=_call),
    "calls:watch": Row(KNOWN, args=_call, post=True),
    "calls:answer": Row(OFFICERS, otherwise=403, args=_enquiry),
    **WRITING,
}
