"""Every read of partnerships begins here: what an actor may know of.

A partnership is seen when it and every one of its members are open to the actor; withdrawn ones
are the secretariat's. Phases and tags of programmes that the actor may not know of are left out.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Substr

from mosty.core.access import SYSTEM, Actor
from mosty.core.publication import Level, hidden, visible
from mosty.core.search import sort_column
from mosty.partnerships.models import Partnership, ProgrammeTag, Report
from mosty.places import queries as places
from mosty.places.models import Country, Organisation, Theme
from mosty.places.queries import search
from mosty.programmes import queries as programmes
from mosty.programmes.models import Phase

# As many as a map beside the list can show without becoming a tangle.
PAGE_SIZE = 25
SORTS = ("name", "partner", "since", "country")
# The states in which two bodies are partners.
LIVING = ("reported", "agreed")


def visible_to(actor: Actor) -> QuerySet[Partnership]:
    """The partnerships that the actor may know of."""
    rows = visible(Partnership.objects.all(), actor, circle="members")
    if actor.is_officer:
        return rows
    members = Organisation.objects.filter(partnerships=OuterRef("pk"))
    closed = hidden(members, actor, owner="pk")
    return rows.exclude(status="withdrawn").filter(~Exists(closed))


def partners_of(ids: Collection[int]) -> QuerySet[Any, Any]:
    """The ids of the bodies with which one of these stands in a partnership now (and these).

    A query to be put into another one: `core.publication` opens by it what a body keeps for its
    partners. A partnership of which one of its bodies is not told opens nothing, or a town would
    open to somebody whom it does not see among its partners.
    """
    through = Partnership.members.through.objects
    kept = through.filter(partnership=OuterRef("partnership"), organisation__level=Level.STAFF)
    mine = (
        through.filter(organisation__in=ids, partnership__status__in=LIVING)
        .exclude(partnership__level=Level.STAFF)
        .filter(~Exists(kept))
    )
    return through.filter(partnership__in=mine.values("partnership")).values("organisation")


def standing(actor: Actor) -> QuerySet[Partnership]:
    """Those that are not withdrawn."""
    return visible_to(actor).exclude(status="withdrawn")


def tags(actor: Actor) -> QuerySet[ProgrammeTag]:
    """The programme tags that the actor may know of."""
    mine = programmes.strands(actor).order_by().values("pk")
    return ProgrammeTag.objects.filter(Q(strand=None) | Q(strand__in=mine))


def with_members(rows: QuerySet[Partnership]) -> QuerySet[Partnership]:
    """With their members, Ukraine first, then by name in the reader's alphabet."""
    # "ua" stands after "eu" and "other" in the alphabet.
    members = Organisation.objects.select_related("country", "region").defer(*places.NOT_LISTED)
    ordered = members.order_by(F("country__side").desc(nulls_last=True), sort_column(), "pk")
    return rows.prefetch_related(Prefetch("members", ordered))


