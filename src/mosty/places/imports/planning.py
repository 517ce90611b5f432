"""Makes the plan: every record beside the register, a thousand at a time."""

from collections.abc import Callable, Iterator
from itertools import batched
from typing import Any

from mosty.places.imports.comparing import NEAR_KM, changes_of, doubts_of, kilometres
from mosty.places.imports.layouts import Files, Reader, Refused, reader_for
from mosty.places.imports.layouts.reader import Item
from mosty.places.imports.plan import (
    Builder,
    CountryCount,
    Head,
    Outcome,
    Plan,
    PlannedRow,
    RegionPlan,
)
from mosty.places.imports.problems import Problem
from mosty.places.imports.records import Record
from mosty.places.imports.register import (
    Known,
    Twin,
    former_codes,
    known_bodies,
    namesakes,
)
from mosty.places.models import Country, Kind, Organisation, Region
from mosty.places.naming import COLUMNS, labels_of

BATCH = 1000
Progress = Callable[[str, float], None]


def silent(_step: str, _share: float) -> None:
    """Nobody watches."""


def make_plan(files: Files, *, progress: Progress = silent) -> Plan:
    """The plan for these files and the register as it stands. Writes nothing.

    `progress` hears a step and a share from 0 to 1. Raises `Unreadable` when the file as a whole
    cannot be taken.
    """
    progress("reading", 0.0)
    reader = reader_for(files)
    codes = reader.codes()
    planner = _Planner(reader, codes)
    builder = Builder()
    done, whole = 0, max(len(codes), 1)
    for items in batched(reader.items(), BATCH):
        for row in planner.rows(list(items)):
            builder.add(row)
        done += len(items)
        progress("comparing", min(done / whole, 1.0))
    return builder.finish(_head(reader, files))


def _head(reader: Reader, files: Files) -> Head:
    expected = reader.expected()
    countries = tuple(
        CountryCount(country, count, reader.units[country], expected.get(country, 0))
        for country, count in sorted(reader.rows.items())
    )
    beside = [table.sha256 for table in (files.groups, files.nuts) if table]
    return Head(
        layout=reader.name,
        encoding=files.main.encoding_name,
        separator=files.main.separator_name,
        file_name=files.main.name,
        file_size=files.main.size,
        file_sha256=(files.main.sha256, *beside),
        countries=countries,
        regions=tuple(_regions(reader)),
        sources=tuple(reader.sources[key] for key in sorted(reader.sources)),
        notices=tuple(reader.notices),
    )


def _regions(reader: Reader) -> Iterator[RegionPlan]:
    """Regions that are new, or whose name was only their code so far."""
    known = dict(
        Region.objects.filter(code__in=list(reader.regions)).values_list("code", "name_en")
    )
    for code in sorted(reader.regions):
        entry = reader.regions[code]
        name = known.get(code)
        if name is None:
            yield RegionPlan(entry)
        elif name == code and entry.name_en != code:
            yield RegionPlan(entry, before=name)


class _Planner:
    """What the rows of one run share: codes seen, languages of the countries."""

    def __init__(self, reader: Reader, codes: set[str]) -> None:
        self._reader = reader
        self._codes = codes
        self._seen: dict[str, int] = {}
        self._languages = dict(Country.objects.values_list("code", "languages"))
        # An empty register has no namesakes: nothing to ask for.
        self._may_have_twins = Organisation.objects.filter(kind=Kind.MUNICIPALITY).exists()

    def rows(self, items: list[Item]) -> Iterator[PlannedRow]:
        """The planned rows of one batch, in its order."""
        codes = [item.code for item in items if isinstance(item, Record)]
        known = known_bodies(codes)
        new = [item for item in items if isinstance(item, Record) and item.code not in known]
        labels = {
            record.code: labels_of(record.names, languages=self._languages.get(record.country, []))
            for record in new
        }
        doubts = self._doubts_about_new([(record, labels[record.code].sort_en) for record in new])
        for item in items:
            if isinstance(item, Refused):
                yield _refused(item)
            elif item.code in self._seen:
                twice = Problem("code_twice", "code", item.code, str(self._seen[item.code]))
                yield _row(item, Outcome.REFUSED, problems=(twice,))
            elif item.code in known:
                self._seen[item.code] = item.row
                yield self._compared(item, known[item.code])
            else:
                self._seen[item.code] = item.row
                found = labels[item.code]
                problems = doubts.get(item.code, ())
                yield _row(
                    item,
                    Outcome.DOUBTFUL if problems else Outcome.CREATE,
                    label=found.label_en,
                    record=item,
                    labels=tuple(getattr(found, column) for column in COLUMNS),
                    problems=problems,
                )

    def _compared(self, record: Record, known: Known) -> PlannedRow:
        if known.kind != Kind.MUNICIPALITY:
            other = Problem("code_of_other", "code", record.code, known.label)
            return _row(record, Outcome.REFUSED, problems=(other,))
        reader = self._reader
        record = reader.settle(record, known)
        changes = changes_of(
            record,
            known,
            renames_all=reader.renames_all,
            tells_standing=reader.tells_standing,
            renamed_by=reader.renamed_by,
        )
        if not changes:
            return _row(record, Outcome.SAME, label=known.label, organisation=known.id)
        problems = tuple(doubts_of(record, known, changes, doubts_names=reader.doubts_names))
        return _row(
            record,
            Outcome.DOUBTFUL if problems else Outcome.CHANGE,
            label=known.label,
            organisation=known.id,
            changes=tuple(changes),
            problems=problems,
        )

    def _doubts_about_new(
        self, records: list[tuple[Record, str]]
    ) -> dict[str, tuple[Problem, ...]]:
        """Bodies that the register may know already, under a code that the file does not have."""
        if not self._may_have_twins or not records:
            return {}
        found: dict[str, tuple[Problem, ...]] = {}
        by_country: dict[str, list[tuple[Record, str]]] = {}
        for record, key in records:
            by_country.setdefault(record.country, []).append((record, key))
        for country, rows in by_country.items():
            twins = namesakes(country, {key for _record, key in rows})
            for record, key in rows:
                near = [twin for twin in twins.get(key, []) if self._is_twin(record, twin)]
                if near:
                    twin = near[0]
                    found[record.code] = (Problem("twin", value=twin.label, hint=twin.code),)
        for code, label in former_codes([record.code for record, _key in records]).items():
            found[code] = (*found.get(code, ()), Problem("former_code", "code", code, label))
        return found

    def _is_twin(self, record: Record, twin: Twin) -> bool:
        if twin.code in self._codes:
            return False
        if None in (record.lat, record.lon, twin.lat, twin.lon):
            # A file without points: the same name in the same region is near by as well.
            return bool(record.region) and twin.region == record.region
        return (
            kilometres(twin.lat or 0.0, twin.lon or 0.0, record.lat or 0.0, record.lon or 0.0)
            < NEAR_KM
        )


def _row(item: Record, outcome: Outcome, *, label: str = "", **values: Any) -> PlannedRow:
    return PlannedRow(
        row=item.row,
        code=item.code,
        label=label or item.names[0].text,
        country=item.country,
        outcome=outcome,
        is_group=item.is_group,
        members=item.members,
        **values,
    )


def _refused(item: Refused) -> PlannedRow:
    return PlannedRow(
        row=item.row,
        code=item.code,
        label=item.label,
        country=item.country,
        outcome=Outcome.REFUSED,
        is_group=item.is_group,
        problems=item.problems,
    )
