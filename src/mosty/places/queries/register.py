"""The list: what narrows it, in which order it comes, and the fifty rows of a page.

A page is asked for in two steps: first the ids, which an index gives alone (see the indexes of
`Organisation`), then the rows of those ids with what is shown of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor
from mosty.core.facts import Fact, FactKind
from mosty.core.lists import Cells, columns_for, narrow_by
from mosty.core.publication import visible
from mosty.core.search import sort_column
from mosty.places import queries
from mosty.places.models import Country, Kind, Need, Offer, Organisation, SearchWord, Theme
from mosty.places.queries import order, over_time, search
from mosty.places.word_index import begins

LIST = "places.list"
PAGE_SIZE = 50
# A search gives so many; whoever looks for one in more writes another letter. The files hold all.
MOST_FOUND = 1000
# With so many letters, or fewer, begin the words of thousands of bodies.
MANY_BEGIN_SO = 2
SORTS = ("name", "population", "country")


@dataclass(frozen=True, slots=True)
class Size:
    """A class of size: from `least` to below `below` inhabitants."""

    key: str
    label: Any
    least: int | None
    below: int | None


SIZES = (
    Size("under-5", _("under 5,000"), 0, 5_000),
    Size("5-20", _("5,000 to 20,000"), 5_000, 20_000),
    Size("20-50", _("20,000 to 50,000"), 20_000, 50_000),
    Size("50-100", _("50,000 to 100,000"), 50_000, 100_000),
    Size("100-500", _("100,000 to 500,000"), 100_000, 500_000),
    Size("over-500", _("500,000 and more"), 500_000, None),
    Size("unknown", _("not known"), None, None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reader asked the list for; empty means no narrowing.

    `kinds` are never empty: the list of municipalities asks for these alone. `added` holds the
    filters of later steps (core/lists.py) by their key.
    """

    q: str = ""
    kinds: tuple[str, ...] = (Kind.MUNICIPALITY,)
    side: str = ""
    countries: tuple[str, ...] = ()
    region: str = ""
    need: str = ""
    offer: str = ""
    size: str = ""
    association: str = ""
    standing: str = Organisation.Standing.CURRENT
    sort: str = ""
    added: Mapping[str, str] = field(default_factory=dict)


# Bodies that others went into, by id, each with the names of those (`over_time.formerly`).
Formerly = Mapping[int, Sequence[str]]


def wanted_rows(
    actor: Actor, wanted: Wanted, *, formerly: Formerly | None = None
) -> QuerySet[Organisation]:
    """What the actor may know of and asked for, in the order asked for."""
    rows = narrowed(queries.visible_to(actor), wanted, actor, formerly=formerly)
    return rows.order_by(*_order(wanted))


def narrowed(
    rows: QuerySet[Organisation], wanted: Wanted, actor: Actor, *, formerly: Formerly | None = None
) -> QuerySet[Organisation]:
    """The rows that every filter lets through; `formerly` is asked for where it is not given."""
    rows = rows.filter(kind__in=wanted.kinds)
    if wanted.standing:
        rows = rows.filter(standing=wanted.standing)
    if wanted.side:
        sides = Country.objects.filter(side=wanted.side).values_list("code", flat=True)
        rows = rows.filter(country__in=list(sides))
    if wanted.countries:
        rows = rows.filter(country__in=wanted.countries)
    if wanted.region:
        rows = rows.filter(region__code=wanted.region)
    if wanted.need:
        having = queries.needs(actor).filter(theme=wanted.need)
        rows = rows.filter(pk__in=having.values("organisation_id"))
    if wanted.offer:
        having_offer = queries.offers(actor).filter(theme=wanted.offer)
        rows = rows.filter(pk__in=having_offer.values("organisation_id"))
    if wanted.size:
        rows = _of_size(rows, wanted.size)
    if wanted.association:
        rows = rows.filter(
            affiliations__association__code=wanted.association, affiliations__until=""
        )
    rows = narrow_by(LIST, rows, wanted.added, actor)
    found = search.found(rows, wanted.q)
    # Under the name of a body that exists no more stands what it became.
    after = over_time.formerly(actor, wanted.q) if formerly is None else formerly
    if not after:
        return found
    # One list of ids: with a plain "or" PostgreSQL reads each row.
    became = rows.order_by().filter(pk__in=list(after))
    return rows.filter(pk__in=found.order_by().values("pk").union(became.values("pk")))


def _of_size(rows: QuerySet[Organisation], key: str) -> QuerySet[Organisation]:
    size = next(size for size in SIZES if size.key == key)
    if size.least is None:
        return rows.filter(population__isnull=True)
    rows = rows.filter(population__gte=size.least)
    return rows.filter(population__lt=size.below) if size.below is not None else rows


