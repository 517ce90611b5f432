"""What became of a body and what was before it, and which present body a former name means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from mosty.core.access import Actor
from mosty.core.publication import visible
from mosty.places.models import Kind, Merger, Organisation, SearchWord, Succession, read_name
from mosty.places.queries import search
from mosty.places.word_index import begins

# A register is not a family tree: further back nobody looks, and a fault in it must not loop.
MOST_STEPS = 12
Rows = QuerySet[Succession]


@dataclass(frozen=True, slots=True)
class OverTime:
    """What stands before and after one body, as far as the actor may know of the other."""

    became: list[Succession]
    came_from: list[Succession]

    @property
    def ended(self) -> list[Succession]:
        """What the body as a whole became."""
        return [row for row in self.became if not row.is_part]


def successions(actor: Actor) -> QuerySet[Succession]:
    """Those in force of which the actor may know both ends."""
    rows = Succession.objects.filter(withdrawn_reason="")
    for end in ("predecessor", "successor"):
        rows = visible(rows, actor, level=f"{end}__level", owner=f"{end}_id")
    return rows.select_related("predecessor__country", "successor__country", "source")


def over_time(organisation: Organisation, actor: Actor) -> OverTime:
    """Both directions, one step each; one query."""
    rows = successions(actor).filter(Q(predecessor=organisation) | Q(successor=organisation))
    became: list[Succession] = []
    came_from: list[Succession] = []
    for row in rows:
        (became if row.predecessor_id == organisation.pk else came_from).append(row)
    return OverTime(became, came_from)


def withdrawn(organisation: Organisation, actor: Actor) -> list[Succession]:
    """What was recorded and does not hold, with the reason: for the secretariat."""
    if not actor.is_officer:
        return []
    rows = Succession.objects.exclude(withdrawn_reason="").select_related(
        "predecessor__country", "successor__country", "source"
    )
    return list(rows.filter(predecessor=organisation) | rows.filter(successor=organisation))


def mergers(organisation: Organisation, actor: Actor) -> list[Merger]:
    """The second records that became part of this one: for the secretariat."""
    if not actor.is_officer:
        return []
    return list(Merger.objects.filter(kept=organisation).defer("ledger"))


def formerly(actor: Actor, query: str) -> dict[int, list[str]]:
    """The bodies into which went what the words mean, by id, each with the names that it had.

    Whoever may not know of a former body does not find others by its name. One query where no
    former body bears the word.
    """
    if not query.strip():
        return {}
    whole = successions(actor).exclude(kind=Succession.Kind.PART).select_related(None)
    ends = ("predecessor_id", "successor_id", "successor__standing")
    labels = ("predecessor__label_en", "predecessor__label_uk")
    said: dict[int, list[str]] = {}
    seen: set[int] = set()
    # Those that exist became nothing else, so they are not asked about.
    gone: set[int] = set()
    meant = whole.filter(predecessor_id__in=_meant(query))
    for before_id, after_id, standing, *names in meant.values_list(*ends, *labels):
        seen.add(before_id)
        _add(said, after_id, [read_name(*names)])
        if standing == Organisation.Standing.FORMER:
            gone.add(after_id)
    for _step in range(MOST_STEPS):
        front = gone - seen
        if not front:
            break
        seen |= front
        gone = set()
        for before_id, after_id, standing in whole.filter(predecessor__in=front).values_list(*ends):
            _add(said, after_id, said[before_id])
            if standing == Organisation.Standing.FORMER:
                gone.add(after_id)
    return said


def _meant(query: str) -> QuerySet[Any]:
    """The ids of bodies that the words mean, without looking who may know of them."""
    if word := search.one_word(query):
        # What became another body exists no more, and few do: not all of its sisters are read.
        # Both values of `is_first` stand there so that the index is read through all its columns.
        words = SearchWord.objects.order_by().filter(
            begins(word), kind__in=Kind.values, standing=Organisation.Standing.FORMER,
            is_first__in=[True, False],
        )  # fmt: skip
        return words.values("organisation_id")
    gone = Organisation.objects.order_by().filter(standing=Organisation.Standing.FORMER)
    return search.found(gone, query).values("pk")


def _add(said: dict[int, list[str]], pk: int, names: Sequence[str]) -> None:
    known = said.setdefault(pk, [])
    known += [name for name in names if name not in known]


def way(start: Iterable[int], goal: int) -> list[int]:
    """The ids from one of `start` to `goal` along what bodies as a whole became; empty for none."""
    came_by: dict[int, int | None] = dict.fromkeys(start)
    front = list(came_by)
    while front and goal not in came_by:
        rows = Succession.objects.filter(predecessor__in=front, withdrawn_reason="").exclude(
            kind=Succession.Kind.PART
        )
        front = []
        for before_id, after_id in rows.values_list("predecessor_id", "successor_id"):
            if after_id not in came_by:
                came_by[after_id] = before_id
                front.append(after_id)
    if goal not in came_by:
        return []
    steps: list[int] = []
    at: int | None = goal
    while at is not None:
        steps.insert(0, at)
        at = came_by[at]
    return steps


def names_along(ids: Sequence[int]) -> str:
    """The bodies of a way in words: *Alsunga → Kuldīga*."""
    bodies = Organisation.objects.in_bulk(list(ids))
    return " → ".join(str(bodies[pk]) for pk in ids)
