"""Which class of territory holds where on which day. Everybody may read it: the list is public,
though never about a body that the actor may not know of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    F,
    IntegerField,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
    prefetch_related_objects,
)
from django.utils import timezone

from mosty.core.access import Actor
from mosty.core.publication import visible
from mosty.core.search import sort_column
from mosty.places.models import Import, Organisation, Region, TerritoryStatus
from mosty.places.queries import search
from mosty.places.territory.tables import GRAVITY

PAGE_SIZE = 50
SORTS = ("name", "region", "class", "since", "until")


def today() -> date:
    """The day in Kyiv (the site's own zone), wherever the reader is: the law counts its days."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def in_force(day: date) -> QuerySet[TerritoryStatus]:
    """Every row that holds on that day; the first and the last day of a row count."""
    return TerritoryStatus.objects.filter(_holds(day))


def _holds(day: date) -> Q:
    return Q(since__lte=day) & (Q(until=None) | Q(until__gte=day))


def status_on(organisations: Iterable[Organisation | int], day: date) -> dict[int, TerritoryStatus]:
    """The row that counts on that day, by the id of the body; one query for all of them.

    Where several classes hold at once, the gravest counts. A body without one is left out.
    """
    ids = {one if isinstance(one, int) else one.pk for one in organisations}
    return gravest(in_force(day).filter(organisation_id__in=ids)) if ids else {}


def status_on_days(
    organisations: Iterable[Organisation], days: Sequence[date]
) -> list[dict[int, TerritoryStatus]]:
    """`status_on` for several days, in one query for all of them."""
    ids = {one.pk for one in organisations}
    rows = list(TerritoryStatus.objects.filter(organisation_id__in=ids)) if ids else []
    return [gravest(row for row in rows if row.holds_on(day)) for day in days]


def gravest(rows: Iterable[TerritoryStatus]) -> dict[int, TerritoryStatus]:
    """Of the rows that hold for a body the gravest, by its id; of equals the first to begin."""
    found: dict[int, TerritoryStatus] = {}
    for row in rows:
        known = found.get(row.organisation_id)
        if known is None or _weight(row) > _weight(known):
            found[row.organisation_id] = row
    return found


def _weight(row: TerritoryStatus) -> tuple[int, int]:
    return GRAVITY.index(row.kind), -row.since.toordinal()


def with_class(kind: str, day: date) -> QuerySet[TerritoryStatus]:
    """The rows by which this class counts on that day: no graver one holds beside it."""
    graver = in_force(day).filter(kind__in=GRAVITY[GRAVITY.index(kind) + 1 :])
    return (
        in_force(day).filter(kind=kind).exclude(organisation_id__in=graver.values("organisation"))
    )


def statuses_of(organisation: Organisation) -> list[TerritoryStatus]:
    """All rows of one body, the newest first; whoever sees the body sees them.

    They stay with the object: several parts of one page ask for them, the database is asked once.
    """
    rows = TerritoryStatus.objects.select_related("source_import").order_by("-since", "-pk")
    prefetch_related_objects([organisation], Prefetch("territory_statuses", rows))
    return list(organisation.territory_statuses.all())


def status_now(organisation: Organisation) -> TerritoryStatus | None:
    """The row of one body that counts today, of the rows that stay with the object."""
    day = today()
    holds = (row for row in statuses_of(organisation) if row.holds_on(day))
    return gravest(holds).get(organisation.pk)


def status_of(organisation: Organisation, pk: int) -> TerritoryStatus | None:
    """One row of a body."""
    return TerritoryStatus.objects.filter(organisation=organisation, pk=pk).first()


def visible_to(actor: Actor) -> QuerySet[TerritoryStatus]:
    """The rows about bodies that the actor may know of."""
    return visible(
        TerritoryStatus.objects.all(), actor, level="organisation__level", owner="organisation_id"
    )


def is_kept() -> bool:
    """Whether the site keeps the list at all."""
    return TerritoryStatus.objects.exists()


def newest_import() -> Import | None:
    """The last import of the official list that stands."""
    rows = Import.objects.filter(kind=Import.Kind.TERRITORY, stage="written")
    return rows.order_by("-written_at", "-pk").first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reader asked the list of statuses for."""

    day: date
    q: str = ""
    kind: str = ""
    region: str = ""
    sort: str = ""


def found(actor: Actor, wanted: Wanted) -> QuerySet[TerritoryStatus]:
    """The rows in force on the day asked for, narrowed, in the order asked for."""
    rows = visible_to(actor).filter(_holds(wanted.day))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.region:
        rows = rows.filter(organisation__region__code=wanted.region)
    if wanted.q.strip():
        named = search.found(Organisation.objects.order_by(), wanted.q).values("pk")
        rows = rows.filter(organisation__in=named)
    return rows.order_by(*_order(wanted.sort))


def _order(sort: str) -> list[Any]:
    down = sort.startswith("-")
    by_name = f"organisation__{sort_column()}"
    gravity = Case(
        *(When(kind=kind, then=Value(place)) for place, kind in enumerate(GRAVITY)),
        default=Value(0),
        output_field=IntegerField(),
    )
    keys: Mapping[str, Any] = {
        "name": F(by_name),
        "region": F("organisation__region__sort_en"),
        "class": gravity,
        "since": F("since"),
    }
    key = sort.removeprefix("-")
    if key == "until":
        # What is open ends last.
        until = F("until")
        first = until.desc(nulls_first=True) if down else until.asc(nulls_last=True)
    else:
        chosen = keys.get(key, keys["name"])
        first = chosen.desc() if down else chosen.asc()
    return [first, by_name, "kind", "pk"]


def with_bodies(rows: QuerySet[TerritoryStatus]) -> QuerySet[TerritoryStatus]:
    """With what a line shows of the body and of the file that it came from."""
    return rows.select_related(
        "organisation__country", "organisation__region__country", "source_import"
    ).defer("source_import__head", "source_import__result", "organisation__search_key")


def page_of(rows: QuerySet[TerritoryStatus], number: Any) -> Page[TerritoryStatus]:
    """The page of that number; a number that is none gives the first or the last one."""
    return Paginator(with_bodies(rows), PAGE_SIZE).get_page(number)


def regions(actor: Actor) -> list[Region]:
    """The oblasts in which a body of the list lies."""
    ids = visible_to(actor).order_by().values("organisation__region")
    return list(Region.objects.filter(pk__in=ids).order_by("sort_en"))
