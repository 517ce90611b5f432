"""Whom to ask for a signature, and why somebody is asked no more."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.people.models import Membership


class AskForm(forms.Form):
    """People who act for the body and were not asked yet."""

    people = forms.TypedMultipleChoiceField(
        label=_("Who shall sign"), coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who shall sign.")},
    )  # fmt: skip

    def __init__(
        self, *args: Any, acting: Iterable[Membership], asked: Collection[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        found: dict[int, str] = {}
        for row in acting:
            if row.user_id not in asked:
                found.setdefault(row.user_id, f"{row.user} · {row.get_mandate_display()}")
        self.fields["people"].choices = list(found.items())  # type: ignore[attr-defined]

    @property
    def has_anybody(self) -> bool:
        """Whether there is still somebody to ask."""
        return bool(self.fields["people"].choices)  # type: ignore[attr-defined]
