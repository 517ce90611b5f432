"""Who may see which text of a body's record; and what becomes of that when records are merged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mosty.core import joining
from mosty.core.access import Actor
from mosty.core.history import record
from mosty.core.publication import Level
from mosty.places.domain.changes import history_level, said
from mosty.places.models import Organisation, TextLevel

_FIELDS = ("text", "level", "level_reason", "level_review_on")


@dataclass(frozen=True, slots=True)
class Circle:
    """Who may see a text, why not everybody, and when somebody looks again."""

    level: str
    reason: str = ""
    review_on: date | None = None


def set_text_levels(
    organisation: Organisation, circles: Mapping[str, Circle], *, by: Actor
) -> list[str]:
    """Say who may see these texts; the names of those for which it changed.

    A part of `edit_organisation`, which asks the rule and holds the transaction: a text and its
    circle are saved together, so that nothing stands open in between.
    """
    rows = {row.text: row for row in TextLevel.objects.filter(organisation=organisation)}
    changed = []
    for name, circle in circles.items():
        row = rows.get(name)
        if row is None and circle.level == Level.PUBLIC:
            continue
        before = said(row, _FIELDS) if row else {}
        row = row or TextLevel(organisation=organisation, text=name)
        row.level = circle.level
        is_open = circle.level == Level.PUBLIC
        row.level_reason = "" if is_open else circle.reason
        row.level_review_on = None if is_open else circle.review_on
        after = said(row, _FIELDS)
        if after == before:
            continue
        row.save()
        record(
            "places.text_level_set",
            organisation,
            by=by,
            before=before,
            after=after,
            level=history_level(organisation.level, row.level, before.get("level", row.level)),
        )
        changed.append(name)
    return changed


def _level_goes_over(
    row: TextLevel, kept: Organisation, _gone: Organisation
) -> Mapping[str, Any] | None:
    """The level goes with the text: where the record that stays keeps its own words, both stay."""
    return None if getattr(kept, row.text) else {}


def _narrower_stays(kept: Organisation, gone: Organisation) -> Iterator[joining.Step]:
    """A level that was set for an empty text holds for the words that come over, if narrower."""
    theirs = {row.text: row for row in TextLevel.objects.filter(organisation=gone)}
    for row in TextLevel.objects.filter(organisation=kept):
        other = theirs.get(row.text)
        if other is None or getattr(kept, row.text):
            continue
        if Level.narrowest(row.level, other.level) != row.level:
            names = ("level", "level_reason", "level_review_on")
            yield joining.Step(row, {name: getattr(other, name) for name in names})


def register_all() -> None:
    """Called once, when the site starts."""
    joining.register_care("places.textlevel", _level_goes_over)
    joining.register_follow("places.organisation", _narrower_stays)
