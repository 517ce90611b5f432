"""The list as a table for CSV and XLSX: the same rows, in the same order, of all pages."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mosty.core.access import Actor
from mosty.core.publication import Precision, location, precision_of
from mosty.places.models import Kind, Organisation
from mosty.places.queries.register import Row, Wanted, added_columns, rows_of, wanted_rows

ROWS_AT_ONCE = 1000


def head(actor: Actor, wanted: Wanted) -> list[str]:
    """The names of the columns, in the reader's language."""
    return [
        _("Code"),
        _("Code list"),
        pgettext("of a place", "Name"),
        _("Name in its own language"),
        _("Name in Ukrainian"),
        _("Kind"),
        _("Standing"),
        _("Country"),
        _("Country name"),
        _("Region"),
        _("Population"),
        _("Population as of"),
        _("Source of the population"),
        _("Latitude"),
        _("Longitude"),
        _("Place shown as"),
        _("Needs"),
        _("Offers"),
        _("Illustrative"),
        *(str(column.label) for column in added_columns(wanted, [], actor)),
    ]


def lines(actor: Actor, wanted: Wanted) -> Iterator[Sequence[Any]]:
    """One sequence per organisation, in the columns of `head`."""
    ids = list(wanted_rows(actor, wanted).values_list("pk", flat=True))
    words = _words()
    for start in range(0, len(ids), ROWS_AT_ONCE):
        part = ids[start : start + ROWS_AT_ONCE]
        for row in rows_of(part, actor, columns=added_columns(wanted, part, actor)):
            yield _line(row, actor, words)


def _words() -> dict[Any, dict[str, str]]:
    """What the closed lists say, looked up once and not a hundred thousand times."""
    lists = (Kind, Organisation.Scheme, Organisation.Standing, Precision)
    return {choices: {one.value: str(one.label) for one in choices} for choices in lists}


def _line(row: Row, actor: Actor, words: dict[Any, dict[str, str]]) -> list[Any]:
    body = row.organisation
    point = location(body, actor)
    shown_as = (point.precision if point else precision_of(body)).value
    known = body.lat is not None or body.precision == Precision.WITHHELD
    return [
        body.code,
        words[Organisation.Scheme][body.scheme],
        body.label_en,
        body.label_native,
        body.label_uk,
        words[Kind][body.kind],
        words[Organisation.Standing][body.standing],
        body.country_id or "",
        str(body.country or ""),
        str(body.region or ""),
        row.population,
        row.population_as_of,
        row.population_source,
        point.lat if point else None,
        point.lon if point else None,
        words[Precision][shown_as] if known else "",
        "; ".join(str(entry.theme) for entry in row.needs),
        "; ".join(str(entry.theme) for entry in row.offers),
        _("yes") if row.has_illustrative or body.is_illustrative else "",
        *(cell.value for cell in row.added),
    ]
