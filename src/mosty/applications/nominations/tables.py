"""What an association says of the application of its member; every word stays."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Nomination(models.Model):
    """One word of an association; said anew, the newest of its kind counts."""

    class Word(models.TextChoices):
        NOMINATE = "nominate", _("Nominates")
        REFUSE = "refuse", _("Does not nominate")
        CONFIRM = "confirm", _("Confirms the membership")
        COMMENT = "comment", _("Comments")

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="nominations"
    )
    association = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    word = models.CharField(_("word"), max_length=8, choices=Word.choices)
    # Why not; the town reads it.
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    # For the secretariat, not for the town.
    comment = models.CharField(_("comment"), max_length=2000, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("word of an association")
        verbose_name_plural = _("words of associations")
        constraints = [
            models.CheckConstraint(
                condition=~Q(word="refuse") | ~Q(reason=""), name="who_does_not_nominate_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(word="comment") | ~Q(comment=""), name="a_comment_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.association_id} → {self.application_id}: {self.get_word_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("words of associations are append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("words of associations are append-only")
