"""One text in several languages, with the state of each wording.

A text has a language of record (in which it was written and is valid). Other wordings are
translations: made by a machine, edited or approved by a person; when the original changes they
turn *outdated* and stay readable. A reader whose language is missing gets the language of record
with a label, never an empty page.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Wording(models.TextChoices):
    """How a wording came to be."""

    OWN = "own", _("Author's own")
    MACHINE = "machine", _("Translated by a machine")
    EDITED = "edited", _("Translated")
    APPROVED = "approved", _("Translation approved")
    OUTDATED = "outdated", _("Translation of an older text")


@dataclass(frozen=True, slots=True)
class Said:
    """A text as one reader gets it."""

    text: str
    language: str
    state: Wording
    is_fallback: bool


def _page_language() -> str:
    code = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Text:
    """Immutable: `write` and `translate` give a new one. `wordings`: language -> (text, state,
    mark of the original that it follows)."""

    record: str = "en"
    wordings: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, *, record: str = "en", **texts: str) -> "Text":
        """`Text.of(record="uk", uk="Вода", en="Water")`: a text and its edited translations."""
        made = cls(record=record).write(texts.get(record, ""))
        for language, text in texts.items():
            if language != record and text.strip():
                made = made.translate(language, text)
        return made

    @classmethod
    def load(cls, data: Any) -> "Text":
        """From the JSON of the database; a plain string is a text of record in English."""
        if isinstance(data, Text):
            return data
        if not data:
            return cls()
        if isinstance(data, str):
            return cls.of(en=data)
        rows = {
            language: (row["text"], row["state"], row.get("of", ""))
            for language, row in data.get("texts", {}).items()
        }
        return cls(record=data.get("record", "en"), wordings=rows)

    def dump(self) -> dict[str, Any]:
        """The JSON of the database."""
        return {
            "record": self.record,
            "texts": {
                language: {"text": text, "state": state, "of": of}
                for language, (text, state, of) in sorted(self.wordings.items())
            },
        }

    def write(self, text: str) -> "Text":
        """The text of record anew; translations of another original become outdated, one of this
        very original is none of an older text any more."""
        mark = _mark(text)
        rows = {
            language: (
                (said, Wording.EDITED.value if state == Wording.OUTDATED else state, of)
                if of == mark or language == self.record
                else (said, Wording.OUTDATED.value, of)
            )
            for language, (said, state, of) in self.wordings.items()
        }
        if text.strip():
            rows[self.record] = (text, Wording.OWN.value, "")
        else:
            rows.pop(self.record, None)
        return replace(self, wordings=rows)

    def translate(self, language: str, text: str, *, state: Wording = Wording.EDITED) -> "Text":
        """A translation of the present text of record; empty takes it away."""
        rows = dict(self.wordings)
        if not text.strip():
            rows.pop(language, None)
        else:
            original = self.wordings.get(self.record, ("", "", ""))[0]
            rows[language] = (text, state.value, _mark(original))
        return replace(self, wordings=rows)

    def revised(self, typed: "Text") -> "Text":
        """This text after somebody has typed `typed` over it in a form.

        A wording that was not touched keeps its state, one that was is a person's own now, and a
        translation of an original that was changed is outdated until somebody looks at it.
        """
        if not self.wordings or typed.record != self.record:
            return typed
        made = self.write(typed.wordings.get(typed.record, ("", "", ""))[0])
        for language in {*self.wordings, *typed.wordings} - {self.record}:
            text = typed.wordings.get(language, ("", "", ""))[0]
            if text != self.wordings.get(language, ("", "", ""))[0]:
                made = made.translate(language, text)
        return made

    def said(self, language: str | None = None) -> Said:
        """The wording for a reader (default: the language of the page)."""
        wanted = (language or get_language() or self.record).split("-")[0]
        for choice in (wanted, self.record, *sorted(self.wordings)):
            if choice in self.wordings:
                text, state, _of = self.wordings[choice]
                return Said(text, choice, Wording(state), choice != wanted)
        return Said("", wanted, Wording.OWN, is_fallback=False)

    def __str__(self) -> str:
        return self.said().text

    def __bool__(self) -> bool:
        return bool(self.wordings)


def said_html(text: Any) -> SafeString:
    """A text for a reader as HTML: its language is marked where the page speaks another one."""
    if isinstance(text, str):
        return conditional_escape(text)
    said = Text.load(text).said()
    if not said.is_fallback or not said.text:
        return conditional_escape(said.text)
    return format_html('<span lang="{}">{}</span>', said.language, said.text)


class TextField(models.JSONField):
    """A `Text` in one JSON column; `blank=True` lets it be empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", Text)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Text:
        return Text.load(super().from_db_value(value, expression, connection))

    def to_python(self, value: Any) -> Text:
        return Text.load(value)

    def get_prep_value(self, value: Any) -> Any:
        return Text.load(value).dump() if value is not None else None

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        ready = value.dump() if isinstance(value, Text) else value
        return super().get_db_prep_value(ready, connection, prepared)

    def validate(self, value: Any, model_instance: Any) -> None:
        if not value and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")

    def value_to_string(self, obj: models.Model) -> Any:
        return Text.load(self.value_from_object(obj)).dump()

    def formfield(self, **kwargs: Any) -> Any:
        options = {
            "required": not self.blank,
            "label": self.verbose_name and str(self.verbose_name).capitalize(),
            "help_text": self.help_text,
            **{
                name: value
                for name, value in kwargs.items()
                if name in {"label", "help_text", "required", "rows"}
            },
        }
        return TextFormField(**options)


