"""Bodies over time: which one came after which, and two records of one body made one.

What became of a body is a fact with a source; nothing of it is deleted, a wrong record is
withdrawn with its reason. A merger keeps what it moved, so that it can be undone.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Succession(models.Model):
    """One body came after another, wholly or in part, on a day."""

    class Kind(models.TextChoices):
        MERGED = "merged", _("merged into")
        SPLIT = "split", _("split into")
        RENAMED = "renamed", _("renamed or given a new code")
        PART = "part", _("a part of it joined")

    predecessor = models.ForeignKey(
        "places.Organisation",
        on_delete=models.PROTECT,
        related_name="became",
        verbose_name=_("body before"),
    )
    successor = models.ForeignKey(
        "places.Organisation",
        on_delete=models.PROTECT,
        related_name="came_from",
        verbose_name=_("body after"),
    )
    kind = models.CharField(pgettext_lazy("succession", "what happened"), max_length=8,
                            choices=Kind.choices)  # fmt: skip
    # As precise as the source: 2021, 2021-07 or 2021-07-01.
    day = models.CharField(pgettext_lazy("succession", "since"), max_length=10)
    # The legal act, or where it can be read.
    source = models.ForeignKey(
        "core.Source", on_delete=models.PROTECT, related_name="+", verbose_name=_("source")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    # That recording it made the body before a former one; withdrawing it makes it exist again.
    ended_predecessor = models.BooleanField(default=False, editable=False)
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=300, blank=True)

    class Meta:
        ordering = ["day", "id"]
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                condition=Q(withdrawn_reason=""),
                name="one_succession_in_force",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="nobody_succeeds_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor} ({self.day})"

    @property
    def is_part(self) -> bool:
        """Whether the body before went on without that part."""
        return self.kind == self.Kind.PART


class Merger(models.Model):
    """A second record of one body became part of the first; `ledger` is what undoing needs."""

    kept = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="mergers"
    )
    code = models.CharField(_("official code"), max_length=40)
    label = models.CharField(max_length=200)
    ledger = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=1000)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_name = models.CharField(max_length=200, blank=True)
    undone_reason = models.CharField(_("reason"), max_length=1000, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("merger")
        verbose_name_plural = _("mergers")

    def __str__(self) -> str:
        return f"{self.label} ({self.code})"

    def get_absolute_url(self) -> str:
        """Its page, below the body that stayed."""
        return reverse("places:merger", args=[self.kept.code, self.pk])
