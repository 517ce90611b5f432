"""A value with source, date and who entered it; several may disagree, one is chosen.

Sources contradict each other: every value stays, and the chosen one is shown with its source and
year. `population` on an organisation is a copy of its chosen fact, for lists and sorting.
"""

import hashlib
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mosty.core.publication import Published


class Source(models.Model):
    """Where a value was read: a register, a page, a body itself."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    published_on = models.DateField(_("date"), null=True, blank=True)

    class Meta:
        ordering = ["title"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.title


class FactKind(models.TextChoices):
    """What is known of a body in figures. Units: people, km², thousand UAH, km, minutes."""

    POPULATION = "population", _("Population")
    AREA = "area_km2", _("Area")
    DEGURBA = "degurba", _("Degree of urbanisation")
    SETTLEMENTS = "settlements", _("Settlements")
    DISPLACED = "idp_net", _("Displaced people, net")
    INCOME = "income_kuah", _("Budget income")
    EU_BORDER = "eu_border_km", _("Distance to the EU border")
    METROPOLITAN = "metropolitan", _("Part of a metropolitan area")


# Neither a count nor a measure: 1 for yes, 0 for no.
YES_OR_NO = frozenset({FactKind.METROPOLITAN})
UNITS: dict[str, Any] = {
    FactKind.AREA: _("km²"),
    FactKind.INCOME: _("kUAH"),
    FactKind.EU_BORDER: _("km"),
}


class Fact(Published):
    """One value of one kind for one organisation. `as_of` keeps the precision of the source:
    `2022`, `2022-01` or `2022-01-01`."""

    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.CASCADE, related_name="facts"
    )
    kind = models.CharField(_("what"), max_length=20, choices=FactKind.choices)
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=3)
    as_of = models.CharField(_("as of"), max_length=10)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="facts")
    is_chosen = models.BooleanField(_("the one that is shown"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)
    # Why it does not count any more. A withdrawn value stays for the secretariat and is never shown
    # as the body's own; nothing that somebody entered is deleted.
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=300, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "-is_chosen", "-as_of", "id"]
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        indexes = [
            models.Index(
                fields=["level_review_on"],
                condition=Q(level_review_on__isnull=False),
                name="facts_to_look_at",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind"],
                condition=Q(is_chosen=True),
                name="one_chosen_fact_per_kind",
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind", "as_of", "source"], name="one_value_per_source"
            ),
            models.CheckConstraint(
                condition=Q(is_chosen=False) | Q(withdrawn_reason=""),
                name="a_withdrawn_fact_is_not_shown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number} ({self.as_of})"

    @property
    def number(self) -> int | Decimal:
        """Whole numbers without a decimal point, others without empty decimals."""
        if self.value == self.value.to_integral_value():
            return int(self.value)
        return Decimal(f"{self.value:f}".rstrip("0"))

    @property
    def shown(self) -> int | Decimal | str:
        """The value as people read it: a number, or yes and no."""
        if self.kind in YES_OR_NO:
            return str(_("yes") if self.value else _("no"))
        return self.number

    @property
    def unit(self) -> str:
        return str(UNITS.get(self.kind, ""))

    @property
    def year(self) -> str:
        return self.as_of[:4]

    @property
    def is_withdrawn(self) -> bool:
        return bool(self.withdrawn_reason)


def choose(fact: Fact) -> None:
    """Make this fact the one that is shown; call inside the transaction of the change."""
    same: Any = Fact.objects.filter(organisation_id=fact.organisation_id, kind=fact.kind)
    same.exclude(pk=fact.pk).filter(is_chosen=True).update(is_chosen=False)
    if not fact.is_chosen:
        fact.is_chosen = True
        fact.save(update_fields=["is_chosen"])


def find_source(url: str, *, title: str = "", publisher: str = "") -> Source:
    """The source at an address: the one that is known, or a new one.

    Without a title it is called by the host of its address; a known source keeps its own words.
    """
    address = url.strip()
    known = Source.objects.filter(url=address).order_by("pk").first()
    if known is not None:
        return known
    host = _readable(urlsplit(address).hostname or address)
    mark = hashlib.sha256(address.encode()).hexdigest()[:12]
    made, _new = Source.objects.get_or_create(
        key=f"web-{mark}",
        defaults={
            "url": address,
            "title": (title.strip() or host)[:300],
            "publisher": (publisher.strip() or host)[:200],
        },
    )
    return made


def _readable(host: str) -> str:
    """The name of a host as people know it: without www., letters with marks instead of xn--."""
    try:
        name = host.encode("ascii").decode("idna")
    except UnicodeError:
        name = host
    return name.removeprefix("www.")
