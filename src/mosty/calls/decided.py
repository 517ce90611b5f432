"""Which calls are decided: a later step says so; nobody is asked then for a word on what was sent
in to them."""

from collections.abc import Callable, Collection, Iterable

# A function of the ids of calls that gives those whose decisions are given out.
Provider = Callable[[Collection[int]], Iterable[int]]
_providers: list[Provider] = []


def register_decided(provider: Provider) -> None:
    """Called once by the app that decides, when the site starts."""
    if provider not in _providers:
        _providers.append(provider)


def decided(calls: Collection[int]) -> set[int]:
    """Of these calls, by their ids, those that are decided."""
    return {pk for provider in _providers for pk in provider(calls)} if calls else set()
