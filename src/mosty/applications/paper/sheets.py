"""An application, or the blank form of a call, as a sheet: what DOCX and PDF both draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mosty.applications.models import Application
from mosty.applications.reading import Answered, of_version
from mosty.calls.models import Call, Question
from mosty.calls.words import deadline
from mosty.core.languages import language_name
from mosty.core.templatetags.mosty import number
from mosty.core.texts import Text
from mosty.core.versions import Version

Kind = Question.Kind
MOST_BLANK_ROWS = 6
# In letters: between these a column of a table grows with what stands in it.
LEAST_WEIGHT, MOST_WEIGHT = 9, 40


@dataclass(frozen=True, slots=True)
class Wording:
    """A text with its language, and what must be known of it."""

    text: str
    language: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A question with what was answered, or with room to answer."""

    number: int
    question: str
    notes: Sequence[str]
    wordings: Sequence[Wording] = ()
    chosen: Sequence[str] = ()
    options: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    # In which language the rows are written.
    language: str = ""
    # So many lines of room, where nothing is answered yet.
    room: int = 0
    is_empty: bool = False

    @property
    def lines(self) -> range:
        """The room as lines to write on."""
        return range(self.room)

    @property
    def shares(self) -> list[int]:
        """How much of the width each column of the table gets, in per cent: a year little, a
        sentence much, and none so little that short words break."""
        longest = [
            max(
                len(said) for said in (name, *(row[place] for row in self.rows if place < len(row)))
            )
            for place, name in enumerate(self.columns)
        ]
        # A little more than the letters take: the frame takes its part.
        weights = [min(MOST_WEIGHT, max(LEAST_WEIGHT, letters + 3)) for letters in longest]
        return [round(100 * weight / sum(weights)) for weight in weights]

    @property
    def sized(self) -> list[tuple[str, int]]:
        """The columns, each with its share."""
        return list(zip(self.columns, self.shares, strict=True))


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form."""

    title: str
    about: str
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole document. `lines` stand below the title, `foot` on every page."""

    name: str
    title: str
    eyebrow: str
    lines: Sequence[str]
    foot: str
    language: str
    sections: Sequence[Section]
    further: Sequence[str] = field(default=())
    is_illustrative: bool = False


def clean(text: str) -> str:
    """Without the control characters that neither XML nor a PDF can hold; somebody may have
    pasted some."""
    return "".join(
        letter for letter in text
        if letter in "\t\n\r" or (letter >= " " and letter not in "\ufffe\uffff"
                                  and not "\ud800" <= letter <= "\udfff")
    )  # fmt: skip


def blank_form(call: Call, *, language: str, at: datetime) -> Sheet:
    """All questions with room to answer."""
    empty = {
        "answers": [], "files": [], "language": language, "organisation": {"name": ""},
        "call_version": 0,
    }  # fmt: skip
    lines = [
        _("What counts is what is sent in on the site. Copy your answers there."),
        *filter(None, [deadline(call, at)]),
    ]
    return Sheet(
        name=call.slug, title=str(call), eyebrow=_("Blank form"), lines=lines, foot=str(call),
        language=language, sections=_sections(empty, call, is_blank=True),
        is_illustrative=call.is_illustrative,
    )  # fmt: skip


