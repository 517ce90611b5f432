"""Partnerships that are not told to everybody are looked at again."""

from django.utils.translation import gettext_lazy as _

from mosty.core.looking_again import Kind, register
from mosty.partnerships.models import Partnership


def _itself(partnership: Partnership) -> Partnership:
    return partnership


def register_all() -> None:
    """Called once, when the site starts."""
    register(
        Kind(
            key="partnership",
            label=_("Partnership"),
            rule="partnerships.edit_partnership",
            about=_itself,
            rows=lambda: Partnership.objects.exclude(status="withdrawn"),
        )
    )
