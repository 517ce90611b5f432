"""Two people's typing put together, field by field, by the marks of `core.editing`.

Pure: what stands in the draft, what comes from one page, and the marks of what that page was shown
give the new content and the fields on which somebody has to choose.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.http import QueryDict

from mosty.core.editing import SEEN, both_changed, mark
from mosty.core.versions import digest

Value = str | list[str]
Content = dict[str, Value]

# The page's own words to the draft, beside the fields of the form.
OWN = "draft_"
# The mark of a field of which nobody knows what the page was shown: equal to no other.
UNKNOWN = "?"
_PAGE = re.compile(r"[\w-]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Merged:
    """`content` as it stands now; which fields are the page's own, which somebody else's that the
    page has not touched, and which both have changed (there the draft keeps what it had)."""

    content: Content
    taken: frozenset[str]
    theirs: frozenset[str]
    both: frozenset[str]


def merge(
    now: Mapping[str, Value],
    mine: Mapping[str, Value],
    *,
    seen: Callable[[str], str],
    own: Collection[str] = (),
) -> Merged:
    """Put `mine` over `now`. `seen` gives the mark of what the page was shown in a field; `own`
    are the fields that this very page has typed before, which it may type anew.

    >>> merge({"a": "1", "b": "x"}, {"a": "2", "b": "y"}, seen=lambda _name: mark("1")).both
    frozenset({'b'})
    """
    content: Content = dict(now)
    taken, theirs, both = set[str](), set[str](), set[str]()
    for name in {*now, *mine}:
        here, there, base = mark(mine.get(name, "")), mark(now.get(name, "")), seen(name)
        if here == there:
            continue
        if base == here and name not in own:
            theirs.add(name)
        elif name not in own and both_changed(seen=base, mine=here, now=there):
            both.add(name)
        else:
            taken.add(name)
            content[name] = mine.get(name, "")
    return Merged(content, frozenset(taken), frozenset(theirs), frozenset(both))


@dataclass(frozen=True, slots=True)
class Typed:
    """What one page sends: the fields of its form, and what it knows of the draft.

    `base` holds what stood in the fields that were changed since the page last heard of the draft
    (told by the script; None without one), `marks` the marks of what the page was shown.
    """

    content: Content
    page: str = ""
    was: str = ""
    record_seen: Mapping[str, str] = field(default_factory=dict)
    base: Mapping[str, Value] | None = None
    marks: Mapping[str, str] = field(default_factory=dict)
    open: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    choice: str = ""

    @classmethod
    def of(cls, data: QueryDict) -> Self:
        """Out of a posted form."""
        content: Content = {}
        for name in data:
            if name not in {SEEN, "csrfmiddlewaretoken"} and not name.startswith(OWN):
                values = [_lines(text) for text in data.getlist(name)]
                content[_lines(name)] = values[0] if len(values) == 1 else values
        base = _json(data, "base")
        return cls(
            content=content,
            page=_page(data, "page"),
            was=_page(data, "was"),
            record_seen=_marks(_loaded(data.get(SEEN))),
            base=None if base is None else {name: _value(said) for name, said in base.items()},
            marks=_marks(_json(data, "seen")),
            open=frozenset(_json(data, "open") or ()),
            done=frozenset(_json(data, "done") or ()),
            choice=data.get(OWN + "choice", ""),
        )

    @property
    def digest(self) -> str:
        """SHA-256 of what was typed, whatever the page knows of the draft."""
        return digest(self.content)

    @property
    def pages(self) -> frozenset[str]:
        """This page, and the one that crashed and whose text it goes on with."""
        return frozenset({self.page, self.was} - {""})

    def seen(self, name: str) -> str:
        """The mark of what the page was shown in a field before it was typed into."""
        if name in self.open:
            return UNKNOWN
        if self.base is None:
            return self.marks.get(name, UNKNOWN)
        return mark(self.base.get(name, self.content.get(name, "")))


def _page(data: QueryDict, name: str) -> str:
    said = data.get(OWN + name, "")
    return said if _PAGE.fullmatch(said) else ""


def _lines(text: str) -> str:
    # A browser sends the ends of lines as CR LF, its script as LF; the text is the same. A zero
    # byte nobody types, and PostgreSQL holds none.
    return text.replace("\r\n", "\n").replace("\x00", "")


def _value(said: Any) -> Value:
    return [str(each) for each in said] if isinstance(said, list) else str(said)


def _loaded(text: str | None) -> dict[str, Any] | None:
    try:
        found = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    if isinstance(found, list):
        return {str(each): "" for each in found}
    return found if isinstance(found, dict) else None


def _json(data: QueryDict, name: str) -> dict[str, Any] | None:
    return _loaded(data.get(OWN + name))


def _marks(found: Mapping[str, Any] | None) -> dict[str, str]:
    return {name: said for name, said in (found or {}).items() if isinstance(said, str)}


def record_marks(
    had: Mapping[str, str], typed: Mapping[str, str], *, kept: Collection[str]
) -> dict[str, str]:
    """The marks of the record that go with the merged content: those of the page, except of the
    fields (`kept`, as named in the page) in which somebody else's text stays."""
    marks = dict(typed)
    for name, said in had.items():
        if name not in typed or any(one == name or one.startswith(f"{name}_") for one in kept):
            marks[name] = said
    return marks
