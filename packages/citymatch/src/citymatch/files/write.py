"""From the data classes to plain JSON values, in their normal form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from citymatch.files.numbers import from_micro
from citymatch.model import (
    Bound,
    Certificate,
    Conflict,
    Excluded,
    Keep,
    Market,
    Pair,
    Part,
    Policy,
    Prices,
    Result,
    Town,
)

MARKET_FORMAT = "citymatch.market/1"
RESULT_FORMAT = "citymatch.result/1"


def market_to_json(market: Market) -> dict[str, Any]:
    """Return a market in its normal form: every default said, everything sorted by id."""
    data: dict[str, Any] = {
        "format": MARKET_FORMAT,
        "left": [_town(town) for town in sorted(market.left, key=lambda town: town.id)],
        "right": [_town(town) for town in sorted(market.right, key=lambda town: town.id)],
        "quotas": [
            {"group": quota.group, "min": quota.min, "max": quota.max}
            for quota in sorted(market.quotas, key=lambda quota: quota.group)
        ],
        "pairs": [_pair(pair) for pair in sorted(market.pairs, key=lambda pair: pair.key)],
        "excluded": [
            _excluded(item)
            for item in sorted(market.excluded, key=lambda item: (item.left, item.right))
        ],
        "locked": [list(key) for key in sorted(market.locked)],
        "vetoed": [list(key) for key in sorted(market.vetoed)],
        "ties": [list(key) for key in sorted(market.ties)],
        "wishes": [
            {
                "from": wish.town,
                "to": wish.partner,
                "rank": "no" if wish.rank is None else wish.rank,
            }
            for wish in sorted(market.wishes, key=lambda wish: (wish.town, wish.partner))
        ],
        "policy": _policy(market.policy),
    }
    if market.open:
        del data["pairs"]
    if market.keep is not None:
        data["keep"] = _keep(market.keep)
    return data


def result_to_json(result: Result) -> dict[str, Any]:
    """Return a result as plain JSON values."""
    data: dict[str, Any] = {
        "format": RESULT_FORMAT,
        "status": result.status,
        "pairs": [
            {
                "left": pair.left,
                "right": pair.right,
                "left_view": from_micro(pair.left_view),
                "right_view": from_micro(pair.right_view),
                "score": from_micro(pair.score),
                "locked": pair.locked,
            }
            for pair in result.pairs
        ],
        "size": result.size,
        "floor": _optional(result.floor),
        "floor_all": _optional(result.floor_all),
        "score": _optional(result.score),
        "unmatched": [
            {
                "id": town.id,
                "side": town.side,
                "used": town.used,
                "max": town.max,
                "code": town.code,
                "params": dict(town.params),
            }
            for town in result.unmatched
        ],
        "certificate": _certificate(result.certificate),
        "input_sha256": result.input_sha256,
        "versions": dict(result.versions),
    }
    if result.conflict is not None:
        data["conflict"] = conflict_to_json(result.conflict)
    if result.kept is not None:
        data["kept"] = result.kept
    return data


def _optional(value: int | None) -> float | None:
    return None if value is None else from_micro(value)


def _town(town: Town) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": town.id,
        "groups": list(town.groups),
        "min": town.min,
        "max": town.max,
    }
    for name in ("name", "country", "population", "experience"):
        if getattr(town, name) is not None:
            data[name] = getattr(town, name)
    for name in ("lat", "lon", "capacity"):
        if getattr(town, name) is not None:
            data[name] = float(getattr(town, name))
    for name in ("languages", "profile"):
        if getattr(town, name):
            data[name] = list(getattr(town, name))
    for name in ("needs", "offers"):
        if getattr(town, name):
            data[name] = _numbers(getattr(town, name))
    return data


def _numbers(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: float(weight) for name, weight in weights.items()}


def _pair(pair: Pair) -> dict[str, Any]:
    data: dict[str, Any] = {
        "left": pair.left,
        "right": pair.right,
        "left_view": from_micro(pair.left_view),
        "right_view": from_micro(pair.right_view),
    }
    if pair.parts is not None:
        data["parts"] = {name: part_to_json(part) for name, part in pair.parts.items()}
    return data


def part_to_json(part: Part) -> dict[str, Any]:
    """Return what a criterion adds for each side, and what was unknown."""
    data: dict[str, Any] = {"left": from_micro(part.left), "right": from_micro(part.right)}
    if part.unknown:
        data["unknown"] = list(part.unknown)
    return data


def _excluded(item: Excluded) -> dict[str, Any]:
    return {
        "left": item.left,
        "right": item.right,
        "code": item.code,
        "params": dict(item.params),
    }


def _keep(keep: Keep) -> dict[str, Any]:
    return {"pairs": [list(key) for key in sorted(keep.pairs)], "when": keep.when}


def _policy(policy: Policy) -> dict[str, Any]:
    data: dict[str, Any] = {
        "stages": list(policy.stages),
        "tie_key": policy.tie_key,
        "absolute_floor": from_micro(policy.absolute_floor),
        "overlap": policy.overlap,
        "scoring": policy.scoring,
    }
    rules = {
        name: value if value is True else float(value)
        for name in ("max_km", "max_size_ratio", "common_language", "new_partners")
        if (value := getattr(policy.rules, name))
    }
    if rules:
        data["rules"] = rules
    if policy.floors != "once":
        data["floors"] = policy.floors
    if policy.weights is not None:
        data["weights"] = {side: _numbers(part) for side, part in policy.weights.items()}
    return data


def _certificate(certificate: Certificate) -> dict[str, Any]:
    data: dict[str, Any] = {
        name: _prices(prices)
        for name in ("size", "floor", "score", "keep", "infeasible")
        if (prices := getattr(certificate, name)) is not None
    }
    if certificate.levels:
        data["levels"] = [
            {"level": from_micro(proof.level), "prices": _prices(proof.prices)}
            for proof in certificate.levels
        ]
    if certificate.witness is not None:
        data["witness"] = [list(key) for key in certificate.witness]
    return data


def _prices(prices: Prices) -> dict[str, Any]:
    return {
        "size": prices.size,
        "town_max": dict(prices.town_max),
        "town_min": dict(prices.town_min),
        "group_max": dict(prices.group_max),
        "group_min": dict(prices.group_min),
    }


def conflict_to_json(conflict: Conflict) -> dict[str, Any]:
    """Return a conflict as it stands in a result."""
    return {
        "bounds": [bound_to_json(bound) for bound in conflict.bounds],
        "relaxation": [
            {"code": step.code, "id": step.id, "from": step.start, "to": step.end}
            for step in conflict.relaxation
        ],
        "cost": conflict.cost,
    }


def bound_to_json(bound: Bound) -> dict[str, Any]:
    """Return a bound as it stands in a conflict."""
    return {
        "code": bound.code,
        "id": list(bound.id) if isinstance(bound.id, tuple) else bound.id,
        "value": from_micro(bound.value) if bound.id is None else bound.value,
    }
