"""Forms that two people may have open at once: a late save is merged, not dropped.

A form carries a mark of each field as it was shown. What comes back equal to its mark was not
touched and is left alone, whatever somebody else has made of it meanwhile; a field that both have
changed is shown again with the other's words, and saving once more keeps one's own.
"""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.core.history import plain
from mosty.core.publication import WITHOUT_PARTNERS, Level
from mosty.core.rows import Rows
from mosty.core.texts import Text
from mosty.core.versions import digest

SEEN = "seen"


def mark(value: Any) -> str:
    """A short mark of one value; equal values have equal marks, empty ones all the same."""
    said = plain(value)
    if isinstance(said, list):
        said = sorted(str(each) for each in said)
    return digest(said)[:12] if said or said == 0 else ""


def both_changed(*, seen: str, mine: str, now: str) -> bool:
    """Whether a field was changed here and elsewhere, to different ends; all three are marks."""
    return seen != now and mine not in {seen, now}


class EditForm(forms.Form):
    """A form over one record (`thing`), or over none yet.

    `current_values` says what the record holds now, by field; `changed_values` what the person
    has changed of it.
    """

    def __init__(self, data: Any = None, *, thing: Any = None, **kwargs: Any) -> None:
        self.thing = thing
        now = self.current_values() if thing is not None else {}
        kwargs["initial"] = now | (kwargs.get("initial") or {})
        super().__init__(data, label_suffix="", **kwargs)
        self.now = {name: mark(value) for name, value in now.items()}
        self.fields[SEEN] = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=json.dumps(self.now)
        )

    def current_values(self) -> dict[str, Any]:
        """The values of the record, by field; fields named like its attributes by themselves."""
        return {
            name: getattr(self.thing, name)
            for name in self.base_fields
            if hasattr(self.thing, name)
        }

    def words_of(self, name: str) -> str:
        """What the record holds now in a field, as people read it."""
        return _words(self.initial[name])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            if isinstance(value, Text) and isinstance(self.initial.get(name), Text):
                cleaned[name] = self.initial[name].revised(value)
        seen = self._seen()
        both = [
            name
            for name, mine in cleaned.items()
            if name in seen
            and name in self.now
            and both_changed(seen=seen[name], mine=mark(mine), now=self.now[name])
        ]
        for name in both:
            self.add_error(
                name,
                forms.ValidationError(
                    _(
                        "Somebody has changed this meanwhile to: “%(theirs)s”. "
                        "Yours is kept here; save once more if it is to stand."
                    ),
                    code="changed_meanwhile",
                    params={"theirs": self.words_of(name)},
                ),
            )
        if both:
            # What is told now has been seen when the form comes back; of the other fields the form
            # still shows what it did, so their marks stay.
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix(SEEN)] = json.dumps({**seen, **{n: self.now[n] for n in both}})
            self.data = data
        return cleaned

    def changed_values(self) -> dict[str, Any]:
        """The cleaned values that differ from what the person was shown."""
        seen = self._seen()
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != SEEN and (name not in seen or mark(value) != seen[name])
        }

    def _seen(self) -> Mapping[str, str]:
        try:
            given = json.loads(self.data.get(self.add_prefix(SEEN)) or "{}")
        except ValueError:
            return {}
        rows = given.items() if isinstance(given, dict) else ()
        return {name: seen for name, seen in rows if isinstance(seen, str)}


def _words(value: Any) -> str:
    if isinstance(value, Rows):
        return value.words
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return str(value)


class LevelFields(forms.Form):
    """Who may see a record, why not everybody, and when somebody looks again.

    For records of which no body has partners; the others take `OwnedLevelFields`.
    """

    level = forms.ChoiceField(
        label=_("Who may see this"), choices=WITHOUT_PARTNERS, initial=Level.PUBLIC
    )
    level_reason = forms.CharField(
        label=_("Why not everybody"),
        required=False,
        max_length=300,
        help_text=_("Needed unless it is public."),
    )
    level_review_on = forms.DateField(
        label=_("Look again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("level") not in {None, Level.PUBLIC} and not cleaned.get("level_reason"):
            self.add_error("level_reason", _("Say why, so that others can look at it again."))
        return cleaned


PARTNERS_ARE = _(
    "Partners only: the municipalities with which it has a partnership, as long as that lasts, and "
    "the secretariat."
)


class OwnedLevelFields(LevelFields):
    """The same for what a body says of itself: it may keep it for its partners."""

    level = forms.ChoiceField(
        label=_("Who may see this"),
        choices=Level.choices,
        initial=Level.PUBLIC,
        help_text=PARTNERS_ARE,
    )
