"""Explanations and regrets as plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from citymatch.answers import Explanation, PartDetail, Regret, Robustness, Spread, Survival
from citymatch.files.numbers import from_micro
from citymatch.model import MICRO, PairKey, Reason

EXPLANATION_FORMAT = "citymatch.explanation/1"
REGRETS_FORMAT = "citymatch.regrets/1"
ROBUSTNESS_FORMAT = "citymatch.robustness/1"


def explanation_to_json(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation; views, scores and parts as decimals, params as they are."""
    return {
        "format": EXPLANATION_FORMAT,
        "left": explanation.left,
        "right": explanation.right,
        "state": explanation.state,
        "reasons": [_reason(reason) for reason in explanation.reasons],
        "left_view": _optional(explanation.left_view),
        "right_view": _optional(explanation.right_view),
        "score": _optional(explanation.score),
        "parts": [_part(part) for part in explanation.parts],
        "regret": None if explanation.regret is None else _regret(explanation.regret),
        "loses": [list(key) for key in explanation.loses],
        "gains": [list(key) for key in explanation.gains],
    }


def regrets_to_json(regrets: Mapping[PairKey, Regret], input_sha256: str) -> dict[str, Any]:
    """Return the regrets of all pairs of the market with that digest, sorted by pair."""
    return {
        "format": REGRETS_FORMAT,
        "input_sha256": input_sha256,
        "regrets": [
            {"left": key[0], "right": key[1], **_regret(regrets[key])} for key in sorted(regrets)
        ],
    }


def robustness_to_json(robustness: Robustness) -> dict[str, Any]:
    """Return how a match fared under other weights; shares, floors and scores as decimals."""
    return {
        "format": ROBUSTNESS_FORMAT,
        "input_sha256": robustness.input_sha256,
        "runs": robustness.runs,
        "sigma": float(robustness.sigma),
        "seed": robustness.seed,
        "infeasible": robustness.infeasible,
        "pairs": [_survival(pair) for pair in robustness.pairs],
        "rivals": [_survival(pair) for pair in robustness.rivals],
        "size": _spread(robustness.size, unit=1),
        "floor": _spread(robustness.floor, unit=MICRO),
        "score": _spread(robustness.score, unit=MICRO),
    }


def _survival(pair: Survival) -> dict[str, Any]:
    return {
        "left": pair.left,
        "right": pair.right,
        "runs": pair.runs,
        "share": from_micro(pair.share),
    }


def _spread(spread: Spread | None, *, unit: int) -> dict[str, Any] | None:
    if spread is None:
        return None
    values = {
        "min": spread.least,
        "p5": spread.low,
        "median": spread.median,
        "p95": spread.high,
        "max": spread.most,
    }
    return {name: value if unit == 1 else value / unit for name, value in values.items()}


def _regret(regret: Regret) -> dict[str, Any]:
    data: dict[str, Any] = {
        "kind": regret.kind,
        "status": regret.status,
        "d_size": regret.d_size,
        "d_floor": _optional(regret.d_floor),
        "d_score": _optional(regret.d_score),
        "size": regret.size,
        "floor": _optional(regret.floor),
        "score": _optional(regret.score),
        "method": regret.method,
    }
    if regret.kept is not None:
        data |= {"kept": regret.kept, "d_kept": regret.d_kept}
    if regret.d_level is not None:
        data["d_level"] = from_micro(regret.d_level)
    return data


def _part(part: PartDetail) -> dict[str, Any]:
    return {
        "criterion": part.criterion,
        "left": from_micro(part.left),
        "right": from_micro(part.right),
        "left_weight": _optional(part.left_weight),
        "right_weight": _optional(part.right_weight),
        "unknown": list(part.unknown),
        "facts": None if part.facts is None else _reason(part.facts),
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "params": dict(reason.params)}


def _optional(value: int | None) -> float | None:
    return None if value is None else from_micro(value)
