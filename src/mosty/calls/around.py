"""What gathers around a call once it is out: questions about it, deadlines that were moved, and who
wants to be told of changes."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core.texts import TextField
from mosty.places.models import Organisation


class Enquiry(models.Model):
    """A question about the call. With its answer it is read by everybody; who asked is not."""

    call = models.ForeignKey("calls.Call", on_delete=models.CASCADE, related_name="enquiries")
    text = TextField(_("question"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_for = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    answer = TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # Asked twice, or about one applicant alone: answered to whoever asked, and to nobody else.
    is_public = models.BooleanField(_("read by everybody"), default=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("question about a call")
        verbose_name_plural = _("questions about calls")

    def __str__(self) -> str:
        return str(self.text)[:80]


class Extension(models.Model):
    """A deadline that was moved, for the reason given; everyone concerned is told."""

    call = models.ForeignKey("calls.Call", on_delete=models.CASCADE, related_name="extensions")
    before = models.DateTimeField()
    after = models.DateTimeField()
    reason = TextField(_("reason"))
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")

    def __str__(self) -> str:
        return f"{self.before:%Y-%m-%d} → {self.after:%Y-%m-%d}"


class Watch(models.Model):
    """Somebody wants to be told when the call changes."""

    call = models.ForeignKey("calls.Call", on_delete=models.CASCADE, related_name="watches")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watched_calls"
    )
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("watched call")
        verbose_name_plural = _("watched calls")
        constraints = [
            models.UniqueConstraint(fields=["call", "user"], name="a_call_is_watched_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.call_id}"
