"""Programmes and phases that are not told to everybody are looked at again."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from mosty.core.looking_again import Kind, register
from mosty.programmes.models import Phase, Programme


def _itself(thing: Any) -> Any:
    return thing


def register_all() -> None:
    """Called once, when the site starts."""
    register(
        Kind(key="programme", label=_("Programme"), rule="programmes.edit_programme",
             about=_itself, rows=Programme.objects.all)
    )  # fmt: skip
    register(
        Kind(key="phase", label=_("Phase"), rule="programmes.edit_phase", about=_itself,
             rows=lambda: Phase.objects.select_related("strand__programme"))
    )  # fmt: skip
