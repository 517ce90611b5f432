"""Deeds that ask why, and the agreement of both councils."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """A deed that asks why."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept with your name and shown to whoever may see this."),
    )


class AgreeForm(forms.Form):
    """That both councils agreed: since when, and how we know."""

    on = forms.DateField(
        label=_("Day of the second council's decision"),
        widget=forms.DateInput(attrs={"type": "date"}),
        initial=timezone.localdate,
    )
    source = forms.CharField(
        label=_("How we know"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Numbers and dates of both decisions, or the letters that say so."),
    )

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(
                _("This day lies ahead. Record the agreement when both councils gave it."),
                code="ahead",
            )
        return day
