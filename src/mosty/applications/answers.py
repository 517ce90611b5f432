"""What an answer must be to count: pure checks of one value against its question.

A value that breaks a limit is kept in the draft and told: nothing is cut off, nothing refused to be
saved. Only sending in asks that all is well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mosty.calls.models import Question
from mosty.core.figures import figure
from mosty.core.languages import language_name
from mosty.core.texts import Text

Kind = Question.Kind


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an answer does not count yet, in a sentence."""

    question: Question
    text: str


def is_empty(question: Question, value: Any) -> bool:
    """Whether nothing was answered; white space says nothing."""
    if question.kind in {Kind.SHORT, Kind.LONG}:
        return not any(text.strip() for text, _state, _of in Text.load(value).wordings.values())
    if question.kind == Kind.TABLE:
        return not any(str(cell).strip() for row in value or () for cell in row.values())
    return not value and value != 0


def is_required(question: Question, day: date) -> bool:
    """Whether sending in on that day asks for an answer."""
    if question.need == Question.Need.LATER:
        return question.needed_from is not None and day >= question.needed_from
    return question.need == Question.Need.REQUIRED


def fault(question: Question, value: Any, *, day: date) -> str:
    """Why the value does not count on that day; empty when it does."""
    if is_empty(question, value):
        return _("This is asked for.") if is_required(question, day) else ""
    check = _CHECKS.get(Kind(question.kind))
    return check(question, value) if check else ""


def _text(question: Question, value: Any) -> str:
    most = question.most_letters
    if most is None:
        return ""
    for language, (text, _state, _of) in Text.load(value).wordings.items():
        over = letters(text) - most
        if over > 0:
            return ngettext(
                "%(language)s: one character too many.",
                "%(language)s: %(count)s characters too many.",
                over,
            ) % {"language": _named(language), "count": over}
    return ""


def _named(language: str) -> str:
    name = language_name(language)
    return name[:1].upper() + name[1:]


def letters(text: str) -> int:
    """Characters as people count them: the end of a line is one, whatever the browser sends."""
    return len(text.replace("\r\n", "\n").strip())


def _number(question: Question, value: Any) -> str:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return _("Write a number.")
    if not number.is_finite():
        return _("Write a number.")
    if question.least is not None and number < question.least:
        return _("At least %(least)s.") % {"least": _figure(question.least)}
    if question.most is not None and number > question.most:
        return _("At most %(most)s.") % {"most": _figure(question.most)}
    return ""


def _figure(bound: Decimal) -> str:
    # Without the zeros of the column, and not as 5E+2.
    return figure(Decimal(f"{bound.normalize():f}"))


def _choice(question: Question, value: Any) -> str:
    keys = {row["key"] for row in question.options}
    return "" if value in keys else _("Choose one of the answers.")


def _several(question: Question, value: Any) -> str:
    keys = {row["key"] for row in question.options}
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return "" if is_list and set(value) <= keys else _("Choose among the answers.")


def _table(question: Question, value: Any) -> str:
    rows: Sequence[Mapping[str, Any]] = value
    if len(rows) > question.most_rows:
        return ngettext("At most %(most)s row.", "At most %(most)s rows.", question.most_rows) % {
            "most": question.most_rows
        }
    return ""


_CHECKS = {
    Kind.SHORT: _text,
    Kind.LONG: _text,
    Kind.NUMBER: _number,
    Kind.CHOICE: _choice,
    Kind.SEVERAL: _several,
    Kind.TABLE: _table,
}
