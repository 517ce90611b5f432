"""The page of a sign-off, whatever is signed: the form of one's word, and rows for its parts.

    {% include "parts/signatories.html" %}   needs `signing` (`shown(…)`)
    {% include "parts/sign.html" %}          needs `sign_form`, `sign_url`
    {% include "parts/changes.html" %}       needs `changes` (`changes_shown(…)`)

Whoever signs sends back the version that they saw: a letter's link only leads to the page, so that
a scanner that opens links signs nothing, and nobody signs what was changed meanwhile.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core.diffs import Change, Piece
from mosty.core.signoff import Place, Signature, Standing, Word

# The way to a place in the content → where that is, for people; empty: nobody needs to see it.
Describe = Callable[[tuple[str, ...]], str]

TONES = {
    Word.APPROVED: ("good", _("Approves")),
    Word.DECLINED: ("bad", _("Declines")),
    Word.PUT_OFF: ("warn", _("Puts it off")),
    Word.VOIDED: ("warn", _("Asked again")),
    Word.WAITING: ("quiet", _("Not signed yet")),
}
CHOICES = (
    (Signature.Choice.APPROVE, _("I approve this version")),
    (Signature.Choice.DECLINE, _("I decline it")),
    (Signature.Choice.ABSTAIN, _("I put it off")),
)


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One place that differs, with its name, put word by word."""

    where: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """One signatory as a row of the list."""

    place: Place
    tone: str
    words: Any
    is_own: bool
    changes: Sequence[ChangeShown]


@dataclass(frozen=True, slots=True)
class Shown:
    """A sign-off as its parts draw it."""

    rows: Sequence[PlaceShown]
    approved: int
    standing: Standing

    @property
    def own(self) -> PlaceShown | None:
        """The reader's own row, if their word is asked for."""
        return next((row for row in self.rows if row.is_own), None)


def changes_shown(changes: Iterable[Change], describe: Describe) -> list[ChangeShown]:
    """Changes with the names of their places, without those that nobody needs to see."""
    named = ((describe(change.path), change.pieces) for change in changes)
    return [ChangeShown(where, pieces) for where, pieces in named if where and pieces]


def shown(standing: Standing, *, user_id: int | None, describe: Describe) -> Shown:
    """Everybody's word on a version, for one reader."""
    rows = []
    for place in standing.places:
        tone, words = TONES[place.word]
        is_own = user_id is not None and place.signatory.user_id == user_id
        changes = changes_shown(place.changed, describe)
        rows.append(PlaceShown(place, tone, words, is_own, changes))
    approved = sum(place.word is Word.APPROVED for place in standing.places)
    return Shown(rows, approved, standing)


class SignForm(forms.Form):
    """One's word on the version that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    choice = forms.ChoiceField(
        label=_("Your word"), choices=CHOICES, widget=forms.RadioSelect,
        error_messages={"required": _("Approve, decline, or put it off.")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=1000,
        help_text=_("Needed when you decline. The others read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    until = forms.DateField(
        label=_("Put off until"), required=False,
        help_text=_("Needed when you put it off. On that day it stands on your desk again."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What the choice needs; the verb asks the same once more."""
        data: dict[str, Any] = super().clean() or {}
        choice, until = data.get("choice"), data.get("until")
        if choice == Signature.Choice.DECLINE and not str(data.get("reason", "")).strip():
            self.add_error("reason", _("Say why you decline: the others must know."))
        is_day = until is not None and until > timezone.localdate()
        if choice == Signature.Choice.ABSTAIN and not is_day and "until" not in self.errors:
            self.add_error("until", _("Say until which day you put it off."))
        return data
