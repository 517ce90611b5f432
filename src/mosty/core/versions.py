"""Freeze content: a JSON snapshot with its SHA-256, numbered per object.

Policies, published rounds (later applications, agreements, papers) are frozen here; what somebody
approved or published is then one row that nobody edits.
"""

import hashlib
import json
from typing import Any, NoReturn

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone

from mosty.core.access import Actor


class Version(models.Model):
    """One frozen state of one object."""

    object_type = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["object_type", "object_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id", "number"], name="one_version_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("a version is frozen")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("a version is frozen")

    def is_intact(self) -> bool:
        """Whether the content still has the hash that it was frozen with."""
        return digest(self.content) == self.sha256


def canonical(content: Any) -> bytes:
    """One spelling for equal content: sorted keys, no spaces, UTF-8. NaN is refused."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest(content: Any) -> str:
    """SHA-256 of the canonical spelling, in hex."""
    return hashlib.sha256(canonical(content)).hexdigest()


def freeze(thing: models.Model, content: Any, *, by: Actor) -> Version:
    """The version with this content; an unchanged content gives the newest version again."""
    kind = thing._meta.label_lower
    sha256 = digest(content)
    with transaction.atomic():
        rows = Version.objects.filter(object_type=kind, object_id=thing.pk)
        newest = rows.order_by("-number").first()
        if newest is not None and newest.sha256 == sha256:
            return newest
        number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
        return Version.objects.create(
            object_type=kind,
            object_id=thing.pk,
            number=number,
            content=json.loads(canonical(content)),
            sha256=sha256,
            by_id=by.user_id,
            by_name=by.name,
        )


def versions_of(thing: models.Model) -> models.QuerySet[Version]:
    """All versions of one object, newest first."""
    return Version.objects.filter(object_type=thing._meta.label_lower, object_id=thing.pk).order_by(
        "-number"
    )
