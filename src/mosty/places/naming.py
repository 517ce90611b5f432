"""From the names of an organisation to its labels, its search key and its place in a list.

Lists of a hundred thousand rows need no join: what they show and search stands as copies on
`Organisation`, filled here and nowhere else. Forms, import and demo call `refresh` (or, for rows
not yet saved, `labels_of` and `put`) whenever names have changed.

The English label is Latin always; the Ukrainian one is the Ukrainian name where one is known, else
the town's own name (Greek ones in Latin letters). The lists are sorted for their reader: "Łódź"
stands under L in an English list, and Cyrillic names come first in a Ukrainian one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from mosty.core.latin import spellings, transliterate
from mosty.core.search import search_key, sort_key
from mosty.places.models import Country, Name, Organisation

_NOT_LATIN = re.compile(r"[\u0370-\u03ff\u0400-\u04ff\u1f00-\u1fff]")
_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
MOST_LETTERS = 200


class Named(Protocol):
    """What naming needs to know of a name; a `Name` row has it."""

    @property
    def text(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def use(self) -> str: ...
    @property
    def until(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Labels:
    """What is copied to an organisation; the fields are called as there."""

    label_en: str
    label_native: str
    label_uk: str
    search_key: str
    sort_en: str
    sort_uk: str


COLUMNS = tuple(Labels.__dataclass_fields__)


def labels_of(names: Iterable[Named], *, languages: Sequence[str] = ()) -> Labels:
    """The labels for these names; `languages` are the country's own, the first one first.

    Raises ValueError when there is no name at all: nothing can be shown of such a body.
    """
    known = [name for name in names if name.text.strip() and name.use != Name.Use.CODE]
    if not known:
        raise ValueError("an organisation needs at least one name")
    now = [name for name in known if name.use != Name.Use.FORMER and not name.until] or known
    native = _native(now, languages)
    english = _english(now, native)
    ukrainian = _ukrainian(now, native, english)
    return Labels(
        label_en=english[:MOST_LETTERS],
        label_native=native.text[:MOST_LETTERS],
        label_uk=ukrainian[:MOST_LETTERS],
        search_key=search_key([english, native.text, ukrainian, *_written(known, native.language)]),
        sort_en=sort_key(english, "en"),
        sort_uk=sort_key(ukrainian, "uk"),
    )


def _written(names: Sequence[Named], own: str) -> Iterable[str]:
    """Every spelling under which the names may be looked for."""
    for name in names:
        yield from spellings(name.text, name.language or own)


def _find(names: Sequence[Named], language: str, *uses: str) -> Named | None:
    for use in uses:
        for name in names:
            if name.use == use and name.language == language:
                return name
    return None


def _native(names: Sequence[Named], languages: Sequence[str]) -> Named:
    """How the place calls itself. "und" marks a name in one of several languages of a country."""
    for uses in ((Name.Use.SHORT,), (Name.Use.OFFICIAL,)):
        for language in [*languages, "und"]:
            found = _find(names, language, *uses)
            if found:
                return found
    rank = {Name.Use.SHORT: 0, Name.Use.OFFICIAL: 1}
    return min(names, key=lambda name: rank.get(Name.Use(name.use), 2))


def _english(names: Sequence[Named], native: Named) -> str:
    use = Name.Use
    own = _find(names, "en", use.SHORT, use.EXONYM, use.OFFICIAL)
    if own:
        return own.text
    if not _NOT_LATIN.search(native.text):
        return native.text
    latin = _find(names, "en", use.TRANSLITERATION)
    return latin.text if latin else transliterate(native.text, native.language)


def _ukrainian(names: Sequence[Named], native: Named, english: str) -> str:
    use = Name.Use
    own = _find(names, "uk", use.SHORT, use.EXONYM, use.OFFICIAL, use.TRANSLITERATION)
    if own:
        return own.text
    return english if _GREEK.search(native.text) else native.text


def put(labels: Labels, organisation: Organisation) -> None:
    """Copy the labels to an organisation without saving it."""
    for column in COLUMNS:
        setattr(organisation, column, getattr(labels, column))


def refresh(organisation: Organisation) -> None:
    """Fill the copies anew from the names in the database; writes only what has changed.

    A body without any name keeps what it is called.
    """
    refresh_all([organisation])


def refresh_all(organisations: Sequence[Organisation]) -> int:
    """The same for many, in three queries per thousand; how many have changed."""
    countries = dict(Country.objects.values_list("code", "languages"))
    changed: list[Organisation] = []
    for start in range(0, len(organisations), 1000):
        part = organisations[start : start + 1000]
        names: dict[int, list[Name]] = {organisation.pk: [] for organisation in part}
        rows = Name.objects.filter(organisation_id__in=names).order_by("organisation_id", "id")
        for name in rows:
            names[name.organisation_id].append(name)
        for organisation in part:
            if all(name.use == Name.Use.CODE for name in names[organisation.pk]):
                continue
            languages = countries.get(organisation.country_id or "", [])
            before = [getattr(organisation, column) for column in COLUMNS]
            put(labels_of(names[organisation.pk], languages=languages), organisation)
            if before != [getattr(organisation, column) for column in COLUMNS]:
                changed.append(organisation)
    Organisation.objects.bulk_update(changed, COLUMNS, batch_size=500)
    return len(changed)
