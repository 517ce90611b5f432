"""The list of territory statuses on a day, and the rows of one body for whoever keeps them."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from mosty.core.access import permitted, require
from mosty.core.dates import say_date
from mosty.core.exports import maker
from mosty.core.requests import Request
from mosty.core.states import ReasonMissing
from mosty.core.templatetags.mosty import number
from mosty.places.domain import territory as domain
from mosty.places.domain.changes import Refused
from mosty.places.forms.territory import StatusFilter, StatusForm
from mosty.places.models import Organisation, TerritoryStatus
from mosty.places.queries import territory
from mosty.places.territory import words
from mosty.places.views.lists import tabs
from mosty.places.views.profile import get_organisation, trail

_RULE = "places.edit_territory"


def list_statuses(request: Request) -> HttpResponse:
    """Which class of territory holds where, on one day."""
    form = StatusFilter(request.GET, actor=request.actor)
    wanted = form.wanted()
    page = territory.page_of(territory.found(request.actor, wanted), request.GET.get("page"))
    count = page.paginator.count
    query = request.GET.copy()
    query.pop("page", None)
    after = f"?{query.urlencode()}" if query else ""
    day = say_date(wanted.day.isoformat())
    context = {
        "title": _("Status of territories"),
        "lead": _(
            "Where hostilities are possible or going on, and what is temporarily occupied, as "
            "Ukraine’s official list has it. Two classes may hold in one hromada: then the graver "
            "one counts."
        ),
        "breadcrumbs": [(_("Municipalities"), reverse("places:list")), (_("Territories"), "")],
        "tabs": tabs(request),
        "form": form,
        "filters_label": _("Narrow the list of statuses"),
        "count_text": ngettext(
            "%(count)s row in force on %(day)s", "%(count)s rows in force on %(day)s", count
        )
        % {"count": number(count), "day": day},
        "exports": [
            (suffix.upper(), reverse("places:territory_file", args=[suffix]) + after)
            for suffix in ("csv", "xlsx")
        ],
        "page_obj": page,
        "rows": [(row, words.say(row)) for row in page.object_list],
        "sort": wanted.sort or "name",
        "newest": territory.newest_import(),
        "is_kept": bool(count) or territory.is_kept(),
        "is_narrowed": bool(wanted.q or wanted.kind or wanted.region),
        "may_import": permitted("places.import_municipalities", request.actor),
    }
    return render(request, "places/territory.html", context)


def export_statuses(request: Request, suffix: str) -> HttpResponseBase:
    """The list as a file: every page of it, with the filters of the address."""
    make = maker(suffix)
    wanted = StatusFilter(request.GET, actor=request.actor).wanted()
    head = [
        _("Code"),
        pgettext("of a place", "Name"),
        _("Name in Ukrainian"),
        _("Oblast"),
        pgettext("of a territory", "Class"),
        _("First day"),
        _("Last day"),
        _("Legal act"),
        _("Imported from"),
    ]
    rows = territory.with_bodies(territory.found(request.actor, wanted))
    return make(f"territories-{wanted.day.isoformat()}", head, _lines(rows))


def _lines(rows: Any) -> Iterator[Sequence[Any]]:
    for row in rows:
        body = row.organisation
        yield [
            body.code,
            body.label_en,
            body.label_uk,
            str(body.region or ""),
            row.get_kind_display(),
            row.since.isoformat(),
            row.until.isoformat() if row.until else "",
            row.act,
            row.source_import.file_name if row.source_import else "",
        ]


@login_required
def edit_statuses(request: Request, code: str) -> HttpResponse:
    """The rows of one body, each to be corrected or taken out, and the form for another one."""
    organisation = _municipality(request, code)
    form = StatusForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            domain.add_status(organisation, by=request.actor, **form.values())
        except Refused as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("places:statuses", code=code)
    day = territory.today()
    context = {
        "title": _("Status of the territory"),
        "eyebrow": organisation.name,
        "eyebrow_url": organisation.get_absolute_url(),
        "lead": _(
            "Rows of the official list. Most come from its file; enter here what an order says "
            "that is younger than the file."
        ),
        "breadcrumbs": trail(organisation, _("Status of the territory")),
        "organisation": organisation,
        "form": form,
        "rows": [
            (row, words.say(row), row.holds_on(day)) for row in territory.statuses_of(organisation)
        ],
    }
    return render(request, "places/statuses.html", context)


@login_required
def edit_status(request: Request, code: str, status_id: int) -> HttpResponse:
    """Correct one row, or say its last day."""
    organisation, status = _status(request, code, status_id)
    form = StatusForm(request.POST or None, thing=status)
    if request.method == "POST" and form.is_valid():
        try:
            domain.change_status(status, by=request.actor, values=form.values())
        except Refused as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("places:statuses", code=code)
    title = _("Correct the row")
    crumbs = trail(organisation, title)
    back = reverse("places:statuses", args=[code])
    crumbs.insert(-1, (_("Status of the territory"), back))
    context = {
        "title": title,
        "eyebrow": organisation.name,
        "breadcrumbs": crumbs,
        "form": form,
        "back": back,
    }
    return render(request, "places/edit.html", context)


@login_required
@require_POST
def remove_status(request: Request, code: str, status_id: int) -> HttpResponse:
    """Take a row out that the list never had; asks why."""
    _organisation, status = _status(request, code, status_id)
    try:
        domain.remove_status(status, by=request.actor, reason=request.POST.get("reason", "")[:1000])
    except ReasonMissing:
        messages.error(request, _("Nothing was removed: write the reason as well."))
    else:
        messages.success(request, _("Taken out."))
    return redirect("places:statuses", code=code)


def _municipality(request: Request, code: str) -> Organisation:
    organisation = get_organisation(request, code)
    require(_RULE, request.actor, organisation)
    if not organisation.is_municipality:
        raise Http404
    return organisation


def _status(request: Request, code: str, pk: int) -> tuple[Organisation, TerritoryStatus]:
    organisation = _municipality(request, code)
    status = territory.status_of(organisation, pk)
    if status is None:
        raise Http404
    status.organisation = organisation
    return organisation, status
