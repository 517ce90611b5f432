"""What people type about themselves and what officers type about others."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mosty.core.access import Role
from mosty.core.alphabets import one_alphabet, plain_address
from mosty.core.files import JPEG, PDF, PNG, check_upload
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
        validators=[plain_address],
        label=_("E-mail address"),
        help_text=_("Somebody new signs in with a code that is sent to this address."),
    )
    name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"), max_length=150, validators=[one_alphabet]
    )
    organisation = forms.CharField(
        label=_("Acts for"),
        max_length=40,
        help_text=_("The official code of the body, as it stands on its page: CEMR, LV_0620200 …"),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    mandate = forms.ChoiceField(label=_("Mandate"), choices=Mandate.choices, initial="staff")
    is_admin = forms.BooleanField(
        label=_("Administrator of the body"),
        required=False,
        help_text=_("May invite others, decide on requests, and end memberships."),
    )
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


class EndForm(forms.Form):
    """Why a membership ends, and after which day; without one it ends at once."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=1000)
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it empty to end it now."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class InvitationForm(forms.Form):
    """Somebody is asked to act for a body."""

    email = forms.EmailField(
        validators=[plain_address],
        label=_("E-mail address"),
        help_text=_("Best an official one. Only whoever reads this mailbox can accept."),
    )
    name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"),
        max_length=150,
        required=False,
        validators=[one_alphabet],
    )
    role = forms.ChoiceField(label=_("Role"))
    mandate = forms.ChoiceField(label=_("Mandate"), choices=Mandate.choices, initial="staff")
    is_admin = forms.BooleanField(
        label=_("Administrator of the body"),
        required=False,
        help_text=_("May invite others, decide on requests, and end memberships."),
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, role.label) for role in roles]
        role_field = self.fields["role"]
        role_field.choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            role_field.widget = forms.HiddenInput()
            role_field.initial = choices[0][0]

    def values(self) -> dict[str, Any]:
        """What `domain.invite` takes."""
        data = dict(self.cleaned_data)
        data["role"], data["mandate"] = Role(data["role"]), Mandate(data["mandate"])
        return data


class JoinForm(forms.Form):
    """Who I am, and how the body can know that it is true."""

    name = forms.CharField(label=_("Your name"), max_length=150, validators=[one_alphabet])
    email = forms.EmailField(
        validators=[plain_address],
        label=_("Your e-mail address at work"),
        help_text=_("An address of the body itself is the quickest proof."),
    )
    mandate = forms.ChoiceField(label=_("Mandate"), choices=Mandate.choices, initial="staff")
    message = forms.CharField(
        label=_("In a few words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    order = forms.FileField(
        label=_("Order of appointment"),
        required=False,
        help_text=_("If you have one: PDF, JPEG or PNG. Only those who decide can open it."),
    )
    language = forms.ChoiceField(label=_("Language of mails to you"), choices=settings.LANGUAGES)

    def clean_order(self) -> Any:
        file = self.cleaned_data["order"]
        if file:
            kind = check_upload(file, allowed=(PDF, JPEG, PNG))
            # Kept under a name of its own making; what it was called is only shown.
            file.name = f"order{kind.suffix}"
        return file or None


class LetterForm(forms.Form):
    """A letter of an association to people of its members."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = forms.CharField(
        label=_("Text"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 10})
    )
    # The same form sent twice writes nobody twice.
    once = forms.CharField(max_length=40, widget=forms.HiddenInput)


class FirstOfficer(forms.Form):
    """What `manage.py create_officer` needs to know; the secretariat is made if it is new."""

    email = forms.EmailField(validators=[plain_address])
    name = forms.CharField(max_length=150)
    organisation = forms.CharField(max_length=40)
    kind = forms.ChoiceField(choices=Kind.choices)
