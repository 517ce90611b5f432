"""Territory statuses by hand: enter a row of the official list, correct it, take it out.

Most rows come from the official table (`places.imports.territory`); an order that is younger than
the table at hand is entered here. Rows of one body and class never overlap.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from mosty.core.access import Actor, require
from mosty.core.dates import say_date
from mosty.core.history import record
from mosty.core.states import ReasonMissing
from mosty.places.domain.changes import Refused, history_level, holding, said
from mosty.places.models import Organisation, TerritoryStatus
from mosty.places.territory.tables import RESTRICTED, TerritoryClass, overlap

FIELDS = ("kind", "since", "until", "act")


def add_status(
    organisation: Organisation,
    *,
    by: Actor,
    kind: str,
    since: date,
    until: date | None = None,
    act: str = "",
) -> TerritoryStatus:
    """Enter a row; the same one twice is entered once. Raises `NotAllowed` or `Refused`."""
    require("places.edit_territory", by, organisation)
    with holding(organisation):
        row = TerritoryStatus(
            organisation=organisation, kind=kind, since=since, until=until, act=act
        )
        same = TerritoryStatus.objects.filter(
            organisation=organisation, kind=kind, since=since, until=until, act=act
        ).first()
        if same is not None:
            return same
        _check(row)
        row.save()
        _follow(organisation, "places.status_added", by=by, after=said(row, FIELDS))
    return row


def change_status(
    status: TerritoryStatus, *, by: Actor, values: Mapping[str, Any]
) -> TerritoryStatus:
    """Correct a row, or say its last day. Raises `NotAllowed` or `Refused`."""
    organisation = status.organisation
    require("places.edit_territory", by, organisation)
    with holding(organisation):
        now = TerritoryStatus.objects.get(pk=status.pk)
        before = said(now, FIELDS)
        for name in FIELDS:
            setattr(now, name, values.get(name, getattr(now, name)))
        after = said(now, FIELDS)
        if after != before:
            _check(now)
            now.save()
            _follow(organisation, "places.status_changed", by=by, before=before, after=after)
    return now


def remove_status(status: TerritoryStatus, *, by: Actor, reason: str) -> None:
    """The list never had this row. One that held and ended is not removed: it gets a last day."""
    organisation = status.organisation
    require("places.edit_territory", by, organisation)
    if not reason.strip():
        raise ReasonMissing("places.status_removed")
    with holding(organisation):
        now = TerritoryStatus.objects.filter(pk=status.pk).first()
        if now is None:
            return
        before = said(now, FIELDS)
        now.delete()
        _follow(organisation, "places.status_removed", by=by, before=before, reason=reason.strip())


def _check(row: TerritoryStatus) -> None:
    """Days in order, and no other row of the class on any of them."""
    if row.until is not None and row.until < row.since:
        raise Refused(_("The last day lies before the first one."), field="until")
    others = TerritoryStatus.objects.filter(organisation=row.organisation_id, kind=row.kind)
    for other in others.exclude(pk=row.pk).order_by("since"):
        if overlap(row.since, row.until, other.since, other.until):
            raise Refused(
                _(
                    "%(row)s overlaps a row that stands already: %(other)s. "
                    "End or correct that one first."
                )
                % {"row": say_row(row), "other": say_row(other)},
                field="since",
            )


def say_row(row: TerritoryStatus) -> str:
    """*Active hostilities, 24 February 2022 to 1 April 2022 (order 376)*, as messages name it."""
    return say_span(row.kind, row.since, row.until, row.act)


def say_span(kind: str, since: date, until: date | None, act: str = "") -> str:
    """The same from its parts."""
    words = {
        "class": TerritoryClass(kind).label,
        "since": say_date(since.isoformat()),
        "until": say_date(until.isoformat()) if until else "",
    }
    if until:
        text = _("%(class)s, %(since)s to %(until)s") % words
    else:
        text = _("%(class)s, since %(since)s") % words
    return f"{text} ({act})" if act else text


def _follow(organisation: Organisation, verb: str, *, by: Actor, **states: Any) -> None:
    copy_periods([organisation.pk])
    organisation.refresh_from_db(fields=["coarse_periods"])
    record(verb, organisation, by=by, level=history_level(organisation.level), **states)


def copy_periods(ids: Iterable[int]) -> None:
    """Copy to these bodies the spans in which a map may show only their region."""
    wanted = set(ids)
    spans: dict[int, list[list[str]]] = {pk: [] for pk in wanted}
    rows = TerritoryStatus.objects.filter(organisation_id__in=wanted, kind__in=RESTRICTED)
    for owner, since, until in rows.order_by("since", "pk").values_list(
        "organisation_id", "since", "until"
    ):
        spans[owner].append([since.isoformat(), until.isoformat() if until else ""])
    changed = []
    for body in Organisation.objects.filter(pk__in=wanted).only("pk", "coarse_periods"):
        if body.coarse_periods != spans[body.pk]:
            body.coarse_periods = spans[body.pk]
            changed.append(body)
    Organisation.objects.bulk_update(changed, ["coarse_periods"], batch_size=500)
