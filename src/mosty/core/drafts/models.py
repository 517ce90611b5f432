"""What was typed and not sent yet; and what was sent, so that it is done once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """The unsent text of one form of one record, shared by those who act for one body.

    `content`: name of a field in the page → what stands in it (a list where several are ticked).
    `seen`: the marks of the record's own fields under which the text was typed (core/editing.py).
    `said_by`: field → {"by", "at", "page"}: who typed what stands there, in which open page.
    `rivals`: field → page → {"text", "by", "at"}: other versions that wait for a choice.
    """

    key = models.CharField(max_length=80)
    section = models.SlugField(max_length=60)
    organisation = models.ForeignKey(
        "places.Organisation", null=True, on_delete=models.CASCADE, related_name="+"
    )
    # Only of a person who acts for no body.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    content = models.JSONField(default=dict)
    seen = models.JSONField(default=dict)
    said_by = models.JSONField(default=dict)
    rivals = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    saved_by_name = models.CharField(max_length=200, blank=True)
    saved_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(
                fields=["key", "section", "organisation"],
                condition=Q(organisation__isnull=False),
                name="one_draft_of_a_body",
            ),
            models.UniqueConstraint(
                fields=["key", "section", "user"],
                condition=Q(user__isnull=False),
                name="one_draft_of_a_person",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, user__isnull=True)
                | Q(organisation__isnull=True, user__isnull=False),
                name="draft_has_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.section} {self.revision}"


class Sending(models.Model):
    """A filled form that was taken: the same page with the same content counts once."""

    page = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    result = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "digest"], name="sent_once")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.result}"
