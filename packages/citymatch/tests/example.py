"""The market that engine and documents use as an example."""

from typing import Any

EXAMPLE: dict[str, Any] = {
    "format": "citymatch.market/1",
    "left": [
        {"id": "u1", "groups": ["region:UA05"], "min": 0, "max": 1},
        {"id": "u2", "groups": ["region:UA05"]},
    ],
    "right": [
        {"id": "e1", "groups": ["association:LPS", "country:LV"], "min": 0, "max": 1},
        {"id": "e3", "groups": ["association:LPS", "country:LV"]},
    ],
    "quotas": [{"group": "association:LPS", "min": 1, "max": 3}],
    "pairs": [{"left": "u1", "right": "e1", "left_view": 0.63, "right_view": 0.71}],
    "excluded": [{"left": "u1", "right": "e3", "code": "existing_partners", "params": {}}],
    "locked": [["u1", "e1"]],
    "vetoed": [["u2", "e3"]],
    "policy": {
        "stages": ["size", "floor", "score"],
        "tie_key": "round-1",
        "absolute_floor": 0.0,
        "overlap": "refuse",
    },
}
