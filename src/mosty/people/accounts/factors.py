"""How second factors look and lie here; what they are is allauth's."""

import logging
from typing import Any

import qrcode  # type: ignore[import-untyped]
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from mosty.people.accounts import encryption
from mosty.people.accounts.encryption import Unreadable

logger = logging.getLogger(__name__)

# White modules around a QR code, without which cameras do not find it.
QUIET_ZONE = 4


class MFAAdapter(DefaultMFAAdapter):
    """Keeps secrets encrypted, and draws the QR code into the page itself: the policy on content
    lets no `data:` picture in."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "unverified_email": _(
            "First show that the address of this account is yours: sign out, and sign in with a "
            "code sent by e-mail."
        ),
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        code = qrcode.QRCode(border=QUIET_ZONE)
        code.add_data(url)
        code.make(fit=True)
        rows = code.get_matrix()
        ink = "".join(
            f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
        )
        return format_html(
            '<svg class="qr" viewBox="0 0 {0} {0}" width="220" height="220" aria-hidden="true"'
            ' shape-rendering="crispEdges"><path class="qr-paper" d="M0 0h{0}v{0}H0z"/>'
            '<path class="qr-ink" d="{1}"/></svg>',
            len(rows),
            ink,
        )


CANNOT_READ = _(
    "The site cannot read your second factor, because its key is missing on the server. It is not "
    "your fault, and nobody gets in without it. Please tell whoever runs the site. A passkey still "
    "works."
)


class _SaysWhatCannotBeRead:
    """A code is checked against everything that can be read. When something cannot, that is said;
    a wrong code would be the wrong word."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        try:
            return super().clean_code()  # type: ignore[misc, no-any-return]
        except Unreadable as error:
            logger.error("the second factor of account %s cannot be read: %s", self.user.pk, error)
        code: str = self.cleaned_data["code"]  # type: ignore[attr-defined]
        typed = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
        for factor in typed.filter(user=self.user):
            try:
                fits = factor.wrap().validate_code(code)
            except Unreadable:
                continue
            if fits:
                self.authenticator = factor
                return code
        raise ValidationError(CANNOT_READ)


class AddKeyForm(AddWebAuthnForm):
    """A passkey, with the words of this site."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _call_name(self.fields["name"])
        if "passwordless" in self.fields:
            without = self.fields["passwordless"]
            without.label = _("Sign in with it alone, without a password")
            without.help_text = _("Your device then checks your finger, face or code every time.")


class RenameKeyForm(EditWebAuthnForm):
    """Another name for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _call_name(self.fields["name"])


def _call_name(field: forms.Field) -> None:
    field.label = _("Name of the passkey")


class SecondStepForm(_SaysWhatCannotBeRead, AuthenticateForm):
    """The code on the way in."""


class ShowAgainForm(_SaysWhatCannotBeRead, ReauthenticateForm):
    """The code within a session."""
