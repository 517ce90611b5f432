"""One phase: its page, and the forms of the phase itself and of what it wants."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mosty.core.access import permitted, require
from mosty.core.dates import PartialDate, say_date
from mosty.core.history import history_of
from mosty.core.panels import panels_for
from mosty.core.requests import Request
from mosty.places.models import Country
from mosty.programmes import domain, queries
from mosty.programmes.forms import (
    FigureForm,
    MilestoneForm,
    ObjectiveForm,
    OtherDateForm,
    PhaseForm,
)
from mosty.programmes.models import (
    Count,
    Milestone,
    Objective,
    OtherDate,
    Part,
    Participant,
    Phase,
    PhaseState,
    Target,
)
from mosty.programmes.timeline import say_span

HISTORY_SHOWN = 10
TOWNS_SHOWN = 40

STATE_TONES = {
    PhaseState.AHEAD: "quiet",
    PhaseState.RUNNING: "good",
    PhaseState.ENDED: "blue",
}

# What can be edited row by row: word in the address, model, form of a row, title, label to add.
ROWS: dict[str, tuple[type[domain.Aim], type[Any], Any, Any]] = {
    "objectives": (
        Objective, ObjectiveForm,
        gettext_lazy("What the phase wants"), gettext_lazy("Add an objective"),
    ),
    "targets": (
        Target, FigureForm,
        gettext_lazy("What the phase wants, in figures"), gettext_lazy("Add a target"),
    ),
    "counts": (
        Count, FigureForm,
        gettext_lazy("What was counted afterwards"), gettext_lazy("Add a count"),
    ),
    "milestones": (
        Milestone, MilestoneForm,
        gettext_lazy("Dates of the phase"), gettext_lazy("Add a date"),
    ),
    "other-dates": (
        OtherDate, OtherDateForm,
        gettext_lazy("What other sources say of its beginning and end"),
        gettext_lazy("Add a date"),
    ),
}  # fmt: skip


def phase_or_404(
    request: Request, programme: str, strand: str, phase: str, *, aims: bool = False
) -> Phase:
    """The phase at an address, if the actor may know of it."""
    rows = queries.phases(request.actor).select_related("source")
    return get_object_or_404(
        queries.with_aims(rows) if aims else rows,
        slug=phase,
        strand__slug=strand,
        strand__programme__slug=programme,
    )


def crumbs(phase: Phase, *below: tuple[str, str]) -> list[tuple[str, str]]:
    """Where a page below a phase stands."""
    programme = phase.strand.programme
    return [
        (_("Programmes"), reverse("programmes:list")),
        (str(programme), programme.get_absolute_url()),
        (str(phase), phase.get_absolute_url() if below else ""),
        *below,
    ]


def path_of(phase: Phase) -> dict[str, str]:
    """The words of the phase's address, for `reverse`."""
    return {
        "programme": phase.strand.programme.slug,
        "strand": phase.strand.slug,
        "phase": phase.slug,
    }


def show_phase(request: Request, programme: str, strand: str, phase: str) -> HttpResponse:
    """Dates, objectives, targets, who carries it, who takes part, and what later steps add."""
    actor = request.actor
    found = phase_or_404(request, programme, strand, phase, aims=True)
    towns = list(queries.participants_found(found, actor))
    sides = _sides(towns)
    today = timezone.localdate()
    state = found.state_on(today)
    named = dict(Part.choices)
    partners = queries.carriers(queries.partners(actor).filter(phase=found))
    path = path_of(found)
    towns_url = reverse("programmes:participants", kwargs=path)
    context = {
        "title": str(found),
        "eyebrow": f"{found.strand.programme} · {found.strand}",
        "eyebrow_url": found.strand.programme.get_absolute_url(),
        "lead": str(found.about),
        "state_text": f"{state.label} · {say_span(found)}",
        "state_tone": STATE_TONES[state],
        "breadcrumbs": crumbs(found),
        "figures": [
            {"label": label, "value": len(rows), "url": f"{towns_url}?side={side}"}
            for side, label, rows in sides
            if rows
        ],
        "phase": found,
        "path": path,
        "sides": [
            (side, label, queries.by_association(rows[:TOWNS_SHOWN]), len(rows))
            for side, label, rows in sides
        ],
        "towns_total": len(towns),
        "towns_shown": TOWNS_SHOWN,
        "has_illustrative": any(town.is_illustrative for town in towns),
        "carriers": [(named[part], bodies) for part, bodies in partners],
        "timeline": _timeline(found, today),
        "panels": panels_for("programmes.phase", found, actor),
        "history": history_of(found, actor)[:HISTORY_SHOWN],
        "may_edit": permitted("programmes.edit_phase", actor, found),
    }
    return render(request, "programmes/phase.html", context)


