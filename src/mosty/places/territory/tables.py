"""A class of territory that held, or holds, for one municipality from a day to a day."""

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TerritoryClass(models.TextChoices):
    """The classes of the official list, the mildest first: of two on one day the graver counts."""

    POSSIBLE = "possible", _("Possible hostilities")
    ACTIVE_SERVICES = "services", _("Active hostilities, state electronic resources work")
    ACTIVE = "active", _("Active hostilities")
    OCCUPIED = "occupied", _("Temporarily occupied")


GRAVITY = tuple(TerritoryClass.values)
# Where one of these holds, nobody outside the secretariat sees more of the place than its region.
RESTRICTED = (
    TerritoryClass.ACTIVE_SERVICES.value,
    TerritoryClass.ACTIVE.value,
    TerritoryClass.OCCUPIED.value,
)


class TerritoryStatus(models.Model):
    """One row of the list. Both days belong to it; without `until` it holds until further notice.

    Everybody may read it: the official list is public. Rows of one organisation and class do not
    overlap (`places.domain.territory` and the import see to it).
    """

    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.CASCADE, related_name="territory_statuses"
    )
    kind = models.CharField(
        pgettext_lazy("of a territory", "class"), max_length=8, choices=TerritoryClass.choices
    )
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"), null=True, blank=True)
    act = models.CharField(_("legal act"), max_length=300, blank=True)
    # The import that made it; none where an officer entered it by hand.
    source_import = models.ForeignKey(
        "places.Import", null=True, blank=True, on_delete=models.PROTECT, related_name="statuses"
    )

    class Meta:
        ordering = ["organisation_id", "since", "id"]
        verbose_name = _("territory status")
        verbose_name_plural = _("territory statuses")
        indexes = [models.Index(fields=["kind", "since"], name="territory_by_class")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="territory_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind", "since"], name="territory_row_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.since} – {self.until or ''}".strip()

    @property
    def is_restricted(self) -> bool:
        """Whether places are coarsened and visits advised against."""
        return self.kind in RESTRICTED

    def holds_on(self, day: date) -> bool:
        """Whether the class holds on that day; the first and the last day count."""
        return self.since <= day and (self.until is None or day <= self.until)


def overlap(since: date, until: date | None, other_since: date, other_until: date | None) -> bool:
    """Whether two spans share a day; None is open."""
    return (until is None or other_since <= until) and (other_until is None or since <= other_until)


def collisions[T](spans: Iterable[tuple[date, date | None, T]]) -> dict[T, T]:
    """Each span of (first day, last day, name) that shares a day with another -> one such other.

    In the order of first days it is enough to know which one reaches furthest so far.
    """
    found: dict[T, T] = {}
    furthest: tuple[date, T] | None = None
    for since, until, name in sorted(spans, key=lambda span: (span[0], span[1] or date.max)):
        end = until or date.max
        if furthest is not None and since <= furthest[0]:
            found[name] = furthest[1]
            found.setdefault(furthest[1], name)
        if furthest is None or end > furthest[0]:
            furthest = end, name
    return found
