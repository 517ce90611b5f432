"""Runs: starting one, watching it, stopping it, what came out."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.core.jobs import WorkState
from mosty.core.requests import Request
from mosty.matching import domain, impossible, jobs, pages, queries, reasons
from mosty.matching.models import Round, Run, Solved
from mosty.matching.views.answering import attempt, staff_round_or_404

PER_PAGE = 50


@login_required
@require_POST
def start_run(request: Request, slug: str) -> HttpResponse:
    """Freeze the market and queue the solving; leads to its progress."""
    round_ = staff_round_or_404(request, slug)
    by, reason = request.actor, request.POST.get("reason", "")
    run = attempt(request, lambda: jobs.start_run(round_, by=by, reason=reason))
    if run is None:
        return redirect("matching:prepare", slug)
    if run.author_id != by.user_id and run.is_at_work:
        messages.info(
            request,
            _("%(name)s has started a run already: here it is.") % {"name": run.author_name},
        )
    return redirect("matching:run", slug, run.number)


@login_required
def runs(request: Request, slug: str) -> HttpResponse:
    """All runs of a round, newest first."""
    round_ = staff_round_or_404(request, slug)
    page = Paginator(queries.runs_of(round_, request.actor), PER_PAGE).get_page(
        request.GET.get("page")
    )
    count = page.paginator.count
    context = pages.frame(round_, request.actor, current="runs") | {
        "page_obj": page,
        "rows": [run_row(round_, run) for run in page.object_list],
        "count_text": ngettext("%(count)s run", "%(count)s runs", count) % {"count": count},
    }
    return render(request, "matching/runs.html", context)


def run_row(round_: Round, run: Run) -> dict[str, Any]:
    """A run in one line: its state in words and tone, its figures."""
    text, tone = run_state(run)
    return {
        "run": run,
        "url": reverse("matching:run", args=[round_.slug, run.number]),
        "state": text,
        "tone": tone,
        "is_current": round_.current_run_id == run.pk,
        "floor": reasons.points(run.floor) if run.floor is not None else "",
        "score": reasons.points(run.score // run.size) if run.size and run.score else "",
    }


def run_state(run: Solved) -> tuple[str, str]:
    """What became of a run or scenario, and the tone of its sign."""
    if run.is_at_work:
        return str(run.get_work_state_display()), "warn"
    if run.status == Run.Status.STOPPED:
        return _("Stopped"), "quiet"
    if run.work_state == WorkState.FAILED:
        return _("Not finished"), "bad"
    if run.status == Run.Status.INFEASIBLE:
        return _("No match meets all bounds"), "bad"
    if not run.is_verified:
        return _("Refused by the check"), "bad"
    return _("Verified"), "good"


def _run_or_404(request: Request, round_: Round, number: int) -> Run:
    rows = queries.runs_of(round_, request.actor).defer(None).defer("regrets")
    return get_object_or_404(rows, number=number)


@login_required
def run(request: Request, slug: str, number: int) -> HttpResponse:
    """The progress of a run, and then what came out. htmx asks every second while it is at work."""
    round_ = staff_round_or_404(request, slug)
    if request.htmx:
        watched = get_object_or_404(queries.runs_of(round_, request.actor), number=number)
        progress = progress_of(watched, reverse("matching:run", args=[slug, number]))
        answer = render(request, "parts/progress.html", {"progress": progress})
        if not watched.is_at_work:
            # The page shows more once there is a result.
            answer["HX-Refresh"] = "true"
        return answer
    found = _run_or_404(request, round_, number)
    text, tone = run_state(found)
    address = reverse("matching:run", args=[slug, number])
    context = pages.frame(round_, request.actor, current="runs") | {
        "title": _("Run %(number)s") % {"number": number},
        "eyebrow": str(round_),
        "eyebrow_url": reverse("matching:runs", args=[slug]),
        "state_text": text,
        "state_tone": tone,
        "run": found,
        "progress": progress_of(found, address),
        "error": reasons.work_error(found.work_error) if found.work_error else "",
        "objections": [reasons.objection(code) for code in found.verify_problems],
        "figures": solved_figures(found),
        "conflict": impossible.way_out(found, round_, request.actor),
        "files": files_of(round_, found) if found.result else [],
        "is_current": round_.current_run_id == found.pk,
        "address": address,
        "breadcrumbs": [
            (_("Rounds"), reverse("matching:rounds")),
            (str(round_), reverse("matching:board", args=[slug])),
            (_("Run %(number)s") % {"number": number}, ""),
        ],
    }
    return render(request, "matching/run.html", context)


def solved_figures(found: Solved) -> list[dict[str, Any]]:
    """Pairs, floor and mean score; empty without a match."""
    if found.status != Run.Status.OPTIMAL:
        return []
    mean = found.score // found.size if found.score and found.size else 0
    return [
        {"label": _("Pairs"), "value": found.size},
        {
            "label": _("Floor"),
            "value": reasons.points(found.floor) if found.floor is not None else "–",
        },
        {"label": _("Mean score"), "value": reasons.points(mean)},
    ]


def files_of(round_: Round, found: Run) -> list[tuple[str, str]]:
    """What can be downloaded of a run: label and address."""
    names = (
        ("market", _("Market")),
        ("result", _("Result with certificate")),
        ("certificate", _("Certificate alone")),
    )
    return [
        (label, reverse("matching:run_file", args=[round_.slug, found.number, name]))
        for name, label in names
    ]


def progress_of(found: Solved, address: str) -> dict[str, Any]:
    """What parts/progress.html shows of a run or scenario, which has this address."""
    running = found.work_state == WorkState.RUNNING
    made: dict[str, Any] = {
        "id": "run-progress",
        "running": found.is_at_work,
        "url": address,
        "text": reasons.work_step(found.work_step) if running else "",
        "now": round(100 * found.work_share),
        "total": 100 if running else 0,
    }
    if not found.is_at_work:
        made["headline"] = run_state(found)[0]
    elif running:
        made["headline"] = _("The engine is at work")
    else:
        made["headline"] = _("Waiting for a worker")
        made["text"] = _("A worker takes it up in a moment.")
    return made


@login_required
@require_POST
def stop_run(request: Request, slug: str, number: int) -> HttpResponse:
    """End a run that is at work."""
    round_ = staff_round_or_404(request, slug)
    found = get_object_or_404(queries.runs_of(round_, request.actor), number=number)
    if attempt(request, lambda: domain.stop_run(found, by=request.actor)) is False:
        messages.info(request, _("The run had ended already."))
    return redirect("matching:run", slug, number)
