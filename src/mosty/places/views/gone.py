"""What somebody gets whose record was merged away between opening a form and sending it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mosty.core.requests import Request
from mosty.places.domain.changes import GoneMeanwhile
from mosty.places.models import Merger
from mosty.places.queries import profile

# What a form carries besides what a person wrote.
_NOT_WRITTEN = {"csrfmiddlewaretoken", "seen", "revision", "once", "level", "use", "language"}


class GoneMiddleware:
    """Turns `GoneMeanwhile` into a page with what was written and the way to the other record."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: Request, exception: Exception) -> HttpResponse | None:
        """Status 409: the request made sense when the form was opened."""
        if not isinstance(exception, GoneMeanwhile):
            return None
        gone = exception.organisation
        merger = Merger.objects.filter(code=gone.code, undone_at=None).first()
        # Whoever may not know of the other record learns only that this one is gone.
        kept = profile.by_former_code(gone.code, request.actor) if merger else None
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
