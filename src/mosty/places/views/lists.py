"""The list of municipalities, that of other bodies, and both as files."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mosty.core.access import Actor, permitted
from mosty.core.exports import csv_response, xlsx_response
from mosty.core.pictures.maps import MapPicture, draw_map
from mosty.core.pictures.places import MapPlace, Side
from mosty.core.pictures.views import MapView
from mosty.core.publication import location
from mosty.core.requests import Request
from mosty.core.templatetags.mosty import number
from mosty.places.forms.filters import BodyFilter, MunicipalityFilter
from mosty.places.models import Country, Organisation
from mosty.places.queries import files, register, typed

MAP_LABELS = 14


def list_municipalities(request: Request) -> HttpResponse:
    """Every municipality that the actor may know of, fifty a page."""
    if _is_typing(request):
        return _typed(request, MunicipalityFilter, title=_("Municipalities"))
    form = MunicipalityFilter(request.GET, actor=request.actor)
    listing = _listing(request, form)
    count = listing["page_obj"].paginator.count
    context = listing | {
        "title": _("Municipalities"),
        "lead": _(
            "Ukrainian hromadas and municipalities of the European Union, by their official codes."
        ),
        "filters_label": _("Search and narrow the list of municipalities"),
        "is_municipalities": True,
        "count_text": (
            _("More than %(count)s municipalities")
            if listing["is_more"]
            else ngettext("%(count)s municipality", "%(count)s municipalities", count)
        )
        % {"count": number(count)},
        "exports": _exports(request, "places:list_file"),
        "map": _map_of([row.organisation for row in listing["rows"]], request.actor),
    }
    return _whole(request, context)


def list_bodies(request: Request) -> HttpResponse:
    """Associations, networks, institutions and donors."""
    if _is_typing(request):
        return _typed(request, BodyFilter, title=_("Organisations"))
    form = BodyFilter(request.GET, actor=request.actor)
    listing = _listing(request, form)
    count = listing["page_obj"].paginator.count
    context = listing | {
        "title": _("Organisations"),
        "lead": _("Associations, networks, institutions and donors."),
        "filters_label": _("Search and narrow the list of organisations"),
        "count_text": (
            _("More than %(count)s organisations")
            if listing["is_more"]
            else ngettext("%(count)s organisation", "%(count)s organisations", count)
        )
        % {"count": number(count)},
        "exports": _exports(request, "places:bodies_file"),
    }
    return _whole(request, context)


def _is_typing(request: Request) -> bool:
    """Whether the page stands and only what is typed has changed (parts/filters.html)."""
    return bool(request.htmx) and request.htmx.trigger == "typing"


def _whole(request: Request, context: dict[str, Any]) -> HttpResponse:
    response = render(request, "places/list.html", context)
    patch_vary_headers(response, ["HX-Trigger"])
    return response


def _typed(
    request: Request, form_class: type[MunicipalityFilter | BodyFilter], *, title: str
) -> HttpResponse:
    """The likeliest for the words so far; what stands there then fetches the whole list."""
    form = form_class(request.GET, actor=request.actor, is_brief=True)
    wanted = form.wanted()
    context = {
        "title": title,
        "form": form,
        "rows": typed.likeliest(request.actor, wanted),
        "is_municipalities": form_class is MunicipalityFilter,
    }
    response = render(request, "places/list_typed.html", context)
    # It has the address of the page: going back must not show a piece of it.
    add_never_cache_headers(response)
    return response


def export_municipalities(request: Request, suffix: str) -> HttpResponseBase:
    """The list of municipalities as a file: every page of it, with the filters of the address."""
    form = MunicipalityFilter(request.GET, actor=request.actor)
    return _file("municipalities", suffix, request.actor, form.wanted())


def export_bodies(request: Request, suffix: str) -> HttpResponseBase:
    """The list of other bodies as a file."""
    form = BodyFilter(request.GET, actor=request.actor)
    return _file("organisations", suffix, request.actor, form.wanted())


def _listing(request: Request, form: MunicipalityFilter | BodyFilter) -> dict[str, Any]:
    wanted = form.wanted()
    listing = register.page_of(request.actor, wanted, number=request.GET.get("page"))
    return {
        "form": form,
        "page_obj": listing.page,
        "rows": listing.rows,
        "columns": listing.columns,
        "former": listing.former,
        "is_more": listing.is_more,
        "sort": wanted.sort or ("" if wanted.q.strip() else "name"),
        "may_create": permitted("places.create_organisation", request.actor),
        "tabs": tabs(request),
    }


def tabs(request: Request) -> list[dict[str, Any]]:
    """The lists of the register beside one another."""
    entries = (
        (_("Municipalities"), "places:list"),
        (_("Other organisations"), "places:bodies"),
        (_("Territories"), "places:territory"),
    )
    return [
        {"label": label, "url": (url := reverse(name)), "current": url == request.path}
        for label, name in entries
    ]


def _exports(request: Request, name: str) -> list[tuple[str, str]]:
    query = request.GET.copy()
    query.pop("page", None)
    after = f"?{query.urlencode()}" if query else ""
    return [(suffix.upper(), reverse(name, args=[suffix]) + after) for suffix in ("csv", "xlsx")]


def _file(name: str, suffix: str, actor: Actor, wanted: register.Wanted) -> HttpResponseBase:
    dated = f"{name}-{timezone.localdate():%Y-%m-%d}"
    if suffix == "csv":
        return csv_response(dated, files.head(actor, wanted), files.lines(actor, wanted))
    if suffix == "xlsx":
        return xlsx_response(dated, files.head(actor, wanted), files.lines(actor, wanted))
    raise Http404


def _map_of(organisations: list[Organisation], actor: Actor) -> MapPicture | None:
    """The places of a page that may be drawn; None where there is not one."""
    places = [
        MapPlace(
            id=organisation.code,
            name=organisation.name,
            side=Side.UKRAINE if organisation.side == Country.Side.UKRAINE else Side.EU,
            location=location(organisation, actor),
            note=str(organisation.region or ""),
            url=organisation.get_absolute_url(),
            priority=organisation.population or 0,
        )
        for organisation in organisations
    ]
    if not any(place.shown_at for place in places):
        return None
    return draw_map(
        "list-map",
        _("The municipalities of this page on the map"),
        places=places,
        view=MapView.for_places(places, aspect=0.9),
        max_labels=MAP_LABELS,
    )
