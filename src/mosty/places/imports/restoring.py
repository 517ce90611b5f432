"""Puts back what an import of municipalities made and changed.

The plan says of everything what it was before. What it cannot say stands in the ledger that was
kept with the writing: which figure was shown, the dates of a name that became a former one, the
words of a region that only had its code.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from mosty.core.access import Actor
from mosty.core.facts import Fact, FactKind, Source
from mosty.core.publication import Level
from mosty.places.imports.applying import ended_as
from mosty.places.imports.commit import split_rows
from mosty.places.imports.plan import Change, PlannedRow
from mosty.places.imports.register import spelt
from mosty.places.imports.removing import remove_made
from mosty.places.imports.storing import head_of, ledger_of
from mosty.places.imports.tables import Import
from mosty.places.imports.telling import tell
from mosty.places.imports.undone import CannotUndo, later_files
from mosty.places.models import Name, Need, Offer, Organisation, Region
from mosty.places.naming import refresh_all
from mosty.places.regions import place_regions

BATCH = 500
_PLAIN = ("scheme", "code_year", "legal_form", "website", "standing", "profile", "languages")


class _Ledger:
    """What was there before and does not stand in the plan."""

    def __init__(self, entries: Sequence[list[Any]]) -> None:
        self.names: dict[tuple[int, str, str, str], list[Any]] = {}
        self.shown: dict[tuple[int, str], int] = {}
        self.sources: list[str] = []
        self.regions: dict[str, list[Any]] = {}
        for what, *rest in entries:
            if what == "name":
                self.names[rest[0], rest[1], rest[2], rest[3]] = rest[4:]
            elif what == "shown":
                self.shown[rest[0], rest[1]] = rest[2]
            elif what == "source":
                self.sources.append(rest[0])
            elif what == "region":
                self.regions[rest[0]] = rest[1:]


@dataclass(slots=True)
class _Batch:
    """The rows of the register that a batch of planned rows touched, and what becomes of them."""

    bodies: dict[int, Organisation]
    names: dict[tuple[int, str, str, str], Name]
    facts: dict[tuple[int, str, str, str], Fact]
    needs: dict[tuple[int, str], Need]
    offers: dict[tuple[int, str], Offer]
    regions: dict[str, int]
    ledger: _Ledger
    columns: set[str] = field(default_factory=set)
    renamed: set[int] = field(default_factory=set)
    counted: set[int] = field(default_factory=set)
    gone: list[Name | Fact | Need | Offer] = field(default_factory=list)
    names_back: list[Name] = field(default_factory=list)
    names_anew: list[Name] = field(default_factory=list)
    hidden: list[Fact] = field(default_factory=list)
    figures_back: list[Fact] = field(default_factory=list)
    weights_back: list[Need | Offer] = field(default_factory=list)


def undo_municipalities(import_: Import, by: Actor, reason: str) -> int:
    """Put everything back, or raise `CannotUndo`; call it in a transaction."""
    ledger = _Ledger(ledger_of(import_))
    made, changed = split_rows(import_)
    regions = dict(Region.objects.values_list("code", "pk"))
    moved: list[PlannedRow] = []
    touched: set[int] = set()
    count = 0
    for rows in batched(changed, BATCH):
        moved += _put_back(rows, regions, ledger, touched, by=by, reason=reason)
        count += len(rows)
    for rows in batched(made, BATCH):
        moved += remove_made(rows, regions, touched)
        count += len(rows)
    if moved:
        later = later_files(import_, {row.code for row in moved}, lambda row: row.code)
        raise CannotUndo(sorted({(row.row, row.code, later.get(row.code, "")) for row in moved}))
    _put_regions_back(import_, ledger, touched)
    for key in ledger.sources:
        # One that something else names meanwhile stays.
        _delete_unused(Source.objects.filter(key=key).first())
    return count


def _fetch(ids: list[int], regions: dict[str, int], ledger: _Ledger) -> _Batch:
    # In the order of their ids: two who lock several never wait for each other.
    rows = Organisation.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    facts = Fact.objects.filter(organisation_id__in=ids).select_related("source")
    return _Batch(
        bodies={body.pk: body for body in rows},
        names={
            (one.organisation_id, one.text, one.language, one.use): one
            for one in Name.objects.filter(organisation_id__in=ids).select_related("source")
        },
        facts={(one.organisation_id, one.kind, one.as_of, one.source.key): one for one in facts},
        needs={
            (one.organisation_id, one.theme_id): one
            for one in Need.objects.filter(organisation_id__in=ids)
        },
        offers={
            (one.organisation_id, one.theme_id): one
            for one in Offer.objects.filter(organisation_id__in=ids)
        },
        regions=regions,
        ledger=ledger,
    )


def _put_back(
    rows: Sequence[PlannedRow],
    regions: dict[str, int],
    ledger: _Ledger,
    touched: set[int],
    *,
    by: Actor,
    reason: str,
) -> list[PlannedRow]:
    """Give these bodies their former values; gives the rows that are not as they were left."""
    batch = _fetch(sorted(row.organisation for row in rows), regions, ledger)
    moved = []
    for row in rows:
        body = batch.bodies.get(row.organisation)
        if body is None:
            moved.append(row)
            continue
        if body.region_id:
            touched.add(body.region_id)
        # The last change first; one that cannot be put back is enough to name the row.
        deeds = [_DEEDS[change.what](batch, body, change) for change in reversed(row.changes)]
        if not all(deeds):
            moved.append(row)
        if body.region_id:
            touched.add(body.region_id)
    if not moved:
        _save(batch)
        tell(
            "places.organisation_restored", rows, batch.bodies, by=by, reason=reason, backwards=True
        )
    return moved


def _back_plain(batch: _Batch, body: Organisation, change: Change) -> bool:
    if getattr(body, change.what) != change.after:
        return False
    setattr(body, change.what, change.before)
    batch.columns.add(change.what)
    return True


def _back_region(batch: _Batch, body: Organisation, change: Change) -> bool:
    if body.region_id != batch.regions.get(change.after):
        return False
    body.region_id = batch.regions.get(change.before)
    batch.columns.add("region")
    return True


def _back_place(batch: _Batch, body: Organisation, change: Change) -> bool:
    if [body.lat, body.lon] != change.after:
        return False
    body.lat, body.lon = change.before
    batch.columns |= {"lat", "lon"}
    return True


def _take_name(batch: _Batch, body: Organisation, change: Change) -> bool:
    text, language, use = change.key
    name = batch.names.get((body.pk, text, language, use))
    if name is None:
        return False
    if [name.source.key if name.source else "", name.since, name.until] != change.after:
        return False
    batch.gone.append(name)
    batch.renamed.add(body.pk)
    return True


def _revive_name(batch: _Batch, body: Organisation, change: Change) -> bool:
    text, language, use = change.key
    former, last_day = ended_as(change)
    kept = batch.ledger.names.get((body.pk, text, language, use))
    name = batch.names.get((body.pk, text, language, former))
    if kept is None or name is None or (body.pk, text, language, use) in batch.names:
        return False
    since, until, source, was_doubled = kept
    batch.renamed.add(body.pk)
    if was_doubled:
        # The former name had been there before; the one in force was taken away for it.
        batch.names_anew.append(
            Name(organisation=body, text=text, language=language, use=use, since=since,
                 until=until, source_id=source)
        )  # fmt: skip
        return True
    if (name.since, name.until, name.source_id) != (since, until or last_day, source):
        return False
    name.use, name.until = use, until
    batch.names_back.append(name)
    return True


def _back_fact(batch: _Batch, body: Organisation, change: Change) -> bool:
    kind, as_of, source = change.key
    value, is_shown = change.after
    fact = batch.facts.get((body.pk, kind, as_of, source))
    if fact is None or spelt(fact.value) != value or fact.is_chosen != is_shown:
        return False
    if fact.withdrawn_reason or fact.level != Level.PUBLIC or fact.note:
        return False
    if kind == FactKind.POPULATION:
        batch.counted.add(body.pk)
    if change.before is not None:
        fact.value = Decimal(change.before)
        batch.figures_back.append(fact)
        return True
    batch.gone.append(fact)
    shown = batch.ledger.shown.get((body.pk, kind))
    if not is_shown or shown is None:
        return True
    former = next((one for one in batch.facts.values() if one.pk == shown), None)
    if former is None or former.withdrawn_reason:
        return False
    former.is_chosen = True
    batch.figures_back.append(former)
    return True


def _back_need(batch: _Batch, body: Organisation, change: Change) -> bool:
    return _back_wish(batch, batch.needs.get((body.pk, change.key[0])), change)


def _back_offer(batch: _Batch, body: Organisation, change: Change) -> bool:
    return _back_wish(batch, batch.offers.get((body.pk, change.key[0])), change)


def _back_wish(batch: _Batch, entry: Need | Offer | None, change: Change) -> bool:
    if entry is None or entry.weight != change.after:
        return False
    if change.before is None:
        if entry.text or entry.level != Level.PUBLIC:
            return False
        batch.gone.append(entry)
    else:
        entry.weight = change.before
        batch.weights_back.append(entry)
    return True


_DEEDS: dict[str, Callable[[_Batch, Organisation, Change], bool]] = {
    **dict.fromkeys(_PLAIN, _back_plain),
    "region": _back_region,
    "place": _back_place,
    "name": _take_name,
    "name_ended": _revive_name,
    "fact": _back_fact,
    "need": _back_need,
    "offer": _back_offer,
}


def _save(batch: _Batch) -> None:
    """What goes first, so that nothing stands twice for a moment."""
    for model in (Name, Fact, Need, Offer):
        ids = [one.pk for one in batch.gone if isinstance(one, model)]
        model._default_manager.filter(pk__in=ids).delete()
    Name.objects.bulk_update(batch.names_back, ["use", "until"], batch_size=500)
    Name.objects.bulk_create(batch.names_anew)
    Fact.objects.bulk_update(batch.figures_back, ["value", "is_chosen"], batch_size=500)
    for wish in (Need, Offer):
        weighed: list[Any] = [one for one in batch.weights_back if isinstance(one, wish)]
        wish._default_manager.bulk_update(weighed, ["weight"], batch_size=500)
    _count_again(batch)
    bodies = list(batch.bodies.values())
    if batch.columns:
        Organisation.objects.bulk_update(bodies, sorted(batch.columns), batch_size=200)
    refresh_all([body for body in bodies if body.pk in batch.renamed])


def _count_again(batch: _Batch) -> None:
    """The copy of the population follows the figure that is shown now."""
    shown = {
        fact.organisation_id: fact
        for fact in Fact.objects.filter(
            organisation_id__in=batch.counted, kind=FactKind.POPULATION, is_chosen=True
        )
    }
    for owner in batch.counted:
        body, fact = batch.bodies[owner], shown.get(owner)
        is_told = fact is not None and fact.level == Level.PUBLIC
        body.population = int(fact.value) if fact and is_told else None
        body.population_as_of = fact.as_of if fact and is_told else ""
        batch.columns |= {"population", "population_as_of"}


def _put_regions_back(import_: Import, ledger: _Ledger, touched: set[int]) -> None:
    """Regions that it made go where nobody stands in them; names and centres come back."""
    head = head_of(import_)
    planned = {one.entry.code: one for one in head.regions} if head else {}
    place_regions(touched)
    rows = Region.objects.filter(pk__in=touched) | Region.objects.filter(code__in=planned)
    for region in rows.distinct():
        plan = planned.get(region.code)
        if plan is not None and not plan.before:
            _delete_unused(region)
            continue
        kept = ledger.regions.get(region.code)
        if kept is None:
            continue
        *names, lat, lon = kept
        if plan is not None and region.name_en == plan.entry.name_en:
            region.name_en, region.name_native, region.name_uk, region.sort_en = names
        if not region.organisations.filter(lat__isnull=False).exists():
            region.lat, region.lon = lat, lon
        region.save()


def _delete_unused(row: Region | Source | None) -> None:
    if row is None:
        return
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError:
        pass
