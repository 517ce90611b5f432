"""Who asks, and what they may do.

An `Actor` goes into every query: the only way to get an object is a query that knows the actor, so
that nothing is checked twice and nothing leaks that it exists. What the actor may *do* with an
object stands as predicates in each app's `rules.py`; `permitted` and `require` ask them.
"""

from dataclasses import dataclass
from typing import Any

import rules
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is in the programme (docs: product.md, "Who uses it")."""

    OFFICER = "officer", _("Programme officer")
    COORDINATOR = "coordinator", _("Association coordinator")
    MUNICIPALITY = "municipality", _("Municipality officer")
    EXPERT = "expert", _("Expert")
    FUNDER = "funder", _("Funder")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting for an organisation, or a visitor, or the site itself.

    `roles` and `organisation_ids` hold only what is in force today for the body acted for;
    `organisation_ids` of a coordinator is the association, never its members.
    """

    user_id: int | None = None
    name: str = ""
    acting_for_id: int | None = None
    acting_for: str = ""
    roles: frozenset[str] = frozenset()
    organisation_ids: frozenset[int] = frozenset()
    language: str = "en"
    is_system: bool = False

    @property
    def is_known(self) -> bool:
        """Signed in (or the site itself), whatever the role."""
        return self.user_id is not None or self.is_system

    @property
    def is_officer(self) -> bool:
        """Runs the programme: sees what staff sees."""
        return self.is_system or Role.OFFICER in self.roles

    @property
    def is_in_programme(self) -> bool:
        """Takes part in the programme in any role: sees what is open inside it."""
        return self.is_system or bool(self.roles)

    def has(self, role: Role) -> bool:
        """Whether the actor holds the role for the body acted for."""
        return role in self.roles


VISITOR = Actor()
SYSTEM = Actor(name="Mosty", is_system=True)


@rules.predicate
def is_officer(actor: Actor, thing: Any = None) -> bool:
    """Programme officers."""
    return actor.is_officer


@rules.predicate
def is_in_programme(actor: Actor, thing: Any = None) -> bool:
    """Everybody with a role in the programme."""
    return actor.is_in_programme


@rules.predicate
def is_known(actor: Actor, thing: Any = None) -> bool:
    """Everybody who is signed in."""
    return actor.is_known


@rules.predicate
def is_anybody(actor: Actor, thing: Any = None) -> bool:
    """Visitors too."""
    return True


class NotAllowed(PermissionDenied):
    """The actor may see the thing but not do this with it; `str()` is a sentence for people."""


def permitted(verb: str, actor: Actor, thing: Any = None) -> bool:
    """Whether the rule of that name (`app.verb`) lets the actor do it; an unknown verb is a fault.

    >>> permitted("matching.approve_round", actor, round)  # doctest: +SKIP
    """
    if not rules.rule_exists(verb):
        raise LookupError(f"no rule is called {verb!r}")
    return bool(rules.test_rule(verb, actor, thing))


def require(verb: str, actor: Actor, thing: Any = None, *, message: Any = None) -> None:
    """Raise `NotAllowed` unless permitted; domain functions call it first."""
    if not permitted(verb, actor, thing):
        raise NotAllowed(message or _("You may look at this, but not do this with it."))
