"""What people type about themselves and what officers type about others."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mosty.core.access import Role
from mosty.people.models import Mandate, User
from mosty.places.models import Kind, Organisation


class AccountForm(forms.ModelForm[User]):
    """Name and language."""

    language = forms.ChoiceField(label=_("Language of pages and mails"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ["name", "language"]
        help_texts = {"name": _("As it should stand beside what you do here.")}


class MembershipForm(forms.Form):
    """Somebody acts for a body in a role."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Somebody new signs in with a code that is sent to this address."),
    )
    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=150)
    organisation = forms.CharField(
        label=_("Acts for"),
        max_length=40,
        help_text=_("The official code of the body, as it stands on its page: CEMR, LV_0620200 …"),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    mandate = forms.ChoiceField(label=_("Mandate"), choices=Mandate.choices, initial="staff")
    language = forms.ChoiceField(label=_("Language of pages and mails"), choices=settings.LANGUAGES)

    def clean_organisation(self) -> Organisation:
        code = self.cleaned_data["organisation"].strip()
        found = Organisation.objects.filter(code__iexact=code).first()
        if found is None:
            raise forms.ValidationError(
                _("No body has the code “%(code)s”. Look it up in the register."),
                params={"code": code},
            )
        return found

    def values(self) -> dict[str, Any]:
        """What `domain.add_membership` takes."""
        data = dict(self.cleaned_data)
        data["role"], data["mandate"] = Role(data["role"]), Mandate(data["mandate"])
        return data


class FirstOfficer(forms.Form):
    """What `manage.py create_officer` needs to know; the secretariat is made if it is new."""

    email = forms.EmailField()
    name = forms.CharField(max_length=150)
    organisation = forms.CharField(max_length=40)
    kind = forms.ChoiceField(choices=Kind.choices)
