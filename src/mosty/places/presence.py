"""How a body shows itself: whom to write to, and what it looks like."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mosty.core.publication import Level, Published
from mosty.core.texts import TextField


class Contact(Published):
    """Whom to write to about cooperation: an office or a person of the body."""

    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.CASCADE, related_name="contacts"
    )
    office = models.CharField(_("office"), max_length=150)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    # Names and numbers of people are not public unless somebody says so.
    level = models.CharField(
        _("who may see this"), max_length=12, choices=Level.choices, default=Level.PROGRAMME
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return self.office


class TextLevel(Published):
    """Who may see one text of a body's record; a text without a row is as open as the record."""

    class Text(models.TextChoices):
        ABOUT = "about", _("About")
        EXPERIENCE = "experience", _("Experience")
        CAPACITY = "capacity", _("Who would do the work")

    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.CASCADE, related_name="text_levels"
    )
    text = models.CharField(_("text"), max_length=12, choices=Text.choices)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("level of a text")
        verbose_name_plural = _("levels of texts")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "text"], name="a_text_has_one_level")
        ]

    def __str__(self) -> str:
        return self.get_text_display()


def _path(picture: "Picture", name: str) -> str:
    return f"pictures/{picture.organisation_id}/{picture.digest[:24]}-{name}"


class Picture(Published):
    """A picture of the place, drawn anew without what the camera wrote beside it."""

    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.CASCADE, related_name="pictures"
    )
    large = models.FileField(upload_to=_path)
    small = models.FileField(upload_to=_path)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    alt = TextField(_("what one sees"))
    credit = models.CharField(_("who took it"), max_length=150)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "digest"], name="a_picture_stands_once")
        ]

    def __str__(self) -> str:
        return str(self.alt) or str(_("picture"))

    def delete_files(self) -> None:
        """Take the files away; call it when the row is really gone."""
        for file in (self.large, self.small):
            storage: Any = file.storage
            storage.delete(file.name)
