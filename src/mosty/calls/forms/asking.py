"""Sections and questions of the form of a call."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from mosty.calls import content
from mosty.calls.forms.call import begin_texts
from mosty.calls.models import Question, Section
from mosty.core.editing import SEEN, EditForm
from mosty.core.rows import RowForm, Rows, RowsField
from mosty.core.texts import Text, TextFormField

Kind, Reuse = Question.Kind, Question.Reuse
MOST_OPTIONS, MOST_COLUMNS = 40, 12
PROFILE = (Reuse.NOTHING, Reuse.ABOUT, Reuse.EXPERIENCE, Reuse.CAPACITY, Reuse.NEEDS, Reuse.OFFERS)
# With what an answer of each kind can begin.
REUSES: dict[str, Sequence[str]] = {
    Kind.SHORT: (Reuse.NOTHING, Reuse.WEBSITE),
    Kind.LONG: PROFILE,
    Kind.NUMBER: (Reuse.NOTHING, Reuse.POPULATION),
}
# What only questions of some kinds have; a question that turns into another kind loses the rest.
OWN: dict[str, tuple[str, ...]] = {
    Kind.SHORT: ("most_letters", "reuse"),
    Kind.LONG: ("most_letters", "reuse"),
    Kind.NUMBER: ("least", "most", "reuse"),
    Kind.CHOICE: ("options",),
    Kind.SEVERAL: ("options",),
    Kind.TABLE: ("columns", "most_rows"),
    Kind.FILE: (),
}
NONE: dict[str, Any] = {
    "most_letters": None, "reuse": "", "least": None, "most": None, "options": [], "columns": [],
    "most_rows": 10,
}  # fmt: skip
# What may be said better while people answer.
WORDS = ("text", "help")
LISTS = ("options", "columns")


class SectionForm(EditForm):
    """A part of the form."""

    title = TextFormField(label=_("Title of the section"), rows=1, max_length=200)
    about = TextFormField(
        label=_("Introduction"), rows=2, max_length=1000, required=False,
        help_text=_("What whoever fills it in should know first."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, thing: Section | None = None, **kwargs: Any) -> None:
        super().__init__(data, thing=thing, **kwargs)
        begin_texts(self)


class OptionRow(RowForm):
    """An answer to choose from, or a column of a table."""

    key = forms.SlugField(
        label=_("Key"), required=False, max_length=40,
        help_text=_("How files name it. Empty: made of the words."),
    )  # fmt: skip
    text = TextFormField(label=_("Words"), rows=1, max_length=200)

    field_order = ["was", "text", "key"]


class WordsRow(RowForm):
    """The same while people answer: only its words."""

    key = forms.SlugField(widget=forms.HiddenInput, max_length=40)
    text = TextFormField(label=_("Words"), rows=1, max_length=200)


def rows_of(listed: Sequence[Any]) -> Rows:
    """Options or columns as the form shows them."""
    rows = [
        {"was": row["key"], "key": row["key"], "text": Text.load(row["text"])} for row in listed
    ]
    return Rows(tuple(rows), words=", ".join(str(row["text"]) for row in rows))


def listed_of(rows: Rows) -> list[dict[str, Any]]:
    """Rows of the form as a question keeps them; keys that were left empty are made of the
    words."""
    taken = {row["key"] for row in rows if row["key"]}
    made = []
    for row in rows:
        key = row["key"]
        if not key:
            base = "-".join(content.words(row["text"].said("en").text))[:34].strip("-") or "answer"
            numbered = (f"{base}-{number}" for number in range(2, len(rows) + 2))
            key = next(each for each in (base, *numbered) if each not in taken)
            taken.add(key)
        made.append({"key": key, "text": row["text"].dump()})
    return made


class QuestionForm(EditForm):
    """A question of one kind: only what that kind has is asked.

    `is_fixed`: people answer already, only words can be corrected.
    """

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    text = TextFormField(label=_("Question"), rows=2, max_length=600)
    help = TextFormField(
        label=_("Help"), rows=2, max_length=1000, required=False,
        help_text=_("What a good answer holds, where the figures are found."),
    )  # fmt: skip
    need = forms.ChoiceField(label=_("Must it be answered?"), choices=Question.Need.choices)
    needed_from = forms.DateField(
        label=_("Required from"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only for a question that is required from a day on."),
    )  # fmt: skip
    most_letters = forms.IntegerField(
        label=_("Most characters"), required=False, min_value=1, max_value=20_000,
        help_text=_("Empty: 300 for a short text, 3,000 for a long one."),
    )  # fmt: skip
    least = forms.DecimalField(
        label=_("Least"), required=False, max_digits=14, decimal_places=2, localize=False
    )
    most = forms.DecimalField(
        label=_("Most"), required=False, max_digits=14, decimal_places=2, localize=False
    )
    options = RowsField(
        OptionRow, label=_("Answers to choose from"), most=MOST_OPTIONS, spare=2,
        add_label=_("Add an answer"),
    )  # fmt: skip
    columns = RowsField(
        OptionRow, label=_("Columns"), most=MOST_COLUMNS, spare=2, add_label=_("Add a column")
    )
    most_rows = forms.IntegerField(label=_("Most rows"), min_value=1, max_value=50, initial=10)
    reuse = forms.ChoiceField(
        label=_("Begin with"), required=False,
        help_text=_("What the body has said already stands in the answer, to be looked over."),
    )  # fmt: skip
    tells_who = forms.BooleanField(
        label=_("The answer tells who applies"), required=False,
        help_text=_("Left out where reviewers must not know whose application they read."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, kind: str, thing: Question | None = None, is_fixed: bool = False
    ) -> None:
        self.of_kind = kind
        super().__init__(data, thing=thing, initial={} if thing else {"kind": kind})
        # The box says the kind whose fields are shown, whatever the record holds.
        self.initial["kind"] = kind
        unused = {name for names in OWN.values() for name in names} - set(OWN[kind])
        if is_fixed:
            unused |= set(self.fields) - {*WORDS, *LISTS, SEEN}
        for name in unused & set(self.fields):
            del self.fields[name]
        for name in LISTS:
            if name in self.fields:
                self._prepare_list(name, is_fixed=is_fixed)
        if "reuse" in self.fields:
            chosen = {*REUSES[kind], *([thing.reuse] if thing else [])}
            self.fields["reuse"].choices = [  # type: ignore[attr-defined]
                choice for choice in Reuse.choices if choice[0] in chosen
            ]
        begin_texts(self)

    def _prepare_list(self, name: str, *, is_fixed: bool) -> None:
        field: Any = self.fields[name]
        if is_fixed:
            field.row, field.is_fixed, field.spare = WordsRow, True, 0
        rows = self.initial.get(name) or Rows()
        if isinstance(rows, Rows):
            field.known = {row["was"]: row for row in rows}

    def current_values(self) -> dict[str, Any]:
        values = super().current_values()
        return values | {name: rows_of(values[name]) for name in LISTS}

    def show_again(self) -> None:
        """Draw it with what was typed, without complaining: another kind was asked for."""
        # Django has no public way to take a form's complaints back.
        setattr(self, "_errors", ErrorDict(renderer=self.renderer))  # noqa: B010

    def values(self) -> dict[str, Any]:
        """What the verb gets: all of a new question, of another only what was changed."""
        values = dict(self.cleaned_data) if self.thing is None else self.changed_values()
        values.pop(SEEN, None)
        for name in LISTS:
            if name in values:
                values[name] = listed_of(values[name])
        if "kind" in values and self.thing is not None and values["kind"] != self.thing.kind:
            values |= {name: none for name, none in NONE.items() if name not in self.fields}
        return values
