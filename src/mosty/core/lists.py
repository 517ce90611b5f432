"""Later steps narrow and widen what earlier steps list, as core/panels.py does for pages.

An app registers in its `apps.py` (`ready`): a filter, which is a choice in the list's filter bar,
or a column, which the page and its CSV and XLSX show alike.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from mosty.core.access import Actor

Words = str | Promise
Choices = Sequence[tuple[str, Words]]


@dataclass(frozen=True, slots=True)
class ListFilter:
    """A choice in a filter bar.

    `key` is its name in the address. `choices` gives what the actor may choose from; with none the
    filter does not show. `narrow` gets the rows, the choice and the actor, and gives fewer rows:
    it must not tell more than the actor may know.
    """

    key: str
    label: Words
    choices: Callable[[Actor], Choices]
    narrow: Callable[[QuerySet[Any], str, Actor], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Cells:
    """One column for some rows: a cell by the id of its row; a row without one stays empty."""

    label: Words
    cells: Mapping[int, Any]
    is_numeric: bool = False


ColumnProvider = Callable[[Sequence[int], Actor], Cells | None]

_filters: dict[str, list[tuple[int, ListFilter]]] = {}
_columns: dict[str, list[tuple[int, ColumnProvider]]] = {}


def register_filter(place: str, added: ListFilter, *, order: int = 100) -> None:
    """`place` is `app.page`, such as `places.list`; the same key twice changes nothing."""
    rows = _filters.setdefault(place, [])
    if all(known.key != added.key for _, known in rows):
        rows.append((order, added))
        rows.sort(key=lambda row: row[0])


def filters_for(place: str) -> list[ListFilter]:
    """The filters that later steps have added to a list, in their order."""
    return [added for _, added in _filters.get(place, [])]


def narrow_by(
    place: str, rows: QuerySet[Any], chosen: Mapping[str, str], actor: Actor
) -> QuerySet[Any]:
    """The rows that the chosen ones of the added filters let through."""
    for added in filters_for(place):
        if value := chosen.get(added.key):
            rows = added.narrow(rows, value, actor)
    return rows


def register_column(place: str, provider: ColumnProvider, *, order: int = 100) -> None:
    """`provider` gets the ids of the rows and the actor; None means no such column today."""
    rows = _columns.setdefault(place, [])
    if all(known is not provider for _, known in rows):
        rows.append((order, provider))
        rows.sort(key=lambda row: row[0])


def columns_for(place: str, ids: Sequence[int], actor: Actor) -> list[Cells]:
    """The columns that later steps add, in their order."""
    found = (provider(ids, actor) for _, provider in _columns.get(place, []))
    return [cells for cells in found if cells is not None]
