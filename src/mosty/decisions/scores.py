"""What the reviews of a call say, summed up by the database: means, spread, and without one
reviewer. Given reviews count, without abstentions and without what was set aside."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Avg, F, FloatField, QuerySet, Sum
from django.db.models.functions import Cast

from mosty.applications.models import Application
from mosty.calls.models import Call
from mosty.reviews.models import Review, Score


@dataclass(frozen=True, slots=True)
class Result:
    """Of one application: the mean of its reviews on the scale of the call, and how far they lie
    apart; `mean` is None without any review."""

    mean: float | None = None
    lowest: float | None = None
    highest: float | None = None
    count: int = 0

    @property
    def spread(self) -> float:
        """From the lowest review to the highest."""
        return (self.highest or 0.0) - (self.lowest or 0.0)


NOTHING = Result()


def counting(call: Call) -> QuerySet[Score]:
    """The scores that count."""
    return Score.objects.filter(
        review__state=Review.State.GIVEN, review__is_abstention=False,
        review__assignment__application__call=call,
        review__criteria_version=call.criteria_version, criterion__version=call.criteria_version,
    )  # fmt: skip


def by_reviewer(call: Call) -> list[tuple[int, int, float]]:
    """(application, reviewer, weighted mean) of every review that counts."""
    rows = (
        counting(call)
        .order_by()
        .values_list("review__assignment__application_id", "review__assignment__reviewer_id")
    )
    total = Cast(Sum(F("value") * F("criterion__weight")), FloatField())
    return list(rows.annotate(mean=total / Cast(Sum("criterion__weight"), FloatField())))


def results(
    reviews: Iterable[tuple[int, int, float]], *, without: int | None = None
) -> dict[int, Result]:
    """By application, all reviewers or all but one."""
    found: dict[int, list[float]] = defaultdict(list)
    for application, reviewer, mean in reviews:
        if reviewer != without:
            found[application].append(mean)
    return {
        pk: Result(sum(means) / len(means), min(means), max(means), len(means))
        for pk, means in found.items()
    }


def by_criterion(applications: QuerySet[Application], call: Call) -> dict[int, dict[int, float]]:
    """Application → criterion → mean of its scores, of these applications of the call."""
    found: dict[int, dict[int, float]] = defaultdict(dict)
    name = "review__assignment__application"
    rows = counting(call).filter(**{f"{name}__in": applications.order_by().values("pk")})
    for application, criterion, mean in (
        rows.order_by().values_list(f"{name}_id", "criterion_id").annotate(mean=Avg("value"))
    ):
        found[application][criterion] = mean
    return found
