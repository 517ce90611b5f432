"""Versions of a programme's policy: the list, one version with what changed, the next one."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mosty.core.access import permitted
from mosty.core.pictures.bars import (
    ContributionBar,
    LegendPart,
    Part,
    bars_legend,
    contribution_bar,
)
from mosty.core.pictures.places import Side
from mosty.core.requests import Request
from mosty.matching import domain, queries, reasons
from mosty.matching.forms.policies import PolicyForm
from mosty.matching.models import Policy, PolicyValues
from mosty.matching.views.answering import attempt
from mosty.programmes.models import Programme
from mosty.programmes.queries import visible_to as programmes_visible_to


@dataclass(frozen=True, slots=True)
class WeightBars:
    """The weights of both sides as two bars of a hundred points."""

    bars: list[ContributionBar]
    legend: tuple[LegendPart, ...]


def weight_bars(policy: PolicyValues) -> WeightBars:
    """How much each criterion counts, per side."""
    bars, parts = [], []
    shares = queries.shares(policy.weights)
    for side, picture_side in (("left", Side.UKRAINE), ("right", Side.EU)):
        rows = [
            Part(code=name, name=str(label), value=value, maximum=value)
            for name, label in reasons.OFFERED.items()
            if (value := shares.get(side, {}).get(name, 0.0))
        ]
        parts += rows
        # Shares are rounded to a millionth each: their sum may miss one by a few of them.
        total = max(1.0, sum(part.value for part in rows))
        bars.append(
            contribution_bar(rows, label=reasons.side_name(side), side=picture_side, total=total)
        )
    return WeightBars(bars, bars_legend(parts))


def _programme_or_404(request: Request, slug: str) -> Programme:
    """Policies are open inside the programme: everybody may know how they are matched."""
    if not request.actor.is_in_programme:
        raise Http404
    return get_object_or_404(programmes_visible_to(request.actor), slug=slug)


@login_required
def policies(request: Request, programme: str) -> HttpResponse:
    """The versions of a programme's policy, newest first."""
    found = _programme_or_404(request, programme)
    rows = list(queries.policies_of(found))
    older = [*rows[1:], None]
    context = {
        "title": _("Policy"),
        "eyebrow": str(found),
        "lead": _("What counts when municipalities are put together, and how much. A version is "
                  "never changed: the next one says what differs and why."),
        "programme": found,
        "versions": [
            {"policy": row, "changes": changes_in_words(before, row), "is_first": before is None}
            for row, before in zip(rows, older, strict=True)
        ],
        "may_write": permitted("matching.write_policy", request.actor, found),
        "breadcrumbs": [(_("Rounds"), reverse("matching:rounds")), (_("Policy"), "")],
    }  # fmt: skip
    return render(request, "matching/policies.html", context)


def changes_in_words(before: PolicyValues | None, policy: PolicyValues) -> list[str]:
    """What a version or scenario changes, sentence by sentence; empty for the first one."""
    if before is None:
        return []
    return [_change(row) for row in queries.policy_diff(before, policy)]


def other_changes_in_words(before: PolicyValues | None, policy: PolicyValues) -> list[str]:
    """What it changes besides weights."""
    if before is None:
        return []
    changes = queries.policy_diff(before, policy)
    return [_change(row) for row in changes if row.code != "weight"]


def _change(row: queries.Difference) -> str:
    if row.code == "weight":
        return _("%(criterion)s, %(side)s: %(before)s → %(after)s %%") % {
            "criterion": reasons.CRITERIA.get(row.criterion, row.criterion),
            "side": reasons.side_name(row.side),
            "before": reasons.share(row.before),
            "after": reasons.share(row.after),
        }
    if row.code == "absolute_floor":
        return _("Absolute floor: %(before)s → %(after)s of 100") % {
            "before": reasons.points(row.before),
            "after": reasons.points(row.after),
        }
    if row.code == "stages":
        stages = reasons.listed(str(reasons.STAGES[name]) for name in row.after)
        return _("Stages now: %(stages)s") % {"stages": stages}
    if row.code == "tie_key":
        return _("Another tie key: equally good matches may be decided differently")
    if row.after:
        return _("Towns that already are partners may be paired again")
    return _("Towns that already are partners are not paired again")


@login_required
def policy(request: Request, programme: str, number: int) -> HttpResponse:
    """One version: weights, stages, rationale, what it changed, which rounds use it."""
    found = _programme_or_404(request, programme)
    row = get_object_or_404(queries.policies_of(found), number=number)
    before = Policy.objects.filter(programme=found, number__lt=number).order_by("-number").first()
    newest = queries.policies_of(found).values_list("number", flat=True).first()
    context = {
        "title": _("Policy, version %(number)s") % {"number": number},
        "eyebrow": str(found),
        "eyebrow_url": reverse("matching:policies", args=[programme]),
        "policy": row,
        "weights": weight_bars(row),
        "criteria": _criteria(row),
        "stages": [reasons.STAGES[name] for name in row.stages],
        "absolute_floor": reasons.points(row.absolute_floor) if row.absolute_floor else "",
        "before": before,
        "changes": changes_in_words(before, row),
        "rationale": row.rationale.said(),
        "rounds": queries.visible_to(request.actor).filter(policy=row)[:50],
        "is_newest": newest == number,
        "may_write": permitted("matching.write_policy", request.actor, found),
        "programme": found,
        "breadcrumbs": [
            (_("Rounds"), reverse("matching:rounds")),
            (_("Policy"), reverse("matching:policies", args=[programme])),
            (str(number), ""),
        ],
    }
    return render(request, "matching/policy.html", context)


def _criteria(row: Policy) -> list[dict[str, Any]]:
    shares = queries.shares(row.weights)
    return [
        {
            "code": name,
            "label": label,
            "about": reasons.ABOUT_CRITERIA[name],
            "left": reasons.share(shares.get("left", {}).get(name, 0.0)),
            "right": reasons.share(shares.get("right", {}).get(name, 0.0)),
        }
        for name, label in reasons.OFFERED.items()
    ]


@login_required
def write_policy(request: Request, programme: str) -> HttpResponse:
    """The next version; begins with the newest one's values. `?round=` leads back to a round,
    which then uses it."""
    if not request.actor.is_officer:
        raise Http404
    found = _programme_or_404(request, programme)
    before = queries.policies_of(found).first()
    form = PolicyForm(request.POST or None, before=before)
    slug = request.GET.get("round", "")
    round_ = queries.visible_to(request.actor).filter(slug=slug).first() if slug else None
    if request.method == "POST" and form.is_valid():
        by = request.actor
        made = attempt(request, lambda: domain.write_policy(found, by=by, **form.values()))
        if made is not None:
            messages.success(
                request, _("Version %(number)s of the policy is written.") % {"number": made.number}
            )
            if round_ is not None and round_.is_open:
                attempt(request, lambda: domain.choose_policy(round_, made, by=by))
                return redirect("matching:prepare", round_.slug)
            return redirect("matching:policy", programme, made.number)
    back = (
        reverse("matching:prepare", args=[round_.slug])
        if round_
        else reverse("matching:policies", args=[programme])
    )
    context = {
        "title": _("Write the next version") if before else _("Write the policy"),
        "eyebrow": str(found),
        "lead": _("Weights are shares: only their proportions count. Each side has its own."),
        "form": form,
        "back": back,
        "submit": _("Write this version"),
        "breadcrumbs": [
            (_("Rounds"), reverse("matching:rounds")),
            (_("Policy"), reverse("matching:policies", args=[programme])),
            (_("Next version"), ""),
        ],
    }
    return render(request, "matching/policy_form.html", context)
