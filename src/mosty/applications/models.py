"""An application of one organisation to one call, its answers, files and who owns which part."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.applications.nominations.tables import Nomination as Nomination
from mosty.applications.workflow import APPLICATION
from mosty.calls.models import Call, Question, Section
from mosty.core.versions import Version
from mosty.places.models import Organisation


class Application(models.Model):
    """It belongs to the organisation, whoever writes it; one for each call."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="applications"
    )
    # Through which association it comes, where the call asks for one.
    association = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    language = models.CharField(_("language of record"), max_length=5, default="en")
    state = models.CharField(
        _("state"), max_length=10, choices=APPLICATION.choices(), default="draft", editable=False
    )
    begun_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    submitted_by_name = models.CharField(max_length=200, blank=True, editable=False)
    # The version that counts: what was sent in.
    version = models.ForeignKey(
        Version, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Within the grace after the deadline, or by permission.
    is_late = models.BooleanField(default=False, editable=False)
    # The council may have to decide; when it did, and the file that shows it.
    council_on = models.DateField(_("decision of the council"), null=True, blank=True)
    council_file = models.ForeignKey(
        "Attachment", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_illustrative = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["call", "pk"]
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.UniqueConstraint(
                fields=["call", "organisation"], name="one_application_for_a_call"
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(version__isnull=False),
                name="what_is_sent_in_is_frozen",
            ),
            # What counts is found by its version alone (`queries.is_sent_in`).
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(version__isnull=True),
                name="what_is_withdrawn_counts_no_more",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.call}"

    def get_absolute_url(self) -> str:
        return reverse("applications:show", args=[self.pk])


class Answer(models.Model):
    """To one question. `value` by kind: a text as `core.texts` dumps it (short, long), a number as
    text, a key (choice), keys (several), rows of `{column: text}` (table), ids of files (file)."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    value = models.JSONField(default=None, null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "question"], name="a_question_is_answered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.question_id}"


def _path(attachment: "Attachment", name: str) -> str:
    return f"applications/{attachment.application_id}/{attachment.sha256[:24]}-{name}"


class Attachment(models.Model):
    """A file of an application; one that was part of a sent version is never thrown away."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="attachments"
    )
    question = models.ForeignKey(
        Question, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    file = models.FileField(upload_to=_path)
    file_name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=200, blank=True)
    # Taken out of what is being written; versions that were sent in still hold it.
    taken_out_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.file_name


class Ownership(models.Model):
    """Who writes a section; the others see it and may still help."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="owners")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="owned_sections"
    )
    due = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("owner of a section")
        verbose_name_plural = _("owners of sections")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "section"], name="a_section_has_one_owner"
            )
        ]

    def __str__(self) -> str:
        return f"{self.section}: {self.user_id}"


class Permission(models.Model):
    """That an organisation may send in after the deadline, until when and why."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="permissions")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=1000)
    at = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("permission to send in late")
        verbose_name_plural = _("permissions to send in late")

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.until:%Y-%m-%d %H:%M}"
