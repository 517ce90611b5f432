"""Blocking pairs and the matches beside a result as plain JSON values."""

from __future__ import annotations

from typing import Any

from citymatch.answers import Blocking, Reference, Stability
from citymatch.files.numbers import from_micro
from citymatch.files.write import bound_to_json

STABILITY_FORMAT = "citymatch.stability/1"


def stability_to_json(stability: Stability) -> dict[str, Any]:
    """Return blocking pairs, those that could form before those that bounds forbid."""
    could = [pair for pair in stability.blocking if not pair.forbidden_by]
    could_not = [pair for pair in stability.blocking if pair.forbidden_by]
    data: dict[str, Any] = {
        "format": STABILITY_FORMAT,
        "input_sha256": stability.input_sha256,
        "blocking": [_blocking(pair) for pair in could],
        "blocking_forbidden": [_blocking(pair) for pair in could_not],
        "deferred_acceptance": _reference(stability.deferred_acceptance),
    }
    if stability.fewest is not None and stability.budget is not None:
        data["fewest"] = {
            "budget": from_micro(stability.budget),
            **_reference(stability.fewest),
        }
    return data


def _blocking(pair: Blocking) -> dict[str, Any]:
    data: dict[str, Any] = {
        "left": pair.left,
        "right": pair.right,
        "left_view": from_micro(pair.left_view),
        "right_view": from_micro(pair.right_view),
    }
    if pair.forbidden_by:
        data["forbidden_by"] = [bound_to_json(bound) for bound in pair.forbidden_by]
    return data


def _reference(reference: Reference) -> dict[str, Any]:
    return {
        "pairs": [list(key) for key in reference.pairs],
        "size": reference.size,
        "floor": None if reference.floor is None else from_micro(reference.floor),
        "score": from_micro(reference.score),
        "blocking": reference.blocking,
        "breaks": [bound_to_json(bound) for bound in reference.breaks],
    }
