"""The places of the demonstration: real bodies with their sources, illustrative needs and offers.

Everything is added once. What stands there already is left alone, so that a second run makes
nothing and somebody's changes stay.
"""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from mosty.core.access import Actor
from mosty.core.facts import Fact, FactKind, Source
from mosty.core.publication import Level
from mosty.core.search import sort_key
from mosty.core.texts import Text
from mosty.places.domain.figures import source_of
from mosty.places.domain.succession import record_succession
from mosty.places.languages import language_of_names
from mosty.places.models import (
    Affiliation,
    Kind,
    Name,
    Need,
    Offer,
    Organisation,
    Region,
    Succession,
)
from mosty.places.naming import refresh_all
from mosty.places.queries.codes import by_code
from mosty.places.regions import place_regions
from mosty.places.sources import source_for

_SCHEMES = {"KATOTTG": Organisation.Scheme.KATOTTG, "GISCO_ID": Organisation.Scheme.GISCO}
_CENSUS_YEARS = {"2011", "2016"}
Row = dict[str, str]


@dataclass(slots=True)
class Loading:
    """What stands there already, and what one run adds to it."""

    by: Actor
    bodies: dict[str, Organisation]
    regions: dict[str, Region]
    named: set[tuple[int, str, str, str]]
    counted: set[tuple[int, str, str, int]]
    chosen: set[tuple[int, str]]
    joined: set[tuple[int, int]]
    source: Callable[[str], Source] = field(default_factory=lambda: cache(source_for))
    names: list[Name] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    affiliations: list[Affiliation] = field(default_factory=list)


@transaction.atomic
def load(folder: Path, *, by: Actor) -> dict[str, int]:
    """Load `organisations.csv`, `municipalities_*.csv`, `successions.csv`, `fictional.csv`,
    `names.csv` and `profiles.json`.

    Gives how many of each were made. Raises KeyError or ValueError on a file that breaks its own
    README (tests/demo holds that none does).
    """
    now = Loading(
        by=by,
        bodies=by_code(),
        regions=Region.objects.in_bulk(field_name="code"),
        named=set(Name.objects.values_list("organisation_id", "text", "language", "use")),
        counted=set(Fact.objects.values_list("organisation_id", "kind", "as_of", "source_id")),
        chosen=set(Fact.objects.filter(is_chosen=True).values_list("organisation_id", "kind")),
        joined=set(Affiliation.objects.values_list("member_id", "association_id")),
    )
    bodies = sum(_body(now, row) for row in _rows(folder / "organisations.csv"))
    towns = sum(
        _municipality(now, row)
        for name in ("municipalities_ua.csv", "municipalities_eu.csv")
        for row in _rows(folder / name)
    )
    gone = list(_rows(folder / "successions.csv"))
    former = sum(_municipality(now, row) for row in gone)
    invented = sum(_fictional(now, row) for row in _rows(folder / "fictional.csv"))
    for row in _rows(folder / "names.csv"):
        if _is_former(now, row["code"]):
            continue
        body, source = now.bodies[row["code"]], now.source(row["source"])
        _name(now, body, row["name"], row["language"], row["kind"], source, row["from_year"],
              row["to_year"])  # fmt: skip
    Name.objects.bulk_create(now.names)
    Fact.objects.bulk_create(now.facts)
    Affiliation.objects.bulk_create(now.affiliations)
    _copy_populations(now)
    refresh_all([now.bodies[code] for code in sorted(now.bodies)])
    place_regions(region.pk for region in now.regions.values())
    for row in gone:
        _succession(now, row)
    return {
        "bodies": bodies,
        "municipalities": towns,
        "former municipalities": former,
        "fictional bodies": invented,
        "names": len(now.names),
        "figures": len(now.facts),
        "needs and offers": _profiles(now, folder / "profiles.json"),
    }


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle, strict=True)


