"""The list of a call's applications with what the reviews say and what is drafted."""

from collections import Counter
from collections.abc import Iterable, Mapping
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
    drafted = dict(sent_in(call).order_by().values_list("pk", "decision__outcome"))
    order = sorted(drafted, key=lambda pk: (-(found.get(pk, NOTHING).mean or 0.0), pk))
    outcomes = {pk: outcome for pk, outcome in drafted.items() if outcome}
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
    known = with_decision(Application.objects.all()).in_bulk(ids)
    return rows_for(standing, [known[pk] for pk in ids])


def rows_for(standing: Standing, applications: Iterable[Application]) -> list[Row]:
    """The rows of some that were read `with_decision`."""
    places = {pk: place for place, pk in enumerate(standing.order, 1)}
    return [
        Row(one, places.get(one.pk, 0), standing.results.get(one.pk, NOTHING), decision_of(one))
        for one in applications
    ]


def with_decision(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Applications with all that a row says."""
    return rows.select_related(
        "organisation__country", "organisation__region", "association", "decision", "call"
    )


def decision_of(application: Any) -> Decision | None:
    """What is drafted or decided on it, if anything is."""
    return getattr(application, "decision", None)
