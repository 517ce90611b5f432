"""Mosty's own layout: what an association or a programme writes in a spreadsheet itself.

docs/administrators/import.md and the page of the import explain the columns; only `code` and `name`
are needed. What a cell leaves empty stays in the register as it is.
"""

import hashlib
import re
from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mosty.core.facts import FactKind
from mosty.places.imports import checks
from mosty.places.imports.layouts.reader import Item, Reader
from mosty.places.imports.problems import Problem
from mosty.places.imports.reading import Line
from mosty.places.imports.records import FactEntry, NameEntry, Record, RegionEntry, SourceEntry
from mosty.places.languages import language_of_names
from mosty.places.models import Name, Organisation
from mosty.places.sources import known_by

# Column -> what stands in it.
COLUMNS: dict[str, str | Promise] = {
    "code": _("KATOTTG, GISCO_ID or a key of your own: the key of the row"),
    "scheme": _("katottg, gisco or own; empty: told by the form of the code"),
    "name": _("as people say it, in the language of the place"),
    "language": _("of the name, such as lv; empty: the first language of the country"),
    "name_latin": _("in Latin letters, where the name is not"),
    "name_uk": _("in Ukrainian"),
    "official_name": _("full name of the body"),
    "former_names": _("earlier names, parted by |"),
    "country": _("UA or a country of the EU; may be empty where the code tells it"),
    "region": _("KATOTTG of the oblast, or NUTS 3"),
    "region_name": _("name of the region, where it is new"),
    "legal_form": _("urban, settlement or rural for hromadas; else the register’s own word"),
    "standing": _("current or former; empty: current"),
    "lat": _("degrees north, WGS 84"),
    "lon": _("degrees east, WGS 84"),
    "population": _("people"),
    "population_year": _("2022, 2022-01 or 2022-01-01"),
    "area_km2": _("square kilometres"),
    "area_year": _("empty: the year of the population"),
    "source": _("where the figures were read; needed with figures"),
    "source_url": _("web address of the source"),
    "website": _("web address of the municipality"),
    "languages": _("working languages, such as uk | en"),
    "profile": _("urban, rural, mountain, coast, border, parted by |"),
    "needs": _("themes with weight 1 to 3, such as water:3 | energy"),
    "offers": _("themes with weight, as for needs"),
}
_TAGS = ("urban", "rural", "mountain", "coast", "border")
_STANDINGS = tuple(Organisation.Standing.values)
_WEB = re.compile(r"https?://[^\s/]+\.[^\s]+")


