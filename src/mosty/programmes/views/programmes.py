"""The list of programmes, one programme, its strands, and the forms that change them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mosty.core.access import permitted, require
from mosty.core.exports import maker
from mosty.core.history import history_of
from mosty.core.panels import panels_for
from mosty.core.requests import Request
from mosty.core.templatetags.mosty import number
from mosty.programmes import domain, queries
from mosty.programmes.forms import ProgrammeFilter, ProgrammeForm, StrandForm
from mosty.programmes.models import Part, Phase, Programme, Strand
from mosty.programmes.timeline import draw_timeline, say_span

HISTORY_SHOWN = 10


def list_programmes(request: Request) -> HttpResponse:
    """Every programme that the actor may know of, with its strands and phases."""
    form = ProgrammeFilter(request.GET)
    programmes = queries.programmes_found(request.actor, form.words)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    context = {
        "title": _("Programmes"),
        "lead": _("What the partnerships are made in: programmes, their strands and phases."),
        "form": form,
        "filters_label": _("Search the list of programmes"),
        "count_text": ngettext("%(count)s programme", "%(count)s programmes", len(programmes))
        % {"count": number(len(programmes))},
        "exports": [
            (suffix.upper(), reverse("programmes:list_file", args=[suffix]) + query)
            for suffix in ("csv", "xlsx")
        ],
        "programmes": [(programme, _timeline(programme)) for programme in programmes],
        "may_create": permitted("programmes.create_programme", request.actor),
    }
    return render(request, "programmes/list.html", context)


def export_programmes(request: Request, suffix: str) -> HttpResponse | StreamingHttpResponse:
    """One line per phase (or per strand without one) of the programmes in the list."""
    make = maker(suffix)
    form = ProgrammeFilter(request.GET)
    head = [_("Programme"), _("Strand"), _("Phase"), _("From"), _("To"), _("Source")]
    rows = [
        [str(programme), str(strand), str(phase or ""), *_dates(phase)]
        for programme in queries.programmes_found(request.actor, form.words)
        for strand in programme.strands.all()
        for phase in _phases_or_none(strand)
    ]
    return make(f"programmes-{timezone.localdate():%Y-%m-%d}", head, rows)


def _dates(phase: Phase | None) -> list[str]:
    if phase is None:
        return ["", "", ""]
    return [phase.starts, phase.ends, phase.source.url if phase.source else ""]


def _timeline(programme: Programme) -> Any:
    phases = [phase for strand in programme.strands.all() for phase in strand.phases.all()]
    return draw_timeline(phases, today=timezone.localdate())


def show_programme(request: Request, programme: str) -> HttpResponse:
    """What it is, its strands and phases on one axis, what they want, who carries them."""
    actor = request.actor
    found = _programme(request, programme)
    strands = list(found.strands.all())
    phases = list(
        queries.with_aims(queries.phases(actor).filter(strand__programme=found)).order_by(
            "strand__order", "starts_on"
        )
    )
    today = timezone.localdate()
    named = dict(Part.choices)
    carriers = queries.carriers(
        queries.partners(actor)
        .filter(phase__strand__programme=found)
        .select_related("phase__strand__programme")
    )
    context = {
        "title": str(found),
        "lead": str(found.about),
        "breadcrumbs": [(_("Programmes"), reverse("programmes:list")), (str(found), "")],
        "programme": found,
        "strands": [
            (strand, draw_timeline([p for p in phases if p.strand_id == strand.pk], today=today))
            for strand in strands
        ],
        "timeline": draw_timeline(phases, today=today),
        "aims": [
            (phase, say_span(phase))
            for phase in phases
            if phase.objectives.all() or phase.targets.all() or phase.counts.all()
        ],
        "carriers": [(named[part], found_carriers) for part, found_carriers in carriers],
        "panels": panels_for("programmes.programme", found, actor),
        "history": history_of(found, actor)[:HISTORY_SHOWN],
        "may_edit": permitted("programmes.edit_programme", actor, found),
    }
    return render(request, "programmes/show.html", context)


@login_required
def create_programme(request: Request) -> HttpResponse:
    """The form of a new programme."""
    require("programmes.create_programme", request.actor)
    form = ProgrammeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = domain.create_programme(by=request.actor, **form.domain_values())
        messages.success(request, _("Saved. Add its first strand next."))
        return redirect(made)
    context = {
        "title": _("New programme"),
        "form": form,
        "submit": _("Save the programme"),
        "cancel_url": reverse("programmes:list"),
        "breadcrumbs": [(_("Programmes"), reverse("programmes:list")), (_("New"), "")],
    }
    return render(request, "programmes/form.html", context)


@login_required
def edit_programme(request: Request, programme: str) -> HttpResponse:
    """The form of a programme."""
    found = _programme(request, programme)
    require("programmes.edit_programme", request.actor, found)
    form = ProgrammeForm(request.POST or None, thing=found)
    if request.method == "POST" and form.is_valid():
        domain.edit_programme(found, by=request.actor, **form.domain_values())
        messages.success(request, _("Saved."))
        return redirect(found)
    return render(request, "programmes/form.html", _page(found, form, _("Edit the programme")))


@login_required
def create_strand(request: Request, programme: str) -> HttpResponse:
    """The form of a new strand."""
    found = _programme(request, programme)
    require("programmes.add_strand", request.actor, found)
    form = StrandForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        domain.add_strand(found, by=request.actor, **form.domain_values())
        messages.success(request, _("Saved. Add its first phase next."))
        return redirect(found)
    return render(request, "programmes/form.html", _page(found, form, _("New strand")))


@login_required
def edit_strand(request: Request, programme: str, strand: str) -> HttpResponse:
    """The form of a strand."""
    found = _programme(request, programme)
    wanted = get_object_or_404(queries.strands(request.actor), programme=found, slug=strand)
    require("programmes.edit_strand", request.actor, wanted)
    form = StrandForm(request.POST or None, thing=wanted)
    if request.method == "POST" and form.is_valid():
        domain.edit_strand(wanted, by=request.actor, **form.domain_values())
        messages.success(request, _("Saved."))
        return redirect(found)
    return render(request, "programmes/form.html", _page(found, form, _("Edit the strand")))


def _page(programme: Programme, form: Any, title: str) -> dict[str, Any]:
    """What the form pages below a programme have in common."""
    return {
        "title": title,
        "eyebrow": str(programme),
        "form": form,
        "submit": _("Save"),
        "cancel_url": programme.get_absolute_url(),
        "breadcrumbs": [
            (_("Programmes"), reverse("programmes:list")),
            (str(programme), programme.get_absolute_url()),
            (title, ""),
        ],
    }


def _programme(request: Request, slug: str) -> Programme:
    rows = queries.with_strands_and_phases(queries.visible_to(request.actor), request.actor)
    return get_object_or_404(rows, slug=slug)


def _phases_or_none(strand: Strand) -> list[Phase | None]:
    """A strand without phases still has its line."""
    return [*strand.phases.all()] or [None]
