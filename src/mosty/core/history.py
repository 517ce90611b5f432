"""Append-only rows: who, acting for whom, did what to which object, why and when.

Domain functions write one row per change with `record`; nobody edits or deletes rows. The same
rows are the audit trail and the activity list that people read.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.core.verbs import Words, words_for


class AppendOnly(models.QuerySet["HistoryEntry"]):
    """Rows are added and read, nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("history is append-only")

    def delete(self) -> NoReturn:
        raise TypeError("history is append-only")


class HistoryEntry(models.Model):
    """One thing that happened. `verb` is `app.verb`, translated where it is shown."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The name as it was: authorship stays when an account goes.
    actor_name = models.CharField(max_length=200)
    acting_for = models.ForeignKey(
        "places.Organisation", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    verb = models.CharField(max_length=80)
    object_type = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    object_label = models.CharField(max_length=300)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    level = models.CharField(max_length=12, choices=Level.choices, default=Level.STAFF)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["object_type", "object_id", "-at"])]
        verbose_name = _("history entry")
        verbose_name_plural = _("history entries")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name}: {self.verb} {self.object_label}"

    @property
    def words(self) -> Words:
        """What happened, in the reader's language."""
        return words_for(self.verb)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("history is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("history is append-only")


def record(
    verb: str,
    thing: models.Model,
    *,
    by: Actor,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    level: Level = Level.STAFF,
) -> HistoryEntry:
    """Write one row; call it in the transaction that makes the change.

    History does not know whose partners were meant, and it outlives partnerships: what is told of
    things for partners only is read by the secretariat.
    """
    if level == Level.PARTNERS:
        level = Level.STAFF
    return HistoryEntry.objects.create(
        user_id=by.user_id,
        actor_name=by.name or "-",
        acting_for_id=by.acting_for_id,
        verb=verb,
        object_type=thing._meta.label_lower,
        object_id=thing.pk,
        object_label=str(thing)[:300],
        before=before or {},
        after=after or {},
        # No database but SQLite holds a zero byte, and nobody types one.
        reason=reason.replace("\x00", ""),
        level=level,
    )


def plain(value: Any) -> Any:
    """A value as the JSON of a row keeps it: texts in their languages, records by their names."""
    if isinstance(value, Text):
        return value.dump()
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def edit(
    thing: models.Model,
    values: Mapping[str, Any],
    *,
    verb: str,
    by: Actor,
    reason: str = "",
    level: Level = Level.STAFF,
) -> list[str]:
    """Set fields of one record and write one row about those that really changed; their names.

    The record is read anew inside the transaction, so that what somebody else has changed in
    other fields meanwhile stays. Nothing changed: nothing is written.
    """
    with transaction.atomic():
        fresh = type(thing)._default_manager.select_for_update().get(pk=thing.pk)
        before = {name: getattr(fresh, name) for name in values}
        changed = [name for name, value in values.items() if before[name] != value]
        if changed:
            for name in changed:
                setattr(fresh, name, values[name])
            fresh.save()
            record(
                verb,
                fresh,
                by=by,
                before={name: plain(before[name]) for name in changed},
                after={name: plain(values[name]) for name in changed},
                reason=reason,
                level=level,
            )
    for name, value in values.items():
        setattr(thing, name, value)
    return changed


def history_of(thing: models.Model, actor: Actor) -> models.QuerySet[HistoryEntry]:
    """The rows about one object that the actor may read, newest first."""
    from_levels = [level.value for level in Level if level.open_to(actor)]
    return HistoryEntry.objects.filter(
        object_type=thing._meta.label_lower, object_id=thing.pk, level__in=from_levels
    ).select_related("acting_for")
