"""Every address × every role: who gets in, written down.

Each app has `tests/<app>/matrix.py` with

    def build(world: World) -> None     # makes the objects its addresses need (optional)
    ROWS: dict[str, Row]                # one row per URL name

`tests/test_matrix.py` walks all of it; an address without a row fails, a row without an address
too. A row says who is let in; everybody else gets `otherwise`, a visitor `visitor` (302: asked to
sign in), and those in `refused`, who may see the thing but not do this with it, 403. `post=True`
marks addresses that only take POST: a GET answers 405 to whoever is let in, and an empty POST is
let through (any answer but 403, 404) to those named.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.people import Bodies, Cast

VISITOR = "visitor"
PEOPLE = (
    "officer second_officer latvia ukraine chuhuiv kuldiga korop gulbene expert funder stranger"
).split()
EVERYBODY = frozenset([*PEOPLE, VISITOR])
KNOWN = frozenset(PEOPLE)
IN_PROGRAMME = KNOWN - {"stranger"}
OFFICERS = frozenset(["officer", "second_officer"])
NOBODY: frozenset[str] = frozenset()


@dataclass
class World:
    """What the addresses point at; apps put their objects into `things`."""

    bodies: Bodies
    cast: Cast
    things: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """Who gets in at one address."""

    open_to: frozenset[str]
    otherwise: int = 404
    visitor: int = 302
    args: Callable[[World], dict[str, Any]] = lambda _world: {}
    query: str = ""
    post: bool = False
    refused: frozenset[str] = NOBODY


# Addresses of packages, whose access is theirs to hold and to test.
FOREIGN = ("account_", "mfa_", "usersessions_", "set_language")


def names() -> Iterator[str]:
    """Every URL name of the site, with its namespace."""

    def walk(patterns: list[Any], spaces: tuple[str, ...]) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                own = (*spaces, pattern.namespace) if pattern.namespace else spaces
                yield from walk(pattern.url_patterns, own)
            elif isinstance(pattern, URLPattern):
                yield ":".join((*spaces, pattern.name or f"unnamed {pattern.pattern}"))

    for name in walk(get_resolver().url_patterns, ()):
        if not name.startswith(FOREIGN):
            yield name
