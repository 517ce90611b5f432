"""What becomes of partnerships when two records of one municipality become one.

The same municipalities have one partnership: where both records had one with the same town, these
become one too, with the reports, pairs and themes of both.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from mosty.core.joining import Step, register_follow, register_words, steps_between
from mosty.core.publication import Level
from mosty.partnerships.models import Partnership
from mosty.places.models import Organisation

MEMBERS = Partnership.members.through


def follow(kept: Organisation, gone: Organisation) -> Iterator[Step]:
    """The partnerships of `gone` under their new members; alike ones become one."""
    alike: dict[str, list[Partnership]] = {}
    for row in Partnership.objects.filter(members=gone).order_by("pk"):
        before = row.members.values_list("pk", flat=True)
        members = {kept.pk if pk == gone.pk else pk for pk in before}
        key = "-".join(str(pk) for pk in sorted(members))
        if row.status == "withdrawn":
            yield Step(row, {"members_key": key})
        elif len(members) < 2:
            # Both records as partners of each other: that was never a partnership.
            yield Step(row, {"members_key": key, "status": "withdrawn"})
        else:
            alike.setdefault(key, []).append(row)
    for key, rows in alike.items():
        ids = [row.pk for row in rows]
        standing = Partnership.objects.filter(members_key=key).exclude(status="withdrawn")
        rows = [*standing.exclude(pk__in=ids), *rows]
        # What was agreed stays, else the one that the record which stays had already.
        stays = next((row for row in rows if row.status == "agreed"), rows[0])
        others = [row for row in rows if row is not stays]
        for goes in others:
            yield from _into(stays, goes)
        yield Step(stays, _changes(stays, others, key))


def _into(stays: Partnership, goes: Partnership) -> Iterator[Step]:
    for step in steps_between(stays, goes):
        if not isinstance(step.row, MEMBERS):
            yield step
    for row in MEMBERS._base_manager.filter(partnership_id=goes.pk).order_by("pk"):
        yield Step(row, is_laid_aside=True, instead=str(stays))
    yield Step(goes, is_laid_aside=True, instead=str(stays))


def _changes(stays: Partnership, others: list[Partnership], key: str) -> dict[str, Any]:
    """Its new key, its earliest date, and the narrowest circle of all."""
    changes: dict[str, Any] = {}
    if stays.members_key != key:
        changes["members_key"] = key
    level = Level.narrowest(*(row.level for row in (stays, *others)))
    if level != stays.level:
        narrowest = next(row for row in others if row.level == level)
        for name in ("level", "level_reason", "level_review_on"):
            changes[name] = getattr(narrowest, name)
    dated = [row for row in [stays, *others] if row.since]
    earliest = min(dated, key=lambda row: row.since, default=stays)
    if earliest.since != stays.since:
        changes |= {"since": earliest.since, "since_means": earliest.since_means}
    return changes


def register_all() -> None:
    """Called once, when the site starts."""
    register_follow("places.organisation", follow)
    register_words(MEMBERS._meta.label_lower, _("partnerships"))
