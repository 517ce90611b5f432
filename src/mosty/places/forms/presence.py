"""A contact and a picture of a body."""

import re
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from mosty.core.editing import EditForm, OwnedLevelFields
from mosty.core.images import draw_anew
from mosty.core.publication import Level
from mosty.core.texts import Text, TextFormField
from mosty.places.domain.presence import CONTACT_FIELDS, PICTURE_FIELDS
from mosty.places.forms.groups import GroupedForm

_PHONE = re.compile(r"\+?[\d\s()./-]{5,40}")
_WHO_SEES = (_("Who may see it"), (("level", "level_review_on"), "level_reason"), True)


class ContactForm(EditForm, OwnedLevelFields, GroupedForm):
    """Whom to write to about cooperation."""

    office = forms.CharField(
        label=_("Office"), max_length=150, help_text=_("Such as: department for cooperation.")
    )
    name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"),
        max_length=150,
        required=False,
        help_text=_("Only with the person's consent."),
    )
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    GROUPS = (("", ("office", "name", ("email", "phone")), False), _WHO_SEES)

    def __init__(self, data: Any = None, *, thing: Any = None, **kwargs: Any) -> None:
        super().__init__(data, thing=thing, **kwargs)
        if thing is None:
            self.initial.setdefault("level", Level.PROGRAMME)
            self.initial.setdefault(
                "level_reason", _("Names and numbers of people are not for everybody.")
            )

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"].strip()
        if phone and not _PHONE.fullmatch(phone):
            raise forms.ValidationError(
                _("Write the number with its country, such as +380 44 123 45 67."), code="no_phone"
            )
        return phone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not (cleaned.get("email") or cleaned.get("phone") or self.errors):
            raise forms.ValidationError(
                _("Give an e-mail address or a telephone number."), code="no_way"
            )
        return cleaned

    def values(self) -> dict[str, Any]:
        """The fields of the contact: all of a new one, of another what was changed."""
        given = self.cleaned_data if self.thing is None else self.changed_values()
        return {name: value for name, value in given.items() if name in CONTACT_FIELDS}


class PictureForm(EditForm, OwnedLevelFields, GroupedForm):
    """What a picture shows and who took it."""

    alt = TextFormField(
        label=_("What one sees"),
        rows=2,
        max_length=300,
        help_text=_("For those who cannot see it: the market square with the town hall."),
    )
    credit = forms.CharField(
        label=_("Who took it"), max_length=150, help_text=_("As it should stand beside it.")
    )
    GROUPS: tuple[Any, ...] = (("", ("alt", "credit"), False), _WHO_SEES)

    def __init__(self, data: Any = None, *, thing: Any = None, **kwargs: Any) -> None:
        super().__init__(data, thing=thing, **kwargs)
        if not self.initial.get("alt"):
            self.initial["alt"] = Text(record=get_language() or "en")

    def values(self) -> dict[str, Any]:
        """The fields of the picture: all of a new one, of another what was changed."""
        given = self.cleaned_data if self.thing is None else self.changed_values()
        return {name: value for name, value in given.items() if name in PICTURE_FIELDS}


class AddPictureForm(PictureForm):
    """The same with the file."""

    file = forms.FileField(
        label=_("Picture"),
        help_text=_(
            "JPEG or PNG. Place, time and camera that stand in the file are taken out; in wartime "
            "look twice at what the picture itself shows."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
    )
    GROUPS = (("", ("file", "alt", "credit"), False), _WHO_SEES)

    def clean_file(self) -> Any:
        return draw_anew(self.cleaned_data["file"])
