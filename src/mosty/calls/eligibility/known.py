"""What the register says of bodies, as far as the conditions of a call ask and the actor may know.

What the actor may not know is unknown here: an answer must tell nobody what is withheld.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from mosty.calls.models import Condition
from mosty.core.access import Actor
from mosty.core.facts import Fact, FactKind
from mosty.partnerships import queries as partnerships
from mosty.places import queries as places
from mosty.places.models import Affiliation, Country, Organisation, Region
from mosty.places.queries import territory

Kind = Condition.Kind


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its date and source."""

    value: Decimal
    as_of: str = ""
    source: str = ""


@dataclass(slots=True)
class Known:
    """Of one body. None means that nothing is known, an empty set that there is surely none."""

    population: Figure | None = None
    metropolitan: Figure | None = None
    region: str | None = None
    # Class of territory; "" for none. None where no list is kept or it is not about the country.
    territory: str | None = None
    associations: dict[str, str] = field(default_factory=dict)
    partners: int = 0


def name_all(conditions: Sequence[Condition], actor: Actor) -> None:
    """Put the names of regions and associations into the data of the conditions, as far as the
    actor may know them and in the reader's language. Nothing of it is saved."""
    regions = _codes(conditions, Kind.REGION)
    bodies = _codes(conditions, Kind.ASSOCIATION)
    names: dict[str, str] = {}
    if regions:
        names |= {each.code: str(each) for each in Region.objects.filter(code__in=regions)}
    if bodies:
        names |= {each.code: each.name for each in places.visible_to(actor).filter(code__in=bodies)}
    for condition in conditions:
        if codes := condition.params.get("codes"):
            said = {code: names[code] for code in codes if code in names}
            condition.params = condition.params | {"names": said}


def _codes(conditions: Sequence[Condition], kind: str) -> set[str]:
    return {code for one in conditions if one.kind == kind for code in one.params.get("codes", ())}


def gather(
    bodies: Sequence[Organisation], conditions: Sequence[Condition], actor: Actor
) -> dict[int, Known]:
    """By the id of each body; one query or two for each kind of condition that is asked."""
    asked = {condition.kind for condition in conditions}
    ids = [body.pk for body in bodies]
    found = {pk: Known() for pk in ids}
    kinds = {Kind.SIZE: FactKind.POPULATION, Kind.METROPOLITAN: FactKind.METROPOLITAN}
    wanted = [kinds[kind] for kind in kinds if kind in asked]
    if wanted:
        for fact in _facts(ids, wanted, actor):
            figure = Figure(fact.value, fact.as_of, fact.source.title)
            setattr(found[fact.organisation_id], fact.kind, figure)
    for body in bodies:
        mine = found[body.pk]
        # The copy on the record is what everybody may know; bodies of old lists have no more.
        if Kind.SIZE in asked and mine.population is None and body.population is not None:
            mine.population = Figure(Decimal(body.population), body.population_as_of)
        mine.region = body.region.code if Kind.REGION in asked and body.region else None
    if Kind.TERRITORY in asked and territory.is_kept():
        now = territory.status_on(ids, territory.today())
        for body in bodies:
            if body.side == Country.Side.UKRAINE:
                status = now.get(body.pk)
                found[body.pk].territory = status.kind if status else ""
    if Kind.ASSOCIATION in asked:
        for row in _affiliations(ids, actor):
            found[row.member_id].associations[row.association.code] = row.association.name
    if Kind.PARTNERS in asked:
        for pk, count in _partners(ids, actor):
            found[pk].partners = count
    return found


def _facts(ids: Sequence[int], kinds: Sequence[str], actor: Actor) -> Sequence[Fact]:
    """The chosen values that the actor may know; where none is chosen, the newest ones last."""
    rows = places.facts(actor).filter(organisation_id__in=ids, kind__in=kinds)
    return list(rows.select_related("source").order_by("is_chosen", "as_of", "pk"))


def _affiliations(ids: Sequence[int], actor: Actor) -> Any:
    seen = places.visible_to(actor).order_by().values("pk")
    return Affiliation.objects.filter(
        member_id__in=ids, until="", association__in=seen
    ).select_related("association")


def _partners(ids: Sequence[int], actor: Actor) -> Any:
    """How many partnerships in force each body has."""
    rows = partnerships.standing(actor).order_by().values("pk")
    counted = Organisation.objects.filter(pk__in=ids).order_by()
    counted = counted.annotate(
        number=Count("partnerships", filter=Q(partnerships__in=rows), distinct=True)
    )
    return counted.values_list("pk", "number")