def _body(now: Loading, row: Row) -> bool:
    if row["key"] in now.bodies:
        return False
    body = now.bodies[row["key"]] = Organisation.objects.create(
        code=row["key"],
        kind=Kind(row["kind"]),
        scheme=Organisation.Scheme.OWN,
        country_id=row["country"] or None,
        label_en=row["name_en"],
        website=row["website"],
    )
    native, source = row["name_native"], now.source(row["source"])
    _name(now, body, row["name_en"], "en", Name.Use.OFFICIAL, source)
    if native != row["name_en"]:
        _name(now, body, native, row["native_language"], Name.Use.OFFICIAL, source)
    if row["short_name"] not in {row["name_en"], native}:
        _name(now, body, row["short_name"], "und", Name.Use.SHORT, source)
    if row["name_uk"] != native:
        _name(now, body, row["name_uk"], "uk", Name.Use.EXONYM, source)
    return True


def _fictional(now: Loading, row: Row) -> bool:
    """A body that there is not: its names say so wherever they stand, it lies nowhere on the map,
    and visitors do not meet it in the register."""
    if row["key"] in now.bodies:
        return False
    body = now.bodies[row["key"]] = Organisation.objects.create(
        code=row["key"],
        kind=Kind(row["kind"]),
        scheme=Organisation.Scheme.OWN,
        country_id=row["country"] or None,
        label_en=row["name_en"],
        level=Level.PROGRAMME,
        is_illustrative=True,
    )
    source = now.source("Invented for the demonstration")
    of_record, other = ("uk", "en") if row["country"] == "UA" else ("en", "uk")
    _name(now, body, row[f"name_{of_record}"], of_record, Name.Use.SHORT, source)
    _name(now, body, row[f"name_{other}"], other, Name.Use.EXONYM, source)
    if row["association"]:
        association = now.bodies[row["association"]]
        now.affiliations.append(
            Affiliation(member=body, association=association, is_illustrative=True)
        )
    return True


def _is_former(now: Loading, code: str) -> bool:
    """Whether somebody has given the body another code or merged the record since."""
    return code in now.bodies and now.bodies[code].code != code


def _municipality(now: Loading, row: Row) -> bool:
    if _is_former(now, row["code"]):
        return False
    is_new = row["code"] not in now.bodies
    if is_new:
        now.bodies[row["code"]] = Organisation.objects.create(
            code=row["code"],
            kind=Kind.MUNICIPALITY,
            scheme=_SCHEMES[row["code_system"]],
            code_year=row["classification_year"],
            country_id=row["country"],
            region=_region(now, row),
            legal_form=row["type"] if row["country"] == "UA" else "",
            label_en=row["name"],
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            profile=_list(row["profile"]),
        )
        _names(now, now.bodies[row["code"]], row)
    town = now.bodies[row["code"]]
    year, counted = row["population_year"], now.source(row["population_source"])
    as_of = year if year in _CENSUS_YEARS else f"{year}-01-01"
    note = row["note"] if row["former_unit"] == "1" else ""
    _figure(now, town, FactKind.POPULATION, row["population"], as_of, counted, note)
    measured = year if row["country"] == "UA" else row["data_year"]
    _figure(now, town, FactKind.AREA, row["area_km2"], measured, counted, note)
    _affiliation(now, town, row)
    return is_new


def _succession(now: Loading, row: Row) -> None:
    """What became of a former municipality; left alone where somebody withdrew it."""
    body, after = now.bodies[row["code"]], now.bodies[row["successor"]]
    known = Succession.objects.filter(predecessor=body, successor=after)
    if _is_former(now, row["code"]) or known.exists():
        return
    source = source_of(url=row["act_url"], title=row["act"], publisher=row["publisher"])
    record_succession(body, after, by=now.by, kind=row["kind"], day=row["day"], source=source)


def _names(now: Loading, town: Organisation, row: Row) -> None:
    language = language_of_names(row["country"], row["region_code"], row["name_native"])
    source = now.source(row["data_source"])
    _name(now, town, row["name_native"], language, Name.Use.SHORT, source)
    if row["official_name"] != row["name_native"]:
        _name(now, town, row["official_name"], language, Name.Use.OFFICIAL, source)
    if row["name"] != row["name_native"]:
        use = Name.Use.SHORT if row["country"] == "UA" else Name.Use.EXONYM
        _name(now, town, row["name"], "en", use, source)
    if row["name_uk"] != row["name_native"]:
        _name(now, town, row["name_uk"], "uk", Name.Use.EXONYM, source)


