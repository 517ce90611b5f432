"""A need or an offer: theme, weight, a few words in one or two languages."""

import json
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mosty.core.editing import SEEN, EditForm, OwnedLevelFields, mark
from mosty.core.publication import Level
from mosty.core.texts import Text, TextFormField
from mosty.places.domain.entries import FIELDS
from mosty.places.forms.groups import GroupedForm
from mosty.places.models import Need, Offer, Theme, ThemeEntry


class EntryForm(EditForm, OwnedLevelFields, GroupedForm):
    """Say a need or an offer, or say it anew (`thing`)."""

    weight = forms.TypedChoiceField(
        label=_("How important is it?"),
        choices=ThemeEntry.Weight.choices,
        coerce=int,
        initial=ThemeEntry.Weight.MUCH.value,
        widget=forms.RadioSelect,
    )
    text = TextFormField(
        label=_("In a few words"),
        rows=3,
        max_length=600,
        required=False,
        help_text=_("What exactly, for whom, by when. Your partner reads this first."),
    )
    GROUPS = (
        ("", ("theme", "weight", "text"), False),
        (_("Who may see it"), (("level", "level_review_on"), "level_reason"), True),
    )

    def __init__(
        self, data: Any = None, *, thing: Need | Offer | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, thing=thing, **kwargs)
        if thing is None:
            # Nothing was there when the form was opened: if there is by now, both are shown.
            blank = {"weight": "", "text": mark(Text()), "level": mark(Level.PUBLIC)}
            self.fields[SEEN].initial = json.dumps(blank)
        if not self.initial.get("text"):
            self.initial["text"] = Text(record=get_language() or "en")

    def values(self) -> dict[str, Any]:
        """The fields of the entry that the person has changed."""
        return {name: value for name, value in self.changed_values().items() if name in FIELDS}


class AddEntryForm(EntryForm):
    """The same with the theme to choose."""

    theme = forms.ModelChoiceField(
        label=_("Theme"), queryset=Theme.objects.all(), empty_label=_("Choose a theme")
    )
