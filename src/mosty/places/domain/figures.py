"""Facts of a body: add, choose the one that is shown, withdraw, take back.

No value is deleted and none is overwritten in silence: sources contradict each other, and a figure
is worth what its source is.
"""

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor, permitted, require
from mosty.core.facts import Fact, FactKind, Source, choose, find_source
from mosty.core.history import record
from mosty.core.publication import Level
from mosty.core.states import ReasonMissing
from mosty.places.domain.changes import Refused, history_level, holding, said
from mosty.places.models import Organisation

FIELDS = (
    "kind", "value", "as_of", "source", "level", "level_reason", "level_review_on", "note",
    "withdrawn_reason",
)  # fmt: skip


def source_of(*, url: str = "", title: str = "", publisher: str = "") -> Source:
    """The source at an address, or one that is only a title (a book, a letter): known or new."""
    if url.strip():
        return find_source(url, title=title, publisher=publisher)
    mark = hashlib.sha256(f"{title.strip()}\n{publisher.strip()}".encode()).hexdigest()[:12]
    source, _made = Source.objects.get_or_create(
        key=f"title-{mark}",
        defaults={"title": title.strip()[:300], "publisher": publisher.strip()[:200]},
    )
    return source


def add_fact(
    organisation: Organisation,
    *,
    by: Actor,
    kind: str,
    value: Decimal,
    as_of: str,
    source: Source,
    is_chosen: bool = False,
    note: str = "",
    level: str = Level.PUBLIC,
    level_reason: str = "",
    level_review_on: date | None = None,
) -> Fact:
    """Add what a source says; the same value twice is added once.

    A source that already gives another value for that date is `Refused`, unless that value was
    withdrawn: then the secretariat may correct it, and history keeps both. The first of its kind is
    shown; to have a later one shown is the secretariat's.
    """
    require("places.add_fact", by, organisation)
    if is_chosen:
        require("places.edit_facts", by, organisation)
    with holding(organisation):
        same = Fact.objects.filter(
            organisation=organisation, kind=kind, as_of=as_of, source=source
        ).first()
        if same and not same.is_withdrawn and same.value != value:
            raise Refused(
                _("This source gives %(value)s for that date already. Withdraw that first.")
                % {"value": same.number},
                field="value",
            )
        if same and same.is_withdrawn and not permitted("places.edit_facts", by, organisation):
            raise Refused(
                _("The secretariat withdrew this value: %(reason)s. Write to them.")
                % {"reason": same.withdrawn_reason},
                field="value",
            )
        before = said(same, FIELDS) if same else {}
        fact = same or Fact(organisation=organisation, kind=kind, as_of=as_of, source=source)
        fact.value, fact.note, fact.withdrawn_reason = value, note, ""
        fact.level, fact.level_reason = level, level_reason
        fact.level_review_on = level_review_on
        fact.entered_by_id = by.user_id
        fact.save()
        others = Fact.objects.filter(organisation=organisation, kind=kind, is_chosen=True)
        if is_chosen or not others.exists():
            choose(fact)
        after = said(fact, FIELDS)
        if after != before:
            _follow(fact, "places.fact_added", by=by, before=before, after=after)
    return fact


def choose_fact(fact: Fact, *, by: Actor) -> None:
    """Make this value the one that is shown."""
    require("places.edit_facts", by, fact.organisation)
    with holding(fact.organisation):
        now = Fact.objects.get(pk=fact.pk)
        if now.is_withdrawn:
            raise Refused(_("This value was withdrawn. Take it back before it can be shown."))
        if now.is_chosen:
            return
        was = Fact.objects.filter(organisation=now.organisation_id, kind=now.kind, is_chosen=True)
        before = said(shown, FIELDS) if (shown := was.first()) else {}
        choose(now)
        _follow(now, "places.fact_chosen", by=by, before=before, after=said(now, FIELDS))


def withdraw_fact(fact: Fact, *, by: Actor, reason: str) -> None:
    """It does not count any more. The newest of the others is shown in its place."""
    require("places.edit_facts", by, fact.organisation)
    if not reason.strip():
        raise ReasonMissing("places.fact_withdrawn")
    with holding(fact.organisation):
        now = Fact.objects.get(pk=fact.pk)
        if now.is_withdrawn:
            return
        was_chosen = now.is_chosen
        now.is_chosen, now.withdrawn_reason = False, reason.strip()[:300]
        now.save(update_fields=["is_chosen", "withdrawn_reason"])
        if was_chosen:
            left = Fact.objects.filter(
                organisation=now.organisation_id, kind=now.kind, withdrawn_reason=""
            )
            if newest := left.order_by("-as_of", "-pk").first():
                choose(newest)
        _follow(
            now,
            "places.fact_withdrawn",
            by=by,
            before=said(now, FIELDS),
            reason=now.withdrawn_reason,
        )


def take_fact_back(fact: Fact, *, by: Actor) -> None:
    """A withdrawn value counts again; which one is shown does not change."""
    require("places.edit_facts", by, fact.organisation)
    with holding(fact.organisation):
        now = Fact.objects.get(pk=fact.pk)
        if not now.is_withdrawn:
            return
        before = said(now, FIELDS)
        now.withdrawn_reason = ""
        now.save(update_fields=["withdrawn_reason"])
        _follow(now, "places.fact_restored", by=by, before=before, after=said(now, FIELDS))


def copy_population(organisation: Organisation) -> None:
    """The shown population, for lists and sorting: only where everybody may know it."""
    chosen = Fact.objects.filter(
        organisation=organisation,
        kind=FactKind.POPULATION,
        is_chosen=True,
        level=Level.PUBLIC,
    ).first()
    organisation.population = int(chosen.value) if chosen else None
    organisation.population_as_of = chosen.as_of if chosen else ""
    organisation.save(update_fields=["population", "population_as_of"])


def _follow(fact: Fact, verb: str, *, by: Actor, reason: str = "", **states: Any) -> None:
    if fact.kind == FactKind.POPULATION:
        copy_population(fact.organisation)
    record(
        verb,
        fact.organisation,
        by=by,
        reason=reason,
        level=history_level(fact.organisation.level, fact.level),
        **states,
    )
