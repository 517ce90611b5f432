"""The plan: what would be made, changed, left as it is, looked at again, or cannot be taken.

Made once from the files and the register, immutable, and written exactly so. Its parts hold fifty
rows each, compressed: a page shows one part, and a hundred thousand rows stay small.
"""

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from mosty.core.versions import canonical
from mosty.places.imports.problems import Problem
from mosty.places.imports.records import Record, RegionEntry, SourceEntry

ROWS_OF_PART = 50


class Outcome(StrEnum):
    """What becomes of a row."""

    CREATE = "create"
    CHANGE = "change"
    SAME = "same"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"
    # No fault, but nothing that is kept here: it does not keep the others from being written.
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changes on a body: `what` of which `key`, from `before` to `after`."""

    what: str
    key: tuple[str, ...]
    before: Any
    after: Any

    def dump(self) -> list[Any]:
        """For JSON."""
        return [self.what, list(self.key), self.before, self.after]

    @classmethod
    def load(cls, row: list[Any]) -> "Change":
        """From the JSON of `dump`."""
        what, key, before, after = row
        return cls(what, tuple(key), before, after)


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of the plan. `record` and `labels` for what would be made, `changes` for the rest.

    `organisation` is the id of the body in the register, 0 when there is none.
    """

    row: int
    code: str
    label: str
    country: str
    outcome: Outcome
    is_group: bool = False
    members: int = 1
    organisation: int = 0
    record: Record | None = None
    labels: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()

    def dump(self) -> dict[str, Any]:
        """For JSON, without what is empty."""
        row: dict[str, Any] = {
            "row": self.row,
            "code": self.code,
            "label": self.label,
            "country": self.country,
            "outcome": self.outcome.value,
        }
        if self.is_group:
            row["is_group"] = True
        if self.members != 1:
            row["members"] = self.members
        if self.organisation:
            row["organisation"] = self.organisation
        if self.record:
            row["record"] = self.record.dump()
            row["labels"] = list(self.labels)
        if self.changes:
            row["changes"] = [change.dump() for change in self.changes]
        if self.problems:
            row["problems"] = [problem.dump() for problem in self.problems]
        return row

    @classmethod
    def load(cls, row: dict[str, Any]) -> "PlannedRow":
        """From the JSON of `dump`."""
        values = dict(row)
        values["outcome"] = Outcome(row["outcome"])
        values["labels"] = tuple(row.get("labels", ()))
        values["record"] = Record.load(row["record"]) if "record" in row else None
        values["changes"] = tuple(Change.load(one) for one in row.get("changes", ()))
        values["problems"] = tuple(Problem(*one) for one in row.get("problems", ()))
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Part:
    """At most fifty rows with one outcome; `number` counts from 1 within the outcome."""

    outcome: Outcome
    number: int
    content: bytes

    def rows(self) -> list[PlannedRow]:
        """The rows, unpacked."""
        return [PlannedRow.load(row) for row in json.loads(zlib.decompress(self.content))]


@dataclass(frozen=True, slots=True)
class CountryCount:
    """Rows of the file, municipalities made of them, and how many a complete file gives (or 0)."""

    country: str
    rows: int
    units: int
    expected: int

    @property
    def is_complete(self) -> bool:
        return self.expected in {0, self.units}


@dataclass(frozen=True, slots=True)
class RegionPlan:
    """A region that the plan makes (`before` empty) or names anew."""

    entry: RegionEntry
    before: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the rows."""

    layout: str
    encoding: str
    separator: str
    file_name: str
    file_size: int
    file_sha256: tuple[str, ...]
    counts: dict[str, int] = field(default_factory=dict)
    countries: tuple[CountryCount, ...] = ()
    regions: tuple[RegionPlan, ...] = ()
    sources: tuple[SourceEntry, ...] = ()
    notices: tuple[Problem, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """How many rows have this outcome."""
        return self.counts.get(outcome.value, 0)

    @property
    def is_sound(self) -> bool:
        """Whether it may be written: not a single row is refused."""
        return not self.count(Outcome.REFUSED)

    def dump(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "layout": self.layout,
            "encoding": self.encoding,
            "separator": self.separator,
            "file_name": self.file_name,
            "file_size": self.file_size,
            "file_sha256": list(self.file_sha256),
            "counts": dict(self.counts),
            "countries": [
                [one.country, one.rows, one.units, one.expected] for one in self.countries
            ],
            "regions": [[one.entry.dump(), one.before] for one in self.regions],
            "sources": [source.dump() for source in self.sources],
            "notices": [notice.dump() for notice in self.notices],
        }

    @classmethod
    def load(cls, row: dict[str, Any]) -> "Head":
        """From the JSON of `dump`."""
        return cls(
            **{
                **row,
                "file_sha256": tuple(row["file_sha256"]),
                "countries": tuple(CountryCount(*one) for one in row["countries"]),
                "regions": tuple(
                    RegionPlan(RegionEntry(*entry), before) for entry, before in row["regions"]
                ),
                "sources": tuple(SourceEntry(*one) for one in row["sources"]),
                "notices": tuple(Problem(*one) for one in row["notices"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Head and parts; `sha256` covers every letter of both."""

    head: Head
    parts: tuple[Part, ...]
    sha256: str

    def rows(self, outcome: Outcome) -> Iterator[PlannedRow]:
        """All rows with one outcome."""
        for part in self.parts:
            if part.outcome is outcome:
                yield from part.rows()


def digest_of(head: Head, parts: Iterable[Part]) -> str:
    """SHA-256 of a plan, in hex."""
    whole = hashlib.sha256(canonical(head.dump()))
    for part in parts:
        whole.update(f"{part.outcome}\n{part.number}\n".encode())
        whole.update(zlib.decompress(part.content))
    return whole.hexdigest()


class Builder:
    """Takes rows one after the other and makes the parts of a plan."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._open: dict[Outcome, list[PlannedRow]] = {outcome: [] for outcome in Outcome}
        self._parts: dict[Outcome, list[Part]] = {outcome: [] for outcome in Outcome}

    def add(self, row: PlannedRow) -> None:
        """Put a row to those with the same outcome."""
        self.counts[row.outcome.value] += 1
        rows = self._open[row.outcome]
        rows.append(row)
        if len(rows) == ROWS_OF_PART:
            self._close(row.outcome)

    def _close(self, outcome: Outcome) -> None:
        rows = self._open[outcome]
        if rows:
            text = json.dumps(
                [row.dump() for row in rows], ensure_ascii=False, separators=(",", ":")
            )
            number = len(self._parts[outcome]) + 1
            self._parts[outcome].append(Part(outcome, number, zlib.compress(text.encode(), 3)))
            self._open[outcome] = []

    def finish(self, head: Head) -> Plan:
        """The plan; `head` gets the counts."""
        for outcome in Outcome:
            self._close(outcome)
        full = replace(head, counts=dict(self.counts))
        parts = tuple(part for outcome in Outcome for part in self._parts[outcome])
        return Plan(full, parts, digest_of(full, parts))
