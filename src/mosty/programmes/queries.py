"""Every read of programmes begins here: what an actor may know of.

A phase is seen when it and its programme are open to the actor; partners and participants when
the phase, the organisation and (participants) the entry itself are.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from mosty.core.access import Actor
from mosty.core.publication import visible
from mosty.core.search import fold, search_words, sort_column
from mosty.places import queries as places
from mosty.places.models import Country, Kind, Organisation
from mosty.places.queries import search
from mosty.programmes.models import (
    Basis,
    Count,
    Milestone,
    Objective,
    OtherDate,
    Part,
    Participant,
    Partner,
    Phase,
    Programme,
    Strand,
    Target,
)


def visible_to(actor: Actor) -> QuerySet[Programme]:
    """The programmes that the actor may know of."""
    return visible(Programme.objects.all(), actor)


def programmes_found(actor: Actor, words: str) -> list[Programme]:
    """The programmes whose name or words about it hold all of the words, in any spelling."""
    wanted = search_words(words)
    rows = with_strands_and_phases(visible_to(actor), actor)
    found = [
        programme
        for programme in rows
        if all(f" {word}" in f" {_said_of(programme)}" for word in wanted)
    ]
    return sorted(found, key=lambda programme: fold(str(programme)))


def _said_of(programme: Programme) -> str:
    texts = [*programme.name.wordings.values(), *programme.about.wordings.values()]
    return fold(" ".join(text for text, _state, _of in texts))


def strands(actor: Actor) -> QuerySet[Strand]:
    """The strands of these programmes."""
    return visible(Strand.objects.all(), actor, level="programme__level").select_related(
        "programme"
    )


def phases(actor: Actor) -> QuerySet[Phase]:
    """The phases that the actor may know of, with strand and programme."""
    rows = visible(Phase.objects.all(), actor)
    return visible(rows, actor, level="strand__programme__level").select_related(
        "strand__programme"
    )


def partners(actor: Actor) -> QuerySet[Partner]:
    """Who carries these phases, as far as the actor may know of the organisations."""
    rows = visible(
        Partner.objects.all(), actor, level="organisation__level", owner="organisation_id"
    )
    return rows.filter(phase__in=phases(actor).order_by().values("pk")).select_related(
        "organisation__country", "source"
    )


def participants(actor: Actor) -> QuerySet[Participant]:
    """Who takes part in these phases; a body always sees that it takes part itself."""
    own = "organisation_id"
    rows = visible(Participant.objects.all(), actor, owner=own)
    rows = visible(rows, actor, level="organisation__level", owner=own)
    # The association's name must not show where its record does not.
    association = places.visible_to(actor).filter(pk=OuterRef("association_id"))
    return (
        rows.filter(phase__in=phases(actor).order_by().values("pk"))
        .select_related("organisation__country", "organisation__region", "association", "source")
        .annotate(shows_association=Exists(association.order_by()))
    )


def with_strands_and_phases(rows: QuerySet[Programme], actor: Actor) -> QuerySet[Programme]:
    """Programmes with `strands`, each with the `phases` that the actor may know of."""
    return rows.prefetch_related(
        Prefetch(
            "strands",
            strands(actor)
            .select_related("source")
            .prefetch_related(Prefetch("phases", phases(actor).select_related("source"))),
        )
    ).select_related("source")


def with_aims(rows: QuerySet[Phase]) -> QuerySet[Phase]:
    """Phases with what they want, what was counted and when things happen, all with sources."""
    return rows.select_related("source").prefetch_related(
        Prefetch("objectives", Objective.objects.select_related("source")),
        Prefetch("targets", Target.objects.select_related("source")),
        Prefetch("counts", Count.objects.select_related("source")),
        Prefetch("milestones", Milestone.objects.select_related("source")),
        Prefetch("other_dates", OtherDate.objects.select_related("source")),
    )


@dataclass(frozen=True, slots=True)
class Carrier:
    """An organisation and the parts in which it carries one phase or several."""

    organisation: Organisation
    parts: list[Partner]


def carriers(rows: QuerySet[Partner]) -> list[tuple[str, list[Carrier]]]:
    """Partners grouped by part (`Part`, in its order) and then by organisation, by name."""
    order = [part.value for part in Part]
    key = sort_column()
    grouped: dict[str, dict[int, Carrier]] = {part: {} for part in order}
    for partner in rows.order_by(f"organisation__{key}", "phase__starts_on", "pk"):
        carrier = grouped[partner.part].setdefault(
            partner.organisation_id, Carrier(partner.organisation, [])
        )
        carrier.parts.append(partner)
    return [(part, list(found.values())) for part, found in grouped.items() if found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reader asked the list of participants for; empty means no narrowing."""

    q: str = ""
    side: str = ""
    country: str = ""
    association: str = ""
    sort: str = ""


