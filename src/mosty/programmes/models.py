"""Programme › strand › phase, what they want to reach, and who takes part."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mosty.core.dates import PartialDate
from mosty.core.publication import Level, Published
from mosty.core.texts import TextField
from mosty.places.models import Organisation


class Sourced(models.Model):
    """Where it was read and of when that is: 2023, 2023-05 or 2023-05-08."""

    source = models.ForeignKey(
        "core.Source",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("source"),
    )
    as_of = models.CharField(_("date of the source"), max_length=10, blank=True)

    class Meta:
        abstract = True


class Programme(Published, Sourced):
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

    def get_absolute_url(self) -> str:
        return reverse("programmes:show", args=[self.slug])


class Strand(Sourced):
    """A part of a programme run by one lead, such as the CEMR strand."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="strands")
    slug = models.SlugField(_("address"), max_length=60)
    name = TextField(_("name"))
    about = TextField(_("about"), blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["programme", "order", "slug"]
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


class Phase(Published, Sourced):
    """A strand from one date to another, with objectives and targets.

    `starts` and `ends` are as precise as the source; `starts_on` and `ends_on` are the first and
    the last day that they cover, kept by `save` for sorting and comparing. Exact days alone may
    be given as well: `starts` and `ends` follow them.
    """

    strand = models.ForeignKey(Strand, on_delete=models.CASCADE, related_name="phases")
    slug = models.SlugField(_("address"), max_length=60)
    name = TextField(_("name"))
    about = TextField(_("about"), blank=True)
    starts = models.CharField(_("from"), max_length=10)
    ends = models.CharField(_("to"), max_length=10, blank=True)
    starts_on = models.DateField(editable=False)
    ends_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["strand", "starts_on", "id"]
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

    def save(self, *args: object, **kwargs: object) -> None:
        self.starts = self.starts or str(self.starts_on or "")
        self.ends = self.ends or str(self.ends_on or "")
        self.starts_on = PartialDate.parse(self.starts).first_day
        self.ends_on = PartialDate.parse(self.ends).last_day if self.ends else None
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse(
            "programmes:phase", args=[self.strand.programme.slug, self.strand.slug, self.slug]
        )

    def state_on(self, day: date) -> PhaseState:
        """Where it stands on a day; a phase without an end runs on."""
        if day < self.starts_on:
            return PhaseState.AHEAD
        if self.ends_on and day > self.ends_on:
            return PhaseState.ENDED
        return PhaseState.RUNNING


class OtherDate(Sourced):
    """A beginning or end of a phase that another source gives; dates slip, and both stand here."""

    class Kind(models.TextChoices):
        START = "start", _("Beginning")
        END = "end", _("End")

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="other_dates")
    kind = models.CharField(_("what"), max_length=5, choices=Kind.choices)
    on = models.CharField(_("date"), max_length=10)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-kind", "on", "id"]
        verbose_name = _("date from another source")
        verbose_name_plural = _("dates from other sources")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


class Objective(Sourced):
    """What a phase wants, in words."""

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="objectives")
    text = TextField(_("objective"))
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")

    def __str__(self) -> str:
        return str(self.text)


class Target(Sourced):
    """What a phase wants, in figures."""

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="targets")
    text = TextField(_("what is counted"))
    value = models.PositiveIntegerField(_("target"))
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")

    def __str__(self) -> str:
        return f"{self.value} {self.text}"


class Count(Sourced):
    """What was counted afterwards, by whom; counts of one thing may differ and all stand here."""

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="counts")
    text = TextField(_("what was counted"))
    value = models.PositiveIntegerField(_("count"))
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("count")
        verbose_name_plural = _("counts")

    def __str__(self) -> str:
        return f"{self.value} {self.text}"


class Milestone(Sourced):
    """What happened in a phase, or will."""

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="milestones")
    on = models.CharField(_("date"), max_length=10)
    text = TextField(_("what happens"))
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["on", "order", "id"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")

    def __str__(self) -> str:
        return f"{self.on} {self.text}"


class Part(models.TextChoices):
    """In which part an organisation carries a phase."""

    LEAD = "lead", _("Leads")
    PARTNER = "partner", _("Partner")
    FUNDER = "funder", _("Funds")
    ASSOCIATION = "association", _("Association for its members")
    OBSERVER = "observer", _("Observes")


class Partner(Sourced):
    """An organisation that carries a phase, in one part."""

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="parts")
    part = models.CharField(_("part"), max_length=12, choices=Part.choices)
    text = TextField(_("what it does"), blank=True)
    is_inferred = models.BooleanField(_("not stated, inferred"), default=False)

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


class Participant(Published, Sourced):
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
