"""Calls that are not told to everybody are looked at again."""

from django.utils.translation import gettext_lazy as _

from mosty.calls.models import Call
from mosty.core.looking_again import Kind, register


def register_all() -> None:
    """Called once, when the site starts."""
    register(
        Kind(
            key="call",
            label=_("Call"),
            rule="calls.edit_call",
            about=lambda call: call,
            rows=Call.objects.all,
        )
    )
