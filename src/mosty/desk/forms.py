"""What somebody says who has looked again at what is withheld."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.core.looking_again import Withheld


class KeepForm(forms.Form):
    """Until when it stays withheld, and why it still has to."""

    until = forms.DateField(
        label=_("Look again on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The next day on which somebody asks whether this still has to be."),
    )
    reason = forms.CharField(label=_("Why not everybody"), max_length=300)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, thing: Withheld, today: date) -> None:
        self.today = today
        initial = {
            "until": max(thing.due, today) + timedelta(days=182),
            "reason": thing.reason,
            "seen": thing.mark,
        }
        super().__init__(data, initial=initial, label_suffix="")

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= self.today:
            raise forms.ValidationError(_("Choose a day that lies ahead."), code="past")
        return until


class OpenForm(forms.Form):
    """Why it need not be withheld any more; whoever has nothing to say need not."""

    why = forms.CharField(label=_("What has changed"), max_length=300, required=False)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, thing: Withheld) -> None:
        super().__init__(data, initial={"seen": thing.mark}, label_suffix="")
