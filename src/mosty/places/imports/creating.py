"""Makes the bodies of a plan, a couple of thousand at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

from mosty.core.bulk import insert_rows
from mosty.core.facts import Fact, FactKind
from mosty.places.imports.comparing import chosen_of
from mosty.places.imports.plan import PlannedRow
from mosty.places.imports.records import Record
from mosty.places.imports.written import Written
from mosty.places.models import Kind, Name, Need, Offer, Organisation
from mosty.places.naming import COLUMNS

BODY = (
    "kind", "scheme", "code", "code_year", "standing", "country_id", "region_id", "legal_form",
    "lat", "lon", "population", "population_as_of", "languages", "profile", "website", *COLUMNS,
)  # fmt: skip
_NAME = ("organisation_id", "text", "language", "use", "since", "until", "source_id")
_FACT = ("organisation_id", "kind", "value", "as_of", "source_id", "is_chosen")
_WISH = ("organisation_id", "theme_id", "weight")


def create_bodies(
    rows: Sequence[PlannedRow],
    *,
    regions: dict[str, int],
    sources: dict[str, int],
    written: Written,
) -> None:
    """Make the bodies of these rows with names, figures, needs and offers.

    A code that somebody has taken since is added to `written.moved`.
    """
    codes = [row.code for row in rows]
    taken = set(Organisation.objects.filter(code__in=codes).values_list("code", flat=True))
    written.moved += [(row.row, row.code, "code") for row in rows if row.code in taken]
    written.moved += [
        (row.row, row.code, "region")
        for row in rows
        if row.record and row.record.region and row.record.region not in regions
    ]
    if written.moved:
        return
    records = [row.record for row in rows if row.record is not None]
    insert_rows(
        Organisation,
        BODY,
        (
            body_values(record, row.labels, regions)
            for row, record in zip(rows, records, strict=True)
        ),
    )
    ids = dict(Organisation.objects.filter(code__in=codes).values_list("code", "pk"))
    insert_rows(Name, _NAME, _names(records, ids, sources))
    insert_rows(Fact, _FACT, _facts(records, ids, sources))
    insert_rows(Need, _WISH, _wishes(records, ids, "needs"))
    insert_rows(Offer, _WISH, _wishes(records, ids, "offers"))
    written.created += len(records)
    written.touched_regions |= {regions[one.region] for one in records if one.region}


def body_values(
    record: Record, labels: tuple[str, ...], regions: dict[str, int]
) -> tuple[Any, ...]:
    """What is written of a new body, in the order of `BODY`."""
    population = chosen_of(record.facts).get(FactKind.POPULATION)
    return (
        Kind.MUNICIPALITY,
        record.scheme,
        record.code,
        record.code_year,
        record.standing or Organisation.Standing.CURRENT,
        record.country,
        regions[record.region] if record.region else None,
        record.legal_form,
        record.lat,
        record.lon,
        int(population.value) if population else None,
        population.as_of if population else "",
        list(record.languages),
        list(record.profile),
        record.website,
        *labels,
    )


def _names(
    records: list[Record], ids: dict[str, int], sources: dict[str, int]
) -> Iterator[tuple[Any, ...]]:
    for record in records:
        for values in name_values(record, sources):
            yield ids[record.code], *values


def name_values(record: Record, sources: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    """What is written of the names of a new body."""
    for name in record.names:
        source = sources[name.source] if name.source else None
        yield name.text, name.language, name.use, name.since, name.until, source


def _facts(
    records: list[Record], ids: dict[str, int], sources: dict[str, int]
) -> Iterator[tuple[Any, ...]]:
    for record in records:
        for values in fact_values(record, sources):
            yield ids[record.code], *values


def fact_values(record: Record, sources: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    """What is written of the figures of a new body."""
    newest = chosen_of(record.facts)
    for fact in record.facts:
        is_shown = newest[fact.kind] is fact
        yield str(fact.kind), fact.value, fact.as_of, sources[fact.source], is_shown


def _wishes(records: list[Record], ids: dict[str, int], field: str) -> Iterator[tuple[Any, ...]]:
    for record in records:
        for wish in getattr(record, field):
            yield ids[record.code], wish.theme, wish.weight