def _order(wanted: Wanted) -> list[Any]:
    by_name = sort_column()
    key = wanted.sort.removeprefix("-")
    down = wanted.sort.startswith("-")
    if not key and wanted.q:
        return search.best_first(wanted.q)
    if key == "population":
        count = F("population")
        first = count.desc(nulls_last=True) if down else count.asc(nulls_last=True)
        # Of a search the index of words gives this order; it holds one spelling of names.
        return [first, "sort_en" if wanted.q.strip() else by_name, "pk"]
    if key == "country":
        return [order.country_rank(order.countries(), down=down), by_name, "pk"]
    return [f"-{by_name}" if down else by_name, "pk"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a later step says of one row; its column has the same label."""

    label: Any
    value: Any
    is_numeric: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `added` are the cells of later steps, in the order of their columns."""

    organisation: Organisation
    fact: Fact | None
    needs: Sequence[Need]
    offers: Sequence[Offer]
    added: Sequence[Cell]
    # The bodies that became part of it and that the words of the search mean.
    formerly: Sequence[str] = ()

    @property
    def has_illustrative(self) -> bool:
        """Whether something of this line was written to show how the site works."""
        return any(entry.is_illustrative for entry in [*self.needs, *self.offers])

    @property
    def population(self) -> int | None:
        """Inhabitants: the value that is shown, as far as the actor may know it."""
        return int(self.fact.value) if self.fact else self.organisation.population

    @property
    def population_as_of(self) -> str:
        return self.fact.as_of if self.fact else self.organisation.population_as_of

    @property
    def population_source(self) -> str:
        return str(self.fact.source) if self.fact else ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list. `former` counts what the words also find among those dissolved.

    `is_more`: the words mean more than `MOST_FOUND`, and only so many are counted and shown.
    """

    page: Page[int]
    rows: list[Row]
    columns: list[Cells]
    former: int
    is_more: bool


def page_of(actor: Actor, wanted: Wanted, *, number: Any) -> Listing:
    """The page of that number; a number that is none gives the first or the last one."""
    formerly = over_time.formerly(actor, wanted.q)
    ids, is_more = ids_of(actor, wanted, formerly=formerly)
    page = Paginator[int](ids, PAGE_SIZE).get_page(number)
    shown = list(page.object_list)
    columns = added_columns(wanted, shown, actor) if shown else []
    former = 0
    if wanted.q.strip() and wanted.standing == Organisation.Standing.CURRENT:
        former = _former(actor, wanted)
    rows = rows_of(shown, actor, columns=columns, formerly=formerly)
    return Listing(page, rows, columns, former, is_more)


def ids_of(
    actor: Actor, wanted: Wanted, *, formerly: Formerly | None = None
) -> tuple[Sequence[int], bool]:
    """The ids of `wanted_rows`, for a paginator, and whether a search means more than these."""
    if wanted.q.strip():
        known = over_time.formerly(actor, wanted.q) if formerly is None else formerly
        if _is_plain(wanted):
            found = _ByOneWord(actor, wanted, known)
            return found, found.is_more
        rows = wanted_rows(actor, wanted, formerly=known)
        ids = list(rows.values_list("pk", flat=True)[: MOST_FOUND + 1])
        return ids[:MOST_FOUND], len(ids) > MOST_FOUND
    if wanted.sort.removeprefix("-") != "country":
        return order.Ids(wanted_rows(actor, wanted)), False
    rows = narrowed(queries.visible_to(actor), wanted, actor)
    return order.IdsByCountry(rows, down=wanted.sort.startswith("-")), False


def first_ids(
    actor: Actor, wanted: Wanted, *, formerly: Formerly | None = None, most: int
) -> list[int]:
    """The first of `ids_of`, at most `most`, without counting the others."""
    if _is_plain(wanted):
        known = over_time.formerly(actor, wanted.q) if formerly is None else formerly
        return _ByOneWord(actor, wanted, known).first(most)
    if wanted.q.strip() or wanted.sort.removeprefix("-") != "country":
        rows = wanted_rows(actor, wanted, formerly=formerly)
        return list(rows.values_list("pk", flat=True)[:most])
    return list(ids_of(actor, wanted)[0][:most])


def _is_plain(wanted: Wanted) -> bool:
    """Whether it is one word by likeness or population, narrowed by nothing that the index of
    words lacks."""
    bare = Wanted(q=wanted.q, kinds=wanted.kinds, standing=wanted.standing, sort=wanted.sort)
    is_ordered = wanted.sort.removeprefix("-") in {"", "population"}
    return wanted == bare and is_ordered and bool(search.one_word(wanted.q))


class _ByOneWord(order.Found):
    """The ids of what one word means, likeliest first or by population, as far as `MOST_FOUND`."""

    def __init__(self, actor: Actor, wanted: Wanted, formerly: Formerly) -> None:
        self._query = wanted.q
        self._is_by_size = bool(wanted.sort)
        self._up = not wanted.sort.startswith("-")
        self._words = words_of(actor, wanted.kinds, wanted.standing)
        # What others became bears another name, so it comes where likeness says least.
        self._after: list[search.Hit] = []
        if formerly:
            rows = queries.visible_to(actor).filter(kind__in=wanted.kinds, pk__in=list(formerly))
            if wanted.standing:
                rows = rows.filter(standing=wanted.standing)
            # Those that bear it themselves are found without this.
            own = self._words.filter(begins(search.one_word(wanted.q)))
            rows = rows.filter(~Exists(own.filter(organisation_id=OuterRef("pk"))))
            values = rows.order_by().values_list("population", "sort_en", "pk")
            self._after = [
                search.Hit.of(0, *each, up=self._up)
                if self._is_by_size
                else search.Hit.of(3, *each)
                for each in values
            ]

    @cached_property
    def _number(self) -> int:
        word = search.one_word(self._query)
        return len(self._after) + search.number(self._words, word, most=MOST_FOUND + 1)

    @property
    def is_more(self) -> bool:
        return self._number > MOST_FOUND

    def __len__(self) -> int:
        return min(self._number, MOST_FOUND)

    def first(self, most: int) -> list[int]:
        """The first of them, not counted: that one or two letters mean many needs no counting."""
        return self._up_to(most, is_wide=len(search.one_word(self._query)) <= MANY_BEGIN_SO)

    def _between(self, start: int, stop: int) -> list[int]:
        return self._up_to(stop, is_wide=self.is_more)[start:]

    def _up_to(self, most: int, *, is_wide: bool) -> list[int]:
        if self._is_by_size:
            hits = search.by_size(self._words, self._query, most=most, up=self._up)
        else:
            hits = search.likeliest(self._words, self._query, most=most, is_wide=is_wide)
        return [hit.pk for hit in sorted([*hits, *self._after])[:most]]


def words_of(actor: Actor, kinds: Sequence[str], standing: str) -> QuerySet[SearchWord]:
    """The words of the bodies that the actor may know of."""
    rows = visible(SearchWord.objects.all(), actor, owner="organisation_id")
    standings = [standing] if standing else Organisation.Standing.values
    # Both values of `is_first` stand there so that the index is read through all its columns.
    return rows.filter(kind__in=kinds, standing__in=standings, is_first__in=[True, False])


def added_columns(wanted: Wanted, ids: Sequence[int], actor: Actor) -> list[Cells]:
    """The columns of later steps; they are about municipalities."""
    return columns_for(LIST, ids, actor) if wanted.kinds == (Kind.MUNICIPALITY,) else []


def _former(actor: Actor, wanted: Wanted) -> int:
    gone = Organisation.Standing.FORMER
    if word := search.one_word(wanted.q):
        return search.number(words_of(actor, wanted.kinds, gone), word, most=MOST_FOUND)
    rows = queries.visible_to(actor).filter(standing=gone, kind__in=wanted.kinds)
    return search.found(rows, wanted.q).count()


def rows_of(
    ids: Sequence[int],
    actor: Actor,
    *,
    columns: Sequence[Cells] = (),
    formerly: Formerly | None = None,
) -> list[Row]:
    """The rows of these ids, in their order, in five queries."""
    if not ids:
        return []
    rows = queries.visible_to(actor).select_related("country", "region")
    found = rows.defer(*queries.NOT_LISTED).in_bulk(list(ids))
    populations = {
        fact.organisation_id: fact
        for fact in queries.facts(actor)
        .filter(organisation__in=ids, kind=FactKind.POPULATION, is_chosen=True)
        .select_related("source")
        .only("organisation_id", "value", "as_of", "source__title")
    }
    needs = _by_organisation(queries.needs(actor), ids)
    offers = _by_organisation(queries.offers(actor), ids)
    _fetch_themes([*needs.values(), *offers.values()])
    return [
        Row(
            organisation=found[pk],
            fact=populations.get(pk),
            needs=needs.get(pk, []),
            offers=offers.get(pk, []),
            added=[
                Cell(column.label, column.cells.get(pk, ""), column.is_numeric)
                for column in columns
            ],
            formerly=(formerly or {}).get(pk, ()),
        )
        for pk in ids
        if pk in found
    ]


def _by_organisation[T: (Need, Offer)](rows: QuerySet[T], ids: Sequence[int]) -> dict[int, list[T]]:
    grouped: dict[int, list[T]] = {}
    shown = rows.filter(organisation__in=ids)
    for entry in shown.only("organisation_id", "theme_id", "is_illustrative"):
        grouped.setdefault(entry.organisation_id, []).append(entry)
    return grouped


def _fetch_themes(entries: Sequence[Sequence[Need | Offer]]) -> None:
    """The same few themes stand at hundreds of entries: one question, and one object each."""
    all_entries = [entry for some in entries for entry in some]
    themes = Theme.objects.in_bulk({entry.theme_id for entry in all_entries})
    for entry in all_entries:
        entry.theme = themes[entry.theme_id]
