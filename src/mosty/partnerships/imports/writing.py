"""Enters the reports of a plan, and takes them out again."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from mosty.core.access import Actor
from mosty.core.facts import Source, find_source
from mosty.core.history import record
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.partnerships import domain
from mosty.partnerships.models import Partnership, ProgrammeTag, Report
from mosty.places.imports.plan import Head, Outcome, PlannedRow
from mosty.places.imports.removing import pointed_at
from mosty.places.imports.storing import ledger_of, parts_of
from mosty.places.imports.tables import Import
from mosty.places.imports.undone import CannotUndo, later_files
from mosty.places.imports.written import Written
from mosty.places.queries.codes import by_code
from mosty.programmes.models import Phase


def rows_to_write(import_: Import) -> Iterator[PlannedRow]:
    """New partnerships first, so that further sources find them."""
    doubtful = [Outcome.DOUBTFUL] if import_.with_doubtful else []
    for part in parts_of(import_, Outcome.CREATE, *doubtful, Outcome.CHANGE):
        yield from part.rows()


def write_partnerships(import_: Import, _head: Head, by: Actor, written: Written) -> None:
    """Enter every report; what had moved underneath is told in `written.moved`."""
    rows = list(rows_to_write(import_))
    bodies = by_code({code for row in rows for code in row.changes[0].key[:2]})
    tags = {tag.slug: tag for tag in ProgrammeTag.objects.all()}
    phases = {phase.pk: phase for phase in Phase.objects.all()}
    sources = set(Source.objects.values_list("pk", flat=True))
    made: set[int] = set()
    for row in rows:
        (change,) = row.changes
        left, right, url = change.key
        words, since, note, slugs, numbers = change.after
        if left not in bodies or right not in bodies:
            written.moved.append((row.row, row.code, "body"))
            continue
        members = [bodies[left], bodies[right]]
        known = domain.same_members(members)
        is_planned = known is None or known.pk in made or known.pk == row.organisation
        is_told = known and known.reports.filter(source__url=url, since=since).exists()
        if not is_planned or is_told or (row.organisation and known is None):
            written.moved.append((row.row, row.code, "pair"))
            continue
        wanted = [tags[slug] for slug in slugs if slug in tags]
        steps = [phases[pk] for pk in numbers if pk in phases]
        had_tags = set(known.tags.values_list("pk", flat=True)) if known else set()
        had_phases = set(known.phases.values_list("pk", flat=True)) if known else set()
        partnership = domain.report_partnership(
            members,
            source=find_source(url),
            by=by,
            tags=wanted,
            phases=steps,
            about=Text.of(en=words),
            since=since,
            note=note,
        )
        if known is None:
            made.add(partnership.pk)
            written.created += 1
            written.ledger.append(["made", partnership.pk])
        else:
            written.changed += 1
        report = partnership.reports.get(source__url=url, since=since)
        new_tags = [tag.pk for tag in wanted if tag.pk not in had_tags]
        new_phases = [phase.pk for phase in steps if phase.pk not in had_phases]
        written.ledger.append(["report", row.row, partnership.pk, report.pk, new_tags, new_phases])
    new = Source.objects.exclude(pk__in=sources).values_list("pk", flat=True)
    written.ledger += [["source", pk] for pk in new]


def undo_partnerships(import_: Import, by: Actor, reason: str) -> int:
    """Take out what the import entered, or raise `CannotUndo`; call it in a transaction."""
    ledger = ledger_of(import_)
    made = {entry[1] for entry in ledger if entry[0] == "made"}
    reports = [entry[1:] for entry in ledger if entry[0] == "report"]
    planned = {row.row: row for row in rows_to_write(import_)}
    ids = sorted({entry[1] for entry in reports})
    rows = Partnership.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    partnerships = {row.pk: row for row in rows}
    kept = {row.pk: row for row in Report.objects.filter(partnership__in=ids)}
    ours: dict[int, list[list[Any]]] = {}
    for entry in reports:
        ours.setdefault(entry[1], []).append(entry)
    used = pointed_at(Partnership, list(made), but=(Report, *_links()))
    moved = [
        planned[number]
        for number, partnership, report, *_rest in reports
        if not _is_as_written(planned[number], kept.get(report))
        or partnership not in partnerships
        or (
            partnership in made
            and (partnership in used or not _is_as_made(partnerships[partnership], ours))
        )
    ]
    if moved:
        later = later_files(import_, {row.code for row in moved}, lambda row: row.code)
        raise CannotUndo(sorted({(row.row, row.code, later.get(row.code, "")) for row in moved}))
    for pk, partnership in partnerships.items():
        if pk in made:
            record("partnerships.unimport", partnership, by=by, reason=reason)
            partnership.delete()
            continue
        for _number, _partnership, report, tags, phases in ours[pk]:
            partnership.tags.remove(*tags)
            partnership.phases.remove(*phases)
            domain.remove_report(kept[report], reason=reason, by=by)
    for source in Source.objects.filter(pk__in=[one[1] for one in ledger if one[0] == "source"]):
        # One that something else names meanwhile stays.
        try:
            with transaction.atomic():
                source.delete()
        except ProtectedError:
            continue
    return len(reports)


def _links() -> tuple[type[Any], ...]:
    """The tables between a partnership and its members, themes, tags and phases."""
    return (
        Partnership.members.through,
        Partnership.themes.through,
        Partnership.tags.through,
        Partnership.phases.through,
    )


def _is_as_written(row: PlannedRow, report: Report | None) -> bool:
    """Whether the report says what the import wrote."""
    words, since, note, _slugs, _numbers = row.changes[0].after
    return (
        report is not None
        and (report.since, report.note, report.about) == (since, note, Text.of(en=words))
        and not (report.stage or report.since_means or report.is_inferred or report.read_on)
    )


def _is_as_made(partnership: Partnership, ours: dict[int, list[list[Any]]]) -> bool:
    """Whether a partnership that the import made holds only what the import gave it."""
    entries = ours[partnership.pk]
    tags = {tag for entry in entries for tag in entry[3]}
    phases = {phase for entry in entries for phase in entry[4]}
    return (
        (partnership.status, partnership.level) == ("reported", Level.PUBLIC.value)
        and set(partnership.reports.values_list("pk", flat=True)) == {entry[2] for entry in entries}
        and set(partnership.tags.values_list("pk", flat=True)) == tags
        and set(partnership.phases.values_list("pk", flat=True)) == phases
        and not partnership.themes.exists()
    )