def with_all(rows: QuerySet[Partnership], actor: Actor) -> QuerySet[Partnership]:
    """With everything that a list or a page shows, in six queries whatever the number of rows."""
    return with_members(rows).prefetch_related(
        Prefetch("themes", Theme.objects.order_by("order")),
        Prefetch("tags", tags(actor)),
        Prefetch("phases", programmes.phases(actor).order_by("starts_on")),
        Prefetch("reports", Report.objects.select_related("source").order_by("id")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reader asked the list for; empty means no narrowing."""

    q: str = ""
    country: str = ""
    programme: str = ""
    phase: str = ""
    theme: str = ""
    status: str = ""
    year: str = ""
    sort: str = ""


def found(actor: Actor, wanted: Wanted) -> QuerySet[Partnership]:
    """The partnerships that the actor may know of and asked for, in the order asked for."""
    rows = visible_to(actor) if wanted.status == "withdrawn" else standing(actor)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.country:
        rows = rows.filter(Exists(_members(country=wanted.country)))
    if wanted.programme:
        tag = tags(actor).filter(slug=wanted.programme, partnerships=OuterRef("pk"))
        rows = rows.filter(Exists(tag))
    if wanted.phase:
        phase = programmes.phases(actor).filter(pk=wanted.phase, partnerships=OuterRef("pk"))
        rows = rows.filter(Exists(phase.order_by()))
    if wanted.theme:
        theme = Theme.objects.filter(partnership=OuterRef("pk"), slug=wanted.theme)
        rows = rows.filter(Exists(theme))
    if wanted.year == "unknown":
        rows = rows.filter(since="")
    elif wanted.year:
        rows = rows.filter(since__startswith=wanted.year)
    for part in _parts(wanted.q):
        rows = rows.filter(Exists(search.found(_members(), part)))
    return rows.order_by(*_order(wanted.sort))


def _parts(query: str) -> list[str]:
    """Word by word, since each may name another member: "chuhuiv kuldiga"."""
    return query.split()[:8]


def _members(**narrowed: Any) -> QuerySet[Organisation]:
    return Organisation.objects.filter(partnerships=OuterRef("pk"), **narrowed)


def _order(sort: str) -> list[Any]:
    down = sort.startswith("-")
    key = sort.removeprefix("-")
    ukraine, abroad = Country.Side.UKRAINE, [Country.Side.EU, Country.Side.OTHER]
    left = _first(sort_column(), country__side=ukraine)
    right = _first(sort_column(), country__side__in=abroad)
    country = _first(f"country__{sort_column()}", country__side__in=abroad)
    orders: dict[str, list[Any]] = {
        "name": [left, right],
        "partner": [right, left],
        "since": [F("since"), left, right],
        "country": [country, right, left],
    }
    first, *rest = orders.get(key, orders["name"])
    turned = first.desc() if down else first.asc()
    # What has no date comes last, whichever way the dates run.
    undated = [Case(When(since="", then=Value(1)), default=Value(0))] if key == "since" else []
    return [*undated, turned, *rest, "pk"]


def _first(name: str, **narrowed: Any) -> Coalesce:
    """By what the members sort: the first of those on one side; none sorts last."""
    rows = _members(**narrowed).order_by(name, "pk").values(name)[:1]
    return Coalesce(Subquery(rows, output_field=CharField()), Value("~~"))


def page_of(rows: QuerySet[Partnership], actor: Actor, *, number: Any) -> Page[Partnership]:
    """The page of that number, with everything that is shown; a wrong number gives the nearest."""
    return Paginator(with_all(rows, actor), PAGE_SIZE).get_page(number)


@dataclass(frozen=True, slots=True)
class Facets:
    """What the list can be narrowed to: only what the actor's own rows hold."""

    countries: list[Country]
    programmes: list[ProgrammeTag]
    phases: list[Phase]
    themes: list[Theme]
    years: list[str]


def facets(actor: Actor) -> Facets:
    """The filters of the list, in five queries."""
    mine = standing(actor).order_by().values("pk")
    by_name = sort_column()
    years = (
        standing(actor)
        .exclude(since="")
        .order_by()
        .annotate(year=Substr("since", 1, 4))
        .values_list("year", flat=True)
        .distinct()
    )
    through = Partnership.members.through.objects.filter(partnership__in=mine)
    return Facets(
        countries=list(
            Country.objects.exclude(side=Country.Side.UKRAINE)
            .filter(code__in=through.values("organisation__country_id"))
            .order_by(by_name)
        ),
        programmes=list(tags(actor).filter(partnerships__in=mine).distinct()),
        phases=list(
            programmes.phases(actor)
            .filter(partnerships__in=mine)
            .distinct()
            .order_by("strand__programme__slug", "starts_on")
        ),
        themes=list(Theme.objects.filter(partnership__in=mine).distinct().order_by("order")),
        years=sorted(years, reverse=True),
    )


@dataclass(frozen=True, slots=True)
class Tie:
    """That two municipalities are partners already, as one partnership has it."""

    left_id: int
    right_id: int
    partnership_id: int
    status: str
    since: str


def ties_of(organisations: Iterable[Organisation | int], *, actor: Actor = SYSTEM) -> list[Tie]:
    """The existing partnerships of these bodies, two by two, among themselves and with others.

    At least one end of each tie is among those given; `left_id` is the smaller id. Two queries.
    """
    wanted = {one if isinstance(one, int) else one.pk for one in organisations}
    rows = standing(actor).filter(members__in=wanted).distinct().order_by("pk")
    members: dict[int, list[int]] = {}
    through = Partnership.members.through.objects.filter(partnership__in=rows.values("pk"))
    for partnership, member in through.values_list("partnership_id", "organisation_id"):
        members.setdefault(partnership, []).append(member)
    return [
        Tie(one, two, pk, status, since)
        for pk, status, since in rows.values_list("pk", "status", "since")
        for one, two in combinations(sorted(members.get(pk, ())), 2)
        if one in wanted or two in wanted
    ]


def tied_pairs(actor: Actor, ids: Iterable[int]) -> set[tuple[int, int]]:
    """Ordered pairs of ids, both ways round, that a partnership with one of these bodies ties."""
    ties = ties_of(list(ids), actor=actor)
    return {
        pair for tie in ties for pair in ((tie.left_id, tie.right_id), (tie.right_id, tie.left_id))
    }


def members_of(ids: Iterable[int], actor: Actor) -> list[int]:
    """The id of each of these bodies, once per partnership of its that the actor may know of."""
    rows = Partnership.members.through.objects.filter(
        organisation__in=list(ids), partnership__in=standing(actor).order_by().values("pk")
    )
    return list(rows.values_list("organisation_id", flat=True))


def of_organisation(organisation: Organisation, actor: Actor) -> QuerySet[Partnership]:
    """The partnerships of one body with members and themes, the newest first."""
    rows = standing(actor).filter(members=organisation).order_by("-since", "pk")
    return with_members(rows).prefetch_related(Prefetch("themes", Theme.objects.order_by("order")))


def of_phase(phase_id: int, actor: Actor) -> QuerySet[Partnership]:
    """The partnerships that a phase counts."""
    return standing(actor).filter(phases=phase_id)


def on_two_shores(members: Sequence[Organisation]) -> tuple[list[Organisation], list[Organisation]]:
    """Members in Ukraine and members elsewhere, each in the order given; needs the country."""
    left = [member for member in members if member.side == Country.Side.UKRAINE]
    return left, [member for member in members if member.side != Country.Side.UKRAINE]
