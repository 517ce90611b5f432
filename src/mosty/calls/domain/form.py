"""What a call asks: sections and their questions. All of it stands still once people answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from mosty.calls.domain.corrections import corrected
from mosty.calls.locks import FORM, why_locked
from mosty.calls.models import Call, Question, Section, Stage
from mosty.core.access import Actor, require
from mosty.core.drafts.domain import MOST_FIELDS
from mosty.core.history import edit, plain, record
from mosty.core.search import fold

# Words may be corrected while people answer; what is asked may not.
WORDS = frozenset({"text", "help", "title", "about"})
# What is left of a draft beside the boxes that every form has.
MOST_BOXES = MOST_FIELDS - 20
LIMITS: Mapping[str, int] = {Question.Kind.SHORT: 300, Question.Kind.LONG: 3000}


def why_fixed(call: Call) -> str:
    """Why the form stands still: from the opening on, or when locked; empty while it may change."""
    stage = call.stage_at()
    if stage is Stage.CANCELLED:
        return str(_("The call was cancelled: what it asked stands."))
    if stage is Stage.CLOSED:
        return str(_("The call is closed: what it asked stands. Words can be corrected."))
    if stage is Stage.OPEN:
        return str(_("The call is open: what it asks stands. Words can be corrected."))
    return why_locked(FORM, call)


def refuse_fixed(call: Call) -> None:
    """Raise `ValidationError` where the form stands still."""
    if why := why_fixed(call):
        raise ValidationError(why, code="fixed")


def add_section(call: Call, *, by: Actor, **values: Any) -> Section:
    """A new section at the end."""
    require("calls.edit_call", by, call)
    with transaction.atomic():
        _held(call)
        refuse_fixed(call)
        last = call.sections.aggregate(last=Max("order"))["last"]
        section = Section(call=call, order=0 if last is None else last + 1, **values)
        section.full_clean()
        section.save()
        record("calls.add_section", call, by=by, after={"title": plain(section.title)})
        corrected(call, by=by)
    return section


def edit_section(section: Section, *, by: Actor, **values: Any) -> list[str]:
    """Change title or introduction: words, which may always be corrected."""
    require("calls.edit_call", by, section.call)
    with transaction.atomic():
        _held(section.call)
        changed = edit(section, values, verb="calls.edit_section", by=by)
        corrected(section.call, by=by)
    return changed


def remove_section(section: Section, *, by: Actor) -> None:
    """Take a section and its questions out."""
    call = section.call
    require("calls.edit_call", by, call)
    with transaction.atomic():
        _held(call)
        refuse_fixed(call)
        questions = [plain(one.text) for one in section.questions.all()]
        record("calls.remove_section", call, by=by,
               before={"title": plain(section.title), "questions": questions})  # fmt: skip
        section.delete()
        corrected(call, by=by)


def add_question(section: Section, *, by: Actor, **values: Any) -> Question:
    """A new question at the end of a section. Raises `ValidationError`."""
    call = section.call
    require("calls.edit_call", by, call)
    with transaction.atomic():
        _held(call)
        refuse_fixed(call)
        last = section.questions.aggregate(last=Max("order"))["last"]
        values["key"] = _free_key(call, values.get("key") or fold(str(values["text"])))
        question = Question(section=section, order=0 if last is None else last + 1, **values)
        clean_question(question)
        _refuse_too_many_boxes(question)
        question.save()
        record("calls.add_question", call, by=by, after={"text": plain(question.text)})
        corrected(call, by=by)
    return question


def edit_question(question: Question, *, by: Actor, **values: Any) -> list[str]:
    """Change a question; while people answer only its words. Raises `ValidationError`."""
    call = question.section.call
    require("calls.edit_call", by, call)
    with transaction.atomic():
        _held(call)
        now = Question.objects.get(pk=question.pk)
        asks_else = any(
            _asks_else(getattr(now, name), name, value) for name, value in values.items()
        )
        if asks_else:
            refuse_fixed(call)
        for name, value in values.items():
            setattr(now, name, value)
        clean_question(now)
        if asks_else:
            _refuse_too_many_boxes(now)
        changed = edit(question, values, verb="calls.edit_question", by=by)
        corrected(call, by=by)
    return changed


def _asks_else(before: Any, name: str, after: Any) -> bool:
    """Whether something else is asked than before, and not only said better."""
    if name in {"options", "columns"}:
        return [row["key"] for row in before] != [row["key"] for row in after]
    return name not in WORDS and bool(before != after)


def remove_question(question: Question, *, by: Actor) -> None:
    """Take a question out."""
    call = question.section.call
    require("calls.edit_call", by, call)
    with transaction.atomic():
        _held(call)
        refuse_fixed(call)
        record("calls.remove_question", call, by=by, before={"text": plain(question.text)})
        question.delete()
        corrected(call, by=by)


def move(thing: Section | Question, *, by: Actor, steps: int) -> bool:
    """One place up (-1) or down (1) among its siblings; False at the end of them."""
    call = thing.call if isinstance(thing, Section) else thing.section.call
    require("calls.edit_call", by, call)
    with transaction.atomic():
        _held(call)
        refuse_fixed(call)
        rows: Sequence[Any] = list(
            call.sections.all() if isinstance(thing, Section) else thing.section.questions.all()
        )
        places = [row.pk for row in rows]
        at = places.index(thing.pk)
        to = at + steps
        if not 0 <= to < len(rows):
            return False
        ordered = list(rows)
        ordered.insert(to, ordered.pop(at))
        for order, row in enumerate(ordered):
            type(row)._default_manager.filter(pk=row.pk).update(order=order)
        record("calls.move_part", call, by=by, after={"what": str(thing)})
        corrected(call, by=by)
    return True


def clean_question(question: Question) -> None:
    """What a question of its kind must have; raises `ValidationError`."""
    kind = question.kind
    question.full_clean(exclude=["section"])
    if kind in {Question.Kind.CHOICE, Question.Kind.SEVERAL} and len(question.options) < 2:
        raise ValidationError({"options": _("Give at least two answers to choose from.")})
    if kind == Question.Kind.TABLE and not question.columns:
        raise ValidationError({"columns": _("Name at least one column.")})
    for name, rows in (("options", question.options), ("columns", question.columns)):
        keys = [row["key"] for row in rows]
        if len(set(keys)) < len(keys):
            raise ValidationError({name: _("Two of these have the same key.")})
    if question.need == Question.Need.LATER and question.needed_from is None:
        raise ValidationError({"needed_from": _("Say from which day on it is required.")})
    if question.least is not None and question.most is not None and question.most < question.least:
        raise ValidationError({"most": _("The most is less than the least. Look at both again.")})
    if kind in LIMITS and question.most_letters is None:
        question.most_letters = LIMITS[kind]


def _refuse_too_many_boxes(question: Question) -> None:
    """A section is one form, and a draft keeps so many boxes of one: beyond that nothing that
    somebody types would be saved while they type. Raises `ValidationError`."""
    others = Question.objects.filter(section=question.section_id).exclude(pk=question.pk)
    count = boxes_of(question) + sum(map(boxes_of, others))
    if count <= MOST_BOXES:
        return
    said = _(
        "A section holds at most %(most)s boxes to fill in; with this it would have %(count)s. "
        "Ask for fewer rows or columns, or in a section of its own."
    ) % {"most": MOST_BOXES, "count": count}
    raise ValidationError({"most_rows": said} if question.kind == Question.Kind.TABLE else said)


def boxes_of(question: Question) -> int:
    """How many boxes of the page a question takes at most, with what is hidden beside them."""
    if question.kind == Question.Kind.TABLE:
        # Beside its columns a row has what it was, its place, and whether it goes.
        return question.most_rows * (len(question.columns) + 3) + 5
    if question.kind == Question.Kind.FILE:
        return 0
    return 3 if question.kind in LIMITS else 2


def _free_key(call: Call, wanted: str) -> str:
    base = "-".join(wanted.split())[:36].strip("-") or "question"
    taken = set(Question.objects.filter(section__call=call).values_list("key", flat=True))
    number = 1
    key = base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key


def _held(call: Call) -> None:
    """One change of a call at a time; what is known of it is read anew."""
    now = Call.objects.select_for_update().get(pk=call.pk)
    call.state, call.opens_at, call.closes_at = now.state, now.opens_at, now.closes_at
