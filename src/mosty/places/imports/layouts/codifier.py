"""The codifier of administrative-territorial units (KATOTTG) as the ministry publishes it: XLSX.

Some thirty thousand rows: oblasts (O), cities with a special status (K), raions (P), hromadas (H),
settlements (M, X, C, formerly T) and city districts (B), each with the codes of what it belongs
to. Hromadas and the cities of category K become municipalities; of the rest only their number and
the first settlement of a hromada are kept: that one is its centre, which holds for all of them.

The codifier knows no figures, no points and no Latin names, and of a hromada only the adjective
("Чугуївська"). So what the register calls it otherwise stays: see `Codifier.settle`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils import timezone

from mosty.core.facts import FactKind
from mosty.core.latin import transliterate
from mosty.places.imports import checks
from mosty.places.imports.layouts.reader import Files, Item, Reader, Refused
from mosty.places.imports.other_names import other_names
from mosty.places.imports.problems import Problem
from mosty.places.imports.reading import Line
from mosty.places.imports.records import FactEntry, NameEntry, Record, RegionEntry
from mosty.places.imports.register import Known
from mosty.places.imports.workbooks import Header, Sheet
from mosty.places.models import Name, Organisation
from mosty.places.sources import KATOTTG

EXPECTED = {"UA": 1774}
LEVELS = (
    "перший рівень", "другий рівень", "третій рівень", "четвертий рівень", "додатковий рівень",
)  # fmt: skip
CATEGORY, NAME = "категорія об'єкта", "назва об'єкта"
# Category -> in which column its own code stands.
_LEVEL_OF = {"O": 0, "K": 0, "P": 1, "H": 2, "M": 3, "X": 3, "C": 3, "T": 3, "B": 4}
_SETTLEMENTS = frozenset("MXCT")
# Category of the centre -> form of the hromada, and its word in the official name.
_FORMS = {
    "M": ("urban", "міська"), "X": ("settlement", "селищна"), "T": ("settlement", "селищна"),
    "C": ("rural", "сільська"),
}  # fmt: skip
# How oblasts are called in English, by the first four letters of their code.
_OBLASTS = {
    "UA05": "Vinnytsia", "UA07": "Volyn", "UA12": "Dnipropetrovsk", "UA14": "Donetsk",
    "UA18": "Zhytomyr", "UA21": "Zakarpattia", "UA23": "Zaporizhzhia", "UA26": "Ivano-Frankivsk",
    "UA32": "Kyiv", "UA35": "Kirovohrad", "UA44": "Luhansk", "UA46": "Lviv", "UA48": "Mykolaiv",
    "UA51": "Odesa", "UA53": "Poltava", "UA56": "Rivne", "UA59": "Sumy", "UA61": "Ternopil",
    "UA63": "Kharkiv", "UA65": "Kherson", "UA68": "Khmelnytskyi", "UA71": "Cherkasy",
    "UA73": "Chernivtsi", "UA74": "Chernihiv",
}  # fmt: skip
_CRIMEA = ("UA01", "Autonomous Republic of Crimea")
_MONTHS = (
    "січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня", "вересня",
    "жовтня", "листопада", "грудня",
)  # fmt: skip
_EDITION = re.compile(r"в редакції.*?від\s+(\d{1,2})\s+(\w+)\s+(20\d\d)", re.DOTALL)


@dataclass(slots=True)
class _Unit:
    """A municipality on its way: its row, and what the rows below it tell."""

    line: Line
    code: str
    category: str
    name: str
    region: str
    centre: str = ""
    centre_code: str = ""
    centre_category: str = ""
    settlements: int = 0


class Codifier(Reader):
    """The ministry's workbook."""

    name = "codifier"
    needed = frozenset([*LEVELS, CATEGORY, NAME])
    known = needed
    doubts_names = False

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        self._source = self.use(KATOTTG)
        self._columns = {_plain(cell): cell for cell in files.main.header}
        # The codifier does not say when a name changed: at the latest on the day of the plan.
        self.renamed_by = timezone.localdate().isoformat()
        self._counted = _edition(files.main)
        self._units: dict[str, _Unit] = {}
        # Rows of oblasts, raions and settlements, so that none stands twice and all are there.
        self._seen: dict[str, int] = {}
        self._read: list[Line] | None = None
        self._adjectives: dict[str, str] = {}

    @classmethod
    def matches(cls, header: Header) -> bool:
        return cls.needed <= {_plain(cell) for cell in header}

    def expected(self) -> dict[str, int]:
        return EXPECTED

    def codes(self) -> set[str]:
        kinds, columns = self._columns[CATEGORY], self._columns
        return {
            line.cells[columns[LEVELS[_LEVEL_OF[line.cells[kinds]]]]]
            for line in self._lines()
            if line.cells.get(kinds) in {"H", "K"}
        }

    def _lines(self) -> list[Line]:
        """All rows, kept: they are small, and are gone through more than once."""
        if self._read is None:
            self._read = list(self.lines())
        return self._read

    def items(self) -> Iterator[Item]:
        if not self._counted:
            self.notices.append(Problem("no_edition"))
        kinds = self._columns[CATEGORY]
        # What is above first: rows may stand in any order.
        for wanted in ({"O", "K"}, {"P"}, {"H"}, _SETTLEMENTS, {"B"}):
            for line in self._lines():
                if not line.problem and line.cells[kinds] in wanted:
                    refused = self._take(line)
                    if refused:
                        yield refused
        for line in self._lines():
            self.rows["UA"] += 1
            if line.problem or line.cells[kinds] not in _LEVEL_OF:
                yield self._broken(line)
        for unit in self._units.values():
            self.units["UA"] += 1
            yield self._record(unit)

    def _broken(self, line: Line) -> Refused:
        if line.problem:
            return Refused(line.row, "", "", (line.problem,), country="UA")
        category = line.cells[self._columns[CATEGORY]]
        field = self._columns[CATEGORY]
        problem = Problem("choice", field, category, ", ".join(_LEVEL_OF))
        if not category:
            problem = Problem("missing", field)
        return Refused(line.row, "", line.cells[self._columns[NAME]][:80], (problem,), country="UA")

    def _take(self, line: Line) -> Refused | None:
        """Note a sound row; gives the refusal of one that is not."""
        category = line.cells[self._columns[CATEGORY]]
        codes = [line.cells[self._columns[level]] for level in LEVELS]
        level = _LEVEL_OF[category]
        field, code, found = self._columns[LEVELS[level]], codes[level], list[Problem]()
        name = line.cells[self._columns[NAME]]
        checks.check_code(code, Organisation.Scheme.KATOTTG, found, field=field)
        for above, given in enumerate(codes[:level]):
            if given and given not in self._seen:
                column = self._columns[LEVELS[above]]
                found.append(Problem("above_unknown", column, given))
        if code in self._seen:
            found.append(Problem("code_twice", field, code, str(self._seen[code])))
        if category == "H" and not codes[0]:
            found.append(Problem("missing", self._columns[LEVELS[0]]))
        checks.fits(name, self._columns[NAME], 180, found)
        checks.one_alphabet(name, self._columns[NAME], found)
        if not name:
            found.append(Problem("missing", self._columns[NAME]))
        if found:
            return Refused(line.row, code[:40], name[:80], tuple(found), country="UA")
        self._seen[code] = line.row
        if category in "HK":
            self._units[code] = _Unit(line, code, category, name, codes[0])
        if category in "OK":
            self._add_region(code, category, name)
        unit = self._units.get(codes[2])
        if unit and category in _SETTLEMENTS:
            unit.settlements += 1
            # The first one of its number is the centre.
            if not unit.centre or code < unit.centre_code:
                unit.centre, unit.centre_code, unit.centre_category = name, code, category
        return None

    def _add_region(self, code: str, category: str, name: str) -> None:
        if category == "K":
            english, native = transliterate(name, "uk"), f"місто {name}"
        elif code.startswith(_CRIMEA[0]):
            english, native = _CRIMEA[1], name
        else:
            english = f"{_OBLASTS.get(code[:4]) or transliterate(name, 'uk')} oblast"
            native = f"{name} область"
        self.regions[code] = RegionEntry(code, "UA", "KATOTTG", english, native, native)

    def _record(self, unit: _Unit) -> Record:
        form, word = _FORMS.get(unit.centre_category, ("", ""))
        if unit.category == "K":
            short, official = unit.name, f"місто {unit.name}"
        else:
            short = unit.centre or unit.name
            official = " ".join(part for part in (unit.name, word, "громада") if part)
            self._adjectives[unit.code] = unit.name
        use = Name.Use
        facts = []
        if self._counted and unit.settlements:
            count = str(unit.settlements)
            facts.append(FactEntry(FactKind.SETTLEMENTS, count, self._counted, self._source))
        return Record(
            row=unit.line.row,
            code=unit.code,
            scheme=Organisation.Scheme.KATOTTG,
            country="UA",
            names=(
                NameEntry(short, "uk", use.SHORT, self._source),
                NameEntry(official, "uk", use.OFFICIAL, self._source),
                *other_names(unit.code, self.use),
            ),
            region=unit.region,
            legal_form=form,
            facts=tuple(facts),
        )

    def settle(self, record: Record, known: Known) -> Record:
        """Its form stays what the register says, and so does the official name while the adjective
        in it is the codifier's. Where the name in use changes, the Latin one that was only its
        transliteration goes along; every other English name stays."""
        short, official, *others = record.names
        adjective = self._adjectives.get(record.code, "")
        for text in _texts(known, "uk", Name.Use.OFFICIAL, all_of=True) if adjective else ():
            kind = text.split()[-2:]
            if text.startswith(f"{adjective} "):
                official = replace(official, text=text)
                break
            if kind[1:] == ["громада"]:
                official = replace(official, text=" ".join([adjective, *kind]))
        renamed = [text for text in _texts(known, "uk", Name.Use.SHORT) if text != short.text]
        latin = {transliterate(text, "uk") for text in renamed}
        if latin & set(_texts(known, "en", Name.Use.SHORT)):
            text = transliterate(short.text, "uk")
            others.append(NameEntry(text, "en", Name.Use.SHORT, self._source))
        return replace(record, names=(short, official, *others), legal_form="")


def _texts(known: Known, language: str, use: str, *, all_of: bool = False) -> list[str]:
    """The names of one language and kind that a register gave, or `all_of` them: a person's too."""
    return [
        text
        for (text, of_language, of_use), source in known.names.items()
        if (source or all_of) and (of_language, of_use) == (language, use)
    ]


def _plain(cell: str) -> str:
    """A name of a column with one kind of apostrophe."""
    return re.sub("[’ʼ`´‘]", "'", cell)


def _edition(main: object) -> str:
    """The day of the edition, as stands above the table: "в редакції … від 19 січня 2024 року"."""
    above = " ".join(main.above) if isinstance(main, Sheet) else ""
    found = _EDITION.search(above)
    if not found or found[2] not in _MONTHS or not 1 <= int(found[1]) <= 31:
        return ""
    return f"{found[3]}-{_MONTHS.index(found[2]) + 1:02}-{int(found[1]):02}"
