"""From plain JSON values to a result, as it was published: nothing is corrected here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from citymatch.files.parse import Reader
from citymatch.files.write import RESULT_FORMAT
from citymatch.model import (
    Bound,
    Certificate,
    Chosen,
    Conflict,
    LevelProof,
    PairKey,
    Prices,
    Relaxation,
    Result,
    Unmatched,
)

_RESULT = (
    "format",
    "status",
    "pairs",
    "size",
    "floor",
    "floor_all",
    "score",
    "kept",
    "unmatched",
    "certificate",
    "conflict",
    "input_sha256",
    "versions",
)
_PROOFS = ("size", "floor", "score", "keep", "infeasible")
_PRICES = ("town_max", "town_min", "group_max", "group_min")


def result_from_json(data: Mapping[str, Any], *, source: str = "result") -> Result:
    """Read a result in the format ``citymatch.result/1``.

    InputError when a field is missing, unknown or of the wrong kind. Whether it is *true* is the
    business of ``verify``.
    """
    read = Reader(source)
    read.format(data, RESULT_FORMAT)
    read.known(data, _RESULT, None, "")
    status = read.text(data, "status", row=None, at="")
    if status not in ("optimal", "infeasible"):
        read.fail(
            None,
            "status",
            "wrong_value",
            f"the status is {status!r}",
            'use "optimal" or "infeasible"',
            value=status,
        )
    conflict = read.mapping(data, "conflict", row=None, at="")
    result = Result(
        status=status,
        input_sha256=read.text(data, "input_sha256", row=None, at=""),
        versions=_texts(read, data, "versions"),
        pairs=tuple(_chosen(read, row, item) for row, item in read.rows(data, "pairs")),
        size=read.whole(data, "size", row=None, at="", default=None),
        floor=read.micro(data, "floor", row=None, at="", default=None),
        floor_all=read.micro(data, "floor_all", row=None, at="", default=None),
        score=read.micro(data, "score", row=None, at="", default=None),
        unmatched=tuple(_unmatched(read, row, item) for row, item in read.rows(data, "unmatched")),
        certificate=_certificate(read, read.mapping(data, "certificate", row=None, at="")),
        conflict=None if conflict is None else _conflict(read, conflict),
        kept=read.whole(data, "kept", row=None, at="", default=None),
    )
    read.finish()
    return result


def _texts(read: Reader, data: Mapping[str, Any], name: str) -> dict[str, str]:
    given = read.mapping(data, name, row=None, at="", default={})
    return {key: read.text(given, key, row=None, at=name) for key in given}


def _chosen(read: Reader, row: int, item: Mapping[str, Any]) -> Chosen:
    read.known(item, ("left", "right", "left_view", "right_view", "score", "locked"), row, "pairs")
    return Chosen(
        left=read.text(item, "left", row=row, at="pairs"),
        right=read.text(item, "right", row=row, at="pairs"),
        left_view=read.view(item, "left_view", row=row, at="pairs"),
        right_view=read.view(item, "right_view", row=row, at="pairs"),
        score=read.view(item, "score", row=row, at="pairs"),
        locked=read.truth(item, "locked", row=row, at="pairs"),
    )


def _unmatched(read: Reader, row: int, item: Mapping[str, Any]) -> Unmatched:
    read.known(item, ("id", "side", "used", "max", "code", "params"), row, "unmatched")
    return Unmatched(
        id=read.text(item, "id", row=row, at="unmatched"),
        side=read.text(item, "side", row=row, at="unmatched"),
        used=read.whole(item, "used", row=row, at="unmatched"),
        max=read.whole(item, "max", row=row, at="unmatched"),
        code=read.text(item, "code", row=row, at="unmatched"),
        params=read.mapping(item, "params", row=row, at="unmatched", default={}),
    )


def _certificate(read: Reader, item: Mapping[str, Any] | None) -> Certificate:
    if item is None:
        return Certificate()
    at = "certificate"
    read.known(item, (*_PROOFS, "levels", "witness"), None, at)
    proofs = {
        name: _prices(read, proof, f"{at}.{name}")
        for name in _PROOFS
        if (proof := read.mapping(item, name, row=None, at=at)) is not None
    }
    witness: tuple[PairKey, ...] | None = None
    if item.get("witness") is not None:
        witness = read.keys(item, "witness")
    levels = tuple(_level(read, row, level) for row, level in read.rows(item, "levels"))
    return Certificate(**proofs, levels=levels, witness=witness)


def _level(read: Reader, row: int, item: Mapping[str, Any]) -> LevelProof:
    at = "certificate.levels"
    read.known(item, ("level", "prices"), row, at)
    prices = read.mapping(item, "prices", row=row, at=at, default={})
    return LevelProof(
        read.view(item, "level", row=row, at=at), _prices(read, prices, f"{at}.prices")
    )


def _prices(read: Reader, item: Mapping[str, Any], at: str) -> Prices:
    read.known(item, ("size", *_PRICES), None, at)
    parts = {}
    for name in _PRICES:
        given = read.mapping(item, name, row=None, at=at, default={})
        parts[name] = {key: read.whole(given, key, row=None, at=f"{at}.{name}") for key in given}
    return Prices(size=read.whole(item, "size", row=None, at=at, default=0), **parts)


def _conflict(read: Reader, item: Mapping[str, Any]) -> Conflict:
    read.known(item, ("bounds", "relaxation", "cost"), None, "conflict")
    return Conflict(
        bounds=tuple(_bound(read, row, bound) for row, bound in read.rows(item, "bounds")),
        relaxation=tuple(_step(read, row, step) for row, step in read.rows(item, "relaxation")),
        cost=read.whole(item, "cost", row=None, at="conflict"),
    )


def _bound(read: Reader, row: int, item: Mapping[str, Any]) -> Bound:
    at = "conflict.bounds"
    read.known(item, ("code", "id", "value"), row, at)
    code = read.text(item, "code", row=row, at=at)
    if code in ("lock", "veto"):
        keys = read.keys({"id": [item.get("id")]}, "id")
        return Bound(code, keys[0] if keys else ("", ""), read.whole(item, "value", row=row, at=at))
    if code == "absolute_floor":
        return Bound(code, None, read.micro(item, "value", row=row, at=at))
    name = read.text(item, "id", row=row, at=at)
    return Bound(code, name, read.whole(item, "value", row=row, at=at))


def _step(read: Reader, row: int, item: Mapping[str, Any]) -> Relaxation:
    at = "conflict.relaxation"
    read.known(item, ("code", "id", "from", "to"), row, at)
    return Relaxation(
        code=read.text(item, "code", row=row, at=at),
        id=read.text(item, "id", row=row, at=at),
        start=read.whole(item, "from", row=row, at=at),
        end=read.whole(item, "to", row=row, at=at),
    )
