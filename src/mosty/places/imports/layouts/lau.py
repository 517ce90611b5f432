"""Municipalities of the EU-27: `lau.csv`, made from Eurostat's LAU 2020.

A LAU is not a municipality everywhere. Portugal's parishes and Greece's communities are replaced by
the groups of a second file (`groups_pt_gr.csv`); Ireland's electoral areas and the communities of
Cyprus are grouped by the beginning of their code (`grouping`); Latvia's units of before the reform
of 2021 come in as former ones.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from mosty.core.facts import FactKind
from mosty.core.search import fold
from mosty.places.imports import checks
from mosty.places.imports.grouping import GROUP_COLUMNS, Grouped, Part, groups_of
from mosty.places.imports.layouts.reader import Files, Item, Reader, Refused
from mosty.places.imports.other_names import other_names
from mosty.places.imports.problems import Problem, Unreadable
from mosty.places.imports.reading import Line, Table
from mosty.places.imports.records import FactEntry, NameEntry, Record, RegionEntry
from mosty.places.languages import language_of_names
from mosty.places.models import Name, Organisation
from mosty.places.sources import GEONAMES, LAU_2020, NUTS_2021, Listed

CODE_YEAR = "2020"
NUTS_YEAR = "NUTS 2021"
# What a complete LAU 2020 gives once it is grouped.
EXPECTED = {
    "AT": 2095, "BE": 581, "BG": 265, "CY": 6, "CZ": 6258, "DE": 11007, "DK": 99, "EE": 79,
    "ES": 8131, "FI": 310, "FR": 34968, "GR": 333, "HR": 556, "HU": 3155, "IE": 26, "IT": 7914,
    "LT": 60, "LU": 102, "LV": 119, "MT": 68, "NL": 355, "PL": 2477, "PT": 308, "RO": 3181,
    "SE": 290, "SI": 212, "SK": 2927,
}  # fmt: skip
REMARKS = {
    "CY": _("districts, grouped by the first figure of the code"),
    "GR": _("332 municipalities and Mount Athos, named after their largest community"),
    "IE": _("counties, grouped by the first four figures; councils there are 31"),
    "LV": _("units of before the reform of 2021, entered as former; today there are 43"),
    "PT": _("municipalities, made of 3,092 parishes"),
    "SK": _("the boroughs of Bratislava and Košice count one by one"),
}
_CENSUS = {"BG": "2011", "GR": "2011", "HR": "2011", "IE": "2016"}
_FROM_SECOND_FILE = ("PT", "GR")
_BY_CODE = ("IE", "CY")
# The second file gives this one Portuguese name in English.
_NATIVE = {"Lisbon": "Lisboa"}
_URBAN = {"1": "urban", "2": "urban", "3": "rural"}
_ARTICLE = re.compile(
    r"^(?P<name>.+), "
    r"(?P<article>[Ee]l|[Ll]a|[Ll]os|[Ll]as|[Ll]es|[Ee]ls|A|O|As|Os|Es|Sa|Ses|[Ll]')$"
)


class Lau(Reader):
    """`lau.csv`, with `groups_pt_gr.csv` and `nuts_regions.csv` beside it."""

    name = "lau"
    needed = frozenset(["gisco_id", "iso2", "lau_code", "name", "nuts3"])
    known = needed | frozenset("name_latin population area_km2 degurba coastal lat lon".split())
    code_column = "gisco_id"

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        if files.groups and not set(files.groups.header) >= GROUP_COLUMNS:
            shown = ", ".join(files.groups.header[:8])
            raise Unreadable(Problem("groups_layout", value=shown), row=1)
        self._nuts = _nuts(files.nuts) if files.nuts else {}
        self._source = self.use(self.source_of_figures())
        self._codes: dict[str, dict[str, str]] = {country: {} for country in _BY_CODE}

    def source_of_figures(self) -> Listed:
        """Where names and figures of this file were read."""
        return LAU_2020

    @property
    def year(self) -> str:
        """The year of the list of units."""
        return CODE_YEAR

    def counted(self, country: str) -> str:
        """When the people of a country were counted."""
        return _CENSUS.get(country, "2020-01-01")

    def standing(self, country: str) -> str:
        """Whether the units of a country are no more; empty: the file says nothing of it."""
        return Organisation.Standing.FORMER if country == "LV" else ""

    def expected(self) -> dict[str, int]:
        return {country: EXPECTED[country] for country in self.rows if country in EXPECTED}

    def codes(self) -> set[str]:
        found = super().codes()
        if self.files.groups:
            found |= {line.cells.get("group_id", "") for line in self.files.groups.lines()}
        return found

    def items(self) -> Iterator[Item]:
        self.unread()
        parts = {country: list[Part]() for country in _BY_CODE}
        for line in self.lines():
            country = line.cells.get("iso2", "")
            self.rows[country] += 1
            if country in _FROM_SECOND_FILE and not line.problem:
                continue
            item = self._item(line)
            if isinstance(item, Record) and country in parts:
                parts[country].append(_part(item, line.cells))
                continue
            if isinstance(item, Record):
                self.units[country] += 1
            yield item
        for country, members in parts.items():
            for group in groups_of(country, members):
                self.units[country] += 1
                yield self._grouped(group)
        yield from self._from_second_file()

    def _item(self, line: Line) -> Item:
        if line.problem:
            return self.refuse(line, "name", [line.problem])
        cells, found = line.cells, list[Problem]()
        code = cells["gisco_id"]
        checks.check_code(code, Organisation.Scheme.GISCO, found, field="gisco_id")
        country = checks.country_of(code, Organisation.Scheme.GISCO, cells["iso2"], found)
        lat, lon = checks.point(cells.get("lat", ""), cells.get("lon", ""), country, found)
        region = self._region(cells["nuts3"], country, found)
        names = self._names(country, cells, found)
        facts = self._facts(country, cells, found)
        if found:
            return self.refuse(line, "name", found)
        return Record(
            row=line.row,
            code=code,
            scheme=Organisation.Scheme.GISCO,
            code_year=self.year,
            country=country,
            names=names,
            region=region,
            lat=lat,
            lon=lon,
            facts=facts,
            profile=self._profile(cells),
            standing=self.standing(country),
        )

    def _names(
        self, country: str, cells: dict[str, str], found: list[Problem]
    ) -> tuple[NameEntry, ...]:
        official = checks.fits(cells["name"], "name", 200, found)
        if not official:
            found.append(Problem("missing", "name"))
            return ()
        language = language_of_names(country, cells["nuts3"], official)
        short = short_name(country, official)
        use, source = Name.Use, self._source
        names = [NameEntry(short, language, use.SHORT, source)]
        if short != official and country != "ES":
            names.append(NameEntry(official, language, use.OFFICIAL, source))
        latin = cells.get("name_latin", "")
        if latin and not latin.isupper():
            strange = set(fold(latin).split()) - set(fold(official).split())
            if country == "BG":
                names.append(NameEntry(latin, "en", use.TRANSLITERATION, source))
            elif strange:
                names.append(NameEntry(latin, "und", use.EXONYM, source))
        return (*names, *other_names(cells["gisco_id"], self.use))

    def _facts(
        self, country: str, cells: dict[str, str], found: list[Problem]
    ) -> tuple[FactEntry, ...]:
        source, facts = self._source, list[FactEntry]()
        if people := checks.people(cells.get("population", ""), "population", found):
            facts.append(FactEntry(FactKind.POPULATION, people, self.counted(country), source))
        area = checks.figure(FactKind.AREA, cells.get("area_km2", ""), "area_km2", found)
        # Finland's areas are all 0 in the source: that is not known, not nothing.
        if area and area != "0":
            facts.append(FactEntry(FactKind.AREA, area, self.year, source))
        degree = cells.get("degurba", "")
        if degree and degree not in _URBAN:
            found.append(Problem("choice", "degurba", degree, "1, 2, 3"))
        elif degree:
            facts.append(FactEntry(FactKind.DEGURBA, degree, self.year, source))
        return tuple(facts)

    def _profile(self, cells: dict[str, str]) -> tuple[str, ...]:
        tags = [_URBAN[cells["degurba"]]] if cells.get("degurba") in _URBAN else []
        region = self._nuts.get(cells["nuts3"], {})
        if region.get("mountain", "").startswith(">"):
            tags.append("mountain")
        if cells.get("coastal") == "1":
            tags.append("coast")
        if region.get("border") == "Border regions":
            tags.append("border")
        return tuple(tags)

    def _region(self, code: str, country: str, found: list[Problem]) -> str:
        region = checks.region(code, found)
        if region and country and region not in self.regions:
            known = self._nuts.get(region)
            native = known["name"] if known else ""
            if known:
                self.use(NUTS_2021)
            self.regions[region] = RegionEntry(
                code=region,
                country=country,
                classification=NUTS_YEAR,
                name_en=(known.get("name_latin") or native) if known else region,
                name_native=native,
            )
        return region

    def _grouped(self, group: Grouped) -> Record:
        as_of = self.counted(group.country)
        facts = [FactEntry(FactKind.POPULATION, str(group.population), as_of, self._source)]
        if group.area:
            facts.append(FactEntry(FactKind.AREA, group.area, self.year, self._source))
        return Record(
            row=group.row,
            code=group.code,
            scheme=Organisation.Scheme.OWN,
            code_year=self.year,
            country=group.country,
            names=tuple(
                NameEntry(text, language, use, self._source) for text, language, use in group.names
            ),
            region=group.region,
            lat=group.lat,
            lon=group.lon,
            facts=tuple(facts),
            members=group.members,
        )

    def _from_second_file(self) -> Iterator[Item]:
        """The groups of Portugal and Greece; without the second file a notice tells of them."""
        wanted = [country for country in _FROM_SECOND_FILE if self.rows[country]]
        if self.files.groups is None:
            for country in wanted:
                self.notices.append(
                    Problem("left_out", value=country, hint=str(self.rows[country]))
                )
            return
        for line in self.files.groups.lines():
            if line.problem or line.cells["iso2"] in wanted:
                item = self._group_item(line)
                if isinstance(item, Record):
                    self.units[item.country] += 1
                yield item

    def _group_item(self, line: Line) -> Item:
        cells, found = line.cells, list[Problem]()
        if line.problem:
            found.append(line.problem)
            return Refused(line.row, "", "", tuple(found), is_group=True)
        country = cells["iso2"]
        checks.check_code(cells["group_id"], Organisation.Scheme.OWN, found, field="group_id")
        lat, lon = checks.point(cells["lat"], cells["lon"], country, found)
        people = checks.people(cells["population"], "population", found)
        area = checks.figure(FactKind.AREA, cells.get("area_km2", ""), "area_km2", found)
        region = self._region(cells.get("nuts3", ""), country, found)
        name = checks.fits(cells["name"].removesuffix(" (psevdo)"), "name", 200, found)
        if not name:
            found.append(Problem("missing", "name"))
        if found:
            code, label = cells["group_id"][:40], cells["name"][:80]
            return Refused(line.row, code, label, tuple(found), is_group=True)
        # Greek groups bear the Latin name of their largest member, Portuguese ones their own.
        greek = country == "GR"
        figures = self.use(LAU_2020)
        source = figures if greek else self.use(GEONAMES)
        use = Name.Use.TRANSLITERATION if greek else Name.Use.SHORT
        facts: list[FactEntry] = []
        if area and area != "0":
            facts.append(FactEntry(FactKind.AREA, area, CODE_YEAR, figures))
        if people:
            as_of = _CENSUS.get(country, "2020-01-01")
            facts.insert(0, FactEntry(FactKind.POPULATION, people, as_of, figures))
        members = cells.get("members", "")
        return Record(
            row=line.row,
            code=cells["group_id"],
            scheme=Organisation.Scheme.OWN,
            code_year=CODE_YEAR,
            country=country,
            names=(
                NameEntry(_NATIVE.get(name, name), "en" if greek else "pt", use, source),
                *other_names(cells["group_id"], self.use),
            ),
            region=region,
            lat=lat,
            lon=lon,
            facts=tuple(facts),
            members=int(members) if members.isdigit() else 1,
            is_group=True,
        )


def short_name(country: str, name: str) -> str:
    """The name as people say it, from how the register writes it.

    >>> short_name("DE", "Aachen, Stadt"), short_name("ES", "Coruña, A")
    ('Aachen', 'A Coruña')
    """
    if country == "DE":
        return name.split(", ")[0]
    if country == "ES":
        return "/".join(_article_first(part) for part in _parts(name))
    if country == "EE":
        return name.removesuffix(" linn")
    if country == "HR":
        return name.removeprefix("Grad ")
    if country == "RO":
        return name.removeprefix("Municipiul ").removeprefix("Oraş ").removeprefix("Oraș ")
    return name


def _parts(name: str) -> list[str]:
    """The names in two languages; the article of the second may stand after both."""
    return name.split("/")


def _article_first(part: str) -> str:
    inner = part.strip()
    found = _ARTICLE.match(inner)
    if not found:
        return part
    article = found["article"]
    turned = article + found["name"] if article.endswith("'") else f"{article} {found['name']}"
    return part.replace(inner, turned)


def _part(record: Record, cells: dict[str, str]) -> Part:
    population = next((fact.value for fact in record.facts if fact.kind == "population"), "0")
    area = next((fact.value for fact in record.facts if fact.kind == "area_km2"), "0")
    return Part(
        row=record.row,
        lau_code=cells["lau_code"],
        population=int(population),
        area=area,
        lat=record.lat,
        lon=record.lon,
        region=record.region,
    )


def _nuts(table: Table) -> dict[str, dict[str, str]]:
    if not {"nuts_code", "level", "iso2", "name"} <= set(table.header):
        raise Unreadable(Problem("nuts_layout", value=", ".join(table.header[:8])), row=1)
    return {
        line.cells["nuts_code"]: line.cells
        for line in table.lines()
        if line.cells.get("level") == "3"
    }
