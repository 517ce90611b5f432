"""What changes partnerships: each verb asks the rule, is one transaction, writes history."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor, require
from mosty.core.facts import Source
from mosty.core.history import HistoryEntry, edit, plain, record
from mosty.core.publication import Level
from mosty.core.states import ReasonMissing
from mosty.partnerships.models import PARTNERSHIP, Meaning, Partnership, ProgrammeTag, Report
from mosty.places.models import Kind, Organisation, Theme
from mosty.programmes.models import Phase

RELATIONS = ("members", "themes", "tags", "phases")


def report_partnership(
    members: Sequence[Organisation],
    *,
    source: Source,
    by: Actor,
    themes: Iterable[Theme] = (),
    tags: Iterable[ProgrammeTag] = (),
    phases: Iterable[Phase] = (),
    level: Level = Level.PUBLIC,
    level_reason: str = "",
    level_review_on: date | None = None,
    **report: Any,
) -> Partnership:
    """What a source tells of two or more municipalities.

    A partnership stands once: where these same municipalities have one already, the report, the
    themes, tags and phases are added to it, and its level stays. A report that stands already
    (same source and date, or same `reference`) is not written twice. `report` are fields of
    `Report`. Raises `ValidationError` for fewer than two municipalities.
    """
    require("partnerships.report_partnership", by)
    _check_members(members)
    with transaction.atomic():
        circle = {"level": level, "level_reason": level_reason, "level_review_on": level_review_on}
        partnership, is_new = _find_or_make(members, circle)
        if is_new:
            record("partnerships.report", partnership, by=by, after={"source": str(source)})
        partnership.themes.add(*themes)
        partnership.tags.add(*tags)
        partnership.phases.add(*phases)
        if _find_report(partnership, source, report) is None:
            _write_report(partnership, source=source, by=by, **report)
    return partnership


def agree_partnership(
    members: Sequence[Organisation],
    *,
    phase: Phase | None,
    on: date,
    by: Actor,
    themes: Iterable[Theme] = (),
    reason: str = "",
    is_illustrative: bool | None = None,
) -> Partnership:
    """The municipalities have agreed, in a phase of a programme run here, on a day.

    Where they have a partnership already it becomes an agreed one and keeps its reports. In demo
    mode the agreement is illustrative: nobody really agreed. Agreeing twice changes nothing.
    """
    require("partnerships.agree_partnership", by)
    _check_members(members)
    with transaction.atomic():
        partnership, _is_new = _find_or_make(members, {})
        partnership.themes.add(*themes)
        if phase is not None:
            partnership.phases.add(phase)
        if partnership.status == "reported":
            illustrative = settings.DEMO_MODE if is_illustrative is None else is_illustrative
            PARTNERSHIP.move(
                partnership,
                "agreed",
                by=by,
                reason=reason,
                changes={"agreed_on": on, "is_illustrative": illustrative},
                level=Level.narrowest(
                    Level.PROGRAMME, partnership.level, *(member.level for member in members)
                ),
            )
            _copy_date(partnership)
    return partnership


def same_members(members: Sequence[Organisation]) -> Partnership | None:
    """The partnership of exactly these municipalities that stands (is not withdrawn)."""
    rows = Partnership.objects.exclude(status="withdrawn")
    return rows.filter(members_key=key_of(members)).first()


def _find_or_make(
    members: Sequence[Organisation], values: dict[str, Any]
) -> tuple[Partnership, bool]:
    rows = Partnership.objects.exclude(status="withdrawn")
    partnership, is_new = rows.get_or_create(members_key=key_of(members), defaults=values)
    if is_new:
        partnership.members.set(members)
    return partnership, is_new


def key_of(members: Sequence[Organisation]) -> str:
    """What the members of a partnership are called together, whatever their order."""
    return "-".join(str(pk) for pk in sorted({member.pk for member in members}))


def edit_partnership(partnership: Partnership, *, by: Actor, **values: Any) -> list[str]:
    """Change members, themes, tags, phases or level; the names of what really changed.

    Raises `ValidationError` when other members would make it a second one of the same.
    """
    require("partnerships.edit_partnership", by, partnership)
    relations = {name: list(values.pop(name)) for name in RELATIONS if name in values}
    with transaction.atomic():
        if "members" in relations:
            _check_members(relations["members"])
            other = same_members(relations["members"])
            if other is not None and other.pk != partnership.pk:
                raise ValidationError(
                    {
                        "members": _(
                            "These municipalities have a partnership in the list already. "
                            "Add your source to that one."
                        )
                    }
                )
            # No line of history of its own: the members' names stand in the one below.
            Partnership.objects.filter(pk=partnership.pk).update(
                members_key=key_of(relations["members"])
            )
        changed = edit(partnership, values, verb="partnerships.edit", by=by)
        before, after = {}, {}
        for name, rows in relations.items():
            related = getattr(partnership, name)
            old = list(related.all())
            if {row.pk for row in old} != {row.pk for row in rows}:
                related.set(rows)
                before[name], after[name] = plain(old), plain(rows)
        if after:
            record("partnerships.edit", partnership, by=by, before=before, after=after)
    return [*changed, *after]


def add_report(partnership: Partnership, *, source: Source, by: Actor, **values: Any) -> Report:
    """What a further source tells of it; the same one twice changes nothing."""
    require("partnerships.add_report", by, partnership)
    with transaction.atomic():
        known = _find_report(partnership, source, values)
        return known or _write_report(partnership, source=source, by=by, **values)


def edit_report(report: Report, *, by: Actor, **values: Any) -> list[str]:
    """Change what one source tells."""
    require("partnerships.edit_report", by, report.partnership)
    with transaction.atomic():
        changed = edit(report, values, verb="partnerships.edit_report", by=by)
        if changed:
            record(
                "partnerships.edit_report", report.partnership, by=by, after={"source": str(report)}
            )
            _copy_date(report.partnership)
    return changed


def remove_report(report: Report, *, reason: str, by: Actor) -> None:
    """The source does not tell this. A reported partnership keeps at least one report."""
    require("partnerships.remove_report", by, report.partnership)
    verb = "partnerships.remove_report"
    if not reason.strip():
        raise ReasonMissing(verb)
    partnership = report.partnership
    with transaction.atomic():
        if partnership.status == "reported" and partnership.reports.count() < 2:
            raise ValidationError(
                _("This is the only source. Withdraw the partnership instead."), code="last_report"
            )
        before = {"source": str(report), "about": plain(report.about), "since": report.since}
        record(verb, partnership, by=by, before=before, reason=reason)
        report.delete()
        _copy_date(partnership)


def withdraw_partnership(partnership: Partnership, *, reason: str, by: Actor) -> None:
    """It is over, or never was: it leaves the lists, and its history stays."""
    PARTNERSHIP.move(partnership, "withdrawn", by=by, reason=reason)


def restore_partnership(partnership: Partnership, *, by: Actor) -> None:
    """Take the withdrawal back: it is again what it was.

    Raises `ValidationError` when the same municipalities have another one meanwhile.
    """
    require("partnerships.restore_partnership", by, partnership)
    if same_members(list(partnership.members.all())) is not None:
        raise ValidationError(
            _("These municipalities have another partnership in the list meanwhile.")
        )
    target = "agreed" if partnership.agreed_on else "reported"
    PARTNERSHIP.move(partnership, target, by=by)


def withdrawal(partnership: Partnership) -> HistoryEntry | None:
    """The line of history that says why it was withdrawn, if it is."""
    if partnership.status != "withdrawn":
        return None
    return HistoryEntry.objects.filter(
        object_type=partnership._meta.label_lower,
        object_id=partnership.pk,
        verb="partnerships.withdraw",
    ).first()


def _check_members(members: Sequence[Organisation]) -> None:
    if len({member.pk for member in members}) < 2:
        raise ValidationError(
            {"members": _("A partnership has two municipalities or more. Search for another one.")}
        )
    for member in members:
        if member.kind != Kind.MUNICIPALITY:
            raise ValidationError(
                {
                    "members": ValidationError(
                        _("%(body)s is no municipality. Take it out."), params={"body": member}
                    )
                }
            )


def _find_report(partnership: Partnership, source: Source, values: dict[str, Any]) -> Report | None:
    reference = values.get("reference")
    if reference:
        return Report.objects.filter(reference=reference).first()
    return partnership.reports.filter(source=source, since=values.get("since", "")).first()


def _write_report(partnership: Partnership, *, source: Source, by: Actor, **values: Any) -> Report:
    report = Report(partnership=partnership, source=source, **values)
    report.full_clean()
    report.save()
    record(
        "partnerships.add_report",
        partnership,
        by=by,
        after={"source": source.url or str(source), "since": report.since},
    )
    _copy_date(partnership)
    return report


def _copy_date(partnership: Partnership) -> None:
    """The earliest date known becomes the one by which lists sort and filter."""
    known = [
        (row.since, row.since_means) for row in partnership.reports.exclude(since="").order_by("id")
    ]
    if partnership.agreed_on:
        known.append((partnership.agreed_on.isoformat(), Meaning.AGREED.value))
    since, means = min(known, key=lambda each: each[0], default=("", ""))
    partnership.since, partnership.since_means = since, means
    Partnership.objects.filter(pk=partnership.pk).update(since=since, since_means=means)
