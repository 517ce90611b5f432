"""What the pages of applications have in common."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from mosty.applications import queries
from mosty.applications.models import Application
from mosty.calls import queries as calls
from mosty.calls.models import Call
from mosty.core.access import require
from mosty.core.requests import Request

TONES = {"draft": "blue", "submitted": "good", "withdrawn": "quiet"}


def application_or_404(request: Request, pk: int) -> Application:
    """The application at an address, if the actor may know of it."""
    found: Application = get_object_or_404(queries.visible_to(request.actor), pk=pk)
    return found


def own_or_404(request: Request, pk: int, verb: str = "write") -> Application:
    """The same for somebody whose body it is; the secretariat reads and does not write."""
    found = application_or_404(request, pk)
    require(f"applications.{verb}", request.actor, found)
    return found


def call_or_404(request: Request, slug: str) -> Call:
    """The call at an address, if the actor may know of it."""
    found: Call = get_object_or_404(calls.visible_to(request.actor), slug=slug)
    return found


def crumbs(application: Application, *below: str) -> list[tuple[str, str]]:
    """Where a page of an application stands."""
    call = application.call
    steps = [(_("Calls"), reverse("calls:list")), (str(call), call.get_absolute_url())]
    name = _("Application of %(name)s") % {"name": application.organisation}
    if not below:
        return [*steps, (name, "")]
    return [*steps, (name, application.get_absolute_url()), *((step, "") for step in below)]


def url(name: str, application: Application, *more: object) -> str:
    """The address of a page of that application."""
    return reverse(f"applications:{name}", args=[application.pk, *more])


def no_store(response: HttpResponse) -> HttpResponse:
    """A page that no shared computer keeps."""
    response["Cache-Control"] = "no-store, private"
    return response
