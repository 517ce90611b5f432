"""The list of a call's applications with what the reviews say and what is drafted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from mosty.applications.models import Application
from mosty.applications.queries import is_sent_in
from mosty.calls.models import Call
from mosty.core.access import Actor
from mosty.core.pictures.bars import QuotaMeter
from mosty.core.search import fold
from mosty.decisions.groups import groups, meters
from mosty.decisions.models import Decision, Outcome, Selection
from mosty.decisions.queries import sent_in
from mosty.decisions.scores import NOTHING, Result, results_of
from mosty.reviews.queries.results import Counted, counted

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Row:
    """One application in the list."""

    application: Application
    place: int
    result: Result
    decision: Decision | None

    @property
    def outcome(self) -> str:
        """What is drafted; empty while nothing is."""
        return self.decision.outcome if self.decision else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything about a call that pages share, read once."""

    counted: Counted
    results: Mapping[int, Result]
    order: list[int]
    outcomes: Mapping[int, str]
    meters: list[QuotaMeter]
    counts: Mapping[str, int]


def outcomes_of(selection: Selection) -> dict[int, str]:
    """Application → outcome, of those that have one and are still sent in."""
    rows = selection.decisions.filter(is_sent_in("application__")).exclude(outcome="")
    return dict(rows.order_by().values_list("application_id", "outcome"))


def stand(selection: Selection, actor: Actor) -> Standing:
    """Where the list stands: means, order, outcomes, quotas."""
    call = selection.call
    counts = counted(call, actor)
    found = results_of(counts)
    ids = list(sent_in(call).order_by().values_list("pk", flat=True))
    order = sorted(ids, key=lambda pk: (-(found.get(pk, NOTHING).mean or 0.0), pk))
    outcomes = outcomes_of(selection)
    return Standing(
        counts, found, order, outcomes, meters_of(call, outcomes, actor), counts_of(order, outcomes)
    )


def meters_of(call: Call, outcomes: Mapping[int, str], actor: Actor) -> list[QuotaMeter]:
    """How far the quotas are used."""
    return meters(call, outcomes, groups(call, actor), actor)


def counts_of(order: list[int], outcomes: Mapping[int, str]) -> dict[str, int]:
    """How many of each outcome; `open` for none."""
    counted = Counter(outcomes.values())
    known = {code: counted[code] for code in Outcome.values}
    return known | {OPEN: len(order) - sum(known.values())}


def narrowed(standing: Standing, call: Call, *, outcome: str = "", query: str = "") -> list[int]:
    """The applications that are asked for, best mean first."""
    wanted = standing.order
    if outcome == OPEN:
        wanted = [pk for pk in wanted if pk not in standing.outcomes]
    elif outcome:
        wanted = [pk for pk in wanted if standing.outcomes.get(pk) == outcome]
    for word in fold(query).split():
        rows = sent_in(call).filter(organisation__search_key__contains=word)
        found = set(rows.order_by().values_list("pk", flat=True))
        wanted = [pk for pk in wanted if pk in found]
    return wanted


def rows_of(standing: Standing, ids: list[int]) -> list[Row]:
    """The rows of one page."""
    known = _applications().in_bulk(ids)
    places = {pk: place for place, pk in enumerate(standing.order, 1)}
    return [
        Row(known[pk], places[pk], standing.results.get(pk, NOTHING), _decision(known[pk]))
        for pk in ids
    ]


def _applications() -> QuerySet[Application]:
    return Application.objects.select_related(
        "organisation__country", "organisation__region", "association", "decision", "call"
    )


def _decision(application: Any) -> Decision | None:
    return getattr(application, "decision", None)
