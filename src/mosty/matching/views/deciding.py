"""Decisions about a pair: the exact cost first, then the reason."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.core.requests import Request
from mosty.matching import domain, pages, queries, reasons
from mosty.matching.board import pairs
from mosty.matching.models import Override
from mosty.matching.views.answering import attempt, staff_round_or_404
from mosty.places.models import Organisation

# A cost that was shown is only taken as seen for as long as a person may think about it.
COST_SEEN_FOR_SECONDS = 24 * 60 * 60
SALT = "matching.cost"


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
