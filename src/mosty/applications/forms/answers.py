"""One section of an application as a form, made of the questions of the call.

What breaks a limit is kept and told; only sending in asks that all is well.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.applications import answers
from mosty.applications.forms.fields import AnswerTextField
from mosty.applications.models import Application
from mosty.applications.reuse import Suggestion
from mosty.calls.models import Question
from mosty.core.editing import SEEN, EditForm
from mosty.core.rows import RowForm, Rows, RowsField
from mosty.core.texts import Text, said_html

Kind = Question.Kind
# With a comma or a point, thousands apart or not.
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Line:
    """A question on the page: its field, what is wrong with the answer so far, what was said
    before."""

    field: Any
    question: Question
    is_required: bool
    fault: str
    suggestion: Suggestion | None
    # What the suggestion says, for reading.
    offered: str


class NumberField(forms.CharField):
    """A number as text: *1 200,5* is 1200.5; what is none stays as it was typed, and is told."""

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        plain = "".join(typed.split())
        return plain.replace(",", ".") if _NUMBER.fullmatch(plain) else typed


class AnswersForm(EditForm):
    """The questions of a section, but for files, which are sent by themselves."""

    def __init__(
        self, data: Any = None, *, application: Application, questions: Sequence[Question],
        values: Mapping[int, Any], languages: list[str],
        suggestions: Mapping[int, Suggestion] | None = None,
    ) -> None:  # fmt: skip
        self.questions = [one for one in questions if one.kind != Kind.FILE]
        self.given = values
        self.languages = languages
        self.suggestions = suggestions or {}
        super().__init__(data, thing=application)
        seen = self.fields.pop(SEEN)
        for question in self.questions:
            self.fields[name_of(question)] = self._field(question)
        self.fields[SEEN] = seen

    def current_values(self) -> dict[str, Any]:
        return {
            name_of(question): shown(question, self.given.get(question.pk), self.languages[0])
            for question in self.questions
        }

    def _field(self, question: Question) -> forms.Field:
        # Templates write the help as it is.
        common: dict[str, Any] = {
            "label": said_html(question.text), "help_text": said_html(question.help),
        }  # fmt: skip
        if question.kind in {Kind.SHORT, Kind.LONG}:
            letters = question.most_letters or 1500
            rows = 1 if question.kind == Kind.SHORT else min(14, max(4, letters // 150))
            kept = Text.load(self.given.get(question.pk))
            return AnswerTextField(
                languages=self.languages, rows=rows, most=question.most_letters, kept=kept, **common
            )
        if question.kind == Kind.NUMBER:
            widget = forms.TextInput(attrs={"inputmode": "decimal"})
            return NumberField(required=False, max_length=40, widget=widget, **common)
        options = [(key, said_html(said)) for key, said in question.said_options]
        if question.kind == Kind.CHOICE:
            none = ("", _("No answer yet"))
            return forms.ChoiceField(
                required=False, choices=[*options, none], widget=forms.RadioSelect, **common
            )
        if question.kind == Kind.SEVERAL:
            return forms.MultipleChoiceField(
                required=False, choices=options, widget=forms.CheckboxSelectMultiple, **common
            )
        return RowsField(
            row_of(question), most=question.most_rows, add_label=_("Add a row"), **common
        )

    def answered(self) -> dict[Question, Any]:
        """What was changed, as `Answer` keeps it."""
        changed = self.changed_values()
        return {
            question: stored(question, changed[name_of(question)])
            for question in self.questions
            if name_of(question) in changed
        }

    def lines(self, day: date) -> list[Line]:
        """For the page, in the order of the questions."""
        made = []
        for question in self.questions:
            name = name_of(question)
            value = self._stands(question)
            fault = answers.fault(question, value, day=day)
            is_empty = answers.is_empty(question, value)
            suggestion = self.suggestions.get(question.pk) if is_empty else None
            made.append(
                Line(
                    field=self[name],
                    question=question,
                    is_required=answers.is_required(question, day),
                    fault="" if is_empty else fault,
                    suggestion=suggestion,
                    offered=said(question, suggestion.value) if suggestion else "",
                )
            )
        return made

    def _stands(self, question: Question) -> Any:
        """What stands in the box, as far as it can be read."""
        name = name_of(question)
        if self.is_bound:
            self.errors  # noqa: B018  # cleans
            return stored(question, self.cleaned_data[name]) if name in self.cleaned_data else None
        value = self.initial.get(name)
        field = self.fields[name]
        if isinstance(field, AnswerTextField) and isinstance(value, list):
            value = field.compress(value)
        if isinstance(field, RowsField):
            value = field.clean(value) if isinstance(value, Rows) else Rows()
        return stored(question, value)


def name_of(question: Question) -> str:
    """What the field of a question is called in the page."""
    return f"q{question.pk}"


def row_of(question: Question) -> type[RowForm]:
    """A row of a table: one box for each column, by its place."""
    boxes = {
        f"c{number}": forms.CharField(label=str(words), required=False, max_length=1000)
        for number, (_key, words) in enumerate(question.said_columns)
    }
    return type("AnswerRow", (RowForm,), boxes)


def shown(question: Question, value: Any, language: str) -> Any:
    """A kept value as the form shows it; an empty text is one in the language of record."""
    if question.kind in {Kind.SHORT, Kind.LONG}:
        return Text.load(value) or Text(record=language)
    if question.kind == Kind.TABLE:
        keys = [key for key, _words in question.said_columns]
        lines = [
            {f"c{number}": line.get(key, "") for number, key in enumerate(keys)}
            for line in value or ()
        ]
        return Rows(tuple(lines), words=said(question, value))
    if question.kind == Kind.SEVERAL:
        return list(value or [])
    return value or ""


def stored(question: Question, value: Any) -> Any:
    """What the form gives, as `Answer` keeps it; nothing is nothing."""
    if question.kind in {Kind.SHORT, Kind.LONG}:
        return value.dump() if value else None
    if question.kind == Kind.TABLE:
        keys = [key for key, _words in question.said_columns]
        lines = [
            {key: str(row.get(f"c{number}") or "") for number, key in enumerate(keys)}
            for row in value or ()
        ]
        return [line for line in lines if any(line.values())] or None
    if question.kind == Kind.SEVERAL:
        # A page that was made up may send one key twice.
        return list(dict.fromkeys(value)) if value else None
    return value or None


def said(question: Question, value: Any) -> str:
    """A kept value in words, for a short look."""
    if question.kind in {Kind.SHORT, Kind.LONG}:
        return str(Text.load(value))
    if question.kind == Kind.TABLE:
        return "; ".join(", ".join(filter(None, line.values())) for line in value or ())
    words = {key: str(text) for key, text in question.said_options}
    if question.kind == Kind.SEVERAL:
        return ", ".join(words.get(key, key) for key in value or ())
    return words.get(value, str(value or ""))


def put(data: Any, question: Question, value: Any, languages: Sequence[str]) -> None:
    """Put a kept value into what a page has sent, as if somebody had typed it."""
    name = name_of(question)
    if question.kind in {Kind.SHORT, Kind.LONG}:
        text = Text.load(value)
        for code in languages:
            data[f"{name}_{code}"] = text.wordings.get(code, ("",))[0]
    elif question.kind == Kind.TABLE:
        lines = shown(question, value, languages[0]).rows[: question.most_rows]
        data[f"{name}-TOTAL_FORMS"] = str(len(lines))
        data[f"{name}-INITIAL_FORMS"] = "0"
        for number, line in enumerate(lines):
            for box, words in line.items():
                data[f"{name}-{number}-{box}"] = words
    elif question.kind == Kind.SEVERAL:
        data.setlist(name, list(value))
    else:
        data[name] = str(value)
