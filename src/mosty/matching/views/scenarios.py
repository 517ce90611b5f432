"""What if we weighed differently? Scenarios of a round, and two results side by side."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from mosty.core.exports import maker
from mosty.core.pictures.bars import LegendPart
from mosty.core.requests import Request
from mosty.matching import domain, exports, jobs, pages, queries, reasons
from mosty.matching.board import side_by_side as sides
from mosty.matching.forms.policies import ScenarioForm
from mosty.matching.impossible import way_out
from mosty.matching.models import Round, Run, Scenario
from mosty.matching.views.answering import attempt, staff_round_or_404
from mosty.matching.views.policies import (
    changes_in_words,
    other_changes_in_words,
    weight_bars,
)
from mosty.matching.views.running import progress_of, run_state, solved_figures


@login_required
@require_GET
def scenarios(request: Request, slug: str) -> HttpResponse:
    """The scenarios of a round beside its proposal, newest first."""
    round_ = staff_round_or_404(request, slug)
    found = list(queries.scenarios_of(round_, request.actor))
    count = len(found)
    context = {
        **pages.frame(round_, request.actor, current="scenarios"),
        "lead": _("Try other weights on the same towns, quotas and decisions, and lay the results "
                  "side by side. A scenario changes nothing and is never approved."),
        "run": round_.current_run,
        "run_figures": solved_figures(round_.current_run) if round_.current_run else [],
        "run_bars": weight_bars(round_.current_run.policy).bars if round_.current_run else [],
        "rows": [_row(round_, row) for row in found],
        "legend": tuple(LegendPart(name, str(label)) for name, label in reasons.CRITERIA.items()),
        "count_text": ngettext("%(count)s scenario", "%(count)s scenarios", count)
        % {"count": count},
        "may_compare": _choices(round_, found),
    }  # fmt: skip
    return render(request, "matching/scenarios.html", context)


def _row(round_: Round, row: Scenario) -> dict[str, Any]:
    text, tone = run_state(row)
    return {
        "scenario": row,
        "url": reverse("matching:scenario", args=[round_.slug, row.number]),
        "state": text,
        "tone": tone,
        "floor": reasons.points(row.floor) if row.floor is not None else "",
        "score": reasons.points(row.score // row.size) if row.size and row.score else "",
        "bars": weight_bars(row).bars,
        # The bars show the weights.
        "changes": other_changes_in_words(round_.policy, row),
        "is_outdated": row.revision != round_.revision,
    }


def _choices(round_: Round, found: list[Scenario]) -> list[tuple[str, str]]:
    """What can be compared: key and name; empty while there are not two."""
    rows = []
    if round_.current_run is not None:
        label = _("Run %(number)s, policy version %(policy)s")
        params = {"number": round_.current_run.number, "policy": round_.current_run.policy.number}
        rows.append((sides.RUN, label % params))
    rows += [(str(row.number), row.name) for row in found if row.status == Run.Status.OPTIMAL]
    return rows if len(rows) > 1 else []


@login_required
def add_scenario(request: Request, slug: str) -> HttpResponse:
    """Other weights with a name and a reason; begins with the round's policy."""
    round_ = staff_round_or_404(request, slug)
    form = ScenarioForm(request.POST or None, before=round_.policy)
    if request.method == "POST" and form.is_valid():
        by = request.actor
        made = attempt(request, lambda: jobs.add_scenario(round_, by=by, **form.values()))
        if made is not None:
            return redirect("matching:scenario", slug, made.number)
    context = {
        "title": _("What if we weighed differently?"),
        "eyebrow": str(round_),
        "eyebrow_url": reverse("matching:scenarios", args=[slug]),
        "lead": _("Change what you want to try; everything else stays as the round has it. "
                  "Weights are shares: only their proportions count."),
        "form": form,
        "back": reverse("matching:scenarios", args=[slug]),
        "submit": _("Try it"),
        "breadcrumbs": _crumbs(round_, _("New scenario")),
    }  # fmt: skip
    return render(request, "matching/policy_form.html", context)


def _crumbs(round_: Round, last: str) -> list[tuple[str, str]]:
    return [
        (_("Rounds"), reverse("matching:rounds")),
        (str(round_), reverse("matching:board", args=[round_.slug])),
        (_("What if?"), reverse("matching:scenarios", args=[round_.slug])),
        (last, ""),
    ]


def _scenario_or_404(request: Request, round_: Round, number: int) -> Scenario:
    rows = queries.scenarios_of(round_, request.actor).select_related("round__policy")
    found = get_object_or_404(rows, number=number)
    found.round = round_
    return found


