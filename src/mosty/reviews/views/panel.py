"""What reviews say together: the list for those who decide, one application, the export."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from mosty.applications.models import Application
from mosty.applications.reading import of_version
from mosty.calls.models import Call
from mosty.core import exports
from mosty.core.access import Actor
from mosty.core.pictures.histogram import Histogram, histogram
from mosty.core.requests import Request
from mosty.reviews import statistics
from mosty.reviews.domain import officers as domain
from mosty.reviews.models import Assignment, Reviewer, ReviewPhase
from mosty.reviews.queries import officers as queries
from mosty.reviews.queries import reading
from mosty.reviews.queries.conflicts import grounds, said
from mosty.reviews.queries.results import Result, counted, divisor, results
from mosty.reviews.statistics import Robustness, Summary
from mosty.reviews.views.officers import call_to_run, page_context
from mosty.reviews.words import rounded, two

PAGE_SIZE = 50
SORTS = ("rank", "spread", "few")
# Whose values lie this share of the scale apart, is to be talked about.
WIDE = Fraction(1, 2)
NAMED = 6


def _wide(call: Call) -> Fraction:
    return WIDE * (call.highest - call.lowest)


def _order(
    pks: Sequence[int], found: Mapping[int, Summary], ranks: Mapping[int, int], sort: str
) -> list[int]:
    last = len(pks) + 1
    if sort == "spread":
        return sorted(pks, key=lambda pk: (-(found[pk].width if pk in found else -1), pk))
    if sort == "few":
        return sorted(pks, key=lambda pk: (found[pk].count if pk in found else 0, pk))
    return sorted(pks, key=lambda pk: (ranks.get(pk, last), pk))


@login_required
def show_panel(request: Request, slug: str) -> HttpResponse:
    """All applications with mean, median, spread, and how much hangs on single reviewers."""
    call = call_to_run(request, slug)
    actor = request.actor
    given = counted(call, actor)
    found = given.summaries
    ranks = statistics.ranks(found)
    places = call.places or 0
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else SORTS[0]
    pks = list(given.applications)
    page = Paginator(_order(pks, found, ranks, sort), PAGE_SIZE).get_page(request.GET.get("page"))
    robust = statistics.robustness(given.rows, places, of=list(page.object_list))
    shown = queries.listed(call, actor).in_bulk(list(page.object_list))
    wide = statistics.disagreements(found, _wide(call))
    context = page_context(call, _("Panel"), "panel") | {
        "page_obj": page,
        "rows": [
            _row(shown[pk], found.get(pk), ranks.get(pk), robust, given.abstained.get(pk, 0))
            for pk in page.object_list
        ],
        "sort": sort,
        "tabs": _tabs(request, sort),
        "figures": [
            {"label": _("Applications"), "value": len(pks)},
            {"label": _("Reviews that count"), "value": len(given.rows)},
            {"label": _("Without any review"), "value": len(pks) - len(found)},
            {"label": _("Reviewers disagree"), "value": len(wide)},
        ],
        "distribution": _distribution(call, found),
        "places": places,
        "dropped": _dropped(call, robust, actor),
        "more_dropped": max(0, len(robust.dropped) - NAMED),
        "count_text": ngettext("%(count)s application", "%(count)s applications", len(pks))
        % {"count": number_format(len(pks))},
    }
    return render(request, "reviews/panel.html", context)


def _tabs(request: Request, sort: str) -> list[dict[str, Any]]:
    labels = {
        "rank": _("By mean"), "spread": _("Where reviewers disagree"), "few": _("Fewest reviews"),
    }  # fmt: skip
    return [{"label": labels[one], "url": f"?sort={one}", "current": one == sort} for one in SORTS]


def _row(
    application: Application, summary: Summary | None, rank: int | None, robust: Robustness,
    abstained: int,
) -> dict[str, Any]:  # fmt: skip
    best, worst = robust.ranks.get(application.pk, (0, 0))
    return {
        "application": application,
        "rank": rank,
        "ranks": "" if best == worst else f"{best}–{worst}",
        "mean": two(summary.mean if summary else None),
        "median": two(summary.median if summary else None),
        "spread": two(summary.spread if summary else None),
        "count": summary.count if summary else 0,
        "abstained": abstained,
    }


def _dropped(call: Call, robust: Robustness, actor: Actor) -> list[dict[str, Any]]:
    """Without whom most of the first places would go to others, and to whom; two queries."""
    names = dict(Reviewer.objects.filter(call=call).values_list("pk", "name"))
    most = sorted(robust.dropped, key=lambda one: -len(one.leaves) - len(one.enters))[:NAMED]
    some = {pk for one in most for pk in (*one.leaves[:NAMED], *one.enters[:NAMED])}
    bodies = queries.listed(call, actor).in_bulk(list(some))

    def named(pks: tuple[int, ...]) -> str:
        text = ", ".join(str(bodies[pk].organisation) for pk in pks[:NAMED])
        more = len(pks) - NAMED
        return f"{text} (+{more})" if more > 0 else text

    return [
        {"name": names.get(one.reviewer, ""), "leaves": named(one.leaves),
         "enters": named(one.enters)}
        for one in most
    ]  # fmt: skip


def _distribution(call: Call, found: Mapping[int, Summary]) -> Histogram | None:
    if not found:
        return None
    counts = statistics.distribution(found.values(), call.lowest, call.highest)
    rows = []
    for place, count in enumerate(counts):
        low = call.lowest + Fraction(place, 2)
        ends = {"low": _half(low), "high": _half(low + Fraction(1, 2))}
        words = ngettext(
            "%(low)s to %(high)s: %(count)s application",
            "%(low)s to %(high)s: %(count)s applications",
            count,
        ) % (ends | {"count": count})
        rows.append((ends["low"], words, count))
    return histogram(rows)


def _half(value: Fraction) -> str:
    return str(number_format(rounded(value), decimal_pos=1))


@login_required
def show_application(request: Request, slug: str, application_id: int) -> HttpResponse:
    """All reviews of one application, and who else may read it."""
    call = call_to_run(request, slug)
    rows = queries.applications(call, request.actor).select_related("version")
    application = get_object_or_404(rows, pk=application_id)
    if request.method == "POST":
        return _assign_by_hand(request, call, application)
    of_it = queries.assignments(call, request.actor).filter(application=application)
    assignments = list(of_it.prefetch_related("review__scores__criterion"))
    closed = grounds(call, [one.reviewer for one in assignments])
    replaced = _replaced(assignments)
    # Nothing is assigned in a phase that is over.
    phases = list(call.review_phases.filter(closes_at__gte=timezone.now()).select_related("call"))
    result = results(call, request.actor, with_criteria=False)[application.pk]
    context = page_context(call, str(application.organisation), "panel") | {
        "application": application,
        "result": {
            "mean": two(result.mean), "median": two(result.median), "spread": two(result.spread),
            "rank": result.rank, "count": result.count, "abstained": result.abstained,
        },
        "criteria": reading.criteria(call),
        "assignments": [
            _said(one, closed[one.reviewer_id].of(application), divisor(call))
            | {"is_replaced": one.pk in replaced}
            for one in assignments
        ],
        "phases": [
            (phase, queries.free_reviewers(phase, application, _taken(assignments, phase)))
            for phase in phases
        ],
        "reading": of_version(application.version.content, call) if application.version else None,
    }  # fmt: skip
    return render(request, "reviews/application.html", context)


def _replaced(assignments: Sequence[Assignment]) -> set[int]:
    """Whose reviews count no more, because the same reviewer has given one in a later phase."""
    given = [one for one in assignments if reading.is_done(one)]
    given.sort(key=lambda one: (one.phase.order, one.phase_id))
    newest = {one.reviewer_id: one.pk for one in given}
    return {one.pk for one in given if newest[one.reviewer_id] != one.pk}


def _taken(assignments: Sequence[Assignment], phase: ReviewPhase) -> list[int]:
    return [
        one.reviewer_id
        for one in assignments
        if one.phase_id == phase.pk and one.state == Assignment.State.OPEN
    ]


def _said(one: Assignment, ground: Any, whole: int) -> dict[str, Any]:
    review = reading.review_of(one)
    is_old = review is not None and review.criteria_version != one.phase.call.criteria_version
    value = Fraction(review.total, whole) if review and review.total and not is_old else None
    scores = []
    if review is not None:
        scores = [
            (score.criterion, score.value)
            for score in review.scores.all()
            if score.criterion.version == review.criteria_version
        ]
    current = one.phase.call.criteria_version
    return {
        "assignment": one,
        "review": review,
        "scores": [] if is_old else scores,
        "earlier": [(two(row.value), row) for row in reading.earlier(review, current)]
        if review is not None
        else [],
        "value": two(value),
        "is_old": is_old,
        "ground": ground.label if ground else "",
        "why": said(one.reason),
        "review_why": said(review.reason) if review is not None else "",
    }


def _assign_by_hand(request: Request, call: Call, application: Application) -> HttpResponse:
    phase = get_object_or_404(
        call.review_phases.select_related("call"), pk=_whole(request.POST.get("phase"))
    )
    pair = (application.pk, _whole(request.POST.get("reviewer")))
    try:
        domain.assign(phase, [pair], by=request.actor, how="hand", at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Assigned."))
    return redirect("reviews:application", slug=call.slug, application_id=application.pk)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 18 else 0


def _place(sort: str, last: int) -> Callable[[Result], Any]:
    """The order of the page for the file, as `_order`."""
    if sort == "spread":
        return lambda one: (-1 * (-1 if one.spread is None else one.spread), one.application_id)
    if sort == "few":
        return lambda one: (one.count, one.application_id)
    return lambda one: (one.rank or last, one.application_id)


@login_required
def export(request: Request, slug: str, suffix: str) -> exports.File:
    """CSV or XLSX of the whole panel in the order of the page, with the mean of each criterion and
    each reviewer's value."""
    make = exports.maker(suffix)
    call = call_to_run(request, slug)
    found = results(call, request.actor, with_comments=False)
    criteria = reading.criteria(call)
    reviewers = list(Reviewer.objects.filter(call=call))
    head = [
        _("Rank"), _("Code"), _("Applicant"), _("Country"), _("Mean"), _("Median"), _("Spread"),
        pgettext("how many", "Reviews"), _("Abstentions"), *(str(one.name) for one in criteria),
        *(one.name for one in reviewers),
    ]  # fmt: skip
    applications = queries.applications(call, request.actor).in_bulk()
    order = sorted(found.values(), key=_place(request.GET.get("sort", ""), len(found) + 1))

    def cell(value: Fraction | None) -> Any:
        return None if value is None else rounded(value)

    def rows() -> Iterator[list[Any]]:
        for one in order:
            body = applications[one.application_id].organisation
            yield [
                one.rank, body.code, str(body), str(body.country or ""), cell(one.mean),
                cell(one.median), cell(one.spread), one.count, one.abstained,
                *(cell(one.criteria.get(each.key)) for each in criteria),
                *(cell(one.by_reviewer.get(each.pk)) for each in reviewers),
            ]  # fmt: skip

    return make(f"reviews-{call.slug}", head, rows())
