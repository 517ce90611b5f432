"""What the applications of the demonstration answer: short texts of `applications.json`, and what
the profiles of the bodies say. The same body answers the same each time."""

from collections.abc import Mapping, Sequence
from typing import Any

from mosty.applications.models import Application
from mosty.applications.reuse import suggestions
from mosty.calls.models import Question
from mosty.core.access import Actor
from mosty.core.texts import Text, Wording
from mosty.places.models import Kind, Need

Row = Mapping[str, Any]
# How far a translation has come, in the words of the file.
STATES = {
    "edited": Wording.EDITED,
    "machine": Wording.MACHINE,
    "approved": Wording.APPROVED,
    "outdated": Wording.OUTDATED,
}
# What those without figures in the register say of themselves.
INHABITANTS, OWN_MONEY = "8200", (1500, 3000, 5000, 8000)


class Answers:
    """The answers of one application; `place` is its number in the call."""

    def __init__(
        self, content: Mapping[str, Any], row: Row, application: Application, place: int, by: Actor
    ) -> None:
        self.texts, self.row, self.place = content["texts"], row, place
        self.application, self.by = application, by
        self.body = application.organisation
        given = (one for one in content["without_profile"] if one["body"] == self.body.code)
        self.given = next(given, None)

    def all(self, questions: Sequence[Question]) -> dict[Question, Any]:
        """An answer for every question that is not answered by a file."""
        said = suggestions(self.application, questions, self.by)
        found = {}
        for question in questions:
            if question.kind == Question.Kind.FILE or self._passes_over(question):
                continue
            own = said.get(question.pk)
            value = self._value(question, own.value if own else None)
            if value is not None:
                found[question] = value
        return found

    def _passes_over(self, question: Question) -> bool:
        """Nobody answers everything."""
        is_asked = question.need != Question.Need.OPTIONAL
        return not is_asked and (self.place + len(question.key)) % 3 == 0

    def _value(self, question: Question, from_profile: Any) -> Any:
        key = question.key
        if key in {"needs", "offers"}:
            if self.given is not None:
                return self._text(self.given[key])
            wordings = Text.load(from_profile).wordings
            return self._text({language: row[0] for language, row in wordings.items()})
        if key == "population":
            return from_profile or INHABITANTS
        if key in {"members", "forum"}:
            return self.row[key]
        if key == "interest":
            return self._text(self.row[key])
        if key == "languages":
            options = {option["key"] for option in question.options}
            spoken = set(self.body.languages) or {self.application.language}
            return sorted({one if one in options else "other" for one in spoken})
        if key == "budget":
            return str(OWN_MONEY[self.place % len(OWN_MONEY)])
        if key == "support":
            return "council" if "council" in self.row else "mayor"
        pool = self._pool(key)
        return self._text(pool[self._turn(key, len(pool))]) if pool else None

    def _turn(self, key: str, count: int) -> int:
        """Which text of a pool: as the row says, else by turns, not the same turn for each key."""
        given = self.row.get(key)
        return int(given) if given is not None else (self.place + len(key)) % count

    def _pool(self, key: str) -> Sequence[Mapping[str, str]]:
        if key == "project":
            return [self.texts["project"][self._theme()]]
        if key == "about" and self.body.kind == Kind.MUNICIPALITY:
            kinds: Mapping[str, Sequence[Mapping[str, str]]] = self.texts["about"]
            tags = (tag for tag in ("mountain", "coast", "rural") if tag in self.body.profile)
            return kinds[next(tags, "urban")]
        of_association = self.texts.get(f"association_{key}", ())
        if self.body.kind == Kind.ASSOCIATION and of_association:
            # The last one is for whoever says so of itself.
            rest = of_association[:-1] if key == "capacity" else of_association
            return list(of_association if key in self.row else rest)
        found: Sequence[Mapping[str, str]] = self.texts.get(key, ())
        return found[:-1] if key == "choose" and key not in self.row else found

    def _theme(self) -> str:
        if self.given is not None:
            return str(self.given["theme"])
        needs = Need.objects.filter(organisation=self.body).order_by("-weight", "pk")
        theme = needs.values_list("theme_id", flat=True).first()
        return str(theme or "governance")

    def _text(self, words: Mapping[str, str]) -> dict[str, Any]:
        """In the language of record, and as far as it is translated in the other one."""
        record = self.application.language
        made = Text(record=record).write(words[record])
        state = STATES.get(self.row.get("translated", "none"))
        for language, text in words.items():
            if language == record or state is None:
                continue
            if state == Wording.OUTDATED:
                # It was translated from an earlier wording.
                earlier = Text(record=record).write("…").translate(language, text)
                made = earlier.write(words[record])
            else:
                made = made.translate(language, text, state=state)
        return made.dump()