@login_required
@require_GET
def scenario(request: Request, slug: str, number: int) -> HttpResponse:
    """One scenario: its progress, and then what came out. htmx asks every second while it is at
    work."""
    round_ = staff_round_or_404(request, slug)
    found = _scenario_or_404(request, round_, number)
    address = reverse("matching:scenario", args=[slug, number])
    progress = progress_of(found, address)
    if request.htmx:
        answer = render(request, "parts/progress.html", {"progress": progress})
        if not found.is_at_work:
            # The page shows more once there is a result.
            answer["HX-Refresh"] = "true"
        return answer
    text, tone = run_state(found)
    has_match = found.status == Run.Status.OPTIMAL
    context = {
        **pages.frame(round_, request.actor, current="scenarios"),
        "title": found.name,
        "eyebrow": str(round_),
        "eyebrow_url": reverse("matching:scenarios", args=[slug]),
        "state_text": text,
        "state_tone": tone,
        "scenario": found,
        "progress": progress,
        "error": reasons.work_error(found.work_error) if found.work_error else "",
        "objections": [reasons.objection(code) for code in found.verify_problems],
        "figures": solved_figures(found),
        "conflict": way_out(found, round_, request.actor),
        "weights": weight_bars(found),
        "changes": changes_in_words(round_.policy, found),
        "rationale": found.rationale.said(),
        "is_outdated": found.revision != round_.revision,
        "compare_url": f"{reverse('matching:side_by_side', args=[slug])}?one=run&other={number}"
        if has_match and round_.current_run is not None
        else "",
        "breadcrumbs": _crumbs(round_, found.name),
    }
    return render(request, "matching/scenario.html", context)


@login_required
@require_POST
def rerun_scenario(request: Request, slug: str, number: int) -> HttpResponse:
    """Try it again on the round as it is now."""
    round_ = staff_round_or_404(request, slug)
    found = _scenario_or_404(request, round_, number)
    attempt(request, lambda: jobs.rerun_scenario(found, by=request.actor))
    return redirect("matching:scenario", slug, number)


@login_required
@require_POST
def stop_scenario(request: Request, slug: str, number: int) -> HttpResponse:
    """End one that is at work."""
    round_ = staff_round_or_404(request, slug)
    found = _scenario_or_404(request, round_, number)
    if attempt(request, lambda: domain.stop_scenario(found, by=request.actor)) is False:
        messages.info(request, _("The scenario had ended already."))
    return redirect("matching:scenario", slug, number)


@login_required
@require_POST
def adopt_scenario(request: Request, slug: str, number: int) -> HttpResponse:
    """Let the round use its policy; the next run then follows it."""
    round_ = staff_round_or_404(request, slug)
    found = _scenario_or_404(request, round_, number)
    policy = attempt(request, lambda: domain.adopt_scenario(found, by=request.actor))
    if policy is None:
        return redirect("matching:scenario", slug, number)
    messages.success(
        request,
        _("The round now uses version %(number)s of the policy. Run it again to see what follows.")
        % {"number": policy.number},
    )
    return redirect("matching:prepare", slug)


@login_required
@require_POST
def remove_scenario(request: Request, slug: str, number: int) -> HttpResponse:
    """Take a scenario away; the history keeps what was tried."""
    round_ = staff_round_or_404(request, slug)
    found = _scenario_or_404(request, round_, number)
    attempt(request, lambda: domain.remove_scenario(found, by=request.actor))
    return redirect("matching:scenarios", slug)


@login_required
@require_GET
def side_by_side(request: Request, slug: str) -> HttpResponse:
    """Two results under different weights; by default the proposal and the newest scenario."""
    round_ = staff_round_or_404(request, slug)
    choices, one, other = _two(request, round_)
    found = sides.compare(one, other, request.actor) if one and other else None
    file = reverse("matching:side_by_side_file", args=[slug, "SUFFIX"])
    query = f"?one={one.key}&other={other.key}" if one and other else ""
    context = {
        **pages.frame(round_, request.actor, current="scenarios"),
        "title": _("Side by side"),
        "eyebrow": str(round_),
        "eyebrow_url": reverse("matching:scenarios", args=[slug]),
        "choices": choices,
        "found": found,
        "exports": [
            (suffix.upper(), file.replace("SUFFIX", suffix) + query) for suffix in ("csv", "xlsx")
        ],
        "breadcrumbs": _crumbs(round_, _("Side by side")),
    }
    return render(request, "matching/side_by_side.html", context)


@login_required
@require_GET
def side_by_side_file(request: Request, slug: str, suffix: str) -> HttpResponseBase:
    """The pairs of both results as a file."""
    make = maker(suffix)
    round_ = staff_round_or_404(request, slug)
    _choices_now, one, other = _two(request, round_)
    if one is None or other is None:
        raise Http404
    found = sides.compare(one, other, request.actor)
    note = exports.illustrative_label() if round_.is_illustrative else ""
    return make(
        f"{round_.slug}-{one.key}-{other.key}", sides.head(found), sides.lines(found), note=note
    )


def _two(
    request: Request, round_: Round
) -> tuple[list[tuple[str, str]], sides.Plan | None, sides.Plan | None]:
    """What can be compared, and the two that were asked for; 404 for one that is not there."""
    choices = _choices(round_, list(queries.scenarios_of(round_, request.actor)))
    keys = [key for key, _label in choices]
    asked = [request.GET.get(name, "") for name in ("one", "other")]
    if any(key and key not in keys for key in asked):
        raise Http404
    if not choices:
        return [], None, None
    first = asked[0] or next(key for key in keys if key != asked[1])
    second = asked[1] or next(key for key in keys if key != first)
    return choices, _plan(request, round_, first), _plan(request, round_, second)


def _plan(request: Request, round_: Round, key: str) -> sides.Plan | None:
    if key == sides.RUN and round_.current_run is not None:
        rows = queries.runs_of(round_, request.actor).defer(None).defer("regrets")
        return sides.plan_of_run(round_, rows.get(pk=round_.current_run.pk))
    found = queries.scenarios_of(round_, request.actor).defer(None).get(number=int(key))
    return sides.plan_of_scenario(round_, found)
