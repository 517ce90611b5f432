"""The board of a round: map, panel, table, quotas and decisions on one page."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mosty.core.access import Actor, permitted
from mosty.core.pictures.bars import QuotaMeter, quota_meter
from mosty.core.requests import Request
from mosty.matching import pages, queries, reasons, territory
from mosty.matching.board import analysis as analyses
from mosty.matching.board import pairs, towns, why
from mosty.matching.models import Pair, Round, RoundQuota, Run
from mosty.matching.views.answering import round_or_404
from mosty.matching.views.running import files_of
from mosty.places.models import Organisation
from mosty.places.queries import visible_to as bodies_visible_to


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
    bodies = bodies_of(run, round_, actor)
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


def bodies_of(run: Run, round_: Round, actor: Actor) -> dict[str, Organisation]:
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
