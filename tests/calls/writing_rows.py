"""Who gets in at the addresses where calls are written: officers alone."""

from collections.abc import Callable
from typing import Any

from mosty.calls.models import Question
from tests.matrix import OFFICERS, Row, World

# Others may see a published call and not change it; of a draft they do not even learn.
REFUSED = 403


def _call(world: World, **more: Any) -> dict[str, Any]:
    return {"slug": world.things["call"].slug, **more}


def _draft(world: World, **more: Any) -> dict[str, Any]:
    return {"slug": world.things["draft_call"].slug, **more}


def _section(world: World) -> dict[str, Any]:
    return _draft(world, section_id=world.things["draft_call"].sections.first().pk)


def _question(world: World) -> dict[str, Any]:
    question = Question.objects.filter(section__call=world.things["draft_call"]).first()
    assert question is not None
    return _draft(world, question_id=question.pk)


def _part(world: World) -> dict[str, Any]:
    return _draft(world, what="section", part_id=world.things["draft_call"].sections.first().pk)


def _condition(world: World) -> dict[str, Any]:
    return _draft(world, condition_id=world.things["draft_call"].conditions.first().pk)


def _last_condition(world: World) -> dict[str, Any]:
    return _draft(world, condition_id=world.things["draft_call"].conditions.last().pk)


def _document(world: World) -> dict[str, Any]:
    return _call(world, document_id=world.things["call.document"].pk)


Args = Callable[[World], dict[str, Any]]


def _open(args: Args) -> Row:
    return Row(OFFICERS, otherwise=REFUSED, args=args)


def _closed(args: Args, *, post: bool = False) -> Row:
    return Row(OFFICERS, args=args, post=post)


WRITING = {
    "calls:create": Row(OFFICERS, otherwise=REFUSED),
    "calls:edit": _open(_call),
    "calls:extend": _open(_call),
    "calls:cancel": _open(_call),
    "calls:quotas": _open(_call),
    "calls:documents": _open(_call),
    "calls:remove_document": Row(OFFICERS, otherwise=REFUSED, args=_document, post=True),
    "calls:publish": _closed(_draft),
    "calls:form": _closed(_draft),
    "calls:add_section": _closed(_draft),
    "calls:edit_section": _closed(_section),
    "calls:add_question": _closed(_section),
    "calls:edit_question": _closed(_question),
    "calls:move_part": _closed(_part, post=True),
    "calls:remove_part": _closed(_part, post=True),
    "calls:conditions": _closed(_draft),
    "calls:add_condition": _closed(lambda world: _draft(world, kind="size")),
    "calls:edit_condition": _closed(_condition),
    "calls:remove_condition": _closed(_last_condition, post=True),
    "calls:criteria": _closed(_draft),
    "calls:discard": _closed(_draft, post=True),
}
