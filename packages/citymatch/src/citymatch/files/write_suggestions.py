"""Suggestions for one town as plain JSON values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from citymatch.answers import Suggestion
from citymatch.files.numbers import from_micro
from citymatch.files.write import part_to_json


def suggestions_to_json(town: str, suggestions: Sequence[Suggestion]) -> dict[str, Any]:
    """Return the suggestions for a town, best first."""
    return {
        "for": town,
        "suggestions": [
            {
                "id": one.id,
                "score": from_micro(one.score),
                "parts": {name: part_to_json(part) for name, part in one.parts.items()},
            }
            for one in suggestions
        ],
    }
