"""Who may see which text of a record: asked beside the texts, so that both are saved together."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.core.editing import PARTNERS_ARE
from mosty.core.publication import Level
from mosty.places.domain.text_levels import Circle
from mosty.places.models import TextLevel

WHO_SEES_TEXTS = (
    _("Who may see these texts"),
    (
        ("about_level", "experience_level"),
        "capacity_level",
        ("texts_reason", "texts_review_on"),
    ),
    True,
)


def _level_of(text: TextLevel.Text, *, help_text: Any = "") -> forms.ChoiceField:
    # Not required: a page that was open before there were levels sends none, and means none.
    return forms.ChoiceField(
        label=text.label,
        choices=Level.choices,
        initial=Level.PUBLIC,
        required=False,
        help_text=help_text,
    )


class TextLevelFields(forms.Form):
    """A level for each text, and one reason and date for those that are not public.

    It stands before `EditForm` among the bases, whose `current_values` it completes.
    """

    about_level = _level_of(TextLevel.Text.ABOUT)
    experience_level = _level_of(TextLevel.Text.EXPERIENCE)
    capacity_level = _level_of(TextLevel.Text.CAPACITY, help_text=PARTNERS_ARE)
    texts_reason = forms.CharField(
        label=_("Why not everybody"),
        required=False,
        max_length=300,
        help_text=_("Needed unless all of them are public."),
    )
    texts_review_on = forms.DateField(
        label=_("Look again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def current_values(self) -> dict[str, Any]:
        """What the record holds now, the levels among it."""
        now: dict[str, Any] = super().current_values()  # type: ignore[misc]
        rows = list(TextLevel.objects.filter(organisation=self.thing))  # type: ignore[attr-defined]
        known = {row.text: row.level for row in rows}
        for name in TextLevel.Text.values:
            now[f"{name}_level"] = known.get(name, Level.PUBLIC.value)
        # One reason is asked for all; where officers have set several, the first one is shown.
        closed = next((row for row in rows if row.level != Level.PUBLIC), None)
        now["texts_reason"] = closed.level_reason if closed else ""
        now["texts_review_on"] = closed.level_review_on if closed else None
        return now

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        narrow = [name for name in TextLevel.Text.values if _chosen(cleaned, name) != Level.PUBLIC]
        if narrow and not cleaned.get("texts_reason"):
            self.add_error("texts_reason", _("Say why, so that others can look at it again."))
        return cleaned

    def circles(self) -> dict[str, Circle]:
        """The texts whose circle the person has changed, as `edit_organisation` takes them."""
        changed = set(self.changed_values())  # type: ignore[attr-defined]
        cleaned = self.cleaned_data
        for_all = bool(changed & {"texts_reason", "texts_review_on"})
        return {
            name: Circle(
                _chosen(cleaned, name),
                cleaned.get("texts_reason") or "",
                cleaned.get("texts_review_on"),
            )
            for name in TextLevel.Text.values
            if f"{name}_level" in changed or for_all
        }


def _chosen(cleaned: dict[str, Any], name: str) -> str:
    return cleaned.get(f"{name}_level") or Level.PUBLIC.value
