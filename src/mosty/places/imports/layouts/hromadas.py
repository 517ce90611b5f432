"""Ukrainian hromadas: `hromadas.csv` made from KSE-Loc-Data-Hub and the ministry's codifier.

1,469 hromadas and the city of Kyiv, which is none in the codifier (category K). The place is that
of the centre; figures are of 1 January 2022, before the full-scale invasion.
"""

from collections.abc import Iterator
from decimal import Decimal

from mosty.core.facts import FactKind
from mosty.places.imports import checks
from mosty.places.imports.layouts.reader import Item, Reader
from mosty.places.imports.other_names import other_names
from mosty.places.imports.problems import Problem
from mosty.places.imports.reading import Line
from mosty.places.imports.records import FactEntry, NameEntry, Record, RegionEntry
from mosty.places.models import Name, Organisation
from mosty.places.sources import KATOTTG, KSE, KYIV_TOTAL

EXPECTED = {"UA": 1470}
CODE_YEAR = "2026"
KYIV = "UA80000000000093317"
_TYPES = ("urban", "settlement", "rural")
# Column -> what it counts, and when. Displaced people are given in thousands.
_FIGURES = {
    "area_km2": (FactKind.AREA, "2022"),
    "settlements": (FactKind.SETTLEMENTS, "2022"),
    "idp_net_2023_thousand": (FactKind.DISPLACED, "2023-07-25"),
    "income_total_2021_kuah": (FactKind.INCOME, "2021"),
    "income_total_2022_kuah": (FactKind.INCOME, "2022"),
    "distance_to_eu_border_km": (FactKind.EU_BORDER, "2022"),
}


class Hromadas(Reader):
    """`hromadas.csv`."""

    name = "hromadas"
    needed = frozenset(["katottg", "name_uk", "centre_uk", "oblast_code", "population_2022"])
    known = needed | frozenset(
        "cod_pcode name_en name_uk_before_rename type full_name_uk centre_code centre_en "
        "raion_code raion_uk raion_en oblast_uk oblast_en macroregion lat lon "
        "urban_population_2022 area_km2 settlements idp_net_2023_thousand "
        "income_total_2021_kuah income_own_2021_kuah income_total_2022_kuah "
        "distance_to_eu_border_km travel_min_to_oblast_centre mountain near_sea "
        "has_railway_station created".split()
    )
    code_column = "katottg"

    def expected(self) -> dict[str, int]:
        return EXPECTED

    def items(self) -> Iterator[Item]:
        self.unread()
        for line in self.files.main.lines():
            self.rows["UA"] += 1
            item = self._item(line)
            if isinstance(item, Record):
                self.units["UA"] += 1
            yield item

    def _item(self, line: Line) -> Item:
        if line.problem:
            return self.refuse(line, "centre_uk", [line.problem])
        cells, found = line.cells, list[Problem]()
        code = cells["katottg"]
        checks.check_code(code, Organisation.Scheme.KATOTTG, found, field="katottg")
        lat, lon = checks.point(cells.get("lat", ""), cells.get("lon", ""), "UA", found)
        kind = cells.get("type", "")
        if kind and kind not in _TYPES:
            found.append(Problem("choice", "type", kind, ", ".join(_TYPES)))
        names = self._names(code, cells, found)
        facts = self._facts(code, cells, found)
        region = self._region(cells, found)
        if found:
            return self.refuse(line, "centre_uk", found)
        return Record(
            row=line.row,
            code=code,
            scheme=Organisation.Scheme.KATOTTG,
            code_year=CODE_YEAR,
            country="UA",
            names=names,
            region=region,
            legal_form=kind,
            lat=lat,
            lon=lon,
            facts=facts,
            profile=_profile(cells),
        )

    def _names(
        self, code: str, cells: dict[str, str], found: list[Problem]
    ) -> tuple[NameEntry, ...]:
        """The centre is what people say, the adjective with its kind the official name."""
        official, renamed = self.use(KATOTTG), self.use(KSE)
        short = checks.fits(cells["centre_uk"], "centre_uk", 200, found)
        if not short:
            found.append(Problem("missing", "centre_uk"))
            return ()
        use = Name.Use
        full = cells.get("full_name_uk") or cells["name_uk"]
        wanted = [
            NameEntry(short, "uk", use.SHORT, official),
            NameEntry(checks.fits(full, "full_name_uk", 200, found), "uk", use.OFFICIAL, official),
            NameEntry(cells.get("centre_en", ""), "en", use.SHORT, official),
            NameEntry(cells.get("name_en", ""), "en", use.TRANSLITERATION, official),
            NameEntry(cells.get("name_uk_before_rename", ""), "uk", use.FORMER, renamed),
            *other_names(code, self.use),
        ]
        return _different(wanted)

    def _facts(
        self, code: str, cells: dict[str, str], found: list[Problem]
    ) -> tuple[FactEntry, ...]:
        source = self.use(KSE)
        counted = self.use(KYIV_TOTAL) if code == KYIV else source
        facts: list[FactEntry] = []
        if people := checks.people(cells["population_2022"], "population_2022", found):
            facts.append(FactEntry(FactKind.POPULATION, people, "2022-01-01", counted))
        for column, (kind, as_of) in _FIGURES.items():
            value = checks.figure(kind, cells.get(column, ""), column, found)
            if value and column == "idp_net_2023_thousand":
                value = f"{(Decimal(value) * 1000).normalize():f}"
            if value:
                facts.append(FactEntry(kind, value, as_of, source))
        return tuple(facts)

    def _region(self, cells: dict[str, str], found: list[Problem]) -> str:
        code = checks.region(cells["oblast_code"], found)
        if code and code not in self.regions:
            english, ukrainian = cells.get("oblast_en", code), cells.get("oblast_uk", "")
            is_city = code == KYIV
            self.regions[code] = RegionEntry(
                code=code,
                country="UA",
                classification="KATOTTG",
                name_en=english if is_city else f"{english} oblast",
                name_native=f"місто {ukrainian}" if is_city else f"{ukrainian} область",
                name_uk=f"місто {ukrainian}" if is_city else f"{ukrainian} область",
            )
        return code


def _profile(cells: dict[str, str]) -> tuple[str, ...]:
    """Tags: a settlement hromada counts as rural."""
    tags = []
    if kind := cells.get("type"):
        tags.append("urban" if kind == "urban" else "rural")
    if cells.get("mountain") == "1":
        tags.append("mountain")
    if cells.get("near_sea") == "1":
        tags.append("coast")
    return tuple(tags)


def _different(names: list[NameEntry]) -> tuple[NameEntry, ...]:
    """Without empty ones, and without a Latin adjective that says what the name says already."""
    kept: dict[tuple[str, str], NameEntry] = {}
    for name in names:
        if name.text:
            kept.setdefault((name.text, name.language), name)
    return tuple(kept.values())
