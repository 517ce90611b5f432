"""What somebody gets whose record was merged away between opening a page and what they do next."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from mosty.core.requests import Request
from mosty.places.domain.changes import GoneMeanwhile
from mosty.places.models import Merger, Organisation
from mosty.places.queries import profile

# What a form carries besides what a person wrote.
_NOT_WRITTEN = {"csrfmiddlewaretoken", "seen", "revision", "once", "level", "use", "language"}


class GoneMiddleware:
    """An address of a body that leads on: pages under a former code open at the present one, and a
    form sent there, or while its record was merged away, comes back with what was written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if response.status_code != 404 or match is None or match.app_name != "places":
            return response
        code = match.kwargs.get("code", "")
        kept = profile.by_former_code(code, request.actor) if code else None  # type: ignore[attr-defined]
        if kept is None or kept.code == code:
            return response
        if request.method in {"GET", "HEAD"}:
            address = reverse(match.view_name, kwargs={**match.kwargs, "code": kept.code})
            return HttpResponseRedirect(address)
        return _page(request, code, kept)

    def process_exception(self, request: Request, exception: Exception) -> HttpResponse | None:
        """Status 409: the request made sense when the form was opened."""
        if not isinstance(exception, GoneMeanwhile):
            return None
        gone = exception.organisation
        merger = Merger.objects.filter(code=gone.code, undone_at=None).first()
        # Whoever may not know of the other record learns only that this one is gone.
        kept = profile.by_former_code(gone.code, request.actor) if merger else None
        return _page(request, gone, kept)


def _page(request: HttpRequest, gone: Any, kept: Organisation | None) -> HttpResponse:
    context = {"gone": gone, "kept": kept, "written": _written(request)}
    return render(request, "places/gone.html", context, status=409)


def _written(request: HttpRequest) -> list[str]:
    """The texts of the form as they were sent, to be copied."""
    return [
        text
        for name, values in request.POST.lists()
        if name not in _NOT_WRITTEN and not name.startswith("draft_")
        for text in values
        if text.strip()
    ]
