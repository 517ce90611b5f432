"""What a row says about one municipality, in the same shape whatever the layout.

Records are immutable and go to JSON and back without loss: the plan keeps them as they were shown.
"""

from dataclasses import dataclass
from typing import Any

_NO_LIST: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A name as `Name` keeps it; `source` is the key of a source."""

    text: str
    language: str
    use: str
    source: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class FactEntry:
    """A figure: `value` in decimal spelling, `as_of` as precise as the source."""

    kind: str
    value: str
    as_of: str
    source: str


@dataclass(frozen=True, slots=True)
class WishEntry:
    """A need or an offer."""

    theme: str
    weight: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class RegionEntry:
    """A region that records point at by its code."""

    code: str
    country: str
    classification: str
    name_en: str
    name_native: str = ""
    name_uk: str = ""

    def dump(self) -> list[str]:
        """For JSON; `RegionEntry(*row)` reads it again."""
        return [
            self.code, self.country, self.classification,
            self.name_en, self.name_native, self.name_uk,
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source that a file names, with the fields of `Source`."""

    key: str
    title: str
    publisher: str = ""
    url: str = ""
    licence: str = ""

    def dump(self) -> list[str]:
        """For JSON; `SourceEntry(*row)` reads it again."""
        return [self.key, self.title, self.publisher, self.url, self.licence]


@dataclass(frozen=True, slots=True)
class Record:
    """One municipality. `row` is that of the file, or of the second file when `is_group`.

    `members` says of how many rows a group is made. Empty fields say nothing: what the register
    knows already stays.
    """

    row: int
    code: str
    scheme: str
    country: str
    names: tuple[NameEntry, ...]
    code_year: str = ""
    region: str = ""
    legal_form: str = ""
    lat: float | None = None
    lon: float | None = None
    facts: tuple[FactEntry, ...] = _NO_LIST
    profile: tuple[str, ...] = _NO_LIST
    standing: str = ""
    website: str = ""
    languages: tuple[str, ...] = _NO_LIST
    needs: tuple[WishEntry, ...] = _NO_LIST
    offers: tuple[WishEntry, ...] = _NO_LIST
    members: int = 1
    is_group: bool = False

    def dump(self) -> dict[str, Any]:
        """For JSON, without what is empty; `Record.load` reads it again."""
        rows: dict[str, Any] = {
            "row": self.row,
            "code": self.code,
            "scheme": self.scheme,
            "country": self.country,
            "names": [
                [name.text, name.language, name.use, name.source, name.since, name.until]
                for name in self.names
            ],
        }
        for field in _PLAIN:
            value = getattr(self, field)
            if value != _DEFAULTS[field]:
                rows[field] = value
        if self.facts:
            rows["facts"] = [
                [fact.kind, fact.value, fact.as_of, fact.source] for fact in self.facts
            ]
        for field in ("needs", "offers"):
            if wishes := getattr(self, field):
                rows[field] = [[wish.theme, wish.weight, wish.text] for wish in wishes]
        return rows

    @classmethod
    def load(cls, rows: dict[str, Any]) -> "Record":
        """From the JSON of `dump`."""
        values = dict(rows)
        values["names"] = tuple(NameEntry(*row) for row in rows["names"])
        values["facts"] = tuple(FactEntry(*row) for row in rows.get("facts", ()))
        for field in ("needs", "offers"):
            values[field] = tuple(WishEntry(*row) for row in rows.get(field, ()))
        for field in ("profile", "languages"):
            values[field] = tuple(rows.get(field, ()))
        return cls(**values)


_PLAIN = (
    "code_year", "region", "legal_form", "lat", "lon", "profile", "standing", "website",
    "languages", "members", "is_group",
)  # fmt: skip
_DEFAULTS: dict[str, Any] = {field: Record.__dataclass_fields__[field].default for field in _PLAIN}
