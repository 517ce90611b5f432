"""The status of territories on the pages of a round: who is flagged, and what changed since a run.

A run keeps the classes of its municipalities as they were known when it was started, so that an
act that reaches back in time is seen as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mosty.matching.models import Run
from mosty.places.models import Organisation, TerritoryStatus
from mosty.places.queries.territory import is_kept, status_on, status_on_days, today
from mosty.places.territory import words
from mosty.places.territory.tables import TerritoryClass


@dataclass(frozen=True, slots=True)
class Flagged:
    """A municipality where hostilities go on or that is occupied, with the reason."""

    body: Organisation
    status: TerritoryStatus

    @property
    def words(self) -> str:
        """*Chuhuiv: Active hostilities since 24 February 2022, order 376*."""
        return _("%(town)s: %(status)s.") % {"town": self.body, "status": self.reason}

    @property
    def reason(self) -> str:
        return words.say(self.status).whole

    @property
    def label(self) -> str:
        return words.say(self.status).label


def classes_of(bodies: Iterable[Organisation]) -> dict[str, str] | None:
    """The class today by official code, as a run keeps it; those in no class are left out.

    None while the site keeps no list: nothing was known then, which is not the same as no class.
    """
    if not is_kept():
        return None
    given = list(bodies)
    found = status_on(given, today())
    return {body.code: found[body.pk].kind for body in given if body.pk in found}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page of a round says: who is flagged, and in words whose class has changed."""

    flagged: list[Flagged]
    changes: list[str]
    run: Run | None

    @property
    def context(self) -> dict[str, Any]:
        """What `matching/parts/territory.html` needs."""
        return {
            "territory_flags": [one.words for one in self.flagged],
            "territory_changes": self.changes,
            "territory_run": self.run.number if self.run else 0,
        }


def look(run: Run | None, bodies: Iterable[Organisation]) -> Seen:
    """The status today of these bodies, which the reader may know of, and what changed since the
    run was started; one query.

    Runs that could not know the classes are compared with the list as it stands for their day.
    """
    given, day = list(bodies), today()
    then = timezone.localtime(run.created_at, timezone.get_default_timezone()) if run else None
    now, listed = status_on_days(given, [day, then.date() if then else day])
    flagged = [
        Flagged(body, now[body.pk])
        for body in given
        if body.pk in now and now[body.pk].is_restricted
    ]
    if run is None:
        return Seen(flagged, [], run)
    before: Mapping[str, str] = run.territory or {}
    if run.territory is None:
        before = {body.code: listed[body.pk].kind for body in given if body.pk in listed}
    changes = [
        _("%(town)s: %(before)s before, now %(after)s.")
        % {
            "town": body,
            "before": _label(before.get(body.code, "")),
            "after": words.say(now[body.pk]).whole if body.pk in now else _label(""),
        }
        for body in given
        if before.get(body.code, "") != (now[body.pk].kind if body.pk in now else "")
    ]
    return Seen(flagged, changes, run)


def _label(kind: str) -> str:
    return str(TerritoryClass(kind).label) if kind else _("in no class")
