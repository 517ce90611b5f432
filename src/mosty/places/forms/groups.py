"""Long forms are asked in groups; what few people need is folded away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from mosty.core.publication import Level
from mosty.core.verbs import Words

# A name is a line of its own; a tuple of names stands beside each other.
Lines = Sequence[str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Group:
    """Some fields under a heading; `folded` ones are behind it until they are wanted."""

    label: Words
    lines: Sequence[Sequence[BoundField]]
    is_folded: bool = False
    is_open: bool = False


class GroupedForm(forms.Form):
    """`GROUPS` holds (heading, lines, folded or not)."""

    GROUPS: tuple[tuple[Words, Lines, bool], ...] = ()

    def groups(self) -> Iterator[Group]:
        """The groups with the fields that this form has."""
        for label, lines, is_folded in self.GROUPS:
            rows = [[self[name] for name in _names(line) if name in self.fields] for line in lines]
            shown = [row for row in rows if row]
            fields = [field for row in shown for field in row]
            yield Group(label, shown, is_folded, is_open=any(map(_wants_eyes, fields)))


def _names(line: str | tuple[str, ...]) -> tuple[str, ...]:
    return (line,) if isinstance(line, str) else line


def _wants_eyes(field: BoundField) -> Any:
    """A folded group opens where something in it is unusual or wrong."""
    return field.errors or (_is_level(field) and field.value() not in {None, "", Level.PUBLIC})


def _is_level(field: BoundField) -> bool:
    return field.name == "level" or field.name.endswith("_level")
