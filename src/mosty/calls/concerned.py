"""Who is told when a call changes: those who watch it or have asked, and whom later steps name."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from mosty.calls.models import Call

# A function of the call that gives the ids of users.
Provider = Callable[[Call], Iterable[int]]
_providers: list[Provider] = []


def register_concerned(provider: Provider) -> None:
    """Called once by an app that comes after this one, such as that of applications."""
    if provider not in _providers:
        _providers.append(provider)


def concerned(call: Call) -> QuerySet[Any]:
    """The active users who are told, each once."""
    ids = {pk for provider in _providers for pk in provider(call)}
    found = Q(watched_calls__call=call) | Q(pk__in=ids)
    asked = call.enquiries.exclude(asked_by=None).values("asked_by")
    users = get_user_model()._default_manager.filter(found | Q(pk__in=asked), is_active=True)
    return users.distinct().order_by("pk")
