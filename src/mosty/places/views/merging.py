"""Two records of one body: the plan, the deed, and the way back."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.core import joining
from mosty.core.access import require
from mosty.core.picking import is_search
from mosty.core.requests import Request
from mosty.core.states import ReasonMissing
from mosty.places.domain import merging
from mosty.places.domain.changes import Refused
from mosty.places.forms.over_time import MergeForm
from mosty.places.models import Merger, Organisation
from mosty.places.queries import profile
from mosty.places.views.profile import get_organisation, trail

MOST_NAMED = 8


@dataclass(slots=True)
class Group:
    """The rows of one kind: how many go over, the first of them, and what is laid aside."""

    label: str
    number: int = 0
    named: list[str] = field(default_factory=list)
    aside: list[tuple[str, str]] = field(default_factory=list)


@login_required
def merge(request: Request, code: str) -> HttpResponse:
    """Choose the record that stays (`?into=`), look at the plan, do it."""
    gone = get_organisation(request, code)
    require("places.merge_bodies", request.actor)
    into = request.GET.get("into", "")
    if into:
        kept = profile.by_code(into, request.actor)
        if kept is None:
            raise Http404
        return _plan(request, kept, gone)
    form = MergeForm(request.POST or None, actor=request.actor, body=gone)
    if request.method == "POST" and not is_search(form) and form.is_valid():
        kept = form.cleaned_data["other"][0]
        return redirect(f"{reverse('places:merge', args=[code])}?into={kept.code}")
    context = {
        "title": _("Merge %(name)s into another record") % {"name": gone},
        "lead": _(
            "For two records of one body. Choose the one that stays; you see what happens first."
        ),
        "breadcrumbs": trail(gone, _("Merge")),
        "form": form,
        "back": gone.get_absolute_url(),
    }
    return render(request, "places/merge_choose.html", context)


def _plan(request: Request, kept: Organisation, gone: Organisation) -> HttpResponse:
    if request.method == "POST":
        done = _merged(request, kept, gone)
        if done is not None:
            return done
    plan = merging.plan_merge(kept, gone, by=request.actor)
    context = {
        "title": _("Merge %(gone)s into %(kept)s") % {"gone": gone, "kept": kept},
        "lead": _(
            "The record that stays keeps its code, its names and the figures that it shows. "
            "All of this can be undone."
        ),
        "breadcrumbs": trail(gone, _("Merge")),
        "kept": kept,
        "gone": gone,
        "plan": plan,
        "obstacles": [str(said) for said in plan.obstacles],
        "groups": _groups(plan),
        "taken": _taken(plan),
        "narrower": _narrower(plan),
        "other_way": f"{reverse('places:merge', args=[kept.code])}?into={gone.code}",
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "places/merge.html", context)


def _merged(request: Request, kept: Organisation, gone: Organisation) -> HttpResponse | None:
    try:
        merger = merging.merge(
            kept,
            gone,
            by=request.actor,
            reason=request.POST.get("reason", ""),
            seen=request.POST.get("seen", ""),
        )
    except ReasonMissing:
        messages.error(request, _("Reason: say how you know that they are one, then send again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
        if not Organisation.objects.filter(pk=gone.pk).exists():
            return redirect(kept)
        if not Organisation.objects.filter(pk=kept.pk).exists():
            return redirect(gone)
    else:
        messages.success(
            request, _("Merged. The address of %(code)s leads here now.") % {"code": gone.code}
        )
        return redirect(merger)
    return None


def _groups(plan: merging.MergePlan) -> list[Group]:
    found: dict[str, Group] = {}
    told = _told([type(step.row) for step in plan.steps])
    for step in plan.steps:
        if type(step.row) not in told:
            continue
        label = _label(type(step.row))
        group = found.setdefault(label, Group(label))
        said = joining.say(step.row, but=plan.gone)
        if step.is_laid_aside:
            group.aside.append((said, step.instead))
        else:
            group.number += 1
            if len(group.named) < MOST_NAMED:
                group.named.append(said)
    return sorted(found.values(), key=lambda group: group.label)


def _label(model: Any) -> str:
    return capfirst(str(joining.words_of(model)))


def _told(models: list[Any]) -> set[Any]:
    """Which tables to speak of: one that only ties is left out where what it ties is told."""
    own = {_label(model) for model in models if not model._meta.auto_created}
    return {model for model in models if not model._meta.auto_created or _label(model) not in own}


def _taken(plan: merging.MergePlan) -> list[tuple[str, str]]:
    names = [name for name in plan.taken_over if name in (*merging.FILLED, "lat")]
    said = []
    for name in names:
        about = Organisation._meta.get_field(name.removesuffix("_id"))
        value: Any = getattr(plan.gone, name.removesuffix("_id"))
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        if name == "lat":
            said.append((_("Place"), f"{plan.gone.lat}, {plan.gone.lon}"))
        else:
            said.append((capfirst(str(about.verbose_name)), text))  # type: ignore[union-attr]
    return said


def _narrower(plan: merging.MergePlan) -> list[str]:
    """What everybody else sees less of afterwards, with the reason that comes along."""
    said = []
    gone = plan.gone
    if "level" in plan.taken_over:
        said.append(
            _("Who may see it: %(level)s. %(reason)s")
            % {"level": gone.get_level_display(), "reason": gone.level_reason}
        )
    if "precision" in plan.taken_over:
        said.append(
            _("Place shown as: %(precision)s. %(reason)s")
            % {"precision": gone.get_precision_display(), "reason": gone.precision_reason}
        )
    return [each.strip() for each in said]


def _merger(request: Request, code: str, merger_id: int) -> Merger:
    organisation = get_organisation(request, code)
    require("places.merge_bodies", request.actor)
    return get_object_or_404(Merger.objects.select_related("kept"), kept=organisation, pk=merger_id)


@login_required
def show_merger(request: Request, code: str, merger_id: int) -> HttpResponse:
    """What was moved, why, by whom; and undoing it."""
    merger = _merger(request, code, merger_id)
    moved = [apps.get_model(line["model"]) for line in merger.ledger["moved"]]
    laid = [(apps.get_model(row["model"]), row["label"]) for row in merger.ledger["laid_aside"]]
    told = _told([*moved, *(model for model, _row in laid)])
    counts = Counter(_label(model) for model in moved if model in told)
    aside = [(_label(model), row) for model, row in laid if model in told]
    is_undone = merger.undone_at is not None
    context = {
        "title": _("%(gone)s, merged into %(kept)s") % {"gone": merger.label, "kept": merger.kept},
        "state_text": _("Undone") if is_undone else "",
        "state_tone": "quiet",
        "breadcrumbs": trail(merger.kept, _("Merged record")),
        "merger": merger,
        "counts": sorted(counts.items()),
        "aside": sorted(aside),
        "hindrances": [] if is_undone else merging.not_to_be_undone(merger),
    }
    return render(request, "places/merger.html", context)


@login_required
@require_POST
def undo_merge(request: Request, code: str, merger_id: int) -> HttpResponse:
    """Both records as they were."""
    merger = _merger(request, code, merger_id)
    try:
        gone = merging.undo_merge(merger, by=request.actor, reason=request.POST.get("reason", ""))
    except ReasonMissing:
        messages.error(request, _("Reason: say why these are two bodies, then send it again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Undone. Both records are as they were."))
        return redirect(gone)
    return redirect(merger)
