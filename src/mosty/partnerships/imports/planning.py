"""The plan of a list of partnerships: every row beside what the site knows of these two towns."""

from collections.abc import Iterable
from typing import IO

from mosty.partnerships.domain import key_of
from mosty.partnerships.imports.layout import (
    KNOWN_COLUMNS,
    Entry,
    Faulty,
    is_header,
    need_columns,
    read,
)
from mosty.partnerships.imports.programmes import Programmes
from mosty.partnerships.imports.towns import Finder
from mosty.partnerships.models import Partnership, Report
from mosty.places.imports.kinds import Progress
from mosty.places.imports.plan import Builder, Change, Head, Outcome, Plan, PlannedRow
from mosty.places.imports.problems import Problem
from mosty.places.imports.tables import Import
from mosty.places.imports.workbooks import open_any
from mosty.places.models import Organisation

LAYOUT = "partnerships"
REPORT = "report"
MOST_OF_NOTE = 500
# Members, source, date: the same report.
Key = tuple[str, str, str]


def plan_partnerships(import_: Import, progress: Progress) -> Plan:
    """The plan of a kept file. Writes nothing. Raises `Unreadable`."""

    def open_file() -> IO[bytes]:
        return import_.file.storage.open(str(import_.file.name), "rb")

    progress("reading", 0.0)
    table = open_any(
        open_file, name=import_.file_name, known_columns=KNOWN_COLUMNS, is_header=is_header
    )
    unread = need_columns(table)
    rows = list(read(table))
    progress("comparing", 0.0)
    planner = _Planner(row for row in rows if isinstance(row, Entry))
    builder = Builder()
    for number, row in enumerate(rows):
        builder.add(planner.plan(row))
        progress("comparing", number / len(rows))
    notices = [Problem("unread", value=", ".join(unread))] if unread else []
    if planner.strange:
        notices.append(Problem("programmes_unknown", value=", ".join(planner.strange)))
    return builder.finish(
        Head(
            layout=LAYOUT,
            encoding=table.encoding_name,
            separator=table.separator_name,
            file_name=table.name,
            file_size=table.size,
            file_sha256=(table.sha256,),
            notices=tuple(notices),
        )
    )


class _Planner:
    def __init__(self, entries: Iterable[Entry]) -> None:
        kept = list(entries)
        self._finder = Finder(town for entry in kept for town in (entry.left, entry.right))
        self._programmes = Programmes()
        self._ids: dict[str, int] = {}
        self._withdrawn: set[str] = set()
        for key, pk, status in Partnership.objects.values_list("members_key", "pk", "status"):
            if status == "withdrawn":
                self._withdrawn.add(key)
            else:
                self._ids[key] = pk
        told = Report.objects.exclude(partnership__status="withdrawn")
        self._told = set(told.values_list("partnership__members_key", "source__url", "since"))
        # What rows above have planned already.
        self._planned: dict[Key, int] = {}
        self._made: set[str] = set()
        # Words for programmes that the site does not know, in the order of the file.
        self.strange: dict[str, None] = {}

    def plan(self, row: Entry | Faulty) -> PlannedRow:
        """What becomes of one row."""
        if isinstance(row, Faulty):
            return PlannedRow(
                row.row, "", row.label, row.country, Outcome.REFUSED, problems=row.problems
            )
        left = self._finder.find(row.left, column="ua_code")
        right = self._finder.find(row.right, column="partner_code")
        if left.body is None or right.body is None:
            return _row(row, Outcome.LEFT_OUT, problems=(*left.problems, *right.problems))
        if left.body == right.body:
            return _row(row, Outcome.REFUSED, problems=(Problem("pair_of_one", "", row.label),))
        return self._compared(row, left.body, right.body)

    def _compared(self, row: Entry, left: Organisation, right: Organisation) -> PlannedRow:
        members = key_of([left, right])
        key = members, row.source, row.date
        codes, known = f"{left.code} · {right.code}", self._ids.get(members, 0)
        label = f"{left.label_en} – {right.label_en}"
        if key in self._told:
            return _row(row, Outcome.SAME, label=label, code=codes, organisation=known)
        if key in self._planned:
            twice = Problem("pair_twice", "", label, str(self._planned[key]))
            return _row(row, Outcome.LEFT_OUT, label=label, code=codes, problems=(twice,))
        self._planned[key] = row.row
        is_known = bool(known) or members in self._made
        outcome = Outcome.CHANGE if is_known else Outcome.CREATE
        problems: tuple[Problem, ...] = ()
        if not is_known and members in self._withdrawn:
            # Somebody has said that it is over, or never was.
            outcome, problems = Outcome.DOUBTFUL, (Problem("pair_withdrawn", "", label),)
        else:
            self._made.add(members)
        change = Change(REPORT, (left.code, right.code, row.source), None, self._after(row))
        return _row(
            row,
            outcome,
            label=label,
            code=codes,
            organisation=known,
            changes=(change,),
            problems=problems,
        )

    def _after(self, row: Entry) -> list[object]:
        """What the report will say: words, date, note, tags by address, phases by number."""
        tags, strange = self._programmes.tags(row.programmes)
        phases, no_phases = self._programmes.phases(tags, row.phases)
        self.strange |= dict.fromkeys(strange)
        note = "; ".join([*strange, *no_phases])[:MOST_OF_NOTE]
        slugs, numbers = [tag.slug for tag in tags], [phase.pk for phase in phases]
        return [row.theme, row.date, note, slugs, numbers]


def _row(
    row: Entry,
    outcome: Outcome,
    *,
    label: str = "",
    code: str = "",
    organisation: int = 0,
    changes: tuple[Change, ...] = (),
    problems: tuple[Problem, ...] = (),
) -> PlannedRow:
    return PlannedRow(
        row.row,
        code,
        label or row.label,
        row.right.country,
        outcome,
        organisation=organisation,
        changes=changes,
        problems=problems,
    )
