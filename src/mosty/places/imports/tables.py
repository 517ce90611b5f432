"""A file of municipalities or of their statuses, what is planned with it, what became of it.

Plan and file are kept with their SHA-256: what was written can be shown years later.
"""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core.jobs import Work
from mosty.core.states import Move, State, Workflow

_RULE = "places.import_municipalities"

IMPORTING = Workflow(
    name="import",
    field="stage",
    states=(
        State("reading", _("Being read"), _("Being read"), _("Read")),
        State("planned", _("Waiting for you"), _("Planned"), _("Look at the plan")),
        State("unusable", _("Cannot be taken"), _("Cannot be taken"), _("Cannot be taken")),
        State("writing", _("Being written"), _("Being written"), _("Written")),
        State("written", _("Written"), _("Written"), _("Written")),
        State("stale", _("Overtaken"), _("Overtaken"), _("Overtaken")),
        State("dropped", _("Dropped"), _("Dropped"), _("Dropped")),
        State("undone", _("Undone"), _("Undone"), _("Undone")),
    ),
    moves=(
        Move("reading", "planned", "places.import_planned", _RULE),
        Move("reading", "unusable", "places.import_refused", _RULE),
        Move("planned", "writing", "places.import_started", _RULE),
        Move("writing", "written", "places.import_written", _RULE),
        Move("writing", "stale", "places.import_overtaken", _RULE),
        Move("writing", "planned", "places.import_stopped", _RULE),
        Move("planned", "dropped", "places.import_dropped", _RULE),
        Move("unusable", "dropped", "places.import_dropped", _RULE),
        Move("stale", "dropped", "places.import_dropped", _RULE),
        Move("written", "undone", "places.import_undone", _RULE, True),
    ),
)


class Import(Work):
    """One file on its way into the register."""

    class Kind(models.TextChoices):
        """What its rows are about."""

        MUNICIPALITIES = "municipalities", _("Municipalities")
        TERRITORY = "territory", _("Territory statuses")

    # Those of this app; others register their own (`imports.kinds`).
    kind = models.CharField(max_length=16, default=Kind.MUNICIPALITIES)
    stage = models.CharField(max_length=10, choices=IMPORTING.choices(), default="reading")
    file = models.FileField(upload_to="imports/%Y/%m/", max_length=300)
    groups = models.FileField(upload_to="imports/%Y/%m/", max_length=300, blank=True)
    nuts = models.FileField(upload_to="imports/%Y/%m/", max_length=300, blank=True)
    file_name = models.CharField(max_length=200)
    # Head of the plan; empty while it is being made. `sha256` covers head and parts.
    head = models.JSONField(default=dict, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    # Why the file as a whole cannot be taken: problem code, field, value, hint; and the row.
    fault = models.JSONField(default=list, blank=True)
    fault_row = models.PositiveIntegerField(default=0)
    with_doubtful = models.BooleanField(default=False)
    # What was written, or what had moved underneath.
    result = models.JSONField(default=dict, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_by_name = models.CharField(max_length=200)
    made_at = models.DateTimeField(default=timezone.now)
    written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """The page of the plan."""
        return reverse("places:import", args=[self.pk])


class ImportPart(models.Model):
    """Up to fifty rows of a plan with the same outcome, as JSON, compressed."""

    whole = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="parts")
    outcome = models.CharField(max_length=8)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["whole", "outcome", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["whole", "outcome", "number"], name="one_part_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.number}"