class Own(Reader):
    """The layout that is documented for people."""

    name = "own"
    needed = frozenset(["code", "name"])
    known = frozenset(COLUMNS)
    renames_all = True
    tells_standing = True

    def items(self) -> Iterator[Item]:
        self.unread()
        for line in self.files.main.lines():
            item = self._item(line)
            country = item.country if isinstance(item, Record) else ""
            self.rows[country] += 1
            if isinstance(item, Record):
                self.units[country] += 1
            yield item

    def _item(self, line: Line) -> Item:
        if line.problem:
            return self.refuse(line, "name", [line.problem])
        found: list[Problem] = []
        cells = {column: line.cells.get(column, "") for column in COLUMNS}
        code = cells["code"]
        scheme = checks.scheme_of(code, cells["scheme"], found)
        checks.check_code(code, scheme, found)
        country = checks.country_of(code, scheme, cells["country"], found)
        lat, lon = checks.point(cells["lat"], cells["lon"], country, found)
        names = self._names(country, cells, found)
        facts = self._facts(cells, found)
        region = self._region(country, cells, found)
        website = checks.fits(cells["website"], "website", 300, found)
        if website and not _WEB.fullmatch(website):
            found.append(Problem("address", "website", website))
        standing = cells["standing"].lower()
        if standing and standing not in _STANDINGS:
            found.append(Problem("choice", "standing", standing, ", ".join(_STANDINGS)))
        languages = [
            checks.language(part, "languages", found) for part in _list(cells["languages"])
        ]
        profile = [part.lower() for part in _list(cells["profile"])]
        for tag in profile:
            if tag not in _TAGS:
                found.append(Problem("choice", "profile", tag, ", ".join(_TAGS)))
        needs = checks.wishes(cells["needs"], "needs", found)
        offers = checks.wishes(cells["offers"], "offers", found)
        form = checks.fits(cells["legal_form"], "legal_form", 40, found)
        if found:
            return self.refuse(line, "name", found)
        return Record(
            row=line.row,
            code=code,
            scheme=scheme,
            country=country,
            names=names,
            region=region,
            legal_form=form,
            lat=lat,
            lon=lon,
            facts=facts,
            profile=tuple(dict.fromkeys(profile)),
            standing=standing,
            website=website,
            languages=tuple(dict.fromkeys(languages)),
            needs=needs,
            offers=offers,
        )

    def _names(
        self, country: str, cells: dict[str, str], found: list[Problem]
    ) -> tuple[NameEntry, ...]:
        use = Name.Use
        name = checks.fits(cells["name"], "name", 200, found)
        if not cells["name"]:
            found.append(Problem("missing", "name"))
        own = checks.language(cells["language"], "language", found)
        own = own or language_of_names(country, cells["region"], name)
        wanted = [
            (name, own, use.SHORT),
            (cells["official_name"], own, use.OFFICIAL),
            (cells["name_latin"], "en", use.SHORT if country == "UA" else use.TRANSLITERATION),
            (cells["name_uk"], "uk", use.SHORT if country == "UA" else use.EXONYM),
            *((text, own, use.FORMER) for text in _list(cells["former_names"])),
        ]
        kept: dict[tuple[str, str], NameEntry] = {}
        for text, language, kind in wanted:
            if checks.fits(text, "name", 200, found):
                kept.setdefault((text, language), NameEntry(text, language, kind))
        return tuple(kept.values())

    def _facts(self, cells: dict[str, str], found: list[Problem]) -> tuple[FactEntry, ...]:
        people = checks.people(cells["population"], "population", found)
        area = checks.figure(FactKind.AREA, cells["area_km2"], "area_km2", found)
        counted = checks.date(cells["population_year"], "population_year", found)
        measured = checks.date(cells["area_year"], "area_year", found) or counted
        if people and not counted and not cells["population_year"]:
            found.append(Problem("date_missing", "population_year", "population"))
        if area and not measured and not cells["area_year"]:
            found.append(Problem("date_missing", "area_year", "area_km2"))
        if not people and not area:
            return ()
        source = self._source(cells, found)
        facts = []
        if people:
            facts.append(FactEntry(FactKind.POPULATION, people, counted, source))
        if area:
            facts.append(FactEntry(FactKind.AREA, area, measured, source))
        return tuple(facts)

    def _source(self, cells: dict[str, str], found: list[Problem]) -> str:
        title = checks.fits(cells["source"], "source", 300, found)
        address = checks.fits(cells["source_url"], "source_url", 500, found)
        if address and not _WEB.fullmatch(address):
            found.append(Problem("address", "source_url", address))
            return ""
        if not title and not address:
            found.append(Problem("source_missing", "source"))
            return ""
        listed = known_by(title)
        if listed is not None:
            return self.use(listed)
        mark = hashlib.sha256(f"{title}\n{address}".encode()).hexdigest()[:12]
        key = f"file-{mark}"
        self.sources.setdefault(key, SourceEntry(key, title or address, url=address))
        return key

    def _region(self, country: str, cells: dict[str, str], found: list[Problem]) -> str:
        code = checks.region(cells["region"], found)
        if not code or not country:
            return ""
        wanted = "UA" if code.startswith("UA") else {"EL": "GR"}.get(code[:2], code[:2])
        if wanted != country:
            found.append(Problem("region_other", "region", code, country))
            return ""
        name = checks.fits(cells["region_name"], "region_name", 120, found)
        known = self.regions.get(code)
        if known is None or (name and known.name_en == code):
            self.regions[code] = RegionEntry(
                code=code,
                country=country,
                classification="KATOTTG" if country == "UA" else "NUTS",
                name_en=name or code,
            )
        return code


def _list(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]