def _sides(towns: Sequence[Participant]) -> list[tuple[str, str, list[Participant]]]:
    """Participants of Ukraine, of the European Union, of elsewhere (where there are any)."""
    labels = {
        Country.Side.UKRAINE: _("From Ukraine"),
        Country.Side.EU: _("From the European Union"),
        Country.Side.OTHER: _("From other countries"),
    }
    grouped: dict[str, list[Participant]] = {side: [] for side in labels}
    for town in towns:
        grouped[town.organisation.side].append(town)
    return [
        (side, labels[Country.Side(side)], rows)
        for side, rows in grouped.items()
        if rows or side != Country.Side.OTHER
    ]


def _timeline(phase: Phase, today: date) -> list[dict[str, Any]]:
    """Beginning, milestones, end and what other sources say of these, in the order of dates."""
    entries: list[tuple[str, str, Any]] = [(phase.starts, _("The phase begins"), phase)]
    if phase.ends:
        entries.append((phase.ends, _("The phase ends"), phase))
    entries += [(stone.on, str(stone.text), stone) for stone in phase.milestones.all()]
    for other in phase.other_dates.all():
        words = (
            _("Begins, another source says")
            if other.kind == "start"
            else _("Ends, another source says")
        )
        entries.append((other.on, words, other))
    rows = []
    for on, label, thing in sorted(entries, key=lambda entry: entry[0]):
        known = PartialDate.parse(on)
        past = known.last_day < today
        now = known.first_day <= today <= known.last_day
        rows.append(
            {
                "when": say_date(on),
                "label": label,
                "state": "now" if now else "past" if past else "next",
                "source": thing.source,
                "as_of": thing.as_of,
            }
        )
    return rows


@login_required
def create_phase(request: Request, programme: str, strand: str) -> HttpResponse:
    """The form of a new phase."""
    found = get_object_or_404(
        queries.strands(request.actor), programme__slug=programme, slug=strand
    )
    require("programmes.add_phase", request.actor, found)
    form = PhaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = domain.add_phase(found, by=request.actor, **form.domain_values())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved. Say what it wants and who carries it next."))
            return redirect(made)
    context = {
        "title": _("New phase"),
        "eyebrow": f"{found.programme} · {found}",
        "form": form,
        "submit": _("Save the phase"),
        "cancel_url": found.programme.get_absolute_url(),
        "breadcrumbs": [
            (_("Programmes"), reverse("programmes:list")),
            (str(found.programme), found.programme.get_absolute_url()),
            (_("New phase"), ""),
        ],
    }
    return render(request, "programmes/form.html", context)


@login_required
def edit_phase(request: Request, programme: str, strand: str, phase: str) -> HttpResponse:
    """The form of a phase."""
    found = phase_or_404(request, programme, strand, phase)
    require("programmes.edit_phase", request.actor, found)
    form = PhaseForm(request.POST or None, thing=found)
    if request.method == "POST" and form.is_valid():
        try:
            domain.edit_phase(found, by=request.actor, **form.domain_values())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    return render(request, "programmes/form.html", form_page(found, form, _("Edit the phase")))


@login_required
def edit_rows(request: Request, programme: str, strand: str, phase: str, rows: str) -> HttpResponse:
    """Objectives, targets, counts, milestones or other dates, row by row."""
    if rows not in ROWS:
        raise Http404
    found = phase_or_404(request, programme, strand, phase)
    require("programmes.edit_phase", request.actor, found)
    model, form, title, add_label = ROWS[rows]
    factory = formset_factory(form, can_delete=True, extra=0 if request.POST else 1, max_num=60)
    standing = model.objects.filter(phase=found).select_related("source")
    formset: BaseFormSet[Any] = factory(
        request.POST or None,
        # What comes back carries its own marks; what stands by now may be something else.
        initial=None if request.POST else [form.initial_of(row) for row in standing],
        prefix="rows",
    )
    if request.method == "POST" and formset.is_valid():
        written = [row for row in formset.forms if row.has_changed()]
        gone = [row.cleaned_data["pk"] for row in written if row.cleaned_data.get("DELETE")]
        kept = [row for row in written if not row.cleaned_data.get("DELETE")]
        domain.set_rows(
            found,
            model,
            [row.row() for row in kept if row.was_touched],
            gone=[pk for pk in gone if pk],
            by=request.actor,
        )
        messages.success(request, _("Saved."))
        return redirect(found)
    context = form_page(found, None, str(title)) | {"formset": formset, "add_label": add_label}
    return render(request, "programmes/rows.html", context)


def form_page(phase: Phase, form: Any, title: str) -> dict[str, Any]:
    """What the form pages below a phase have in common."""
    return {
        "title": title,
        "eyebrow": f"{phase.strand.programme} · {phase}",
        "form": form,
        "submit": _("Save"),
        "cancel_url": phase.get_absolute_url(),
        "breadcrumbs": crumbs(phase, (title, "")),
    }
