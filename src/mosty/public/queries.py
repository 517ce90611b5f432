"""What visitors see first: bridges, figures, and what a search engine may know of."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from mosty.calls import queries as calls
from mosty.calls.models import Call
from mosty.core.access import VISITOR, Actor
from mosty.core.facts import Source
from mosty.core.jobs import SILENT_AFTER, WorkerBeat
from mosty.core.pictures.places import BridgeState
from mosty.core.search import sort_column
from mosty.matching.queries import PublicPair, public_pairs
from mosty.partnerships import queries as partnerships
from mosty.partnerships.bridges import STATES
from mosty.partnerships.models import Partnership
from mosty.partnerships.queries import on_two_shores
from mosty.places import queries as places
from mosty.places.models import Country, Organisation
from mosty.programmes import queries as programmes
from mosty.programmes.models import Phase, Programme

# More bridges than this are a tangle.
MOST_BRIDGES = 44


@dataclass(frozen=True, slots=True)
class HomeBridge:
    """One bridge of the home page, on the map and in the list alike."""

    left: Organisation
    right: Organisation
    state: BridgeState
    is_illustrative: bool
    url: str


@dataclass(frozen=True, slots=True)
class Bridges:
    """Those that are shown, how many there are in all, and how many pairs of the illustrative
    round are left out because they are partnerships already."""

    shown: list[HomeBridge]
    total: int
    also_partners: int = 0

    @property
    def by_state(self) -> list[tuple[BridgeState, list[HomeBridge]]]:
        """Furthest state first, each in the order of names."""
        states = reversed(list(BridgeState))
        return [
            (state, rows)
            for state in states
            if (rows := [bridge for bridge in self.shown if bridge.state is state])
        ]


def bridges(actor: Actor) -> Bridges:
    """Partnerships and, in the demo, the pairs of the illustrative round; at most `MOST_BRIDGES`.

    What was agreed comes first, then the round, then what sources report: first partnerships that
    a programme run here counts, the newest first. A pair that is a partnership too is shown once,
    as the partnership.
    """
    rows = list(_ranked(actor)[:MOST_BRIDGES])
    known = [bridge for row in rows for bridge in _of_partnership(row)]
    waiting = [public for public in public_pairs(actor) if public.state != "agreed"]
    tied = partnerships.tied_pairs(actor, [public.pair.left_id for public in waiting])
    pairs = [
        _of_pair(public)
        for public in waiting
        if (public.pair.left_id, public.pair.right_id) not in tied
    ]
    agreed = [bridge for bridge in known if bridge.state is BridgeState.AGREED]
    reported = [bridge for bridge in known if bridge.state is not BridgeState.AGREED]
    # A partnership of three or more towns makes several bridges.
    total = partnerships.standing(actor).count() + len(pairs) + len(known) - len(rows)
    shown = [*agreed, *pairs, *reported][:MOST_BRIDGES]
    return Bridges(sorted(shown, key=_by_name), total, len(waiting) - len(pairs))


def _ranked(actor: Actor) -> QuerySet[Partnership]:
    here = programmes.phases(actor).filter(partnerships=OuterRef("pk")).order_by()
    rows = partnerships.standing(actor).annotate(in_phase=Exists(here))
    return partnerships.with_members(rows).order_by("status", "-in_phase", "-since", "pk")  # type: ignore[misc]  # annotated above


def _of_partnership(row: Partnership) -> list[HomeBridge]:
    members = list(row.members.all())
    left, right = on_two_shores(members)
    if not left or not right:
        left, right = members[:1], members[1:]
    return [
        HomeBridge(
            one,
            other,
            STATES.get(row.status, BridgeState.REPORTED),
            row.is_illustrative and row.status == "agreed",
            row.get_absolute_url(),
        )
        for one, other in product(left, right)
    ]


def _of_pair(public: PublicPair) -> HomeBridge:
    return HomeBridge(
        public.pair.left,
        public.pair.right,
        BridgeState.APPROVED,
        public.is_illustrative,
        reverse("matching:board", args=[public.round_slug]),
    )


def _by_name(bridge: HomeBridge) -> tuple[str, str]:
    key = sort_column()
    return getattr(bridge.left, key), getattr(bridge.right, key)


@dataclass(frozen=True, slots=True)
class Figures:
    """Counted when the page is asked for, of what the actor may know of."""

    ukrainian: int
    european: int
    partnerships: int
    agreed: int
    countries: int


def figures(actor: Actor) -> Figures:
    """How much the register and the list of partnerships hold, in four queries."""
    sides = dict(Country.objects.values_list("code", "side"))
    towns: Counter[str] = Counter()
    present = places.municipalities(actor).filter(standing=Organisation.Standing.CURRENT)
    rows = present.order_by().values_list("country").annotate(number=Count("pk"))
    for code, number in rows:
        towns[sides.get(code or "", Country.Side.OTHER)] += number
    standing = partnerships.standing(actor).order_by()
    states = dict(standing.values_list("status").annotate(number=Count("pk")))
    through = Partnership.members.through.objects.filter(partnership__in=standing.values("pk"))
    countries = set(through.values_list("organisation__country", flat=True).distinct())
    return Figures(
        ukrainian=towns[Country.Side.UKRAINE],
        european=towns[Country.Side.EU],
        partnerships=sum(states.values()),
        agreed=states.get("agreed", 0),
        countries=sum(sides.get(code or "") == Country.Side.EU for code in countries),
    )


def phase_now(actor: Actor) -> Phase | None:
    """The phase that a visitor should hear of: running today, else the one that began last."""
    today = timezone.localdate()
    rows = list(programmes.phases(actor).order_by("-starts_on", "pk")[:20])
    begun = [phase for phase in rows if phase.starts_on <= today]
    running = [phase for phase in begun if not phase.ends_on or phase.ends_on >= today]
    return next(iter([*running, *begun, *rows]), None)


def licensed_sources() -> QuerySet[Source]:
    """Registers and data sets that are used under a licence."""
    return Source.objects.exclude(licence="").order_by("publisher", "title")


def municipalities_for_search() -> QuerySet[Organisation]:
    """Public municipalities in a fixed order, for the sitemap."""
    return (
        places.municipalities(VISITOR)
        .filter(standing=Organisation.Standing.CURRENT)
        .only("pk", "code")
        .order_by("pk")
    )


def programmes_for_search() -> list[Programme | Phase]:
    """Public programmes and phases, for the sitemap."""
    found = list(programmes.visible_to(VISITOR).order_by("pk"))
    return [*found, *programmes.phases(VISITOR).order_by("pk")]


def calls_for_search() -> QuerySet[Call]:
    """Public calls, for the sitemap."""
    return calls.visible_to(VISITOR).order_by("pk")


def partnerships_for_search() -> QuerySet[Partnership]:
    """Public partnerships, for the sitemap."""
    return partnerships.visible_to(VISITOR).order_by("pk")


def has_live_worker() -> bool:
    """Whether a worker was alive within the last minute (three beats may be missed)."""
    since = timezone.now() - SILENT_AFTER - timedelta(seconds=5)
    return WorkerBeat.objects.filter(at__gte=since).exists()
