"""What becomes of applications when two records of one body become one.

A body applies to a call once. Where both records have applied, one of the two goes only if nothing
was ever written in it; otherwise they stay two records: what somebody has written, signed, reviewed
or was told is not thrown away, and cannot be made one.
"""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from mosty.applications.models import Application
from mosty.core.joining import Step, keys_to, register_follow, register_obstacle
from mosty.places.models import Organisation


def _pairs(kept: Organisation, gone: Organisation) -> Iterator[tuple[Application, Application]]:
    """The applications of both records to the same call."""
    theirs = Application.objects.filter(organisation=gone).select_related("call", "organisation")
    mine = Application.objects.filter(organisation=kept).select_related("call", "organisation")
    by_call = {row.call_id: row for row in mine}
    for row in theirs.order_by("pk"):
        if row.call_id in by_call:
            yield by_call[row.call_id], row


def is_empty(application: Application) -> bool:
    """Whether it was begun and nothing more."""
    return application.state == "draft" and not any(
        key.model._base_manager.filter(**{key.attname: application.pk}).exists()
        for key in keys_to(Application)
    )


def obstacles(kept: Organisation, gone: Organisation) -> Iterator[str | Promise]:
    """One sentence for each call to which both have applied in earnest."""
    for mine, theirs in _pairs(kept, gone):
        if not is_empty(mine) and not is_empty(theirs):
            yield _(
                "Both records have applied to “%(call)s”. What was written and decided there stays,"
                " so they stay two records."
            ) % {"call": mine.call}


def follow(kept: Organisation, gone: Organisation) -> Iterator[Step]:
    """An empty application of the record that stays makes room for the one that goes over."""
    for mine, theirs in _pairs(kept, gone):
        if is_empty(mine) and not is_empty(theirs):
            yield Step(mine, is_laid_aside=True, instead=str(theirs))
            yield Step(theirs, {"organisation_id": kept.pk})


def register_all() -> None:
    """Called once, when the site starts."""
    register_obstacle("places.organisation", obstacles)
    register_follow("places.organisation", follow)
