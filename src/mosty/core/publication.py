"""Who may see a record, and how exactly its place is shown: the one chokepoint.

Pages, API, exports, feeds and search all call `visible` and `location`; nothing else decides.
In wartime some facts must not be public and hiding everything is harmful too: so the level stands
on each record, with the reason and a date on which somebody looks again.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor


class Level(models.TextChoices):
    """From the widest circle to the narrowest.

    Why partners stand between programme and secretariat:
    docs/developers/decisions/0013-partners-below-the-programme.md.
    """

    PUBLIC = "public", _("Public")
    PROGRAMME = "programme", _("Inside the programme")
    PARTNERS = "partners", _("Partners only")
    STAFF = "staff", _("Secretariat only")

    def open_to(self, actor: Actor) -> bool:
        """Whether the actor sees records of this level whosever they are.

        Who is a partner hangs on the owner of each record, so only `visible` can tell: here that
        level is open to the secretariat alone.
        """
        if self is Level.PUBLIC:
            return True
        return actor.is_in_programme if self is Level.PROGRAMME else actor.is_officer

    @classmethod
    def narrowest(cls, *levels: str) -> "Level":
        """The narrowest of these: what is made of several things is as closed as any of them."""
        return max(map(cls, levels), key=list(cls).index)


# For records that belong to no body whose partners could be meant.
WITHOUT_PARTNERS = tuple(
    (level.value, level.label) for level in Level if level is not Level.PARTNERS
)


class Precision(models.TextChoices):
    """How exactly a place is shown to those outside the secretariat."""

    EXACT = "exact", _("Exact point")
    MUNICIPALITY = "municipality", _("Centre of the municipality")
    REGION = "region", _("Centre of the region")
    WITHHELD = "withheld", _("Withheld")


class Published(models.Model):
    """What a record carries that is not open to everybody by nature."""

    level = models.CharField(
        _("who may see this"), max_length=12, choices=Level.choices, default=Level.PUBLIC
    )
    level_reason = models.CharField(_("reason"), max_length=300, blank=True)
    level_review_on = models.DateField(_("look again on"), null=True, blank=True)

    class Meta:
        abstract = True


@dataclass(frozen=True, slots=True)
class Location:
    """A point that may be drawn. `precision` says how exact it is; degrees WGS 84."""

    lat: float
    lon: float
    precision: Precision


# Given the ids of some bodies, a query for the ids of those that are their partners now.
PartnersOf = Callable[[Collection[int]], "models.QuerySet[Any, Any]"]
_partners: list[PartnersOf] = []


def register_partners(query: PartnersOf) -> None:
    """Called once, by the app that knows who is a partner of whom.

    The query becomes a part of the one that asks, so it is as true as the moment: a partnership
    that ends closes what it had opened, and nobody has to be told.
    """
    _partners[:] = [query]


def visible[T: models.Model](
    rows: models.QuerySet[T],
    actor: Actor,
    *,
    level: str = "level",
    owner: str | None = None,
    circle: str | None = None,
) -> models.QuerySet[T]:
    """The rows that the actor may know of.

    `level` names the field with the level (it may follow relations), `owner` the field with the
    organisation's id: people always see what their own body has entered, and its partners what it
    keeps for them. A row without an owner is open to partners of nobody, unless `circle` names
    bodies that are partners of each other by the row itself.
    """
    if actor.is_officer:
        return rows
    return rows.filter(_open(rows.model, actor, level=level, owner=owner, circle=circle))


def hidden[T: models.Model](
    rows: models.QuerySet[T], actor: Actor, *, level: str = "level", owner: str | None = None
) -> models.QuerySet[T]:
    """The others: those of the rows that the actor may not know of."""
    if actor.is_officer:
        return rows.none()
    return rows.filter(~_open(rows.model, actor, level=level, owner=owner))


def _open(
    model: type[models.Model],
    actor: Actor,
    *,
    level: str,
    owner: str | None,
    circle: str | None = None,
) -> models.Q:
    levels = [choice.value for choice in Level if choice.open_to(actor)]
    condition = models.Q(**{f"{level}__in": levels})
    own = actor.organisation_ids
    if not own:
        return condition
    for_partners = models.Q(**{level: Level.PARTNERS.value})
    if owner:
        condition |= models.Q(**{f"{owner}__in": own})
        for partners_of in _partners:
            condition |= for_partners & models.Q(**{f"{owner}__in": partners_of(own)})
    if circle:
        # As a query of its own: a join would give a row once for each body of the actor's.
        among = model._default_manager.filter(**{f"{circle}__in": own}).order_by()
        condition |= for_partners & models.Q(pk__in=among.values("pk"))
    return condition


def is_coarse(organisation: Any, *, day: date | None = None) -> bool:
    """Whether the territory's status lets nobody see more of the place than its region.

    `organisation.coarse_periods` are spans of ISO days, both inclusive, the last one empty while
    the span is open. Without `day` it is today in the site's own zone.
    """
    if not organisation.coarse_periods:
        return False
    # Never the reader's zone: what is closed in Kyiv is closed for everybody.
    at = day or timezone.localdate(timezone=timezone.get_default_timezone())
    iso = at.isoformat()
    return any(
        since <= iso and (not until or iso <= until) for since, until in organisation.coarse_periods
    )


def precision_of(organisation: Any, *, day: date | None = None) -> Precision:
    """How exactly its place is shown to those outside the secretariat: as its record says, and
    never more exactly than the region while the territory's status asks for that."""
    precision = Precision(organisation.precision)
    if precision is not Precision.WITHHELD and is_coarse(organisation, day=day):
        return Precision.REGION
    return precision


def location(organisation: Any, actor: Actor) -> Location | None:
    """Where an organisation may be drawn for this actor; None when unknown or withheld.

    `organisation` has `lat`, `lon`, `precision`, `coarse_periods` and, for `Precision.REGION`,
    `region` with a centre of its own. The secretariat and the body itself see the exact point.
    """
    if organisation.lat is None or organisation.lon is None:
        return None
    precision = precision_of(organisation)
    if actor.is_officer or organisation.pk in actor.organisation_ids:
        return Location(organisation.lat, organisation.lon, Precision.EXACT)
    if precision is Precision.WITHHELD:
        return None
    if precision is Precision.REGION:
        region = organisation.region
        if region is None or region.lat is None or region.lon is None:
            return None
        if _is_same_point(region, organisation):
            return None
        return Location(region.lat, region.lon, precision)
    return Location(organisation.lat, organisation.lon, precision)


# Degrees; about a hundred metres.
_NEAR = 0.001


def _is_same_point(region: Any, organisation: Any) -> bool:
    """Whether the centre of the region gives the place away: it is the mean of its municipalities,
    and where there is only one of them, that one's own point."""
    north, east = region.lat - organisation.lat, region.lon - organisation.lon
    return bool(abs(north) < _NEAR and abs(east) < _NEAR)
