"""What opens from the board: how a result holds, one town, the difference of two runs."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mosty.core.access import Actor
from mosty.core.requests import Request
from mosty.matching import jobs, pages, queries, reasons
from mosty.matching.board import analysis as analyses
from mosty.matching.board import difference, pairs, towns, why
from mosty.matching.models import Run
from mosty.matching.views.answering import attempt, round_or_404, staff_round_or_404
from mosty.matching.views.board import bodies_of
from mosty.places.queries import visible_to as bodies_visible_to


@require_GET
def analysis(request: Request, slug: str) -> HttpResponse:
    """The part of the board that is worked out after a run, alone: htmx asks while it is at work.

    With `?left=&right=` only the sentence about these two towns. Without htmx: the board.
    """
    round_ = round_or_404(request, slug)
    run = queries.current_run_of(round_)
    if run is None or not request.htmx:
        return redirect(reverse("matching:board", args=[slug]) + "#analysis")
    if request.GET.get("run", str(run.number)) != str(run.number):
        # Another result stands now: the page that asks shows the pairs of the one before.
        return HttpResponse(headers={"HX-Refresh": "true"})
    found = queries.analysis_of(run)
    left, right = request.GET.get("left"), request.GET.get("right")
    if left and right:
        pairs_now = queries.pairs_of(run, request.actor)
        is_pair = pairs_now.filter(left__code=left, right__code=right).exists()
        context = {
            "holds": analyses.survival_in_words(found, (left, right), is_pair=is_pair)
            if _are_known(request.actor, left, right)
            else "",
            "holds_at_work": found is not None and found.is_at_work,
            "holds_url": request.get_full_path(),
        }
        return render(request, "matching/board_holds.html", context)
    shown = analyses.show(
        run,
        found,
        round_,
        list(queries.pairs_of(run, request.actor)),
        reasons.names_for(run, request.actor),
        is_officer=request.actor.is_officer,
    )
    return render(
        request,
        "matching/board_analysis.html",
        {"analysis": shown, "round": round_, "is_answer": True},
    )


def _are_known(actor: Actor, *codes: str) -> bool:
    return bodies_visible_to(actor).filter(code__in=codes).count() == len(codes)


@login_required
@require_POST
def analyse(request: Request, slug: str) -> HttpResponse:
    """Have a result tested where that was not done or came to nothing."""
    round_ = staff_round_or_404(request, slug)
    run = round_.current_run
    if run is not None:
        attempt(request, lambda: jobs.analyse(run, by=request.actor))
    return redirect(reverse("matching:board", args=[slug]) + "#analysis")


@require_GET
def town(request: Request, slug: str, code: str) -> HttpResponse:
    """What would give one town a partner; solved when somebody asks."""
    round_ = round_or_404(request, slug)
    run = round_.current_run
    bodies = bodies_of(run, round_, request.actor) if run else {}
    frozen = why.freeze_of(run) if run else None
    if run is None or frozen is None or code not in bodies:
        raise Http404
    names = reasons.names_for(run, request.actor)
    alone = {row.town.code: row for row in towns.without_partner(frozen, names, bodies.values())}
    context = {
        **pages.frame(round_, request.actor, current="board"),
        "town": pairs.Town.of(bodies[code]),
        "alone": alone.get(code),
        "ways": towns.ways_for(frozen, round_, names, code) if code in alone else None,
        "rows": pairs.rows_of(
            [
                pair
                for pair in queries.pairs_of(run, request.actor)
                if code in (pair.left.code, pair.right.code)
            ],
            run.policy,
            round_,
            shown=None,
        ),
    }
    context["title"] = context["town"].name
    context["breadcrumbs"] = [
        (_("Rounds"), reverse("matching:rounds")),
        (str(round_), reverse("matching:board", args=[slug])),
        (context["title"], ""),
    ]
    return render(request, "matching/board_town.html", context)


@login_required
@require_GET
def compare(request: Request, slug: str) -> HttpResponse:
    """Two runs of the round side by side; by default the newest two with a result."""
    round_ = staff_round_or_404(request, slug)
    runs = [
        run for run in queries.runs_of(round_, request.actor) if run.status == Run.Status.OPTIMAL
    ]
    old, new = _two(request, runs)
    context = {
        **pages.frame(round_, request.actor, current="runs"),
        "runs": runs,
        "old": old,
        "new": new,
        "difference": difference.compare(old, new, request.actor) if old and new else None,
    }
    return render(request, "matching/board_difference.html", context)


def _two(request: Request, runs: list[Run]) -> tuple[Run | None, Run | None]:
    by_number = {str(run.number): run for run in runs}
    new = by_number.get(request.GET.get("to", ""), runs[0] if runs else None)
    before = [run for run in runs if new is not None and run.number < new.number]
    old = by_number.get(request.GET.get("from", ""), before[0] if before else None)
    return old, new