class TextWidget(forms.MultiWidget):
    """A language of record and one box per language of the site."""

    template_name = "core/text_widget.html"

    def __init__(self, rows: int = 3, attrs: Any = None) -> None:
        self.languages = [code for code, _name in settings.LANGUAGES]
        box: type[forms.Widget] = forms.TextInput if rows == 1 else forms.Textarea
        given = {} if rows == 1 else {"rows": rows}
        widgets: dict[str, Any] = {"record": forms.Select(choices=settings.LANGUAGES)}
        for code in self.languages:
            widgets[code] = box(attrs={**given, "lang": code})
        super().__init__(widgets, attrs)

    def decompress(self, value: Any) -> list[str]:
        text = Text.load(value)
        # An empty one will most likely be written in the language in which the page is read.
        record = text.record if text else _page_language()
        return [record, *(text.wordings.get(code, ("",))[0] for code in self.languages)]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        boxes = context["widget"]["subwidgets"]
        context["widget"]["record"] = boxes[0]
        context["widget"]["boxes"] = [
            {"language": label, "code": code, "widget": box}
            for (code, label), box in zip(settings.LANGUAGES, boxes[1:], strict=True)
        ]
        # What it is written in comes first.
        record = boxes[0]["value"]
        context["widget"]["boxes"].sort(key=lambda box: box["code"] not in record)
        return context


class TextFormField(forms.MultiValueField):
    """Gives a `Text`; the language of record needs a text when the field is required."""

    def __init__(self, *, rows: int = 3, max_length: int = 4000, **kwargs: Any) -> None:
        fields: list[forms.Field] = [forms.ChoiceField(choices=settings.LANGUAGES, required=False)]
        fields += [
            forms.CharField(required=False, max_length=max_length) for _code in settings.LANGUAGES
        ]
        super().__init__(
            fields=fields, widget=TextWidget(rows=rows), require_all_fields=False, **kwargs
        )

    def compress(self, data_list: list[str]) -> Text:
        if not data_list:
            return Text()
        record, *boxes = data_list
        # A browser sends the ends of lines as CR LF; the text is the same as before.
        texts = {
            code: text.replace("\r\n", "\n")
            for (code, _name), text in zip(settings.LANGUAGES, boxes, strict=True)
            if text and text.strip()
        }
        if texts and record not in texts:
            record = next(iter(texts))
        return Text.of(record=record or settings.LANGUAGE_CODE, **texts) if texts else Text()

    def clean(self, value: Any) -> Text:
        text: Text = super().clean(value)
        if self.required and not text:
            raise ValidationError(_("Write this in at least one language."), code="required")
        return text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return Text.load(initial).dump() != self.compress(list(data or [])).dump()
