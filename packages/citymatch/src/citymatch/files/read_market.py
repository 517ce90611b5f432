"""From plain JSON values to a market."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from citymatch.checks import require_sound
from citymatch.files.parse import Reader
from citymatch.files.write import MARKET_FORMAT
from citymatch.model import (
    STAGES,
    Excluded,
    Keep,
    Market,
    Pair,
    Part,
    Policy,
    Quota,
    Side,
    Town,
)

_MARKET = (
    "format",
    "left",
    "right",
    "quotas",
    "pairs",
    "excluded",
    "locked",
    "vetoed",
    "ties",
    "policy",
    "keep",
)
_TOWN = (
    "id",
    "groups",
    "min",
    "max",
    "name",
    "country",
    "population",
    "lat",
    "lon",
    "languages",
    "needs",
    "offers",
    "profile",
)
_POLICY = ("stages", "tie_key", "absolute_floor", "overlap", "scoring", "weights", "floors")


def market_from_json(data: Mapping[str, Any], *, source: str = "market") -> Market:
    """Read a market in the format ``citymatch.market/1``.

    ``source`` names the file in messages. InputError when a field is missing, unknown, of the
    wrong kind or out of range, and when the market contradicts itself (``citymatch.checks``).
    """
    read = Reader(source)
    read.format(data, MARKET_FORMAT)
    read.known(data, _MARKET, None, "")
    for name in ("left", "right", "pairs"):
        if name not in data:
            read.fail(None, name, "missing", f"the list {name} is missing", f"add {name}")
    market = Market(
        left=_towns(read, data, "left"),
        right=_towns(read, data, "right"),
        pairs=tuple(_pair(read, row, item) for row, item in read.rows(data, "pairs")),
        quotas=tuple(_quota(read, row, item) for row, item in read.rows(data, "quotas")),
        excluded=tuple(_excluded(read, row, item) for row, item in read.rows(data, "excluded")),
        locked=read.keys(data, "locked"),
        vetoed=read.keys(data, "vetoed"),
        ties=read.keys(data, "ties"),
        policy=_policy(read, read.mapping(data, "policy", row=None, at="", default={})),
        keep=_keep(read, read.mapping(data, "keep", row=None, at="")),
    )
    read.finish()
    require_sound(market, source=source)
    return market


def policy_from_json(data: Mapping[str, Any], *, source: str = "policy") -> Policy:
    """Read a policy alone: the object that a market has under ``policy``."""
    read = Reader(source)
    policy = _policy(read, data, at="")
    read.finish()
    return policy


def _towns(read: Reader, data: Mapping[str, Any], side: Side) -> tuple[Town, ...]:
    return tuple(_town(read, row, item, side) for row, item in read.rows(data, side))


def _town(read: Reader, row: int, item: Mapping[str, Any], side: Side) -> Town:
    read.known(item, _TOWN, row, side)
    return Town(
        id=read.text(item, "id", row=row, at=side),
        groups=read.texts(item, "groups", row=row, at=side),
        min=read.whole(item, "min", row=row, at=side, default=0),
        max=read.whole(item, "max", row=row, at=side, default=1),
        name=read.text(item, "name", row=row, at=side, default=None),
        country=read.text(item, "country", row=row, at=side, default=None),
        population=read.whole(item, "population", row=row, at=side, default=None),
        lat=read.number(item, "lat", row=row, at=side, default=None),
        lon=read.number(item, "lon", row=row, at=side, default=None),
        languages=read.texts(item, "languages", row=row, at=side),
        needs=_weights(read, item, "needs", row=row, at=side),
        offers=_weights(read, item, "offers", row=row, at=side),
        profile=read.texts(item, "profile", row=row, at=side),
    )


def _weights(
    read: Reader, item: Mapping[str, Any], name: str, *, row: int | None, at: str
) -> dict[str, float]:
    given = read.mapping(item, name, row=row, at=at, default={})
    return {
        key: float(read.number(given, key, row=row, at=f"{at}.{name}"))
        for key in given
        if isinstance(key, str)
    }


def _pair(read: Reader, row: int, item: Mapping[str, Any]) -> Pair:
    read.known(item, ("left", "right", "left_view", "right_view", "parts"), row, "pairs")
    parts = read.mapping(item, "parts", row=row, at="pairs")
    return Pair(
        left=read.text(item, "left", row=row, at="pairs"),
        right=read.text(item, "right", row=row, at="pairs"),
        left_view=read.view(item, "left_view", row=row, at="pairs"),
        right_view=read.view(item, "right_view", row=row, at="pairs"),
        parts=None if parts is None else _parts(read, row, parts),
    )


def _parts(read: Reader, row: int, parts: Mapping[str, Any]) -> dict[str, Part]:
    found = {}
    for name in parts:
        at = f"pairs.parts.{name}"
        item = read.mapping(parts, name, row=row, at="pairs.parts", default={})
        read.known(item, ("left", "right", "unknown"), row, at)
        unknown = read.texts(item, "unknown", row=row, at=at)
        sides: tuple[Side, ...] = tuple(s for s in ("left", "right") if s in unknown)
        if len(sides) != len(unknown):
            read.fail(
                row,
                f"{at}.unknown",
                "wrong_value",
                "unknown names something else than the two sides",
                'use "left", "right" or both',
            )
        found[name] = Part(
            left=read.view(item, "left", row=row, at=at),
            right=read.view(item, "right", row=row, at=at),
            unknown=sides,
        )
    return found


def _quota(read: Reader, row: int, item: Mapping[str, Any]) -> Quota:
    read.known(item, ("group", "min", "max"), row, "quotas")
    return Quota(
        group=read.text(item, "group", row=row, at="quotas"),
        min=read.whole(item, "min", row=row, at="quotas", default=0),
        max=read.whole(item, "max", row=row, at="quotas", default=None),
    )


def _excluded(read: Reader, row: int, item: Mapping[str, Any]) -> Excluded:
    read.known(item, ("left", "right", "code", "params"), row, "excluded")
    return Excluded(
        left=read.text(item, "left", row=row, at="excluded"),
        right=read.text(item, "right", row=row, at="excluded"),
        code=read.text(item, "code", row=row, at="excluded"),
        params=read.mapping(item, "params", row=row, at="excluded", default={}),
    )


def _keep(read: Reader, item: Mapping[str, Any] | None) -> Keep | None:
    if item is None:
        return None
    read.known(item, ("pairs", "when"), None, "keep")
    when = read.text(item, "when", row=None, at="keep", default=Keep().when)
    return Keep(read.keys(item, "pairs"), when)


def _policy(read: Reader, item: Mapping[str, Any], *, at: str = "policy") -> Policy:
    read.known(item, _POLICY, None, at)
    plain = Policy()
    weights = read.mapping(item, "weights", row=None, at=at)
    if weights is not None:
        inside = f"{at}.weights".removeprefix(".")
        read.known(weights, ("left", "right"), None, inside)
        weights = {
            side: _weights(read, weights, side, row=None, at=inside) for side in ("left", "right")
        }
    stages = read.texts(item, "stages", row=None, at=at) if "stages" in item else STAGES
    return Policy(
        stages=stages,
        tie_key=read.text(item, "tie_key", row=None, at=at, default=plain.tie_key),
        absolute_floor=read.micro(item, "absolute_floor", row=None, at=at, default=0),
        overlap=read.text(item, "overlap", row=None, at=at, default=plain.overlap),
        scoring=read.text(item, "scoring", row=None, at=at, default=plain.scoring),
        weights=weights,
        floors=read.text(item, "floors", row=None, at=at, default=plain.floors),
    )
