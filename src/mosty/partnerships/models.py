"""The lasting thing that two (or more) municipalities have; here as far as sources report it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mosty.core.publication import Published
from mosty.places.models import Organisation, Theme
from mosty.programmes.models import Phase


class Partnership(Published):
    """Known from a source, inside or outside a programme; several programmes may count it."""

    class Status(models.TextChoices):
        REPORTED = "reported", _("Reported by a source")
        AGREED = "agreed", _("Agreed in the programme")

    members = models.ManyToManyField(
        Organisation, related_name="partnerships", verbose_name=_("municipalities")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.REPORTED
    )
    # In the source's words; `themes` is how it maps to the closed list.
    about = models.CharField(_("about"), max_length=400, blank=True)
    themes = models.ManyToManyField(Theme, blank=True, verbose_name=_("themes"))
    phases = models.ManyToManyField(Phase, blank=True, related_name="partnerships")
    # As precise as the source: 2022, 2022-06 or 2022-06-16; often a first meeting or visit.
    since = models.CharField(_("date"), max_length=10, blank=True)
    source = models.ForeignKey(
        "core.Source", on_delete=models.PROTECT, related_name="+", verbose_name=_("source")
    )
    sort_key = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["sort_key", "id"]
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")

    def __str__(self) -> str:
        return " – ".join(str(member) for member in self.members.all())


class ProgrammeTag(models.Model):
    """A programme that a source names for a partnership, whether or not it is run here."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="tags")
    programme = models.CharField(_("programme"), max_length=120)
    phase = models.CharField(_("phase"), max_length=20, blank=True)

    class Meta:
        ordering = ["programme"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "programme", "phase"], name="a_tag_stands_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.phase}".strip()
