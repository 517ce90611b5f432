"""A name of a body: with its language, kind and time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mosty.core.alphabets import one_alphabet
from mosty.core.dates import PartialDateField, say_date
from mosty.core.editing import EditForm
from mosty.core.languages import OF_NAMES, language_choices
from mosty.places.domain.names import FIELDS
from mosty.places.forms.groups import GroupedForm
from mosty.places.models import Name

USES = [choice for choice in Name.Use.choices if choice[0] != Name.Use.CODE]


class NameForm(EditForm, GroupedForm):
    """Add a name, or correct one (`thing`)."""

    GROUPS = (("", ("text", ("language", "use"), ("since", "until")), False),)

    text = forms.CharField(
        label=pgettext_lazy("of a place", "Name"), max_length=200, validators=[one_alphabet]
    )
    language = forms.ChoiceField(label=_("Language"))
    use = forms.ChoiceField(
        label=_("Kind"),
        choices=USES,
        initial=Name.Use.EXONYM,
        help_text=_("“As people say it” leads lists and headings; former names stay findable."),
    )
    since = PartialDateField(label=_("From"), required=False)
    until = PartialDateField(label=_("To"), required=False)

    def __init__(self, data: Any = None, *, thing: Name | None = None, **kwargs: Any) -> None:
        super().__init__(data, thing=thing, **kwargs)
        codes = dict.fromkeys([*OF_NAMES, *([thing.language] if thing else [])])
        none = [] if thing else [("", _("Choose a language"))]
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            *none,
            *language_choices(codes),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since[: len(until)]:
            self.add_error("until", _("It ends before it begins. Look at both dates again."))
        return cleaned

    def values(self) -> dict[str, str]:
        """The fields of the name."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class EndNameForm(forms.Form):
    """Since when a body is not called so any more, and why."""

    until = PartialDateField(
        label=_("Until when was it called so?"),
        help_text=_("As precise as you know: day and month may stay empty."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("For example the decision by which it was renamed."),
    )
    use_required_attribute = True

    def __init__(self, data: Any = None, *, name: Name | None = None) -> None:
        # A page has one for each name.
        which = name.pk if name else ""
        super().__init__(data, label_suffix="", auto_id=f"id_end_{which}_%s")
        self.name = name

    def clean_until(self) -> str:
        until: str = self.cleaned_data["until"]
        since = self.name.since if self.name else ""
        if since and until < since[: len(until)]:
            raise forms.ValidationError(
                _("It was called so only from %(since)s on."), params={"since": say_date(since)}
            )
        return until
