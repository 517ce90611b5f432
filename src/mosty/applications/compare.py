"""Two frozen contents put beside each other: what differs, under the words of the questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from mosty.calls.models import Call, Question
from mosty.core.diffs import changes
from mosty.core.languages import language_name
from mosty.core.signing import ChangeShown, changes_shown
from mosty.core.texts import Text, Wording

Kind = Question.Kind


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the two must be put into words with: the questions of the call."""

    questions: Mapping[str, Question]

    @classmethod
    def of(cls, call: Call) -> "Comparison":
        """With all that the call asks."""
        rows = Question.objects.filter(section__call=call)
        return cls({row.key: row for row in rows})

    def read(self, content: Any) -> dict[str, Any]:
        """Frozen content with every answer as people read it: texts and nothing else."""
        if not content:
            return {}
        return {
            "answers": {row["key"]: self._answer(row) for row in content["answers"]},
            "files": _files(content["files"]),
            "language": language_name(content["language"]),
            "association": content["association"],
            "council_on": content["council_on"],
            "organisation": content["organisation"]["name"],
            "call_version": str(content["call_version"]),
        }

    def describe(self, path: tuple[str, ...]) -> str:
        """Where a change lies, in words."""
        if path[0] == "answers" and len(path) > 1:
            question = self.questions.get(path[1])
            steps = [str(question) if question else path[1]]
            return " · ".join([*steps, *(_said_step(step) for step in path[2:])])
        if path[0] == "files" and len(path) > 1:
            question = self.questions.get(path[1])
            where = str(question) if question else _("Further files")
            return _("Files: %(where)s") % {"where": where}
        return {
            "language": _("Language of record"),
            "association": _("Association"),
            "council_on": _("Decision of the council"),
            "organisation": _("Name of the body"),
            "call_version": _("Version of the call"),
        }.get(path[0], path[0])

    def between(self, before: Any, after: Any) -> list[ChangeShown]:
        """What differs between two frozen contents."""
        return changes_shown(changes(self.read(before), self.read(after)), self.describe)

    def _answer(self, row: Mapping[str, Any]) -> dict[str, str]:
        value, question = row["value"], self.questions.get(row["key"])
        kind = question.kind if question else Kind.SHORT
        if kind in {Kind.SHORT, Kind.LONG}:
            return _wordings(Text.load(value))
        if kind == Kind.FILE:
            # Told by the files themselves.
            return {}
        if kind == Kind.TABLE:
            return {"": "\n".join(" | ".join(map(str, row.values())) for row in value or ())}
        chosen = value if isinstance(value, list) else [] if value in (None, "") else [value]
        called = dict(question.said_options) if question else {}
        return {"": ", ".join(str(called.get(key, key)) for key in chosen)}


def _said_step(step: str) -> str:
    if not step:
        return ""
    language, _dot, state = step.partition(".")
    name = language_name(language)
    return _("%(language)s, state of the translation") % {"language": name} if state else name


def _wordings(text: Text) -> dict[str, str]:
    found: dict[str, str] = {}
    for language, (words, state, _of) in sorted(text.wordings.items()):
        found[language] = words
        if state != Wording.OWN:
            found[f"{language}.state"] = str(Wording(state).label)
    return found


def _files(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """By their question: names with the beginning of what they hold, one a line."""
    found: dict[str, str] = {}
    for row in rows:
        line = f"{row['name']} ({row['sha256'][:12]})"
        known = found.get(row["question"])
        found[row["question"]] = f"{known}\n{line}" if known else line
    return found
