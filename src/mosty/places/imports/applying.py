"""Writes the changes of a plan to bodies that stand in the register.

Each change is written only where the register still says what the plan says it said; otherwise the
row is told as moved, and the transaction of the caller is given up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mosty.core.access import Actor
from mosty.core.facts import Fact, FactKind
from mosty.core.publication import Level
from mosty.places.imports.plan import Change, PlannedRow
from mosty.places.imports.register import spelt
from mosty.places.imports.telling import tell
from mosty.places.imports.written import Written
from mosty.places.models import Name, Need, Offer, Organisation
from mosty.places.naming import refresh_all

_PLAIN = ("scheme", "code_year", "legal_form", "website", "standing")
_LISTS = ("profile", "languages")


@dataclass(slots=True)
class _Batch:
    """The rows of the register that a batch of changes touches."""

    bodies: dict[int, Organisation]
    names: dict[tuple[int, str, str, str], Name]
    facts: dict[tuple[int, str, str, int], Fact]
    chosen: dict[tuple[int, str], Fact]
    needs: dict[tuple[int, str], Need]
    offers: dict[tuple[int, str], Offer]
    regions: dict[str, int]
    sources: dict[str, int]
    columns: set[str] = field(default_factory=set)
    renamed: set[int] = field(default_factory=set)
    new_names: list[Name] = field(default_factory=list)
    new_facts: list[Fact] = field(default_factory=list)
    new_needs: list[Need] = field(default_factory=list)
    new_offers: list[Offer] = field(default_factory=list)
    ended: list[Name] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    corrected: list[Fact] = field(default_factory=list)
    no_longer_chosen: list[Fact] = field(default_factory=list)
    weighed_needs: list[Need] = field(default_factory=list)
    weighed_offers: list[Offer] = field(default_factory=list)
    # What was there before and does not stand in the plan, for `restoring`.
    ledger: list[list[Any]] = field(default_factory=list)


def apply_changes(
    rows: Sequence[PlannedRow],
    *,
    regions: dict[str, int],
    sources: dict[str, int],
    by: Actor,
    written: Written,
) -> None:
    """Write the changes of these rows, with one line of history for each body."""
    batch = _fetch([row.organisation for row in rows], regions, sources)
    for row in rows:
        body = batch.bodies.get(row.organisation)
        if body is None or body.code != row.code:
            written.moved.append((row.row, row.code, "body"))
            continue
        for change in row.changes:
            if not _DEEDS[change.what](batch, body, change):
                written.moved.append((row.row, row.code, change.what))
        if body.region_id:
            written.touched_regions.add(body.region_id)
    if written.moved:
        return
    _save(batch)
    tell("places.organisation_imported", rows, batch.bodies, by=by)
    written.changed += len(rows)
    written.ledger += batch.ledger


def _fetch(ids: list[int], regions: dict[str, int], sources: dict[str, int]) -> _Batch:
    # Locked, so that nobody changes them between the look and the save.
    # In the order of their ids: two who lock several never wait for each other.
    rows = Organisation.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    bodies = {body.pk: body for body in rows}
    names = Name.objects.filter(organisation_id__in=ids)
    facts = list(Fact.objects.filter(organisation_id__in=ids))
    return _Batch(
        bodies=bodies,
        names={(one.organisation_id, one.text, one.language, one.use): one for one in names},
        facts={(one.organisation_id, one.kind, one.as_of, one.source_id): one for one in facts},
        chosen={(one.organisation_id, one.kind): one for one in facts if one.is_chosen},
        needs={
            (one.organisation_id, one.theme_id): one
            for one in Need.objects.filter(organisation_id__in=ids)
        },
        offers={
            (one.organisation_id, one.theme_id): one
            for one in Offer.objects.filter(organisation_id__in=ids)
        },
        regions=regions,
        sources=sources,
    )


def _set_plain(batch: _Batch, body: Organisation, change: Change) -> bool:
    if getattr(body, change.what) != change.before:
        return False
    setattr(body, change.what, change.after)
    batch.columns.add(change.what)
    return True


def _set_region(batch: _Batch, body: Organisation, change: Change) -> bool:
    is_there = change.after in batch.regions
    if not is_there or (body.region_id or 0) != batch.regions.get(change.before, 0):
        return False
    body.region_id = batch.regions[change.after]
    batch.columns.add("region")
    return True


def _set_place(batch: _Batch, body: Organisation, change: Change) -> bool:
    if [body.lat, body.lon] != change.before:
        return False
    body.lat, body.lon = change.after
    batch.columns |= {"lat", "lon"}
    return True


def _end_name(batch: _Batch, body: Organisation, change: Change) -> bool:
    text, language, use = change.key
    name = batch.names.get((body.pk, text, language, use))
    if name is None:
        return False
    use_after, until = ended_as(change)
    former = (body.pk, text, language, use_after)
    kept = [name.since, name.until, name.source_id, former in batch.names]
    batch.ledger.append(["name", body.pk, *change.key, *kept])
    if former in batch.names:
        batch.doubled.append(name.pk)  # it stands among the former names already
    else:
        name.use, name.until = use_after, name.until or until
        batch.names[former] = name
        batch.ended.append(name)
    batch.renamed.add(body.pk)
    return True


def ended_as(change: Change) -> tuple[str, str]:
    """What kind of name it becomes, and its last day where the file tells one."""
    if isinstance(change.after, list):
        use, until = change.after
        return use, until
    return change.after, ""


def _add_name(batch: _Batch, body: Organisation, change: Change) -> bool:
    text, language, use = change.key
    key = (body.pk, text, language, use)
    if key in batch.names:
        return False
    source, since, until = change.after
    batch.names[key] = Name(
        organisation=body, text=text, language=language, use=use, since=since, until=until,
        source_id=batch.sources[source] if source else None,
    )  # fmt: skip
    batch.new_names.append(batch.names[key])
    batch.renamed.add(body.pk)
    return True


def _set_fact(batch: _Batch, body: Organisation, change: Change) -> bool:
    kind, as_of, source = change.key
    value, is_shown = change.after
    key = (body.pk, kind, as_of, batch.sources[source])
    fact = batch.facts.get(key)
    if (spelt(fact.value) if fact else None) != change.before:
        return False
    shown = batch.chosen.get((body.pk, kind))
    if fact is None:
        fact = batch.facts[key] = Fact(
            organisation=body, kind=kind, as_of=as_of, source_id=key[3], value=Decimal(value)
        )
        batch.new_facts.append(fact)
    else:
        fact.value = Decimal(value)
        batch.corrected.append(fact)
    if is_shown and shown is not fact:
        if shown is not None:
            batch.ledger.append(["shown", body.pk, kind, shown.pk])
            shown.is_chosen = False
            batch.no_longer_chosen.append(shown)
        fact.is_chosen = True
        batch.chosen[body.pk, kind] = fact
    if fact.is_chosen and kind == FactKind.POPULATION and fact.level == Level.PUBLIC:
        body.population, body.population_as_of = int(fact.value), fact.as_of
        batch.columns |= {"population", "population_as_of"}
    return True


def _set_need(batch: _Batch, body: Organisation, change: Change) -> bool:
    return _set_wish(Need, batch.needs, batch.new_needs, batch.weighed_needs, body, change)


def _set_offer(batch: _Batch, body: Organisation, change: Change) -> bool:
    return _set_wish(Offer, batch.offers, batch.new_offers, batch.weighed_offers, body, change)


def _set_wish[T: (Need, Offer)](
    model: type[T],
    known: dict[tuple[int, str], T],
    new: list[T],
    weighed: list[T],
    body: Organisation,
    change: Change,
) -> bool:
    theme = change.key[0]
    entry = known.get((body.pk, theme))
    if (entry.weight if entry else None) != change.before:
        return False
    if entry is None:
        made = known[body.pk, theme] = model(organisation=body, theme_id=theme, weight=change.after)
        new.append(made)
    else:
        entry.weight = change.after
        weighed.append(entry)
    return True


_DEEDS: dict[str, Callable[[_Batch, Organisation, Change], bool]] = {
    **dict.fromkeys((*_PLAIN, *_LISTS), _set_plain),
    "region": _set_region,
    "place": _set_place,
    "name_ended": _end_name,
    "name": _add_name,
    "fact": _set_fact,
    "need": _set_need,
    "offer": _set_offer,
}


def _save(batch: _Batch) -> None:
    """The old figure steps back before the new one is shown: one is chosen at any time."""
    bodies = list(batch.bodies.values())
    if batch.columns:
        Organisation.objects.bulk_update(bodies, sorted(batch.columns), batch_size=200)
    Name.objects.filter(pk__in=batch.doubled).delete()
    Name.objects.bulk_update(batch.ended, ["use", "until"], batch_size=500)
    Fact.objects.bulk_update(batch.no_longer_chosen, ["is_chosen"], batch_size=500)
    Fact.objects.bulk_update(batch.corrected, ["value", "is_chosen"], batch_size=500)
    Name.objects.bulk_create(batch.new_names)
    Fact.objects.bulk_create(batch.new_facts)
    Need.objects.bulk_create(batch.new_needs)
    Offer.objects.bulk_create(batch.new_offers)
    Need.objects.bulk_update(batch.weighed_needs, ["weight"], batch_size=500)
    Offer.objects.bulk_update(batch.weighed_offers, ["weight"], batch_size=500)
    refresh_all([body for body in bodies if body.pk in batch.renamed])