def _name(
    now: Loading,
    body: Organisation,
    text: str,
    language: str,
    use: str,
    source: Source,
    since: str = "",
    until: str = "",
) -> None:
    key = (body.pk, text, language, Name.Use(use).value)
    if not text or key in now.named:
        return
    now.named.add(key)
    now.names.append(
        Name(organisation=body, text=text, language=language, use=use, source=source,
             since=since, until=until)
    )  # fmt: skip


def _region(now: Loading, row: Row) -> Region | None:
    code = row["region_code"]
    if code and code not in now.regions:
        ukrainian = row["country"] == "UA"
        now.regions[code] = Region.objects.create(
            code=code,
            country_id=row["country"],
            classification="KATOTTG" if ukrainian else "NUTS 2021",
            name_en=row["region"],
            name_native=row["region_uk"] if ukrainian else row["region"],
            name_uk=row["region_uk"],
            sort_en=sort_key(row["region"], "en"),
        )
    return now.regions.get(code)


def _figure(
    now: Loading, town: Organisation, kind: str, value: str, as_of: str, source: Source, note: str
) -> None:
    key = (town.pk, str(kind), as_of, source.pk)
    if not value or key in now.counted:
        return
    now.counted.add(key)
    is_first = key[:2] not in now.chosen
    now.chosen.add(key[:2])
    now.facts.append(
        Fact(organisation=town, kind=kind, value=Decimal(value), as_of=as_of, source=source,
             note=note, is_chosen=is_first, entered_by_id=now.by.user_id)
    )  # fmt: skip


def _copy_populations(now: Loading) -> None:
    changed: list[Organisation] = []
    for fact in now.facts:
        if fact.kind == FactKind.POPULATION and fact.is_chosen:
            fact.organisation.population = int(fact.value)
            fact.organisation.population_as_of = fact.as_of
            changed.append(fact.organisation)
    Organisation.objects.bulk_update(changed, ["population", "population_as_of"], batch_size=500)


def _affiliation(now: Loading, town: Organisation, row: Row) -> None:
    if not row["association"]:
        return
    association, basis = now.bodies[row["association"]], row["association_basis"]
    if (town.pk, association.pk) in now.joined:
        return
    now.affiliations.append(
        Affiliation(
            member=town,
            association=association,
            source=now.source(row["source"]) if basis == "stated" else None,
            is_inferred=basis == "inferred",
            is_illustrative=basis == "illustrative",
        )
    )


def _profiles(now: Loading, path: Path) -> int:
    """Needs, offers and working languages of those who have none yet, marked as illustrative."""
    content = json.loads(path.read_text(encoding="utf-8"))
    entered = {
        *Need.objects.values_list("organisation_id", flat=True),
        *Offer.objects.values_list("organisation_id", flat=True),
    }
    needs: list[Need] = []
    offers: list[Offer] = []
    for profile in content["profiles"]:
        town = now.bodies[profile["municipality"]]
        if not town.languages:
            town.languages = profile["languages"]
            town.save(update_fields=["languages"])
        if town.pk in entered:
            continue
        of_record = "uk" if town.country_id == "UA" else "en"
        needs += [Need(**_entry(town, row, of_record)) for row in profile["needs"]]
        offers += [Offer(**_entry(town, row, of_record)) for row in profile["offers"]]
    Need.objects.bulk_create(needs)
    Offer.objects.bulk_create(offers)
    return len(needs) + len(offers)


def _entry(town: Organisation, row: dict[str, Any], of_record: str) -> dict[str, Any]:
    return {
        "organisation": town,
        "theme_id": row["theme"],
        "weight": row["weight"],
        "text": Text.of(record=of_record, **row["text"]),
        "is_illustrative": row["illustrative"],
    }


def _list(cell: str) -> list[str]:
    return cell.split(" | ") if cell else []
