"""A record beside what the register knows: what changes, and what a person should look at first.

What people entered stays: a profile or languages that somebody filled are left alone, a figure that
somebody entered and chose stays the shown one, and nothing is ever taken out.
"""

from collections.abc import Iterator
from math import asin, cos, radians, sin, sqrt

from mosty.core.search import fold
from mosty.places.imports.plan import Change
from mosty.places.imports.problems import Problem
from mosty.places.imports.records import FactEntry, Record
from mosty.places.imports.register import Known
from mosty.places.models import Name

NEAR_KM = 5.0
FAR_KM = 50.0
MOST_GROWTH = 3.0
_NAMES_IN_FORCE = (Name.Use.SHORT.value, Name.Use.OFFICIAL.value)
_POINT_STEP = 0.00001


def changes_of(
    record: Record,
    known: Known,
    *,
    renames_all: bool,
    tells_standing: bool,
    renamed_by: str = "",
) -> list[Change]:
    """Everything that the record says and the register does not say yet."""
    found = [*_plain(record, known, tells_standing=tells_standing)]
    found += _names(record, known, renames_all=renames_all, renamed_by=renamed_by)
    found += _facts(record, known)
    for what, wishes, now in (
        ("need", record.needs, known.needs),
        ("offer", record.offers, known.offers),
    ):
        for wish in wishes:
            if now.get(wish.theme) != wish.weight:
                found.append(Change(what, (wish.theme,), now.get(wish.theme), wish.weight))
    return found


def _plain(record: Record, known: Known, *, tells_standing: bool) -> Iterator[Change]:
    for what in ("scheme", "code_year", "region", "legal_form", "website"):
        before, after = getattr(known, what), str(getattr(record, what))
        if after and before != after:
            yield Change(what, (), before, after)
    if tells_standing and record.standing and record.standing != known.standing:
        yield Change("standing", (), known.standing, record.standing)
    for what in ("profile", "languages"):
        if getattr(record, what) and not getattr(known, what):
            yield Change(what, (), [], list(getattr(record, what)))
    if record.lat is not None and record.lon is not None and not _same_point(record, known):
        yield Change("place", (), [known.lat, known.lon], [record.lat, record.lon])


def _same_point(record: Record, known: Known) -> bool:
    if known.lat is None or known.lon is None:
        return False
    lat, lon = record.lat or 0.0, record.lon or 0.0
    return abs(known.lat - lat) <= _POINT_STEP and abs(known.lon - lon) <= _POINT_STEP


def _names(record: Record, known: Known, *, renames_all: bool, renamed_by: str) -> Iterator[Change]:
    """New names; and the old one of the same kind and language becomes a former one. After is
    (use, last day) where the day is known, else the use alone."""
    said = {(name.text, name.language, str(name.use)) for name in record.names}
    # A file may tell the old name as a former one at once: it is not entered twice.
    ended: set[tuple[str, str, str]] = set()
    told = {(language, use) for _text, language, use in said if use in _NAMES_IN_FORCE}
    for (text, language, use), source in known.names.items():
        replaced = (language, use) in told and (text, language, use) not in said
        if replaced and (source or renames_all):
            former = Name.Use.FORMER.value
            after = [former, renamed_by] if renamed_by else former
            ended.add((text, language, former))
            yield Change("name_ended", (text, language, use), use, after)
    for name in record.names:
        key = (name.text, name.language, str(name.use))
        if key not in known.names and key not in ended:
            yield Change("name", key, None, [name.source, name.since, name.until])


def _facts(record: Record, known: Known) -> Iterator[Change]:
    """Figures that are new or that the same source corrects. After is (value, becomes shown)."""
    newest = chosen_of(record.facts)
    for fact in record.facts:
        key = (str(fact.kind), fact.as_of, fact.source)
        now = known.facts.get(key)
        if now is not None:
            if now.value != fact.value:
                yield Change("fact", key, now.value, [fact.value, now.is_chosen])
            continue
        shown = known.shown(fact.kind)
        is_newer = shown is None or (shown[0] < fact.as_of and not shown[1].by_person)
        yield Change("fact", key, None, [fact.value, is_newer and newest[fact.kind] is fact])


def chosen_of(facts: tuple[FactEntry, ...]) -> dict[str, FactEntry]:
    """The newest figure of each kind: the one that is shown."""
    newest: dict[str, FactEntry] = {}
    for fact in facts:
        if fact.kind not in newest or newest[fact.kind].as_of < fact.as_of:
            newest[fact.kind] = fact
    return newest


def doubts_of(
    record: Record, known: Known, changes: list[Change], *, doubts_names: bool = True
) -> list[Problem]:
    """What a person should look at before the changes are written."""
    found: list[Problem] = []
    whats = {change.what for change in changes}
    if "name" in whats and doubts_names:
        words = {word for name in record.names for word in fold(name.text).split()}
        if words.isdisjoint(known.search_key.split()):
            found.append(
                Problem("other_name", value=record.names[0].text, hint=known.label or known.code)
            )
    if "fact" in whats and known.population:
        for fact in record.facts:
            people = int(fact.value) if fact.kind == "population" else 0
            small, large = sorted((people, known.population))
            if people and large > 1000 and large > MOST_GROWTH * small:
                found.append(
                    Problem("population_jump", value=fact.value, hint=str(known.population))
                )
    if "place" in whats and known.lat is not None and known.lon is not None:
        moved = kilometres(known.lat, known.lon, record.lat or 0.0, record.lon or 0.0)
        if moved > FAR_KM:
            found.append(Problem("far_away", field="lat", value=str(round(moved))))
    return found


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance of two points given in degrees."""
    north, other_north = radians(lat), radians(other_lat)
    half = sin((other_north - north) / 2) ** 2
    across = cos(north) * cos(other_north) * sin(radians(other_lon - lon) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(min(1.0, half + across)))
