"""Which forms have drafts, where a draft belongs, and who may write it.

An app registers a kind in its `drafts.py`: how the record is found by somebody who may know of it,
and the rule that says who may edit it. Both are asked each time a draft is read or saved.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mosty.core.access import Actor, permitted

Find = Callable[[Actor, str], Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A form that has drafts: its name, the rule of its record, and how that is found.

    `is_personal`: each person fills it for a thing of their own, which does not exist yet, so that
    colleagues share no draft.
    """

    name: str
    rule: str
    find: Find
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a draft belongs: a section of a form of a record, and a body or a person."""

    key: str
    section: str
    kind: Kind
    record: Any
    organisation_id: int | None
    user_id: int | None

    @property
    def owner(self) -> dict[str, Any]:
        """The draft's place in the table."""
        own = {"organisation_id": self.organisation_id, "user_id": self.user_id}
        return {"key": self.key, "section": self.section, **own}


_kinds: dict[str, Kind] = {}


def register(name: str, *, rule: str, find: Find, is_personal: bool = False) -> None:
    """Let the forms of this kind have drafts; `find(actor, reference)` gives the record or None."""
    _kinds[name] = Kind(name, rule, find, is_personal)


def key_of(name: str, reference: object) -> str:
    """The key of a draft.

    >>> key_of("places.profile", 42)
    'places.profile:42'
    """
    return f"{name}:{reference}"


def place_for(actor: Actor, key: str, section: str) -> Place | None:
    """Where the actor's draft of this form belongs; None where they may not write one."""
    name, _colon, reference = key.partition(":")
    kind = _kinds.get(name)
    if kind is None or actor.user_id is None:
        return None
    record = kind.find(actor, reference)
    if record is None or not permitted(kind.rule, actor, record):
        return None
    body = None if kind.is_personal else actor.acting_for_id
    return Place(key, section, kind, record, body, None if body else actor.user_id)
