"""Criteria stand still once somebody has scored by them: a change makes a new version."""

from django.utils.translation import gettext_lazy as _

from mosty.calls.locks import CRITERIA, register_lock
from mosty.calls.models import Call
from mosty.core.verbs import Words
from mosty.reviews.models import Score


def lock(call: Call) -> Words:
    """Why they may not be changed; nothing while nobody has scored by this version."""
    rows = Score.objects.filter(criterion__call=call, criterion__version=call.criteria_version)
    return _("Somebody has scored by these criteria already.") if rows.exists() else ""


def register_all() -> None:
    """Called once, when the site starts."""
    register_lock(CRITERIA, lock)
