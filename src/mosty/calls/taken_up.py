"""Later steps say which open calls a body has taken up already: those are no task on the desk."""

from collections.abc import Callable, Iterable

from mosty.core.access import Actor

# A function of the actor that gives the ids of calls.
Provider = Callable[[Actor], Iterable[int]]
_providers: list[Provider] = []


def register_taken_up(provider: Provider) -> None:
    """Called once by an app that comes after this one, such as that of applications."""
    if provider not in _providers:
        _providers.append(provider)


def taken_up(actor: Actor) -> set[int]:
    """Ids of the calls that the bodies acted for have answered in some way."""
    return {pk for provider in _providers for pk in provider(actor)}
