"""What the reviews of a call say, as `mosty.reviews` counts them, put for lists and letters."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Avg, F

from mosty.calls.models import Call
from mosty.core.access import SYSTEM, Actor
from mosty.core.texts import Text
from mosty.reviews.models import Review, Score
from mosty.reviews.queries.results import Counted, counted
from mosty.reviews.queries.results import results as reviewed


@dataclass(frozen=True, slots=True)
class Result:
    """Of one application: the mean of its reviews on the scale of the call, and how far they lie
    apart; `mean` is None without any review."""

    mean: float | None = None
    lowest: float | None = None
    highest: float | None = None
    count: int = 0


NOTHING = Result()


def results(call: Call, actor: Actor) -> dict[int, Result]:
    """By application, of everything that has a review that counts."""
    return results_of(counted(call, actor))


def results_of(found: Counted) -> dict[int, Result]:
    """The same of what was counted already. Out of whole numbers: a list of 2,000 does not wait
    for 10,000 fractions, and equal means are equal still."""
    totals: dict[int, list[int]] = defaultdict(list)
    for row in found.rows:
        totals[row.application].append(row.total)
    each = found.divisor
    return {
        pk: Result(sum(own) / (len(own) * each), min(own) / each, max(own) / each, len(own))
        for pk, own in totals.items()
    }


@dataclass(frozen=True, slots=True)
class Words:
    """What an applicant is told: the mean of each criterion by its key, and comments."""

    criteria: Mapping[str, float] = field(default_factory=dict)
    comments: tuple[Text, ...] = ()


def words(call: Call) -> dict[int, Words]:
    """Of every application of the call."""
    found = reviewed(call, SYSTEM)
    return {
        pk: Words({key: float(mean) for key, mean in one.criteria.items()}, one.comments)
        for pk, one in found.items()
    }


def words_of(
    call: Call, applications: Collection[int], found: Counted | None = None
) -> dict[int, Words]:
    """The same of a few: a page does not wait for all the others. `found` is what was counted."""
    counting = (found or counted(call, SYSTEM)).reviews
    mine = Review.objects.filter(assignment__application__in=applications).order_by()
    comments: dict[int, list[Text]] = defaultdict(list)
    ids = []
    for review, pk, text in mine.values_list("pk", "assignment__application_id", "to_applicant"):
        if review in counting:
            ids.append(review)
            if str(text).strip():
                comments[pk].append(text)
    criteria: dict[int, dict[str, float]] = defaultdict(dict)
    scored = Score.objects.filter(
        review__in=ids, criterion__version=F("review__criteria_version")
    ).order_by()
    for pk, key, mean in scored.values_list(
        "review__assignment__application_id", "criterion__key"
    ).annotate(mean=Avg("value")):
        criteria[pk][key] = mean
    return {pk: Words(criteria[pk], tuple(comments[pk])) for pk in applications}
