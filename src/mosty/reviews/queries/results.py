"""What the reviews of a call say together, for whoever decides: programme officers.

`results` is what decisions build upon. A review counts when it was given, is no abstention, was not
set aside, speaks of the criteria that count now and is under no conflict at this moment, whether
or not anybody has set it aside yet.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from django.db.models import Count, F, QuerySet, Sum, prefetch_related_objects

from mosty.applications.queries import sent_in
from mosty.calls.models import Call
from mosty.calls.queries import criteria
from mosty.core.access import Actor
from mosty.core.texts import Text
from mosty.reviews import statistics
from mosty.reviews.models import Review, Reviewer, Score
from mosty.reviews.queries.conflicts import Applied, grounds
from mosty.reviews.statistics import Given, Summary

# Beyond what a database takes as parameters of one question.
SLICE = 5_000


@dataclass(frozen=True, slots=True)
class Result:
    """What the reviews of one application say; without any, mean, median and rank are None."""

    application_id: int
    count: int = 0
    abstained: int = 0
    mean: Fraction | None = None
    median: Fraction | None = None
    spread: Fraction | None = None
    rank: int | None = None
    # Key of the criterion → mean of its scores.
    criteria: Mapping[str, Fraction] = field(default_factory=dict)
    # Id of the `Reviewer` → the weighted mean that they gave.
    by_reviewer: Mapping[int, Fraction] = field(default_factory=dict)
    # As they were given; reviewers are not named to applicants.
    comments: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """The reviews of a call that count: as whole numbers, with what turns them into means."""

    rows: tuple[Given, ...]
    reviews: frozenset[int]
    # Application → how many abstained.
    abstained: Mapping[int, int]
    divisor: int
    # All that is sent in, in the order of their ids.
    applications: Mapping[int, None] = field(default_factory=dict)

    @property
    def summaries(self) -> dict[int, Summary]:
        """Mean, median and spread of each application that has a review."""
        return statistics.summaries(self.rows, self.divisor)


def divisor(call: Call) -> int:
    """The sum of the weights of the criteria that count; 1 where there is none."""
    # They stay with the call: a page that counts asks for their names too.
    prefetch_related_objects([call], "criteria")
    return sum(one.weight for one in criteria(call)) or 1


def given(call: Call) -> QuerySet[Review]:
    """The reviews that were given by the criteria that count; abstentions too, those under a
    conflict that came up since, and those of what was withdrawn."""
    return Review.objects.filter(
        state=Review.State.GIVEN, criteria_version=call.criteria_version,
        assignment__phase__call=call,
    ).order_by()  # fmt: skip


def counted(call: Call, actor: Actor) -> Counted:
    """Those that count now, without any under a conflict; nothing for others than officers."""
    if not actor.is_officer:
        return Counted((), frozenset(), {}, 1)
    applied = Applied.of(sent_in(call).order_by("pk"))
    closed = {
        reviewer: shut
        for reviewer, those in grounds(call, Reviewer.objects.filter(call=call)).items()
        if (shut := those.among(applied))
    }
    rows = list(
        given(call).values_list(
            "pk", "assignment__application_id", "assignment__reviewer_id", "total",
            "assignment__phase_id", "assignment__phase__order",
        )
    )  # fmt: skip
    if len({row[4] for row in rows}) > 1:
        rows.sort(key=lambda row: (row[5], row[4]))
    # Of one reviewer only the last phase counts, in which they have given one.
    newest = {
        (row[1], row[2]): row
        for row in rows
        if row[1] in applied.ids and row[1] not in closed.get(row[2], ())
    }
    abstained = Counter(row[1] for row in newest.values() if row[3] is None)
    counting = [row for row in newest.values() if row[3] is not None]
    return Counted(
        tuple(Given(one, reviewer, total or 0) for _pk, one, reviewer, total, *_phase in counting),
        frozenset(row[0] for row in counting),
        abstained,
        divisor(call),
        applied.ids,
    )


def results(
    call: Call, actor: Actor, *, with_criteria: bool = True, with_comments: bool = True
) -> dict[int, Result]:
    """Application id → what its reviews say, of everything that is sent in; nothing for others
    than officers. Without criteria and comments it is much faster over a whole call."""
    if not actor.is_officer:
        return {}
    found = counted(call, actor)
    summaries = found.summaries
    ranks = statistics.ranks(summaries)
    by_reviewer: dict[int, dict[int, Fraction]] = defaultdict(dict)
    for row in found.rows:
        by_reviewer[row.application][row.reviewer] = Fraction(row.total, found.divisor)
    criteria = _criteria(found.reviews) if with_criteria else {}
    comments = _comments(found.reviews) if with_comments else {}
    made = {}
    for pk in found.applications:
        summary = summaries.get(pk)
        made[pk] = Result(
            pk,
            count=summary.count if summary else 0,
            abstained=found.abstained.get(pk, 0),
            mean=summary.mean if summary else None,
            median=summary.median if summary else None,
            spread=summary.spread if summary else None,
            rank=ranks.get(pk),
            criteria=criteria.get(pk, {}),
            by_reviewer=by_reviewer.get(pk, {}),
            comments=tuple(comments.get(pk, ())),
        )
    return made


def _slices(reviews: Iterable[int]) -> Iterable[list[int]]:
    row = sorted(reviews)
    return (row[start : start + SLICE] for start in range(0, len(row), SLICE))


def _criteria(reviews: Iterable[int]) -> dict[int, dict[str, Fraction]]:
    """Application → key of each criterion → mean of its scores."""
    sums: dict[int, dict[str, list[int]]] = defaultdict(dict)
    for some in _slices(reviews):
        # Those of the version that counts: older scores of a review that was redone stay below.
        rows = Score.objects.filter(
            review__in=some, criterion__version=F("review__criteria_version")
        ).order_by()
        for application, key, total, count in rows.values_list(
            "review__assignment__application_id", "criterion__key"
        ).annotate(total=Sum("value"), count=Count("pk")):
            row = sums[application].setdefault(key, [0, 0])
            row[0] += total
            row[1] += count
    return {
        one: {key: Fraction(total, count) for key, (total, count) in row.items()}
        for one, row in sums.items()
    }


def _comments(reviews: Iterable[int]) -> dict[int, list[Text]]:
    """Application → the comments to the applicant, in the order in which they were given."""
    said: dict[int, list[Text]] = defaultdict(list)
    for some in _slices(reviews):
        rows = Review.objects.filter(pk__in=some).order_by("given_at", "pk")
        for application, text in rows.values_list("assignment__application_id", "to_applicant"):
            if str(text).strip():
                said[application].append(text)
    return said
