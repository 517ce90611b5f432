"""The plan of a list of territories: every row beside the rows that the register holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mosty.places.imports.plan import Builder, Change, Head, Outcome, Plan, PlannedRow
from mosty.places.imports.planning import Progress, silent
from mosty.places.imports.problems import Problem
from mosty.places.imports.reading import Table
from mosty.places.imports.register import former_codes
from mosty.places.imports.territory.layout import Entry, Faulty, columns_of, read
from mosty.places.imports.workbooks import Sheet
from mosty.places.models import Country, Kind, Organisation, TerritoryStatus
from mosty.places.territory.tables import collisions

LAYOUT = "territory"
STATUS = "status"
_ROWS_BETWEEN = 500


@dataclass(frozen=True, slots=True)
class Span:
    """A row of one body and class; `row` is its number in the file, 0 for one of the register."""

    since: date
    until: date | None
    act: str = ""
    row: int = 0

    @property
    def text(self) -> str:
        """In figures, for messages in any language."""
        return f"{self.since.isoformat()} – {self.until.isoformat() if self.until else '…'}"


Key = tuple[int, str]  # id of the body, class


def make_plan(table: Table | Sheet, *, progress: Progress = silent) -> Plan:
    """The plan of this table for the register as it stands. Writes nothing.

    Raises `Unreadable` when the file as a whole cannot be taken.
    """
    progress("reading", 0.0)
    columns = columns_of(table)
    rows = list(read(table, columns))
    planner = _Planner(row for row in rows if isinstance(row, Entry))
    builder = Builder()
    for number, row in enumerate(rows):
        builder.add(planner.plan(row))
        if number % _ROWS_BETWEEN == 0:
            progress("comparing", number / len(rows))
    notices = []
    if columns.unread:
        notices.append(Problem("unread", value=", ".join(columns.unread)))
    if rows and (besides := planner.besides):
        notices.append(Problem("kept_besides", hint=str(besides)))
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
    """What all rows of a file are compared with; five queries whatever their number."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = list(entries)
        codes = {entry.code for entry in self._entries}
        self._bodies = _bodies(codes)
        missing = codes - self._bodies.keys()
        self._former = former_codes(sorted(missing)) if missing else {}
        self._hromadas = _hromadas({code[:9] for code in missing if code[9:12] != "000"})
        self._known = _known()
        # Row of the file -> what it overlaps. Of two rows of the file both are told.
        self._overlapping: dict[int, Span] = {}
        # How many rows of the register the file does not name.
        self.besides = sum(len(spans) for spans in self._known.values())
        self._compare()

    def _compare(self) -> None:
        """Looks for overlaps in what will stand when the file is written: its own rows, and those
        of the register that it does not name."""
        own: dict[Key, list[Span]] = {}
        for entry in self._entries:
            body = self._bodies.get(entry.code)
            if body is not None:
                span = Span(entry.since, entry.until, entry.act, entry.row)
                own.setdefault((body.pk, entry.kind), []).append(span)
        for key, spans in own.items():
            named, known = {span.since for span in spans}, self._known.get(key, {})
            self.besides -= len(named & known.keys())
            stay = [span for since, span in known.items() if since not in named]
            found = collisions((span.since, span.until, span) for span in (*stay, *spans))
            self._overlapping |= {one.row: other for one, other in found.items() if one.row}

    def plan(self, row: Entry | Faulty) -> PlannedRow:
        """What becomes of one row."""
        if isinstance(row, Faulty):
            return _planned(row, Outcome.REFUSED, problems=row.problems)
        body = self._bodies.get(row.code)
        if body is None:
            return self._unknown(row)
        label = body.label_en
        if body.kind != Kind.MUNICIPALITY or body.country_id != "UA":
            other = Problem("body_other", "", row.code, label)
            return _planned(row, Outcome.REFUSED, problems=(other,))
        key = (body.pk, row.kind)
        if row.row in self._overlapping:
            problem = _overlap(row, self._overlapping[row.row])
            return _planned(row, Outcome.REFUSED, label=label, body=body.pk, problems=(problem,))
        before = self._known.get(key, {}).get(row.since)
        # An empty cell says nothing about the act; an empty last day says that it goes on.
        act = row.act or (before.act if before else "")
        after = [row.until.isoformat() if row.until else "", act]
        if before is None:
            change = Change(STATUS, (row.kind, row.since.isoformat()), None, after)
            return _planned(row, Outcome.CREATE, label=label, body=body.pk, changes=(change,))
        was = [before.until.isoformat() if before.until else "", before.act]
        if was == after:
            return _planned(row, Outcome.SAME, label=label, body=body.pk)
        change = Change(STATUS, (row.kind, row.since.isoformat()), was, after)
        return _planned(row, Outcome.CHANGE, label=label, body=body.pk, changes=(change,))

    def _unknown(self, row: Entry) -> PlannedRow:
        """No body bears the code: a former code, a level that is not kept, or a wrong one."""
        if row.code in self._former:
            bore = Problem("code_before", "", row.code, self._former[row.code])
            return _planned(row, Outcome.REFUSED, problems=(bore,))
        # UA, oblast, raion, hromada, settlement: two, two, three and three figures.
        if row.code[9:12] != "000":
            hromada = self._hromadas.get(row.code[:9])
            if hromada is not None:
                problem = Problem("not_hromada", "", row.code, f"{hromada[0]} ({hromada[1]})")
                return _planned(row, Outcome.LEFT_OUT, problems=(problem,))
        elif row.code[6:9] == "000":
            problem = Problem("not_hromada_above", "", row.code)
            return _planned(row, Outcome.LEFT_OUT, problems=(problem,))
        unknown = Problem("body_unknown", "", row.code)
        return _planned(row, Outcome.REFUSED, problems=(unknown,))


def _overlap(row: Entry, other: Span) -> Problem:
    mine = Span(row.since, row.until).text
    if other.row:
        return Problem("overlap_file", "", mine, f"{other.row} ({other.text})")
    hint = f"{other.text}, {other.act}" if other.act else other.text
    return Problem("overlap_register", "", mine, hint)


def _bodies(codes: set[str]) -> dict[str, Organisation]:
    rows = Organisation.objects.filter(code__in=codes)
    return {body.code: body for body in rows.only("code", "label_en", "kind", "country")}


def _hromadas(starts: set[str]) -> dict[str, tuple[str, str]]:
    """The hromadas whose codes begin so: name and code by the first nine characters."""
    if not starts:
        return {}
    rows = Organisation.objects.filter(
        country__side=Country.Side.UKRAINE, kind=Kind.MUNICIPALITY, scheme="katottg"
    )
    found = rows.order_by("code").values_list("code", "label_en")
    return {code[:9]: (label, code) for code, label in found if code[:9] in starts}


def _known() -> dict[Key, dict[date, Span]]:
    """All rows of the register, by body and class, then by first day."""
    found: dict[Key, dict[date, Span]] = {}
    rows = TerritoryStatus.objects.order_by("since")
    for owner, kind, since, until, act in rows.values_list(
        "organisation_id", "kind", "since", "until", "act"
    ):
        found.setdefault((owner, kind), {})[since] = Span(since, until, act)
    return found


def _planned(
    row: Entry | Faulty,
    outcome: Outcome,
    *,
    label: str = "",
    body: int = 0,
    changes: tuple[Change, ...] = (),
    problems: tuple[Problem, ...] = (),
) -> PlannedRow:
    return PlannedRow(
        row=row.row,
        code=row.code,
        label=label or row.label,
        country="",
        outcome=outcome,
        organisation=body,
        changes=changes,
        problems=problems,
    )
