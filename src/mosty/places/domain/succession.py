"""What became of a body: record it with its source, withdraw what does not hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor, require
from mosty.core.dates import PartialDate
from mosty.core.facts import Source
from mosty.core.history import record
from mosty.core.states import ReasonMissing
from mosty.places.domain.changes import Refused, history_level, said
from mosty.places.models import Organisation, Succession
from mosty.places.queries import over_time

FIELDS = ("predecessor", "successor", "kind", "day", "source", "note")


def record_succession(
    predecessor: Organisation,
    successor: Organisation,
    *,
    by: Actor,
    kind: str,
    day: str,
    source: Source,
    note: str = "",
) -> Succession:
    """One body came after another on a day; the same twice is recorded once.

    What a body as a whole became makes it a former one. Raises `Refused` where bodies would follow
    each other in a ring, or where one of the two had ended before that day.
    """
    require("places.record_succession", by)
    if predecessor.pk == successor.pk:
        raise Refused(_("A body does not come after itself. Choose the other one."), field="other")
    with _holding(predecessor, successor):
        known = Succession.objects.filter(
            predecessor=predecessor, successor=successor, withdrawn_reason=""
        ).first()
        if known is not None:
            if (known.kind, known.day) == (kind, day):
                return known
            raise Refused(
                _("This stands here already, since %(day)s. Withdraw that first if it is wrong.")
                % {"day": known.day},
                field="other",
            )
        _need_alive(predecessor, successor, day)
        made = Succession(
            predecessor=predecessor,
            successor=successor,
            kind=kind,
            day=day,
            source=source,
            note=note,
        )
        if not made.is_part:
            _need_no_ring(predecessor, successor)
            made.ended_predecessor = _end(predecessor)
        made.save()
        _record("places.succession_recorded", made, by=by, after=said(made, FIELDS))
    return made


def withdraw_succession(succession: Succession, *, by: Actor, reason: str) -> None:
    """It does not hold: it leaves the pages, and stays for the secretariat with its reason.

    A body that only this record had ended exists again. Twice is once.
    """
    require("places.record_succession", by)
    if not reason.strip():
        raise ReasonMissing("places.succession_withdrawn")
    with _holding(succession.predecessor, succession.successor):
        now = Succession.objects.get(pk=succession.pk)
        if now.withdrawn_reason:
            return
        before = said(now, FIELDS)
        now.withdrawn_reason = reason.strip()[:300]
        now.save(update_fields=["withdrawn_reason"])
        if now.ended_predecessor:
            _revive(now)
        _record(
            "places.succession_withdrawn", now, by=by, before=before, reason=now.withdrawn_reason
        )


@contextmanager
def _holding(*bodies: Organisation) -> Iterator[None]:
    """Both rows, always in the same order, so that two officers wait and do not block."""
    with transaction.atomic():
        ids = sorted(body.pk for body in bodies)
        list(Organisation.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        yield


def _need_no_ring(predecessor: Organisation, successor: Organisation) -> None:
    way = over_time.way([successor.pk], predecessor.pk)
    if way:
        raise Refused(
            _("The register says the opposite already: %(way)s. Withdraw that first.")
            % {"way": over_time.names_along(way)},
            field="other",
        )


def _need_alive(predecessor: Organisation, successor: Organisation, day: str) -> None:
    """Neither had become another before that day; as far as the precision of both dates tells."""
    begins = PartialDate.parse(day).first_day
    for body in (predecessor, successor):
        rows = Succession.objects.filter(predecessor=body, withdrawn_reason="").exclude(
            kind=Succession.Kind.PART
        )
        for row in rows:
            if PartialDate.parse(row.day).last_day < begins:
                raise Refused(
                    _("%(body)s had become %(other)s by then (%(day)s). Look at the day again.")
                    % {"body": body, "other": row.successor, "day": row.day},
                    field="day",
                )


def _end(body: Organisation) -> bool:
    current, former = Organisation.Standing.CURRENT, Organisation.Standing.FORMER
    rows = Organisation.objects.filter(pk=body.pk, standing=current)
    return bool(rows.update(standing=former))


def _revive(succession: Succession) -> None:
    """Exists again, unless another record says what became of it: then that one has ended it."""
    others = Succession.objects.filter(
        predecessor=succession.predecessor_id, withdrawn_reason=""
    ).exclude(kind=Succession.Kind.PART)
    other = others.first()
    if other is not None:
        other.ended_predecessor = True
        other.save(update_fields=["ended_predecessor"])
        return
    Organisation.objects.filter(
        pk=succession.predecessor_id, standing=Organisation.Standing.FORMER
    ).update(standing=Organisation.Standing.CURRENT)


def _record(verb: str, row: Succession, *, by: Actor, reason: str = "", **states: Any) -> None:
    """One line at each end: both pages tell it."""
    level = history_level(row.predecessor.level, row.successor.level)
    for body in (row.predecessor, row.successor):
        record(verb, body, by=by, reason=reason, level=level, **states)
