"""Approval: what was checked, who may, why you may not; sending back; closing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.core.access import require
from mosty.core.requests import Request
from mosty.core.versions import versions_of
from mosty.matching import domain, jobs, pages, queries, reasons, rules, territory
from mosty.matching.models import Notice, Round
from mosty.matching.views.answering import attempt, staff_round_or_404
from mosty.matching.views.running import files_of


@login_required
def approval(request: Request, slug: str) -> HttpResponse:
    """What stands to be approved, what the check said, and the two ways to answer."""
    round_ = staff_round_or_404(request, slug)
    run = round_.current_run
    obstacles = rules.obstacles(round_, request.actor)
    towns = [row.organisation for row in queries.participants_of(round_)]
    context = pages.frame(round_, request.actor, current="approval") | {
        **territory.look(run, towns).context,
        "run": run,
        "obstacles": [reasons.OBSTACLES[code] for code in obstacles],
        "may_approve": not obstacles,
        "may_send_back": round_.state == "proposed",
        "checked": _checked(round_) if run else [],
        "hands": _hands(round_),
        "files": files_of(round_, run) if run else [],
        "told": Notice.objects.filter(round=round_).select_related("user"),
        "version": versions_of(round_).first() if round_.is_settled else None,
    }
    return render(request, "matching/approval.html", context)


def _checked(round_: Round) -> list[dict[str, Any]]:
    """What the independent checker proved of the newest result, line by line."""
    run = round_.current_run
    assert run is not None
    floor = reasons.points(run.floor) if run.floor is not None else "–"
    size, score = run.size or 0, reasons.points(run.score or 0)
    return [
        {
            "text": _("No match within the bounds has more pairs than %(size)s.") % {"size": size},
            "holds": run.is_verified,
        },
        {
            "text": _("No match of that size gives everybody a view above %(floor)s of 100.")
            % {"floor": floor},
            "holds": run.is_verified,
        },
        {
            "text": _("No match of that size and floor has a higher sum of scores than %(score)s.")
            % {"score": score},
            "holds": run.is_verified,
        },
        {
            "text": _("Every bound, decision and exclusion is kept."),
            "holds": run.is_verified,
        },
        {
            "text": _("The round is as it was when the run was made."),
            "holds": queries.stands(round_) or round_.is_settled,
        },
    ]


def _hands(round_: Round) -> list[str]:
    """Who had a hand in the proposal: none of them approves it."""
    run = round_.current_run
    if run is None:
        return []
    counts: dict[str, int] = {}
    for row in run.overrides:
        counts[row["author_name"]] = counts.get(row["author_name"], 0) + 1
    lines = [_("%(name)s started run %(number)s") % {"name": run.author_name, "number": run.number}]
    for name, count in counts.items():
        lines.append(
            ngettext(
                "%(name)s made %(count)s decision that it used",
                "%(name)s made %(count)s decisions that it used",
                count,
            )
            % {"name": name, "count": count}
        )
    return lines


@login_required
@require_POST
def approve(request: Request, slug: str) -> HttpResponse:
    """Approve the proposal that was shown; another one that came meanwhile is shown first."""
    round_ = staff_round_or_404(request, slug)
    require("matching.approve_round", request.actor, round_, message=_why_not(round_, request))
    seen, run = request.POST.get("run", ""), round_.current_run
    if run is not None and seen != str(run.number):
        messages.error(request, _("Another proposal stands now. Look at it, then approve."))
        return redirect("matching:approval", slug)
    if attempt(request, lambda: domain.approve_round(round_, by=request.actor)):
        jobs.send_notices.enqueue()
        messages.success(request, _("The round is approved. Everybody in the programme sees it."))
        return redirect("matching:board", slug)
    return redirect("matching:approval", slug)


def _why_not(round_: Round, request: Request) -> str:
    return " ".join(str(reasons.OBSTACLES[code]) for code in rules.obstacles(round_, request.actor))


@login_required
@require_POST
def send_back(request: Request, slug: str) -> HttpResponse:
    """Back into preparation, with the reason."""
    round_ = staff_round_or_404(request, slug)
    reason = request.POST.get("reason", "")
    if attempt(request, lambda: domain.send_back(round_, by=request.actor, reason=reason)):
        jobs.send_notices.enqueue()
        messages.success(request, _("The proposal was sent back. Those who made it are told."))
    return redirect("matching:approval", slug)


@login_required
@require_POST
def close_round(request: Request, slug: str) -> HttpResponse:
    """Nothing more is expected of this round."""
    round_ = staff_round_or_404(request, slug)
    reason = request.POST.get("reason", "")
    attempt(request, lambda: domain.close_round(round_, by=request.actor, reason=reason))
    return redirect(reverse("matching:approval", args=[slug]))
