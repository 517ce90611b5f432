"""Programme › strand › phase, what they want to reach, and who takes part."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mosty.core.publication import Level, Published
from mosty.core.texts import TextField
from mosty.places.models import Organisation


class Programme(Published):
    """For example *Bridges of Trust*."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = TextField(_("name"))
    about = TextField(_("about"), blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return str(self.name)


class Strand(models.Model):
    """A part of a programme run by one lead, such as the CEMR strand."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="strands")
    slug = models.SlugField(_("address"), max_length=60)
    name = TextField(_("name"))
    about = TextField(_("about"), blank=True)

    class Meta:
        ordering = ["programme", "slug"]
        verbose_name = _("strand")
        verbose_name_plural = _("strands")
        constraints = [
            models.UniqueConstraint(fields=["programme", "slug"], name="one_strand_per_address")
        ]

    def __str__(self) -> str:
        return str(self.name)


class PhaseState(models.TextChoices):
    """Where a phase stands on a day; told from its dates, never stored."""

    AHEAD = "ahead", _("Not begun yet")
    RUNNING = "running", _("Running")
    ENDED = "ended", _("Ended")


class Phase(Published):
    """A strand from one date to another, with objectives and targets."""

    strand = models.ForeignKey(Strand, on_delete=models.CASCADE, related_name="phases")
    slug = models.SlugField(_("address"), max_length=60)
    name = TextField(_("name"))
    about = TextField(_("about"), blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    source = models.ForeignKey(
        "core.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["strand", "starts_on"]
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.UniqueConstraint(fields=["strand", "slug"], name="one_phase_per_address"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="phase_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def state_on(self, day: date) -> PhaseState:
        """Where it stands on a day; a phase without an end runs on."""
        if day < self.starts_on:
            return PhaseState.AHEAD
        if self.ends_on and day > self.ends_on:
            return PhaseState.ENDED
        return PhaseState.RUNNING


class Objective(models.Model):
    """What a phase wants, in words."""

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="objectives")
    text = TextField(_("objective"))
    order = models.PositiveSmallIntegerField(default=0)
    source = models.ForeignKey(
        "core.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")

    def __str__(self) -> str:
        return str(self.text)


class Target(models.Model):
    """What a phase wants, in figures."""

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="targets")
    text = TextField(_("what is counted"))
    value = models.PositiveIntegerField(_("target"))
    order = models.PositiveSmallIntegerField(default=0)
    source = models.ForeignKey(
        "core.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")

    def __str__(self) -> str:
        return f"{self.value} {self.text}"


class Part(models.TextChoices):
    """In which part an organisation carries a strand or phase."""

    LEAD = "lead", _("Leads")
    PARTNER = "partner", _("Partner")
    FUNDER = "funder", _("Funds")
    ASSOCIATION = "association", _("Association for its members")
    OBSERVER = "observer", _("Observes")


class Partner(models.Model):
    """An organisation that carries a phase, in one part."""

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="parts")
    part = models.CharField(_("part"), max_length=12, choices=Part.choices)
    is_inferred = models.BooleanField(_("not stated, inferred"), default=False)
    source = models.ForeignKey(
        "core.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["phase", "part", "id"]
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.UniqueConstraint(
                fields=["phase", "organisation", "part"], name="a_partner_has_a_part_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_part_display()})"


class Basis(models.TextChoices):
    """How it is known through which association a municipality takes part."""

    STATED = "stated", _("Stated by a source")
    INFERRED = "inferred", _("Inferred, not stated")
    ILLUSTRATIVE = "illustrative", _("Illustrative")


class Participant(Published):
    """A municipality that takes part in a phase, through which association.

    Who takes part is open inside the programme; a public list is a decision of the secretariat.
    """

    level = models.CharField(
        _("who may see this"), max_length=12, choices=Level.choices, default=Level.PROGRAMME
    )
    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="participants")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="participations"
    )
    association = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("association"),
    )
    association_basis = models.CharField(
        _("how we know"), max_length=12, choices=Basis.choices, default=Basis.STATED
    )
    least_partners = models.PositiveSmallIntegerField(_("partners, at least"), default=0)
    most_partners = models.PositiveSmallIntegerField(_("partners, at most"), default=1)
    source = models.ForeignKey(
        "core.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Taking part in the demo's phase is an invention for bodies that no source names.
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        ordering = ["phase", "organisation__sort_en"]
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(
                fields=["phase", "organisation"], name="a_town_takes_part_once"
            ),
            models.CheckConstraint(
                condition=Q(most_partners__gte=models.F("least_partners")),
                name="most_partners_not_below_least",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)
