"""A text answer: one's own language first, the other beside it; letters are counted, never cut."""

from typing import Any

from django import forms

from mosty.core.languages import language_name
from mosty.core.texts import Text


class AnswerWidget(forms.MultiWidget):
    """A box for each language; `most` letters are counted beneath, more can be written."""

    template_name = "applications/parts/answer_text.html"

    def __init__(self, languages: list[str], *, rows: int, most: int | None) -> None:
        self.languages = languages
        self.most = most
        box: type[forms.Widget] = forms.TextInput if rows == 1 else forms.Textarea
        given = {} if rows == 1 else {"rows": rows}
        boxes: Any = {code: box(attrs={**given, "lang": code}) for code in languages}
        super().__init__(boxes)

    def decompress(self, value: Any) -> list[str]:
        text = Text.load(value)
        return [text.wordings.get(code, ("",))[0] for code in self.languages]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        boxes = context["widget"]["subwidgets"]
        context["widget"] |= {
            "most": self.most,
            "boxes": [
                {"code": code, "language": language_name(code), "widget": box}
                for code, box in zip(self.languages, boxes, strict=True)
            ],
        }
        return context


class AnswerTextField(forms.MultiValueField):
    """Gives a `Text` whose original is in the first language, if it says anything.

    `kept` holds wordings in languages for which there is no box: they stay.
    """

    def __init__(
        self, *, languages: list[str], rows: int, most: int | None, kept: Text, **kwargs: Any
    ) -> None:
        self.languages = languages
        self.kept = kept
        boxes = [forms.CharField(required=False, strip=False) for _code in languages]
        widget = AnswerWidget(languages, rows=rows, most=most)
        super().__init__(
            fields=boxes, widget=widget, required=False, require_all_fields=False, **kwargs
        )

    def compress(self, data_list: list[str]) -> Text:
        # A browser sends the ends of lines as CR LF; the text is the same as before.
        texts = {
            code: text.replace("\r\n", "\n")
            for code, text in zip(self.languages, data_list or (), strict=False)
            if text and text.strip()
        }
        unseen = {
            code: text
            for code, (text, _state, _of) in self.kept.wordings.items()
            if code not in self.languages
        }
        if not texts and not unseen:
            return Text(record=self.languages[0])
        said = texts | unseen
        record = self.languages[0] if self.languages[0] in said else next(iter(said))
        return Text.of(record=record, **said)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return Text.load(initial).dump() != self.compress(list(data or [])).dump()
