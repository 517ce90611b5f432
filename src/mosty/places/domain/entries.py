"""Needs and offers: say one, change it, take it out."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from mosty.core.access import Actor, require
from mosty.core.history import record
from mosty.places.domain.changes import history_level, holding, said
from mosty.places.models import Need, Offer, Organisation, Theme

FIELDS = ("weight", "text", "level", "level_reason", "level_review_on")


def set_entry[T: Need | Offer](
    model: type[T],
    organisation: Organisation,
    theme: Theme,
    *,
    by: Actor,
    values: Mapping[str, Any],
) -> T:
    """Say what a body needs (or offers) on a theme, or say it anew; the same twice says it once.

    `values` are some of `FIELDS`; those not named stay. What a person says is no illustration any
    more, except in the demo, where whoever tries it out speaks for nobody.
    """
    require("places.edit_entries", by, organisation)
    with holding(organisation):
        rows = model._default_manager.filter(organisation=organisation, theme=theme)
        now: Any = rows.select_related("theme").first()
        before = said(now, FIELDS) if now else {}
        entry = now or model(organisation=organisation, theme=theme)
        for field in FIELDS:
            setattr(entry, field, values.get(field, getattr(entry, field)))
        after = said(entry, FIELDS)
        if after != before:
            entry.is_illustrative = settings.DEMO_MODE
            entry.save()
            verb = "changed" if now else "added"
            _record(verb, entry, by=by, before=before, after=after)
    return entry


def remove_entry(entry: Need | Offer, *, by: Actor, reason: str = "") -> None:
    """Take a need (or offer) out; history keeps what it said. Twice is once."""
    organisation = entry.organisation
    require("places.edit_entries", by, organisation)
    with holding(organisation):
        now = type(entry)._default_manager.filter(pk=entry.pk).first()
        if now is None:
            return
        _record("removed", now, by=by, before=said(now, FIELDS), after={}, reason=reason)
        now.delete()


def _record(
    done: str,
    entry: Need | Offer,
    *,
    by: Actor,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str = "",
) -> None:
    levels = {str(said_then["level"]) for said_then in (before, after) if said_then}
    record(
        f"places.{entry._meta.model_name}_{done}",
        entry.organisation,
        by=by,
        before={"theme": entry.theme_id, **before} if before else {},
        after={"theme": entry.theme_id, **after} if after else {},
        reason=reason,
        level=history_level(entry.organisation.level, *levels),
    )
