"""Two versions to put beside each other."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CompareForm(forms.Form):
    """From which version to which; `from` and `to` in the address."""

    # Nothing is saved by it, and what is wrong says so.
    only_asks = True

    def __init__(self, *args: Any, numbers: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(number, _("Version %(number)s") % {"number": number}) for number in numbers]
        for name, label in (("from", _("From")), ("to", _("To"))):
            self.fields[name] = forms.TypedChoiceField(label=label, coerce=int, choices=choices)
