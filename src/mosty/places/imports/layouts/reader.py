"""What all layouts share: rows become records, or are refused with every reason at once."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from mosty.places.imports.problems import Problem
from mosty.places.imports.reading import Line, Table
from mosty.places.imports.records import Record, RegionEntry, SourceEntry
from mosty.places.imports.register import Known
from mosty.places.imports.workbooks import Header, Sheet
from mosty.places.sources import Listed


@dataclass(frozen=True, slots=True)
class Files:
    """The file itself and those that may lie beside it."""

    main: Table | Sheet
    groups: Table | None = None
    nuts: Table | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken, with all that is wrong with it."""

    row: int
    code: str
    label: str
    problems: tuple[Problem, ...]
    is_group: bool = False
    country: str = ""


Item = Record | Refused


class Reader(ABC):
    """One run over one file. What it collects on the way is complete after `items` has ended."""

    name: ClassVar[str]
    needed: ClassVar[frozenset[str]]
    known: ClassVar[frozenset[str]]
    code_column: ClassVar[str] = "code"
    # A register knows the names that registers gave; a person's own file also knows what people
    # entered: an old name of another source then becomes a former one.
    renames_all: ClassVar[bool] = False
    # Whether the file says of bodies that stand there already that they exist or are former.
    tells_standing: ClassVar[bool] = False
    # Whether a new name that has nothing in common with the old one is a reason to look again.
    doubts_names: ClassVar[bool] = True
    # Since when, at the latest, an old name is a former one; empty: the file tells nothing of it.
    renamed_by: str = ""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.regions: dict[str, RegionEntry] = {}
        self.sources: dict[str, SourceEntry] = {}
        self.notices: list[Problem] = []
        # Rows of the file and municipalities made of them, by country.
        self.rows: Counter[str] = Counter()
        self.units: Counter[str] = Counter()

    @classmethod
    def matches(cls, header: Header) -> bool:
        """Whether a file with this header has this layout."""
        return cls.needed <= set(header)

    def lines(self) -> Iterator[Line]:
        """The rows of the main file, with the columns of this layout."""
        return self.files.main.lines()

    def settle(self, record: Record, known: Known) -> Record:
        """The record as this file tells it of a body that the register knows already."""
        return record

    @abstractmethod
    def items(self) -> Iterator[Item]:
        """Every municipality of the file, or the row that cannot be one."""

    def expected(self) -> dict[str, int]:
        """How many municipalities a complete file gives, by country; empty: nobody knows."""
        return {}

    def codes(self) -> set[str]:
        """The codes that the file names: a quick pass, before the rows are looked at."""
        return {line.cells.get(self.code_column, "") for line in self.lines()}

    def unread(self) -> None:
        """Add a notice about columns that this layout does not know."""
        strange = [column for column in self.files.main.header if column not in self.known]
        if strange:
            self.notices.append(Problem("unread", value=", ".join(strange[:12])))

    def use(self, source: Listed) -> str:
        """Remember a listed source; gives its key."""
        if source.key not in self.sources:
            self.sources[source.key] = SourceEntry(
                source.key, source.title, source.publisher, source.url, source.licence
            )
        return source.key

    def refuse(self, line: Line, label_column: str, problems: list[Problem]) -> Refused:
        """The refusal of a row with all its problems."""
        return Refused(
            line.row,
            line.cells.get(self.code_column, "")[:40],
            line.cells.get(label_column, "")[:80],
            tuple(problems),
            country=line.cells.get("iso2", "")[:2],
        )
