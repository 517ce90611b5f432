"""What differs between two frozen contents, for people: one line for each place that changed.

Content is what `core.versions` freezes: dictionaries, lists and plain values. A list of things that
have a `key` is compared by key, so that a row put in between does not change all that follow.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

# A word, or what stands between two: so a comma that was put in is shown alone.
_MOST_WORDS = 4000


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: in both (`same`), only before (`gone`), or only now (`new`)."""

    text: str
    of: str


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs. `path` leads there; None where there was, or is, nothing."""

    path: tuple[str, ...]
    before: Any
    after: Any

    @property
    def pieces(self) -> list[Piece]:
        """The change word by word, where both are texts; else what was there and what is."""
        if isinstance(self.before, str) and isinstance(self.after, str):
            return words(self.before, self.after)
        return [
            Piece(_said(value), of)
            for value, of in ((self.before, "gone"), (self.after, "new"))
            if value not in (None, "", [], {})
        ]


def changes(before: Any, after: Any) -> list[Change]:
    """Every place at which the two differ, in the order of the newer one.

    >>> changes({"a": 1, "b": "x"}, {"a": 2, "b": "x"})
    [Change(path=('a',), before=1, after=2)]
    """
    return list(_walk(before, after, ()))


def _walk(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in [*after, *(name for name in before if name not in after)]:
            yield from _walk(before.get(name), after.get(name), (*path, name))
        return
    keyed = _by_key(before), _by_key(after)
    if keyed[0] is not None and keyed[1] is not None:
        yield from _walk(keyed[0], keyed[1], path)
        return
    yield Change(path, before, after)


def _by_key(value: Any) -> dict[str, Any] | None:
    """A list of things with keys by those; None for anything else."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    if not all(isinstance(row, Mapping) and "key" in row for row in value):
        return None
    return {str(row["key"]): row for row in value}


def words(before: str, after: str) -> list[Piece]:
    """Two texts put over one another, word by word and sign by sign.

    >>> [(piece.text, piece.of) for piece in words("Water now", "Water, now")]
    [('Water', 'same'), (',', 'new'), (' now', 'same')]
    """
    left, right = _tokens(before), _tokens(after)
    if len(left) > _MOST_WORDS or len(right) > _MOST_WORDS:
        return [Piece(before, "gone"), Piece(after, "new")]
    found: list[Piece] = []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece("".join(left[i1:i2]), "same"))
            continue
        if i2 > i1:
            found.append(Piece("".join(left[i1:i2]), "gone"))
        if j2 > j1:
            found.append(Piece("".join(right[j1:j2]), "new"))
    return found


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    for letter in text:
        if found and letter.isalnum() and found[-1][-1].isalnum():
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _said(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_said(each) for each in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_said(said)}" for name, said in value.items())
    return str(value)
