"""Municipalities that take part in a phase: the list, its files, added, changed, removed."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.core.access import permitted, require
from mosty.core.exports import maker
from mosty.core.picking import is_search
from mosty.core.requests import Request
from mosty.core.states import ReasonMissing
from mosty.core.templatetags.mosty import number
from mosty.programmes import domain, queries
from mosty.programmes.domain import StillUsed
from mosty.programmes.forms import (
    ParticipantFilter,
    ParticipantForm,
    ParticipantsForm,
    reading_of,
)
from mosty.programmes.models import Basis, Participant, Phase
from mosty.programmes.views.phases import crumbs, form_page, path_of, phase_or_404

PAGE_SIZE = 50


def list_participants(request: Request, programme: str, strand: str, phase: str) -> HttpResponse:
    """Who takes part, fifty a page."""
    found = phase_or_404(request, programme, strand, phase)
    form = ParticipantFilter(request.GET, phase=found, actor=request.actor)
    wanted = form.wanted()
    rows = queries.participants_found(found, request.actor, wanted)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    count = page.paginator.count
    query = request.GET.copy()
    query.pop("page", None)
    after = f"?{query.urlencode()}" if query else ""
    context = {
        "title": _("Participants"),
        "eyebrow": f"{found.strand.programme} · {found}",
        "eyebrow_url": found.get_absolute_url(),
        "breadcrumbs": crumbs(found, (_("Participants"), "")),
        "phase": found,
        "path": path_of(found),
        "form": form,
        "filters_label": _("Search and narrow the list of participants"),
        "count_text": ngettext("%(count)s municipality", "%(count)s municipalities", count)
        % {"count": number(count)},
        "exports": [
            (
                suffix.upper(),
                reverse("programmes:participants_file", kwargs=path_of(found) | {"suffix": suffix})
                + after,
            )
            for suffix in ("csv", "xlsx")
        ],
        "page_obj": page,
        "rows": page.object_list,
        "sort": wanted.sort or "name",
        "has_illustrative": any(row.is_illustrative for row in page.object_list),
        "may_edit": permitted("programmes.edit_participant", request.actor, found),
    }
    return render(request, "programmes/participants.html", context)


def export_participants(
    request: Request, programme: str, strand: str, phase: str, suffix: str
) -> HttpResponse | StreamingHttpResponse:
    """The same list, all pages of it, as a file."""
    make = maker(suffix)
    found = phase_or_404(request, programme, strand, phase)
    form = ParticipantFilter(request.GET, phase=found, actor=request.actor)
    rows = queries.participants_found(found, request.actor, form.wanted())
    head = [
        _("Code"),
        _("Municipality"),
        _("Name in its own language"),
        _("Country"),
        _("Region"),
        _("Inhabitants"),
        _("As of"),
        _("Association"),
        _("How we know the association"),
        _("Partners, at least"),
        _("Partners, at most"),
        _("Source"),
        _("Illustrative"),
    ]
    name = f"participants-{found.slug}-{timezone.localdate():%Y-%m-%d}"
    return make(name, head, _lines(rows))


def _lines(rows: Any) -> Iterator[list[Any]]:
    for row in rows:
        town = row.organisation
        shown = row.association if row.shows_association else None
        yield [
            town.code,
            town.name,
            town.label_native,
            town.country_id or "",
            str(town.region or ""),
            town.population,
            town.population_as_of,
            str(shown or ""),
            row.get_association_basis_display() if shown else "",
            row.least_partners,
            row.most_partners,
            row.source.url if row.source else "",
            _("yes") if row.is_illustrative else "",
        ]


@login_required
def add_participants(request: Request, programme: str, strand: str, phase: str) -> HttpResponse:
    """Search the register, tick the municipalities, say on what terms they take part."""
    found = phase_or_404(request, programme, strand, phase)
    require("programmes.add_participants", request.actor, found)
    form = ParticipantsForm(request.POST or None, actor=request.actor, phase=found)
    if request.method == "POST" and not is_search(form) and form.is_valid():
        cleaned = form.cleaned_data
        added = domain.add_participants(
            found,
            cleaned["towns"],
            association=cleaned["association"],
            association_basis=Basis(cleaned["association_basis"]),
            least_partners=cleaned["least_partners"],
            most_partners=cleaned["most_partners"],
            level=cleaned["level"],
            reading=reading_of(cleaned),
            by=request.actor,
        )
        messages.success(
            request,
            ngettext("%(count)s municipality added.", "%(count)s municipalities added.", len(added))
            % {"count": number(len(added))},
        )
        return redirect(found)
    context = form_page(found, form, _("Add municipalities that take part"))
    return render(request, "programmes/form.html", context)


@login_required
def edit_participant(
    request: Request, programme: str, strand: str, phase: str, code: str
) -> HttpResponse:
    """On what terms one municipality takes part."""
    found, participant = _participant(request, programme, strand, phase, code)
    require("programmes.edit_participant", request.actor, found)
    form = ParticipantForm(request.POST or None, actor=request.actor, thing=participant)
    if request.method == "POST" and form.is_valid():
        domain.edit_participant(participant, by=request.actor, **form.domain_values())
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("programmes:participants", kwargs=path_of(found)))
    context = form_page(found, form, str(participant.organisation)) | {
        "participant": participant,
        "path": path_of(found),
        "cancel_url": reverse("programmes:participants", kwargs=path_of(found)),
    }
    return render(request, "programmes/participant.html", context)


@login_required
@require_POST
def remove_participant(
    request: Request, programme: str, strand: str, phase: str, code: str
) -> HttpResponse:
    """It does not take part; asks why."""
    found, participant = _participant(request, programme, strand, phase, code)
    require("programmes.remove_participant", request.actor, found)
    reason = request.POST.get("reason", "")
    try:
        domain.remove_participant(participant, reason=reason, by=request.actor)
    except ReasonMissing:
        messages.error(request, _("Nothing was removed: write the reason as well."))
    except StillUsed as error:
        messages.error(request, error.messages[0])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(town)s was removed.") % {"town": participant.organisation})
    return HttpResponseRedirect(reverse("programmes:participants", kwargs=path_of(found)))


def _participant(
    request: Request, programme: str, strand: str, phase: str, code: str
) -> tuple[Phase, Participant]:
    found = phase_or_404(request, programme, strand, phase)
    rows = queries.participants(request.actor).filter(phase=found)
    return found, get_object_or_404(rows, organisation__code=code)
