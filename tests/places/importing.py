"""Small files for the tests of the import, and short ways through it."""

import io
from collections.abc import Sequence
from typing import IO

from django.core.files.base import ContentFile

from mosty.core.access import SYSTEM, Actor
from mosty.places.imports.commit import begin_writing, write_import
from mosty.places.imports.layouts import KNOWN_COLUMNS, Files
from mosty.places.imports.plan import Outcome, Plan, PlannedRow
from mosty.places.imports.planning import make_plan
from mosty.places.imports.reading import Table, open_table
from mosty.places.imports.storing import begin_import, store_plan
from mosty.places.imports.tables import Import
from mosty.places.imports.written import Written

HEAD = "code,name,country,population,population_year,source,lat,lon"
KULDIGA = "LV_0620200,Kuldīga,LV,22028,2020-01-01,Register,56.96785,21.96817"
GULBENE = "LV_0500200,Gulbene,LV,20300,2020,Register,57.17767,26.75291"
CHUHUIV = "UA63140170000087785,Чугуїв,,37962,2022,Register,49.83578,36.68802"
LAU_HEAD = (
    "gisco_id,iso2,lau_code,name,name_latin,population,area_km2,degurba,coastal,lat,lon,nuts3"
)
GROUPS_HEAD = "group_id,iso2,group_code,name,name_from,members,population,area_km2,lat,lon,nuts3"


def lines(*rows: str, head: str = HEAD) -> str:
    """A file with a header."""
    return "\n".join([head, *rows]) + "\n"


def table(content: str | bytes, name: str = "towns.csv") -> Table:
    """A table as the import sees it."""
    kept = content.encode() if isinstance(content, str) else content

    def open_file() -> IO[bytes]:
        return io.BytesIO(kept)

    return open_table(open_file, name=name, known_columns=KNOWN_COLUMNS)


def plan(content: str | bytes, *, groups: str = "", nuts: str = "") -> Plan:
    """The plan of a file for the register as it is."""
    return make_plan(
        Files(
            table(content),
            table(groups, "groups.csv") if groups else None,
            table(nuts, "nuts.csv") if nuts else None,
        )
    )


def rows(made: Plan, outcome: Outcome) -> list[PlannedRow]:
    """The rows with one outcome."""
    return list(made.rows(outcome))


def faults(content: str | bytes) -> list[tuple[int, str, str]]:
    """(row, column, code of the problem) of everything that is refused."""
    return [
        (row.row, problem.field, problem.code)
        for row in plan(content).rows(Outcome.REFUSED)
        for problem in row.problems
    ]


def keep(content: str | bytes, *, by: Actor = SYSTEM, groups: str = "") -> Import:
    """An import with its plan in the database."""
    kept = content.encode() if isinstance(content, str) else content
    import_ = begin_import(ContentFile(kept, name="towns.csv"), by=by, name="towns.csv")
    store_plan(import_, plan(content, groups=groups), by=by)
    return import_


def write(
    content: str | bytes, *, by: Actor = SYSTEM, groups: str = "", with_doubtful: bool = False
) -> Written:
    """Plan and write in one go."""
    import_ = keep(content, by=by, groups=groups)
    begin_writing(import_, by=by, with_doubtful=with_doubtful)
    return write_import(import_, by=by)


def counts(made: Plan) -> dict[str, int]:
    """How many rows of each outcome there are, without zeros."""
    return {key: count for key, count in made.head.counts.items() if count}


def lau(*rows_: Sequence[object]) -> str:
    """A small lau.csv: (gisco_id, name, population, lat, lon, nuts3) a row."""
    made = []
    for gisco, name, population, lat, lon, nuts3 in rows_:
        country = {"EL": "GR"}.get(str(gisco)[:2], str(gisco)[:2])
        code = str(gisco)[3:]
        made.append(f"{gisco},{country},{code},{name},,{population},10.5,2,0,{lat},{lon},{nuts3}")
    return lines(*made, head=LAU_HEAD)
