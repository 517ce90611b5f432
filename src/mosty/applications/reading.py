"""An application as it is read: the frozen content beside the questions of the call's own version.

    reading = of_version(application.version.content, application.call, link=address_of_a_file)

and `{% include "applications/parts/answers.html" %}` with `reading` in the context. Nothing of it
asks how things stand now: what was sent in is what is read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext as _

from mosty.applications.answers import letters
from mosty.calls import content as calls_content
from mosty.calls.models import Call, Question
from mosty.core.figures import figure
from mosty.core.texts import Text, Wording
from mosty.core.versions import versions_of

Kind = Question.Kind
Link = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Said:
    """One wording of an answer: its language, how it came to be, how long it is."""

    language: str
    text: str
    letters: int
    is_record: bool
    # Words for a state that a reader must know; empty for what the author wrote.
    state: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file of an application. `key` is the id of its `Attachment`, as text; without a `url` it
    is only named."""

    key: str
    name: str
    size: int
    sha256: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """One question with its answer; of `said`, `words`, `rows` and `files` only what its kind has
    is filled."""

    key: str
    kind: str
    question: Text
    help: Text
    is_empty: bool = True
    most_letters: int | None = None
    # Short and long: the language of record first, then the others.
    said: tuple[Said, ...] = ()
    # Number: the number as text; one of several, several: the words of the chosen answers.
    words: tuple[Text | str, ...] = ()
    columns: tuple[Text, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    files: tuple[File, ...] = ()

    @property
    def has_both(self) -> bool:
        """Two languages stand side by side."""
        return len(self.said) > 1


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the form."""

    title: Text
    about: Text
    answers: tuple[Answered, ...]
    # How many questions are left out because their answers tell who applies.
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """All of one application. Without `name` and with `is_anonymised` nothing tells whose it is."""

    language: str
    name: str
    is_anonymised: bool
    parts: tuple[Part, ...]
    files: tuple[File, ...] = field(default=())

    @property
    def answers(self) -> tuple[Answered, ...]:
        return tuple(answer for part in self.parts for answer in part.answers)

    @property
    def has_both(self) -> bool:
        """Whether any answer stands in two languages."""
        return any(answer.has_both for answer in self.answers)


def of_version(
    content: Mapping[str, Any], call: Call, *, anonymised: bool = False, link: Link | None = None
) -> Reading:
    """Frozen content (`applications.content.dump`) for readers; `link` gives the address of a file
    by its key.

    Anonymised: without the name of the body, without questions whose answers tell who applies, and
    files bear numbers instead of names. What people write into other answers is theirs to mind.
    """
    given = {row["key"]: row["value"] for row in content["answers"]}
    files = _files(content["files"], anonymised=anonymised, link=link)
    parts = []
    for section in _sections(content, call):
        asked = section["questions"]
        open_ones = [one for one in asked if not (anonymised and one.get("tells_who"))]
        parts.append(
            Part(
                title=Text.load(section["title"]),
                about=Text.load(section["about"]),
                answers=tuple(
                    _answered(one, given.get(one["key"]), files.get(one["key"], ()))
                    for one in open_ones
                ),
                withheld=len(asked) - len(open_ones),
            )
        )
    return Reading(
        language=content["language"],
        name="" if anonymised else content["organisation"]["name"],
        is_anonymised=anonymised,
        parts=tuple(parts),
        # Files of no question (a decision of the council) tell who applies.
        files=() if anonymised else files.get("", ()),
    )


def _sections(content: Mapping[str, Any], call: Call) -> list[Mapping[str, Any]]:
    """What was asked when it was sent in: out of the version of the call that it names."""
    asked = versions_of(call).filter(number=content["call_version"]).first()
    found: list[Mapping[str, Any]] = (asked.content if asked else calls_content.dump(call))[
        "sections"
    ]
    return found


def _files(
    rows: list[Mapping[str, Any]], *, anonymised: bool, link: Link | None
) -> dict[str, tuple[File, ...]]:
    """By the key of their question; "" for those of none."""
    found: dict[str, tuple[File, ...]] = {}
    for number, row in enumerate(rows, start=1):
        name = row["name"]
        if anonymised:
            suffix = PurePath(name).suffix
            name = _("File %(number)s") % {"number": number} + suffix
        url = link(row["key"]) if link else ""
        file = File(row["key"], name, row["size"], row["sha256"], url)
        found[row["question"]] = (*found.get(row["question"], ()), file)
    return found


def _answered(question: Mapping[str, Any], value: Any, files: tuple[File, ...]) -> Answered:
    kind = question["kind"]
    filled: dict[str, Any] = {}
    if kind in {Kind.SHORT, Kind.LONG}:
        filled["said"] = _said(Text.load(value))
    elif kind == Kind.NUMBER:
        filled["words"] = (_number(str(value)),) if value or value == 0 else ()
    elif kind in {Kind.CHOICE, Kind.SEVERAL}:
        called = {row["key"]: Text.load(row["text"]) for row in question["options"]}
        chosen = value if isinstance(value, list) else [value] if value else []
        filled["words"] = tuple(called.get(key) or str(key) for key in chosen)
    elif kind == Kind.TABLE:
        keys = [row["key"] for row in question["columns"]]
        filled["columns"] = tuple(Text.load(row["text"]) for row in question["columns"])
        filled["rows"] = tuple(tuple(str(row.get(key, "")) for key in keys) for row in value or ())
    else:
        filled["files"] = files
    is_empty = not any(filled.get(name) for name in ("said", "words", "rows", "files"))
    return Answered(
        key=question["key"], kind=kind, question=Text.load(question["text"]),
        help=Text.load(question["help"]), is_empty=is_empty,
        most_letters=question.get("most_letters"), **filled,
    )  # fmt: skip


def _number(value: str) -> str:
    """With the thousands and decimals of the reader; what is no number stays as it was typed."""
    try:
        number = Decimal(value)
    except ArithmeticError:
        return value
    return figure(number) if number.is_finite() else value


def _said(text: Text) -> tuple[Said, ...]:
    rows = []
    order = sorted(text.wordings, key=lambda language: (language != text.record, language))
    for language in order:
        words, state, _of = text.wordings[language]
        if words.strip():
            said = "" if state == Wording.OWN else str(Wording(state).label)
            rows.append(Said(language, words, letters(words), language == text.record, said))
    return tuple(rows)