def of_application(
    application: Application, content: Mapping[str, Any], *, version: Version | None,
    language: str, at: datetime,
) -> Sheet:  # fmt: skip
    """An application as it stands, or one frozen version of it."""
    call, body = application.call, application.organisation
    lines = [_("Language of record: %(language)s") % {"language": language_name(
        content["language"])}]  # fmt: skip
    if version is None:
        when = date_format(localtime(at), "DATETIME_FORMAT")
        lines.append(_("As it stood on %(when)s. Not signed, not sent in.") % {"when": when})
        name, foot = "draft", _("Draft")
    else:
        when = date_format(localtime(version.at), "DATETIME_FORMAT")
        lines.append(
            _("Version %(number)s, frozen on %(when)s by %(name)s.")
            % {"number": version.number, "when": when, "name": version.by_name or "–"}
        )
        lines.append(f"SHA-256: {version.sha256}")
        name = f"v{version.number}"
        foot = _("Version %(number)s") % {"number": version.number}
    if content.get("council_on"):
        day = date_format(datetime.fromisoformat(content["council_on"]).date(), "DATE_FORMAT")
        lines.append(_("Decision of the council: %(day)s") % {"day": day})
    reading = of_version(content, call)
    return Sheet(
        name=f"{call.slug}-{body.code}-{name}", title=str(body), eyebrow=str(call), lines=lines,
        foot=f"{body} · {call} · {foot}", language=language,
        sections=_sections(content, call, is_blank=False),
        further=[f"{file.name} ({filesizeformat(file.size)})" for file in reading.files],
        is_illustrative=application.is_illustrative or call.is_illustrative,
    )  # fmt: skip


def _sections(content: Mapping[str, Any], call: Call, *, is_blank: bool) -> list[Section]:
    asked = {row.key: row for row in Question.objects.filter(section__call=call)}
    found, count = [], 0
    for part in of_version(content, call).parts:
        items = []
        for answer in part.answers:
            count += 1
            question = asked.get(answer.key)
            items.append(_item(count, answer, question, content["language"], is_blank=is_blank))
        found.append(Section(str(part.title), str(part.about), items))
    return found


def _item(
    place: int, answer: Answered, question: Question | None, language: str, *, is_blank: bool
) -> Item:
    common: dict[str, Any] = {
        "number": place,
        "question": str(answer.question),
        "notes": _notes(answer, question),
        "columns": [str(column) for column in answer.columns],
    }
    if is_blank:
        return Item(**common, **_room(question))
    if answer.kind == Kind.TABLE:
        return Item(**common, rows=answer.rows, language=language, is_empty=answer.is_empty)
    wordings = [
        Wording(
            said.text, said.language,
            " · ".join(filter(None, [language_name(said.language), said.state]))
            if answer.has_both or said.state else "",
        )
        for said in answer.said
    ]  # fmt: skip
    files = [f"{file.name} ({filesizeformat(file.size)})" for file in answer.files]
    chosen = [*map(str, answer.words), *files]
    return Item(**common, wordings=wordings, chosen=chosen, is_empty=answer.is_empty)


def _room(question: Question | None) -> dict[str, Any]:
    if question is None:
        return {"room": 2}
    if question.options:
        return {"options": [str(said) for _key, said in question.said_options]}
    if question.kind == Kind.TABLE:
        rows = min(question.most_rows, MOST_BLANK_ROWS)
        return {"rows": [[""] * len(question.columns) for _row in range(rows)]}
    if question.kind == Kind.FILE:
        return {}
    return {"room": len(question.blank_lines)}


def _notes(answer: Answered, question: Question | None) -> list[str]:
    """Help and limits, as the form on the site says them."""
    found = [str(answer.help)] if Text.load(answer.help) else []
    if question is None:
        return found
    said: list[str] = []
    if question.need == Question.Need.REQUIRED:
        said.append(_("Required"))
    elif question.need == Question.Need.LATER and question.needed_from:
        day = date_format(question.needed_from, "DATE_FORMAT")
        said.append(_("Required from %(day)s on") % {"day": day})
    said.append(str(question.get_kind_display()))
    if most := question.most_letters:
        words = ngettext("at most %(most)s character", "at most %(most)s characters", most)
        said.append(words % {"most": number(most)})
    if question.kind == Kind.TABLE:
        words = ngettext("at most %(most)s row", "at most %(most)s rows", question.most_rows)
        said.append(words % {"most": question.most_rows})
    if question.kind == Kind.FILE:
        said.append(_("to be uploaded on the site"))
    return [*found, " · ".join(said)]
