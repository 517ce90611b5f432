"""What stands in the top bar, in the account menu and at the foot of every page.

An app registers its items in its `apps.py` (`ready`); the order is by number, not by who came
first. An item is left out for whoever its predicate refuses, and while its address does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from mosty.core.access import Actor, is_anybody

Predicate = Callable[[Actor], bool]


class Place(StrEnum):
    """Where an item stands."""

    MAIN = "main"
    ACCOUNT = "account"
    FOOT = "foot"


@dataclass(frozen=True, slots=True)
class Item:
    """An entry: what it is called, where it leads (a URL name without arguments), for whom."""

    label: str | Promise
    url_name: str
    order: int = 100
    predicate: Predicate = is_anybody
    place: Place = Place.MAIN


@dataclass(frozen=True, slots=True)
class Link:
    """An item as one page shows it: `current` counts the pages below, `exact` only itself."""

    label: str | Promise
    url: str
    current: bool = False
    exact: bool = False


_items: list[Item] = []


def register(item: Item) -> None:
    """Add an item; registering the same one twice changes nothing."""
    if item not in _items:
        _items.append(item)
        _items.sort(key=lambda known: known.order)


def links_for(actor: Actor, path: str, *, place: Place = Place.MAIN) -> list[Link]:
    """The links of one place for one actor on the page at `path`, at most one of them current."""
    links = [
        Link(label=item.label, url=url, exact=url == path)
        for item in _items
        if item.place is place and item.predicate(actor) and (url := _url(item.url_name))
    ]
    above = [link.url for link in links if _is_below(path, link.url)]
    if not above:
        return links
    nearest = max(above, key=len)
    return [replace(link, current=link.url == nearest) for link in links]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _is_below(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))
