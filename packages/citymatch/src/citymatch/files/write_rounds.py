"""Re-matches and matches with fewer pairs as plain JSON values."""

from __future__ import annotations

from typing import Any

from citymatch.files.numbers import from_micro
from citymatch.files.write import result_to_json
from citymatch.model import Changes, Fewer, Rematch, Rematched

FEWER_FORMAT = "citymatch.fewer/1"
REMATCH_FORMAT = "citymatch.rematch/1"


def rematch_to_json(rematch: Rematch) -> dict[str, Any]:
    """Return a re-match with the results of both ways, each in its own format."""
    return {
        "format": REMATCH_FORMAT,
        "input_sha256": rematch.input_sha256,
        "accepted": [list(key) for key in rematch.accepted],
        "declined": [list(key) for key in rematch.declined],
        "chosen": _rematched(rematch.chosen),
        "other": _rematched(rematch.other),
    }


def _rematched(way: Rematched) -> dict[str, Any]:
    return {
        "keep": way.keep,
        "result": result_to_json(way.result),
        "changes": _changes(way.changes),
    }


def _changes(changes: Changes) -> dict[str, Any]:
    return {
        "kept": [list(key) for key in changes.kept],
        "gained": [list(key) for key in changes.gained],
        "lost": [list(key) for key in changes.lost],
        "towns": [
            {
                "id": town.id,
                "side": town.side,
                "lost": list(town.lost),
                "gained": list(town.gained),
            }
            for town in changes.towns
        ],
    }


def fewer_to_json(fewer: Fewer) -> dict[str, Any]:
    """Return a match with fewer pairs and how it differs from the published one."""
    return {
        "format": FEWER_FORMAT,
        "input_sha256": fewer.input_sha256,
        "by": fewer.by,
        "status": fewer.status,
        "size": fewer.size,
        "floor": _optional(fewer.floor),
        "floor_all": _optional(fewer.floor_all),
        "score": _optional(fewer.score),
        "d_floor": _optional(fewer.d_floor),
        "d_score": _optional(fewer.d_score),
        "pairs": [list(key) for key in fewer.pairs],
        "leave": [list(key) for key in fewer.leave],
        "join": [list(key) for key in fewer.join],
    }


def _optional(value: int | None) -> float | None:
    return None if value is None else from_micro(value)
