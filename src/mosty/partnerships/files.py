"""The list of partnerships as a table for CSV and XLSX: the same rows, in the same order."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mosty.core.access import Actor
from mosty.partnerships.models import Partnership
from mosty.partnerships.queries import on_two_shores, with_all

ROWS_AT_ONCE = 500


def head() -> list[str]:
    """The names of the columns, in the reader's language."""
    return [
        _("Ukraine"),
        _("Codes"),
        _("Abroad"),
        _("Codes"),
        _("Countries"),
        _("Status"),
        _("Date"),
        _("What the date is"),
        _("Themes"),
        _("Programmes"),
        _("What is known"),
        _("What the source says"),
        _("Not stated, inferred"),
        _("Sources"),
        _("Note"),
    ]


def lines(rows: QuerySet[Partnership], actor: Actor) -> Iterator[Sequence[Any]]:
    """One sequence per partnership, in the columns of `head`."""
    for partnership in with_all(rows, actor).iterator(chunk_size=ROWS_AT_ONCE):
        left, right = on_two_shores(list(partnership.members.all()))
        reports = list(partnership.reports.all())
        yield [
            _joined(left),
            _joined(town.code for town in left),
            _joined(right),
            _joined(town.code for town in right),
            _joined(dict.fromkeys(town.country_id for town in right)),
            _status(partnership),
            partnership.since,
            partnership.get_since_means_display(),
            _joined(partnership.themes.all()),
            _joined([*partnership.phases.all(), *partnership.tags.all()]),
            _joined(report.get_stage_display() for report in reports if report.stage),
            _joined(report.about for report in reports if report.about),
            _("yes") if any(report.is_inferred for report in reports) else "",
            _joined(report.source.url or report.source for report in reports),
            _joined(report.note for report in reports if report.note),
        ]


def _status(partnership: Partnership) -> str:
    said = str(partnership.get_status_display())
    if partnership.status == "agreed" and partnership.is_illustrative:
        return f"{said} ({_('illustrative')})"
    return said


def _joined(things: Any) -> str:
    return "; ".join(str(thing) for thing in things)
