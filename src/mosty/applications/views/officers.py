"""For the secretariat: the applications of a call as a list and a file, and late sendings."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from mosty.applications import queries
from mosty.applications.domain import sending
from mosty.applications.forms.deeds import ApplicationFilter, LateForm
from mosty.applications.models import Application
from mosty.applications.panels import row_of
from mosty.applications.views.common import call_or_404
from mosty.applications.workflow import APPLICATION
from mosty.calls.models import Call
from mosty.calls.words import deadline, moment, zone_name
from mosty.core.access import require
from mosty.core.exports import maker
from mosty.core.languages import language_name
from mosty.core.lists import columns_for
from mosty.core.picking import is_search
from mosty.core.requests import Request
from mosty.core.templatetags.mosty import number
from mosty.places.models import Country

PER_PAGE = 50
LIST = "applications.of_call"
SORTS = {
    "name": ("organisation__sort_en",),
    "country": ("organisation__country__name_en", "organisation__sort_en"),
    "state": ("state", "organisation__sort_en"),
    "sent": ("submitted_at", "organisation__sort_en"),
}


def _call(request: Request, slug: str) -> Call:
    call = call_or_404(request, slug)
    require("applications.read_all", request.actor, call)
    return call


def _countries(call: Call, request: Request) -> list[tuple[str, str]]:
    rows = queries.of_call(call, request.actor).order_by()
    found = Country.objects.filter(pk__in=rows.values("organisation__country"))
    return sorted(((each.pk, str(each)) for each in found), key=lambda pair: pair[1])


def _listed(request: Request, call: Call) -> tuple[ApplicationFilter, QuerySet[Application], str]:
    """The filter, the rows that it lets through in their order, and what orders them."""
    form = ApplicationFilter(request.GET, countries=_countries(call, request))
    rows = queries.listed(call, request.actor)
    rows = queries.narrowed(rows, request.actor, **form.wanted)
    sort = request.GET.get("sort", "")
    field = sort.removeprefix("-")
    if field not in SORTS:
        sort, field = "name", "name"
    names = list(SORTS[field])
    if get_language() == "uk":
        names = [name.replace("_en", "_uk") for name in names]
    if sort.startswith("-"):
        names[0] = f"-{names[0]}"
    return form, rows.order_by(*names, "pk"), sort


@login_required
def of_call(request: Request, slug: str) -> HttpResponse:
    """Who has begun, sent in, withdrawn."""
    call = _call(request, slug)
    now = timezone.now()
    form, rows, sort = _listed(request, call)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = queries.with_call(page.object_list, call)
    columns = columns_for(LIST, [each.pk for each in shown], request.actor)
    counts = queries.counts(call, request.actor)
    query = request.GET.copy()
    query.pop("page", None)
    after = f"?{query.urlencode()}" if query else ""
    count = page.paginator.count
    context = {
        "title": _("Applications"),
        "eyebrow": str(call),
        "eyebrow_url": call.get_absolute_url(),
        "lead": deadline(call, now),
        "breadcrumbs": [
            (_("Calls"), reverse("calls:list")), (str(call), call.get_absolute_url()),
            (_("Applications"), ""),
        ],
        "figures": [
            {"label": state.staff, "value": number(counts.get(state.code, 0)),
             "url": f"?state={state.code}"}
            for state in APPLICATION.states
        ],
        "call": call,
        "form": form,
        "filters_label": _("Search and narrow the applications"),
        "count_text": ngettext("%(count)s application", "%(count)s applications", count)
        % {"count": number(count)},
        "exports": [
            (suffix.upper(), reverse("applications:of_call_file", args=[slug, suffix]) + after)
            for suffix in ("csv", "xlsx")
        ],
        "page_obj": page,
        "rows": [
            (row_of(each, now), language_name(each.language),
             [(column, column.cells.get(each.pk, "")) for column in columns])
            for each in shown
        ],
        "columns": columns,
        "sort": sort,
    }  # fmt: skip
    return render(request, "applications/of_call.html", context)


@login_required
def of_call_file(request: Request, slug: str, suffix: str) -> HttpResponse | StreamingHttpResponse:
    """The same list as a file: every page of it, with the filters of the address."""
    make = maker(suffix)
    call = _call(request, slug)
    _form, found, _sort = _listed(request, call)
    rows = queries.with_call(found, call)
    now = timezone.now()
    added = columns_for(LIST, [each.pk for each in rows], request.actor)
    head = [
        _("Code"), _("Name"), _("Country"), _("Region"), _("State"), _("Language of record"),
        _("Begun"), _("Sent in"), pgettext("sent in", "Late"), _("Version"), _("SHA-256"),
        _("Sent in by"),
        *(column.label for column in added),
    ]  # fmt: skip

    def lines() -> Iterator[list[Any]]:
        for each in rows:
            body, version = each.organisation, each.version
            sent = moment(each.submitted_at, call.zone) if each.submitted_at else ""
            yield [
                body.code, body.name, body.country_id or "", str(body.region or ""),
                row_of(each, now).state, each.language,
                each.begun_at.date().isoformat(), sent, _("yes") if each.is_late else "",
                version.number if version else "", version.sha256 if version else "",
                each.submitted_by_name if version else "",
                *(column.cells.get(each.pk, "") for column in added),
            ]  # fmt: skip

    return make(f"{call.slug}-applications", head, lines())


@login_required
def late(request: Request, slug: str) -> HttpResponse:
    """Who may send in after the deadline, and the form that lets one more."""
    call = call_or_404(request, slug)
    require("applications.permit_late", request.actor, call)
    now = timezone.now()
    form = LateForm(request.POST or None, call=call, actor=request.actor, at=now)
    if request.method == "POST" and not is_search(form) and form.is_valid():
        body = form.cleaned_data["body"][0]
        sending.permit_late(
            call, body.pk, by=request.actor, until=form.cleaned_data["until"],
            reason=form.cleaned_data["reason"], at=now,
        )  # fmt: skip
        messages.success(request, _("Permitted; the people of %(name)s are told.") % {"name": body})
        return redirect("applications:late", slug=slug)
    context = {
        "title": _("Late sendings"),
        "eyebrow": str(call),
        "eyebrow_url": call.get_absolute_url(),
        "lead": deadline(call, now),
        "breadcrumbs": [
            (_("Calls"), reverse("calls:list")), (str(call), call.get_absolute_url()),
            (_("Applications"), reverse("applications:of_call", args=[slug])),
            (_("Late sendings"), ""),
        ],
        "call": call,
        "form": form,
        "zone": zone_name(call.zone),
        "rows": [
            (row, moment(row.until, call.zone), row.until >= now)
            for row in queries.permissions(call)
        ],
        "may_permit": call.state == "published",
    }  # fmt: skip
    return render(request, "applications/late.html", context)
