"""The board of a round, decisions about a pair with their cost, and the difference of two runs."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mosty.core.access import Actor, permitted
from mosty.core.pictures.bars import QuotaMeter, quota_meter
from mosty.core.requests import Request
from mosty.matching import domain, jobs, pages, queries, reasons, territory
from mosty.matching.board import analysis as analyses
from mosty.matching.board import difference, pairs, towns, why
from mosty.matching.models import Override, Pair, Round, RoundQuota, Run
from mosty.matching.views.answering import attempt, round_or_404, staff_round_or_404
from mosty.matching.views.running import files_of
from mosty.places.models import Organisation
from mosty.places.queries import visible_to as bodies_visible_to

# A cost that was shown is only taken as seen for as long as a person may think about it.
COST_SEEN_FOR_SECONDS = 24 * 60 * 60
SALT = "matching.cost"


@require_GET
def board(request: Request, slug: str) -> HttpResponse:
    """Map, panel, table, those without a partner, decisions: the whole round on one page."""
    round_ = round_or_404(request, slug)
    actor: Actor = request.actor
    run = queries.current_run_of(round_)
    if run is None:
        return render(request, "matching/board_empty.html", _without_run(round_, actor))
    found = list(queries.pairs_of(run, actor))
    sort = request.GET.get("sort", "-score")
    if sort.removeprefix("-") not in pairs.SORTS:
        sort = "-score"
    found = pairs.ordered(found, sort)
    bodies = _bodies_of(run, round_, actor)
    chosen = _chosen(request, found, bodies)
    frozen = why.freeze_of(run)
    names = reasons.names_for(run, actor)
    shown = (chosen[0].code, chosen[1].code) if chosen else None
    alone = towns.without_partner(frozen, names, bodies.values()) if frozen else ()
    others = [bodies[row.town.code] for row in alone if row.is_alone]
    if chosen and all((pair.left_id, pair.right_id) != (chosen[0].pk, chosen[1].pk)
                      for pair in found):  # fmt: skip
        others += [body for body in chosen if body not in others]
    panel = None
    if frozen and chosen:
        panel = why.panel_for(frozen, round_, actor, left=chosen[0], right=chosen[1], names=names)
    analysis = queries.analysis_of(run)
    seen = territory.look(run, bodies.values())
    rows = pairs.rows_of(
        found,
        run.policy,
        round_,
        shown=shown,
        survivals=analyses.survivals(analysis),
        flags={one.body.code: one.label for one in seen.flagged},
    )
    context = {
        **pages.frame(round_, actor, current="board", count=len(found)),
        **seen.context,
        "lead": _("Run %(number)s, policy version %(policy)s.")
        % {"number": run.number, "policy": run.policy.number},
        "figures": _figures(run, found, alone),
        "currency": pages.note_on_currency(round_) if actor.is_officer else "",
        "at_work": queries.run_at_work(round_) if actor.is_officer else None,
        "run": run,
        "map": pairs.map_of(found, round_, actor, shown=shown, others=others),
        "rows": rows,
        "legend": pairs.legend_of(rows),
        "sort": sort,
        "panel": panel,
        "analysis": analyses.show(run, analysis, round_, found, names, is_officer=actor.is_officer),
        "holds": analyses.survival_in_words(analysis, shown, is_pair=panel.is_pair)
        if shown and panel
        else "",
        "holds_url": f"{reverse('matching:analysis', args=[slug])}?"
        + urlencode({"left": shown[0], "right": shown[1]})
        if shown
        else "",
        "ways": _ways(request, frozen, round_, panel, names),
        "alone": alone,
        "left_bodies": _side(bodies, "ua"),
        "right_bodies": _side(bodies, "eu"),
        "meters": _meters(round_, found),
        "overrides": _overrides(round_, run, actor),
        "exports": [
            (suffix.upper(), reverse("matching:pairs_file", args=[slug, run.number, suffix]))
            for suffix in ("csv", "xlsx")
        ],
        "files": files_of(round_, run) if queries.may_read_facts(run, actor) else [],
        "may_agree": round_.is_settled
        and panel is not None
        and panel.pair is not None
        and panel.pair.state == "approved"
        and permitted("matching.agree_pair", actor, panel.pair),
        "may_decide": round_.is_open and permitted("matching.add_override", actor, round_),
    }
    return render(request, "matching/board.html", context)


def _ways(
    request: Request,
    frozen: why.Frozen | None,
    round_: Round,
    panel: why.Panel | None,
    names: reasons.Names,
) -> towns.Ways | None:
    """What would bring the two in the panel together; None until somebody asks (`?ways=1`),
    because each way is tried by solving the whole round again."""
    if frozen is None or panel is None or panel.is_pair or "ways" not in request.GET:
        return None
    return towns.ways_together(frozen, round_, names, panel.left.code, panel.right.code)


def _without_run(round_: Round, actor: Actor) -> dict[str, Any]:
    newest = queries.runs_of(round_, actor).first()
    return {
        **pages.frame(round_, actor, current="board"),
        "at_work": queries.run_at_work(round_),
        "newest": newest,
    }


def _bodies_of(run: Run, round_: Round, actor: Actor) -> dict[str, Organisation]:
    """The towns of the run's market that the actor may know of, by code."""
    codes = [town["id"] for side in ("left", "right") for town in run.market[side]]
    rows = bodies_visible_to(actor).filter(code__in=codes).select_related("country", "region")
    return {body.code: body for body in rows.order_by("sort_en")}


