"""What is withheld is looked at again: by when, by whom, and what comes of it.

A level or a precision narrower than usual carries a reason and a date. Each app registers what of
its records can carry one; the desk lists what comes due, and one action answers: it stays withheld
until another day, or it is opened. Either way history says who looked and why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import F, Value
from django.utils.functional import Promise

from mosty.core.access import Actor, permitted, require
from mosty.core.editing import mark
from mosty.core.history import plain, record
from mosty.core.publication import Level, Precision

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields that withhold something: which value, why, until when somebody looks again."""

    value: str
    reason: str
    review_on: str
    # The value under which nothing is withheld.
    when_open: str


LEVEL = Fields("level", "level_reason", "level_review_on", Level.PUBLIC.value)
PRECISION = Fields(
    "precision", "precision_reason", "precision_review_on", Precision.MUNICIPALITY.value
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One sort of things that can be withheld, such as needs.

    `rows` gives all that count today; `owner` names the field with the id of the body that may
    decide besides the secretariat, if `rule` lets it (asked with `about`, the record in whose
    history it is told).
    """

    key: str
    label: Words
    rows: Callable[[], models.QuerySet[Any]]
    rule: str
    about: Callable[[Any], Any]
    say: Callable[[Any], str] = str
    owner: str = ""
    fields: Fields = LEVEL
    # What else has to follow when the circle changes.
    after: Callable[[Any], None] | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """One thing that is to be looked at again."""

    kind: Kind
    thing: Any

    @property
    def key(self) -> str:
        return f"{self.kind.key}-{self.thing.pk}"

    @property
    def about(self) -> Any:
        """The record that it belongs to, or is."""
        return self.kind.about(self.thing)

    @property
    def words(self) -> str:
        return self.kind.say(self.thing)

    @property
    def due(self) -> date:
        day: date = getattr(self.thing, self.kind.fields.review_on)
        return day

    @property
    def reason(self) -> str:
        return str(getattr(self.thing, self.kind.fields.reason))

    @property
    def circle(self) -> str:
        """How it is withheld, in words."""
        return str(getattr(self.thing, f"get_{self.kind.fields.value}_display")())

    @property
    def mark(self) -> str:
        """Equal as long as nobody has decided anything about it."""
        fields = self.kind.fields
        names = (fields.value, fields.reason, fields.review_on)
        return mark([plain(getattr(self.thing, name)) for name in names])


class ChangedMeanwhile(Exception):
    """Somebody else has looked at it since, or it is gone."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Called once, when the site starts."""
    _kinds[kind.key] = kind


def kinds() -> list[Kind]:
    """All that are registered."""
    return list(_kinds.values())


def withheld(actor: Actor, *, until: date | None = None) -> list[Withheld]:
    """What the actor may decide on, the nearest date first; with `until` what is due by then."""
    found = [
        each
        for kind in _kinds_with_rows(actor, until=until)
        for thing in _rows(kind, actor, until=until)
        if _may(each := Withheld(kind, thing), actor)
    ]
    return sorted(found, key=lambda each: (each.due, each.key))


def _kinds_with_rows(actor: Actor, *, until: date | None) -> list[Kind]:
    """The kinds of which there is anything, in one query: mostly there is next to nothing."""
    asked = [
        _rows(kind, actor, until=until).order_by().values(of=Value(kind.key)).distinct()
        for kind in _kinds.values()
    ]
    if not asked:
        return []
    there = {row["of"] for row in asked[0].union(*asked[1:], all=True).order_by()}
    return [kind for kind in _kinds.values() if kind.key in there]


def find(actor: Actor, key: str, pk: int) -> Withheld | None:
    """One of these, or None where it is none of the actor's (any more)."""
    kind = _kinds.get(key)
    thing = _rows(kind, actor).filter(pk=pk).first() if kind else None
    if kind is None or thing is None:
        return None
    each = Withheld(kind, thing)
    return each if _may(each, actor) else None


def _rows(kind: Kind, actor: Actor, *, until: date | None = None) -> models.QuerySet[Any]:
    fields = kind.fields
    rows = kind.rows().filter(**{f"{fields.review_on}__isnull": False})
    rows = rows.exclude(**{fields.value: fields.when_open}).order_by(F(fields.review_on), "pk")
    if until is not None:
        rows = rows.filter(**{f"{fields.review_on}__lte": until})
    if actor.is_officer:
        return rows
    if not kind.owner or not actor.organisation_ids:
        return rows.none()
    return rows.filter(**{f"{kind.owner}__in": actor.organisation_ids})


def _may(each: Withheld, actor: Actor) -> bool:
    return permitted(each.kind.rule, actor, each.about)


def keep(each: Withheld, *, until: date, reason: str, by: Actor, seen: str) -> None:
    """It stays as it is, until somebody looks again on another day.

    Raises `ChangedMeanwhile` when it is not any more what `seen` (its mark) says.
    """
    fields = each.kind.fields
    values = {fields.review_on: until, fields.reason: reason}
    _decide(each, values, verb="core.kept_withheld", reason=reason, by=by, seen=seen)


def open_up(each: Withheld, *, reason: str, by: Actor, seen: str) -> None:
    """Nothing of it is withheld any more. Raises `ChangedMeanwhile` as `keep` does."""
    fields = each.kind.fields
    values = {fields.value: fields.when_open, fields.reason: "", fields.review_on: None}
    _decide(each, values, verb="core.opened", reason=reason, by=by, seen=seen)


def _decide(
    each: Withheld, values: dict[str, Any], *, verb: str, reason: str, by: Actor, seen: str
) -> None:
    kind, about = each.kind, each.about
    require(kind.rule, by, about)
    with transaction.atomic():
        # The row of the record is the lock of all that hangs on it, as for its other changes.
        type(about)._default_manager.select_for_update().filter(pk=about.pk).first()
        rows: Any = kind.rows().select_for_update(of=("self",))
        now = rows.filter(pk=each.thing.pk).first()
        if now is None or Withheld(kind, now).mark != seen:
            raise ChangedMeanwhile
        before = {name: plain(getattr(now, name)) for name in values}
        level = _told_to(kind, now)
        for name, value in values.items():
            setattr(now, name, value)
        now.save(update_fields=list(values))
        if kind.after is not None:
            kind.after(now)
        what = {"kind": kind.key, "what": kind.say(now)}
        after = {name: plain(value) for name, value in values.items()}
        record(
            verb, about, by=by, before=what | before, after=what | after, reason=reason, level=level
        )


def _told_to(kind: Kind, thing: Any) -> Level:
    """Why something was withheld is told to those who could see it then, and to no visitor."""
    if kind.fields is PRECISION:
        return Level.STAFF
    about = kind.about(thing)
    return Level.narrowest(Level.PROGRAMME, thing.level, about.level)
