"""Which applications of a call were accepted: a later step says so, others take them over.

The step that decides registers what it has released (`register_accepted`); matching asks here, so
that neither needs to know of the other.
"""

from collections.abc import Callable, Iterable

from mosty.applications.models import Application
from mosty.calls.models import Call

# A function of the call that gives those that were accepted and released, and no other.
Provider = Callable[[Call], Iterable[Application]]
_providers: list[Provider] = []


def register_accepted(provider: Provider) -> None:
    """Called once by the app that decides, when the site starts."""
    if provider not in _providers:
        _providers.append(provider)


def accepted(call: Call) -> list[Application]:
    """The accepted applications with their bodies, each once, by name."""
    ids = {one.pk for provider in _providers for one in provider(call)}
    rows = Application.objects.filter(pk__in=ids, call=call).select_related(
        "organisation__country", "organisation__region", "association", "version", "call"
    )
    return list(rows.order_by("organisation__sort_en", "pk"))
