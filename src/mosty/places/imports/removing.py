"""Removes the bodies that an import made, as long as nobody has touched or used them."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from mosty.core.facts import Fact, Source
from mosty.core.publication import Level
from mosty.places.imports.creating import BODY, body_values, fact_values, name_values
from mosty.places.imports.plan import PlannedRow
from mosty.places.imports.register import spelt
from mosty.places.models import Name, Need, Offer, Organisation

# What belongs to a body and is compared itself.
_PARTS = (Name, Fact, Need, Offer)


def remove_made(
    rows: Sequence[PlannedRow], regions: dict[str, int], touched: set[int]
) -> list[PlannedRow]:
    """Delete the bodies of these rows with all that the import wrote of them.

    Gives the rows whose bodies are not as the import left them, or which something else points at
    (a partnership, a member, a status): then none is deleted.
    """
    codes = [row.code for row in rows]
    found = Organisation.objects.select_for_update().filter(code__in=codes).order_by("pk")
    bodies = {body.code: body for body in found}
    ids = [body.pk for body in bodies.values()]
    used, parts = pointed_at(Organisation, ids, but=_PARTS), _parts_of(ids)
    sources = dict(Source.objects.values_list("key", "pk"))
    moved = []
    for row in rows:
        body = bodies.get(row.code)
        if body is None or body.pk in used or not _is_as_made(row, body, regions, parts, sources):
            moved.append(row)
        elif body.region_id:
            touched.add(body.region_id)
    if not moved:
        Organisation.objects.filter(pk__in=ids).delete()
    return moved


def pointed_at(
    model: type[models.Model], ids: list[int], *, but: tuple[type[models.Model], ...]
) -> set[int]:
    """Which of these rows others point at; in which tables, the models say. `but` do not count."""
    used: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        key = getattr(relation, "field", None)
        if not relation.auto_created or relation.concrete or relation.many_to_many or key is None:
            continue
        other: Any = relation.related_model
        if other not in but:
            rows = other._base_manager.filter(**{f"{key.name}__in": ids})
            used |= set(rows.values_list(key.attname, flat=True))
    return used


_Parts = dict[int, set[tuple[Any, ...]]]


def _parts_of(ids: list[int]) -> dict[str, _Parts]:
    """Names, figures and wishes of the bodies as they are, with all that somebody can change."""
    parts: dict[str, _Parts] = {"names": {}, "facts": {}, "needs": {}, "offers": {}}
    for name in Name.objects.filter(organisation_id__in=ids):
        parts["names"].setdefault(name.organisation_id, set()).add(
            (name.text, name.language, name.use, name.since, name.until, name.source_id)
        )
    for fact in Fact.objects.filter(organisation_id__in=ids):
        parts["facts"].setdefault(fact.organisation_id, set()).add(
            (fact.kind, spelt(fact.value), fact.as_of, fact.source_id, fact.is_chosen, fact.level,
             fact.note, fact.withdrawn_reason)
        )  # fmt: skip
    for model, called in ((Need, "needs"), (Offer, "offers")):
        wishes: Any = model._default_manager.filter(organisation_id__in=ids)
        for wish in wishes:
            parts[called].setdefault(wish.organisation_id, set()).add(
                (wish.theme_id, wish.weight, str(wish.text), wish.level)
            )
    return parts


def _is_as_made(
    row: PlannedRow,
    body: Organisation,
    regions: dict[str, int],
    parts: dict[str, _Parts],
    sources: dict[str, int],
) -> bool:
    record = row.record
    if record is None:
        return False
    if record.region and record.region not in regions:
        return False
    values = body_values(record, row.labels, regions)
    made = Organisation(**dict(zip(BODY, values, strict=True)))
    columns = [one.attname for one in Organisation._meta.concrete_fields if not one.primary_key]
    if any(getattr(made, column) != getattr(body, column) for column in columns):
        return False
    facts = {(*values, Level.PUBLIC.value, "", "") for values in fact_values(record, sources)}
    wishes = {
        called: {(wish.theme, wish.weight, "", Level.PUBLIC.value) for wish in wanted}
        for called, wanted in (("needs", record.needs), ("offers", record.offers))
    }
    expected = {"names": set(name_values(record, sources)), "facts": facts, **wishes}
    return all(parts[called].get(body.pk, set()) == values for called, values in expected.items())
