"""The status of territories on the pages of a round: who is flagged, and what changed since a run.

A run keeps the classes of its municipalities as they were known when it was started, so that an
act that reaches back in time is seen as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mosty.matching.models import Run
from mosty.places.models import Organisation, TerritoryStatus
from mosty.places.queries.territory import is_kept, status_on, today
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


def flagged(bodies: Iterable[Organisation]) -> list[Flagged]:
    """Those of these whose status today is active hostilities or occupation; one query."""
    given = list(bodies)
    found = status_on(given, today())
    return [
        Flagged(body, found[body.pk])
        for body in given
        if body.pk in found and found[body.pk].is_restricted
    ]


def classes_of(bodies: Iterable[Organisation]) -> dict[str, str] | None:
    """The class today by official code, as a run keeps it; those in no class are left out.

    None while the site keeps no list: nothing was known then, which is not the same as no class.
    """
    if not is_kept():
        return None
    given = list(bodies)
    found = status_on(given, today())
    return {body.code: found[body.pk].kind for body in given if body.pk in found}


def changed_since(run: Run, bodies: Iterable[Organisation]) -> list[str]:
    """In words, whose class is another one today than when the run was started.

    Runs that could not know the classes are compared with the list as it stands for their day.
    """
    given = list(bodies)
    if run.territory is not None:
        before: Mapping[str, Any] = run.territory
    else:
        day = timezone.localtime(run.created_at, timezone.get_default_timezone()).date()
        then = status_on(given, day)
        before = {body.code: then[body.pk].kind for body in given if body.pk in then}
    now = status_on(given, today())
    return [
        _("%(town)s: %(before)s before, now %(after)s.")
        % {
            "town": body,
            "before": _label(before.get(body.code, "")),
            "after": words.say(now[body.pk]).whole if body.pk in now else _label(""),
        }
        for body in given
        if before.get(body.code, "") != (now[body.pk].kind if body.pk in now else "")
    ]


def _label(kind: str) -> str:
    return str(TerritoryClass(kind).label) if kind else _("in no class")


def notices(run: Run | None, bodies: Sequence[Organisation]) -> dict[str, Any]:
    """What `matching/parts/territory.html` shows; only bodies that the reader may know of."""
    return {
        "territory_flags": [one.words for one in flagged(bodies)],
        "territory_changes": changed_since(run, bodies) if run is not None else [],
        "territory_run": run.number if run is not None else 0,
    }