def _side(bodies: dict[str, Organisation], side: str) -> list[Organisation]:
    return [body for body in bodies.values() if (body.side == "ua") == (side == "ua")]


def _chosen(
    request: Request, found: list[Pair], bodies: dict[str, Organisation]
) -> tuple[Organisation, Organisation] | None:
    """The two towns asked for, else the first pair; 404 for a town that is not to be seen here."""
    left, right = request.GET.get("left"), request.GET.get("right")
    if left or right:
        try:
            ends = bodies[left or ""], bodies[right or ""]
        except KeyError:
            raise Http404 from None
        if ends[0].side != "ua" or ends[1].side == "ua":
            raise Http404
        return ends
    return (found[0].left, found[0].right) if found else None


def _figures(run: Run, found: list[Pair], alone: tuple[towns.Alone, ...]) -> list[dict[str, Any]]:
    agreed = sum(pair.state == "agreed" for pair in found)
    mean = sum(pair.score for pair in found) / len(found) if found else 0
    figures: list[dict[str, Any]] = [
        {"label": _("Pairs"), "value": len(found)},
        {
            "label": _("Floor"),
            "value": reasons.number(run.floor / 10_000, 0) if run.floor is not None else "–",
        },
        {"label": _("Mean score"), "value": reasons.number(mean / 10_000, 0)},
        {"label": _("Without a partner"), "value": sum(row.is_alone for row in alone)},
    ]
    if agreed:
        figures.insert(1, {"label": _("Agreed"), "value": agreed})
    return figures


def _meters(round_: Round, found: list[Pair]) -> list[QuotaMeter]:
    """How far each quota is used by the pairs of this run."""
    through = {row.organisation_id: row for row in queries.participants_of(round_)}
    meters = []
    for quota in queries.quotas_of(round_):
        used = sum(_counts(quota, body, through) for pair in found
                   for body in (pair.left, pair.right))  # fmt: skip
        meters.append(quota_meter(str(quota), used=used, minimum=quota.least, maximum=quota.most))
    return meters


def _counts(quota: RoundQuota, body: Organisation, through: dict[int, Any]) -> bool:
    if quota.kind == RoundQuota.Kind.COUNTRY:
        return body.country_id == quota.country_id
    if quota.kind == RoundQuota.Kind.REGION:
        return body.region_id == quota.region_id
    row = through.get(body.pk)
    return row is not None and row.association_id == quota.association_id


