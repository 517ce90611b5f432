"""Puts the `Actor` on every request, fetched when it is first asked for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from mosty.core.access import Actor
from mosty.people.queries import actor_for

ACTING_FOR = "acting_for"


class ActorMiddleware:
    """`request.actor`: who asks, acting for which body (chosen in the session)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def find() -> Actor:
            return actor_for(
                request.user if request.user.is_authenticated else None,
                on=timezone.localdate(),
                language=get_language() or "en",
                acting_for_id=request.session.get(ACTING_FOR),
            )

        request.actor = SimpleLazyObject(find)  # type: ignore[attr-defined]
        return self.get_response(request)
