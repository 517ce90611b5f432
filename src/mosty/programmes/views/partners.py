"""Organisations that carry a phase: added, changed, removed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.core.access import require
from mosty.core.picking import is_search
from mosty.core.requests import Request
from mosty.core.states import ReasonMissing
from mosty.programmes import domain, queries
from mosty.programmes.forms import PartnerForm
from mosty.programmes.models import Part
from mosty.programmes.views.phases import form_page, phase_or_404


@login_required
def add_partner(request: Request, programme: str, strand: str, phase: str) -> HttpResponse:
    """Search an organisation and say in which part it carries the phase."""
    found = phase_or_404(request, programme, strand, phase)
    require("programmes.add_partner", request.actor, found)
    form = PartnerForm(request.POST or None, actor=request.actor, phase=found)
    if request.method == "POST" and not is_search(form) and form.is_valid():
        values = form.domain_values()
        body = values.pop("organisation")[0]
        part = Part(values.pop("part"))
        domain.add_partner(found, body, part=part, by=request.actor, **values)
        messages.success(request, _("%(body)s was added.") % {"body": body})
        return redirect(found)
    context = form_page(found, form, _("Add an organisation that carries the phase"))
    return render(request, "programmes/form.html", context)


@login_required
def edit_partner(
    request: Request, programme: str, strand: str, phase: str, pk: int
) -> HttpResponse:
    """In which part, what it does, and how we know."""
    found = phase_or_404(request, programme, strand, phase)
    partner = get_object_or_404(queries.partners(request.actor), phase=found, pk=pk)
    require("programmes.edit_partner", request.actor, found)
    form = PartnerForm(request.POST or None, actor=request.actor, phase=found, thing=partner)
    if request.method == "POST" and form.is_valid():
        domain.edit_partner(partner, by=request.actor, **form.domain_values())
        messages.success(request, _("Saved."))
        return redirect(found)
    context = form_page(found, form, str(partner.organisation))
    return render(request, "programmes/partner.html", context | {"partner": partner})


@login_required
@require_POST
def remove_partner(
    request: Request, programme: str, strand: str, phase: str, pk: int
) -> HttpResponse:
    """It does not carry the phase in this part; asks why."""
    found = phase_or_404(request, programme, strand, phase)
    partner = get_object_or_404(queries.partners(request.actor), phase=found, pk=pk)
    require("programmes.remove_partner", request.actor, found)
    try:
        domain.remove_partner(partner, reason=request.POST.get("reason", ""), by=request.actor)
    except ReasonMissing:
        messages.error(request, _("Nothing was removed: write the reason as well."))
    else:
        messages.success(request, _("%(body)s was removed.") % {"body": partner.organisation})
    return redirect(found)
