"""The list of partnerships with its map, one partnership, and the forms that change them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.core.access import Actor, permitted, require
from mosty.core.exports import maker
from mosty.core.facts import find_source
from mosty.core.history import history_of
from mosty.core.panels import panels_for
from mosty.core.picking import is_search
from mosty.core.pictures.maps import MapPicture, draw_map
from mosty.core.pictures.views import MapView
from mosty.core.requests import Request
from mosty.core.states import ReasonMissing, WrongState
from mosty.core.templatetags.mosty import number
from mosty.partnerships import domain, files, queries
from mosty.partnerships.bridges import bridges_of
from mosty.partnerships.forms import (
    ListForm,
    PartnershipEditForm,
    PartnershipFilter,
    PartnershipForm,
    ReportForm,
)
from mosty.partnerships.imports.kind import KIND
from mosty.partnerships.imports.layout import COLUMNS
from mosty.partnerships.models import Partnership, Report
from mosty.places import jobs
from mosty.places.imports.storing import begin_import
from mosty.places.queries.imports import imports_so_far

HISTORY_SHOWN = 10
MAP_LABELS = 22
TONES = {"reported": "quiet", "agreed": "good", "withdrawn": "warn"}


def list_partnerships(request: Request) -> HttpResponse:
    """Who works with whom, page by page; the map shows what stands on the page."""
    form = PartnershipFilter(request.GET, actor=request.actor)
    wanted = form.wanted()
    rows = queries.found(request.actor, wanted)
    page = queries.page_of(rows, request.actor, number=request.GET.get("page"))
    shown = list(page.object_list)
    count = page.paginator.count
    query = request.GET.copy()
    query.pop("page", None)
    after = f"?{query.urlencode()}" if query else ""
    context = {
        "title": _("Partnerships"),
        "lead": _(
            "Who works with whom: partnerships that sources report, and those agreed in the "
            "programme. Each with its source."
        ),
        "form": form,
        "filters_label": _("Search and narrow the list of partnerships"),
        "count_text": ngettext("%(count)s partnership", "%(count)s partnerships", count)
        % {"count": number(count)},
        "exports": [
            (suffix.upper(), reverse("partnerships:list_file", args=[suffix]) + after)
            for suffix in ("csv", "xlsx")
        ],
        "page_obj": page,
        "rows": shown,
        "sort": wanted.sort or "name",
        "map": _map("partnerships-map", shown, request.actor),
        "map_note": _how_many(len(shown), count),
        "has_illustrative": any(row.is_illustrative for row in shown),
        "may_report": permitted("partnerships.report_partnership", request.actor),
    }
    return render(request, "partnerships/list.html", context)


@login_required
def list_imports(request: Request) -> HttpResponse:
    """The form for a list of partnerships, and the lists sent so far."""
    require("places.import_municipalities", request.actor)
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        made = begin_import(file, by=request.actor, name=file.name or "list.csv", kind=KIND)
        jobs.start_planning(made, by=request.actor)
        return redirect(made)
    context = imports_so_far(KIND, number=request.GET.get("page")) | {
        "title": _("Import a list of partnerships"),
        "lead": _("Send a file, look at what would happen, and have exactly that written."),
        "breadcrumbs": [(_("Partnerships"), reverse("partnerships:list")), (_("Import"), "")],
        "form": form,
        "send_title": _("Send a file"),
        "understood": [
            _(
                "One row for what one source tells of two towns; the first row names the columns. "
                "Towns are found by their code, or by any name that they bear or bore."
            ),
            _(
                "Rows whose towns are not found, or are several, are left out and named. A pair "
                "that stands in the list already gets the further source."
            ),
        ],
        "columns_title": _("The columns"),
        "columns_open": True,
        "columns": COLUMNS.items(),
    }
    return render(request, "imports/send.html", context)


def _how_many(shown: int, total: int) -> str:
    if shown == total:
        return ""
    return _("The map shows the %(shown)s of %(total)s that stand on this page of the list.") % {
        "shown": number(shown),
        "total": number(total),
    }


def _map(key: str, rows: Sequence[Partnership], actor: Actor) -> MapPicture | None:
    """None when no bridge may be drawn."""
    bridges = bridges_of(rows, actor)
    places = [end for bridge in bridges for end in (bridge.left, bridge.right)]
    if not any(place.shown_at for place in places):
        return None
    view = MapView.for_places(places, aspect=1.1, min_extent=1300.0, picture_width=476.0)
    title = _("The partnerships of this page on the map")
    return draw_map(key, title, bridges=bridges, view=view, max_labels=MAP_LABELS)


def export_partnerships(request: Request, suffix: str) -> HttpResponse | StreamingHttpResponse:
    """The list as a file: every page of it, with the filters of the address."""
    make = maker(suffix)
    form = PartnershipFilter(request.GET, actor=request.actor)
    rows = queries.found(request.actor, form.wanted())
    name = f"partnerships-{timezone.localdate():%Y-%m-%d}"
    return make(name, files.head(), files.lines(rows, request.actor))


def show_partnership(request: Request, pk: int) -> HttpResponse:
    """Who, since when, what about, in which programmes, and what each source tells."""
    actor = request.actor
    found = _partnership(request, pk)
    members = list(found.members.all())
    left, right = queries.on_two_shores(members)
    bridges = bridges_of([found], actor)
    places = [end for bridge in bridges for end in (bridge.left, bridge.right)]
    drawn = [bridge for bridge in bridges if bridge.left.shown_at and bridge.right.shown_at]
    context = {
        "title": _title(found),
        "breadcrumbs": [(_("Partnerships"), reverse("partnerships:list")), (_title(found), "")],
        "partnership": found,
        "members": members,
        "is_pair": len(left) == 1 and len(right) == 1,
        "left": left[0] if left else None,
        "right": right[0] if right else None,
        "tone": TONES[found.status],
        "withdrawal": domain.withdrawal(found) if actor.is_officer else None,
        "map": draw_map(
            "partnership-map",
            _("The partners on the map"),
            bridges=bridges,
            view=MapView.for_places(places),
        )
        if drawn
        else None,
        "panels": panels_for("partnerships.partnership", found, actor),
        "history": history_of(found, actor)[:HISTORY_SHOWN],
        "may_edit": permitted("partnerships.edit_partnership", actor, found),
    }
    return render(request, "partnerships/show.html", context)


@login_required
def report_partnership(request: Request) -> HttpResponse:
    """The form of a new partnership that a source reports."""
    require("partnerships.report_partnership", request.actor)
    form = PartnershipForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and not is_search(form) and form.is_valid():
        members = form.cleaned_data["members"]
        known = domain.same_members(members)
        made = domain.report_partnership(
            members,
            source=find_source(**form.source_values()),
            by=request.actor,
            **form.domain_values(),
        )
        if known is None:
            messages.success(request, _("Saved."))
        else:
            messages.info(
                request, _("They had a partnership in the list already: your source was added.")
            )
        return redirect(made)
    title = _("Add a partnership")
    context = _form_page(title, form) | {
        "lead": _("What a source reports. If these municipalities have one in the list already, "
                  "your source is added to it."),
        "cancel_url": reverse("partnerships:list"),
    }  # fmt: skip
    return render(request, "partnerships/form.html", context)


@login_required
def edit_partnership(request: Request, pk: int) -> HttpResponse:
    """Members, themes, programmes and level."""
    found = _partnership(request, pk)
    require("partnerships.edit_partnership", request.actor, found)
    form = PartnershipEditForm(request.POST or None, actor=request.actor, thing=found)
    if request.method == "POST" and not is_search(form) and form.is_valid():
        try:
            domain.edit_partnership(found, by=request.actor, **form.changed_values())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    return render(
        request, "partnerships/form.html", _form_page(_("Edit the partnership"), form, found)
    )


@login_required
def add_report(request: Request, pk: int) -> HttpResponse:
    """What a further source tells."""
    found = _partnership(request, pk)
    require("partnerships.add_report", request.actor, found)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        source = find_source(**form.source_values())
        domain.add_report(found, source=source, by=request.actor, **form.report_values())
        messages.success(request, _("Saved."))
        return redirect(found)
    return render(request, "partnerships/form.html", _form_page(_("Add a source"), form, found))


@login_required
def edit_report(request: Request, pk: int, report: int) -> HttpResponse:
    """What one source tells."""
    found = _partnership(request, pk)
    row = get_object_or_404(found.reports.select_related("source"), pk=report)
    require("partnerships.edit_report", request.actor, found)
    form = ReportForm(request.POST or None, thing=row)
    if request.method == "POST" and form.is_valid():
        changed = form.changed_values()
        values = {name: value for name, value in changed.items() if hasattr(Report, name)}
        if {"source_url", "source_title"} & changed.keys():
            values["source"] = find_source(**form.source_values())
        domain.edit_report(row, by=request.actor, **values)
        messages.success(request, _("Saved."))
        return redirect(found)
    context = _form_page(_("Edit what the source tells"), form, found) | {"report": row}
    return render(request, "partnerships/report.html", context)


@login_required
@require_POST
def remove_report(request: Request, pk: int, report: int) -> HttpResponse:
    """The source does not tell this; asks why."""
    found = _partnership(request, pk)
    row = get_object_or_404(found.reports.select_related("source"), pk=report)
    require("partnerships.remove_report", request.actor, found)
    try:
        domain.remove_report(row, reason=request.POST.get("reason", ""), by=request.actor)
    except ReasonMissing:
        messages.error(request, _("Nothing was removed: write the reason as well."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The source was removed."))
    return redirect(found)


@login_required
@require_POST
def withdraw_partnership(request: Request, pk: int) -> HttpResponse:
    """It is over or never was; asks why."""
    found = _partnership(request, pk)
    require("partnerships.withdraw_partnership", request.actor, found)
    try:
        domain.withdraw_partnership(found, reason=request.POST.get("reason", ""), by=request.actor)
    except ReasonMissing:
        messages.error(request, _("Nothing was changed: write the reason as well."))
    except WrongState:
        messages.info(request, _("It was withdrawn already."))
    else:
        messages.success(request, _("Withdrawn. It stands in no list any more."))
    return redirect(found)


@login_required
@require_POST
def restore_partnership(request: Request, pk: int) -> HttpResponse:
    """Take the withdrawal back."""
    found = _partnership(request, pk)
    require("partnerships.restore_partnership", request.actor, found)
    try:
        domain.restore_partnership(found, by=request.actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except WrongState:
        messages.info(request, _("It stands in the list already."))
    else:
        messages.success(request, _("It stands in the list again."))
    return redirect(found)


def _partnership(request: Request, pk: int) -> Partnership:
    rows = queries.with_all(queries.visible_to(request.actor), request.actor)
    return get_object_or_404(rows, pk=pk)


def _title(partnership: Partnership) -> str:
    return " – ".join(member.name for member in partnership.members.all())


def _form_page(title: str, form: Any, partnership: Partnership | None = None) -> dict[str, Any]:
    crumbs = [(_("Partnerships"), reverse("partnerships:list"))]
    if partnership is not None:
        crumbs.append((_title(partnership), partnership.get_absolute_url()))
    return {
        "title": title,
        "eyebrow": _title(partnership) if partnership else "",
        "form": form,
        "partnership": partnership,
        "cancel_url": partnership.get_absolute_url() if partnership else "",
        "breadcrumbs": [*crumbs, (title, "")],
    }