SORTS = {
    "name": ["organisation__{key}"],
    "country": ["organisation__country__{key}", "organisation__{key}"],
    "association": ["association__{key}", "organisation__{key}"],
    "population": ["organisation__population", "organisation__{key}"],
}


def participants_found(
    phase: Phase, actor: Actor, wanted: Wanted | None = None
) -> QuerySet[Participant]:
    """The participants of one phase that match, in the order wanted."""
    asked = wanted or Wanted()
    rows = participants(actor).filter(phase=phase)
    if asked.q.strip():
        towns = search.found(Organisation.objects.filter(participations__phase=phase), asked.q)
        # Fetched first: nested in one statement, PostgreSQL may plan it as loops within loops
        # while a table is new and it has no statistics of it.
        rows = rows.filter(organisation_id__in=list(towns.values_list("pk", flat=True)))
    if asked.side:
        rows = rows.filter(organisation__country__side=asked.side)
    if asked.country:
        rows = rows.filter(organisation__country=asked.country)
    if asked.association:
        rows = rows.filter(association__code=asked.association)
    down = asked.sort.startswith("-")
    key = sort_column()
    fields = SORTS.get(asked.sort.removeprefix("-"), SORTS["name"])
    order = [field.format(key=key) for field in fields]
    first = f"-{order[0]}" if down else order[0]
    return rows.order_by(first, *order[1:], "pk")


@dataclass(frozen=True, slots=True)
class TownsOfAssociation:
    """Participants that come through one association; `basis` when it is unstated for all."""

    association: Organisation | None
    basis: str
    towns: list[Participant]


def by_association(rows: Iterable[Participant]) -> list[TownsOfAssociation]:
    """Participants grouped by the association that the actor may know of, by its name; those
    without one come last."""
    grouped: dict[int, list[Participant]] = {}
    for row in rows:
        key = row.association_id if getattr(row, "shows_association", False) else 0
        grouped.setdefault(key or 0, []).append(row)
    by_name = sort_column()

    def place(item: tuple[int, list[Participant]]) -> tuple[bool, str]:
        return item[0] == 0, getattr(item[1][0].association, by_name, "")

    groups = []
    for key, towns in sorted(grouped.items(), key=place):
        bases = {town.association_basis for town in towns}
        basis = towns[0].get_association_basis_display() if len(bases) == 1 else ""
        is_plain = not key or bases == {Basis.STATED}
        groups.append(
            TownsOfAssociation(
                towns[0].association if key else None, "" if is_plain else basis, towns
            )
        )
    return groups


def countries_of(phase: Phase, actor: Actor) -> QuerySet[Country]:
    """The countries of the participants that the actor may know of."""
    key = sort_column()
    rows = participants(actor).filter(phase=phase).order_by()
    return Country.objects.filter(code__in=rows.values("organisation__country_id")).order_by(key)


def associations_of(phase: Phase, actor: Actor) -> QuerySet[Organisation]:
    """The associations through which they take part, as far as the actor may know of both."""
    rows = participants(actor).filter(phase=phase).order_by()
    return (
        places.visible_to(actor)
        .filter(pk__in=rows.values("association_id"))
        .order_by(sort_column())
    )


def associations(actor: Actor) -> QuerySet[Organisation]:
    """All associations that a municipality can take part through, by name."""
    return (
        places.visible_to(actor)
        .filter(kind=Kind.ASSOCIATION)
        .select_related("country")
        .order_by("country_id", sort_column())
    )