def _overrides(round_: Round, run: Run, actor: Actor) -> list[dict[str, Any]]:
    """What officers decided, for officers: with its cost, and whether the run knows it."""
    if not actor.is_officer:
        return []
    return [
        {
            "override": override,
            "left": pairs.Town.of(override.left),
            "right": pairs.Town.of(override.right),
            "cost": reasons.cost(override.cost),
            "is_in_run": queries.is_in_run(override, run),
            "url": pairs.pair_url(round_, override.left.code, override.right.code),
        }
        for override in queries.overrides_of(round_)
    ]


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
    bodies = _bodies_of(run, round_, request.actor) if run else {}
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
def decide(request: Request, slug: str, kind: str, left: str, right: str) -> HttpResponse:
    """Lock or veto: the exact cost first, then the reason; saved only as it was shown."""
    round_ = staff_round_or_404(request, slug)
    if kind not in Override.Kind.values:
        raise Http404
    bodies = Organisation.objects.filter(code__in=[left, right]).select_related("country")
    by_code = {body.code: body for body in bodies}
    if len(by_code) != 2:
        raise Http404
    ends = {"left": by_code[left], "right": by_code[right]}
    back = pairs.pair_url(round_, left, right)
    if request.method == "POST":
        seen = _seen(request)
        made = attempt(
            request,
            lambda: domain.add_override(
                round_,
                kind,
                reason=request.POST.get("reason", ""),
                by=request.actor,
                seen=seen,
                **ends,
            ),
        )
        if made is not None:
            messages.success(
                request, _("Saved. Run the round again to see what follows; until then it waits.")
            )
            return redirect(back)
    cost = attempt(request, lambda: domain.weigh_override(round_, kind, **ends))
    if cost is None:
        return redirect(back)
    context = {
        **pages.frame(round_, request.actor, current="board"),
        "title": _("Put together") if kind == Override.Kind.LOCK else _("Keep apart"),
        "kind": kind,
        "left": pairs.Town.of(ends["left"]),
        "right": pairs.Town.of(ends["right"]),
        "cost": cost,
        "cost_text": reasons.cost(cost.dump()),
        "figures_after": reasons.figures_after(cost),
        "seen": signing.dumps(cost.dump(), salt=SALT),
        "reason": request.POST.get("reason", ""),
        "back": back,
    }
    return render(request, "matching/board_decide.html", context)


def _seen(request: Request) -> dict[str, Any]:
    """The cost that this person was shown; an empty one (which never fits) when it is not ours."""
    try:
        found: dict[str, Any] = signing.loads(
            request.POST.get("seen", ""), salt=SALT, max_age=COST_SEEN_FOR_SECONDS
        )
    except signing.BadSignature:
        return {}
    return found


@login_required
def withdraw(request: Request, slug: str, override_id: int) -> HttpResponse:
    """Take a decision back: what that would change first, then the reason."""
    round_ = staff_round_or_404(request, slug)
    override = get_object_or_404(queries.overrides_of(round_), pk=override_id)
    back = pairs.pair_url(round_, override.left.code, override.right.code)
    if request.method == "POST":
        done = attempt(
            request,
            lambda: (
                domain.withdraw_override(
                    override, by=request.actor, reason=request.POST.get("reason", "")
                )
                or True
            ),
        )
        if done:
            messages.success(request, _("Taken back. Run the round again to see what follows."))
            return redirect(back)
    if override.withdrawn_at:
        return redirect(back)
    cost = attempt(request, lambda: domain.weigh_withdrawal(override))
    context = {
        **pages.frame(round_, request.actor, current="board"),
        "title": _("Take a decision back"),
        "override": override,
        "left": pairs.Town.of(override.left),
        "right": pairs.Town.of(override.right),
        "cost_text": reasons.cost(cost.dump()) if cost else "",
        "figures_after": reasons.figures_after(cost) if cost else "",
        "reason": request.POST.get("reason", ""),
        "back": back,
    }
    return render(request, "matching/board_withdraw.html", context)


@login_required
@require_POST
def undo(request: Request, slug: str) -> HttpResponse:
    """Take the newest decision back in one step, with a reason."""
    round_ = staff_round_or_404(request, slug)
    reason = request.POST.get("reason", "")
    last = attempt(request, lambda: domain.undo_last(round_, by=request.actor, reason=reason))
    if last is not None:
        messages.success(request, _("Taken back. Run the round again to see what follows."))
    return redirect("matching:board", slug=slug)


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
