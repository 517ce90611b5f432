"""One release: all outcomes at one moment, then a letter to every body, each once."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mosty.applications.queries import is_sent_in
from mosty.core.access import Actor
from mosty.core.history import record
from mosty.core.publication import Level
from mosty.decisions.domain.drafting import hold, not_yet, takes_still
from mosty.decisions.domain.signing import drifted, still_holds
from mosty.decisions.models import Outcome, Release, Selection
from mosty.decisions.queries import sent_in
from mosty.decisions.workflow import SELECTION
from mosty.decisions.writing import write_letters


def release(selection: Selection, *, by: Actor) -> Release:
    """Give the approved list out. The job stands in the same transaction: either both are there
    or none. Whoever comes second is told that it is done."""
    made = None
    with transaction.atomic():
        fresh = hold(selection, by=by)
        if fresh.state != "approved":
            raise ValidationError(
                _("A second officer must approve the list first."), code="not_approved"
            )
        if takes_still(fresh.call):
            # Its deadline was put off after the list was approved.
            raise ValidationError(not_yet(fresh.call), code="open")
        # Nobody withdraws between looking and releasing.
        list(sent_in(fresh.call).select_for_update().values_list("pk"))
        if still_holds(fresh, by=by):
            now = timezone.now()
            SELECTION.move(
                fresh, "released", by=by, changes={"released_at": now}, level=Level.PUBLIC
            )
            inside = fresh.decisions.filter(is_sent_in("application__"), outcome=Outcome.ACCEPTED)
            count = inside.update(is_in=True)
            record(
                "decisions.took_in", fresh, by=by,
                after={"count": count, "sha256": fresh.version.sha256 if fresh.version else ""},
            )  # fmt: skip
            made = Release.objects.create(selection=fresh, by_id=by.user_id, by_name=by.name)
            write_letters.enqueue(made.pk)
    selection.refresh_from_db()
    if made is None:
        raise drifted()
    return made
