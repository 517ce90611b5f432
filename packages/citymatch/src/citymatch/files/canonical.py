"""One way to write JSON: sorted keys, six decimals, LF, so that equal content has equal bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import batched
from json.encoder import encode_basestring
from math import isfinite
from operator import attrgetter
from typing import Any

from citymatch.files.write import market_to_json
from citymatch.model import MICRO, Market, Pair, Part, Town


def dumps(data: Any) -> str:
    """Return canonical JSON: keys sorted, floats with six decimals, a line per item of a list.

    ValueError for a float that is not finite.
    """
    if not isinstance(data, Mapping):
        return _write(data) + "\n"
    lines = [f"{encode_basestring(key)}: {_top(data[key])}" for key in sorted(data)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def input_sha256(market: Market) -> str:
    """Return the SHA-256 of the market's canonical JSON, whatever the order of its rows."""
    digest = hashlib.sha256()
    for piece in _pieces(market):
        digest.update(piece.encode())
    return digest.hexdigest()


def input_sha256s(markets: Sequence[Market]) -> list[str]:
    """Return ``input_sha256`` of markets that all list the same pairs, writing these only once."""
    texts = [_around_pairs(market) for market in markets]
    digests = [hashlib.sha256(head.encode()) for head, _ in texts]
    for piece in _pairs(markets[0]) if markets else ():
        text = piece.encode()
        for digest in digests:
            digest.update(text)
    for digest, (_, tail) in zip(digests, texts, strict=True):
        digest.update(tail.encode())
    return [digest.hexdigest() for digest in digests]


def market_text(market: Market) -> str:
    """Return what ``dumps(market_to_json(market))`` does, quickly for very many pairs."""
    return "".join(_pieces(market))


def _pieces(market: Market) -> Iterator[str]:
    """Yield the canonical text in pieces, so that it need not be held as a whole."""
    head, tail = _around_pairs(market)
    yield head
    yield from _pairs(market)
    yield tail


def _around_pairs(market: Market) -> tuple[str, str]:
    """Return the text before and after the listed pairs."""
    plain = replace(market, left=(), right=(), pairs=())
    text = dumps(market_to_json(plain))
    for side in ("left", "right"):
        head, _, tail = text.partition(f'\n"{side}": []')
        text = f'{head}\n"{side}": {_towns(getattr(market, side))}{tail}'
    if not market.pairs:
        return text, ""
    head, middle, tail = text.partition('\n"pairs": []')
    return head + middle.removesuffix("]"), "\n]" + tail


def _towns(towns: Sequence[Town]) -> str:
    """Write the towns of one side as ``_write`` would, quickly for very many."""
    if not towns:
        return "[]"
    lists = cache(_write)
    texts = [_town(town, lists) for town in sorted(towns, key=attrgetter("id"))]
    return "[\n" + ",\n".join(texts) + "\n]"


def _town(town: Town, lists: Callable[[tuple[str, ...]], str]) -> str:
    say = encode_basestring
    parts = []
    if town.capacity is not None:
        parts.append(f'"capacity": {_write(town.capacity)}')
    if town.country is not None:
        parts.append(f'"country": {say(town.country)}')
    if town.experience is not None:
        parts.append(f'"experience": {town.experience}')
    parts.append(f'"groups": {lists(town.groups)}, "id": {say(town.id)}')
    if town.languages:
        parts.append(f'"languages": {lists(town.languages)}')
    if town.lat is not None:
        parts.append(f'"lat": {_write(town.lat)}')
    if town.lon is not None:
        parts.append(f'"lon": {_write(town.lon)}')
    parts.append(f'"max": {town.max}, "min": {town.min}')
    if town.name is not None:
        parts.append(f'"name": {say(town.name)}')
    if town.needs:
        parts.append(f'"needs": {_write(town.needs)}')
    if town.offers:
        parts.append(f'"offers": {_write(town.offers)}')
    if town.population is not None:
        parts.append(f'"population": {town.population}')
    if town.profile:
        parts.append(f'"profile": {lists(town.profile)}')
    return f" {{{', '.join(parts)}}}"


def _pairs(market: Market) -> Iterator[str]:
    ends = {end for pair in market.pairs for end in pair.key}
    names = {end: encode_basestring(end) for end in ends}
    mark = "\n"
    for pairs in batched(sorted(market.pairs, key=attrgetter("left", "right")), 1000):
        yield mark + ",\n".join([_pair(pair, names) for pair in pairs])
        mark = ",\n"


def _pair(pair: Pair, names: dict[str, str]) -> str:
    parts = ""
    if pair.parts is not None:
        items = [_part(name, pair.parts[name]) for name in sorted(pair.parts)]
        parts = f'"parts": {{{", ".join(items)}}}, '
    return (
        f' {{"left": {names[pair.left]}, "left_view": {pair.left_view / MICRO:.6f}, {parts}'
        f'"right": {names[pair.right]}, "right_view": {pair.right_view / MICRO:.6f}}}'
    )


def _part(name: str, part: Part) -> str:
    unknown = f', "unknown": {_write(part.unknown)}' if part.unknown else ""
    left, right = part.left / MICRO, part.right / MICRO
    return f'{encode_basestring(name)}: {{"left": {left:.6f}, "right": {right:.6f}{unknown}}}'


def _top(value: Any) -> str:
    """Write a value of the outermost object: its items on lines of their own."""
    if isinstance(value, Mapping) and value:
        lines = [f" {encode_basestring(key)}: {_write(value[key])}" for key in sorted(value)]
        return "{\n" + ",\n".join(lines) + "\n}"
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return "[\n" + ",\n".join(f" {_write(item)}" for item in value) + "\n]"
    return _write(value)


def _write(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is float:
        if not isfinite(value):
            raise ValueError("JSON has no number that is not finite")
        text = f"{value:.6f}"
        return "0.000000" if text == "-0.000000" else text
    if value is None or kind is bool:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, Mapping):
        inside = ", ".join(
            f"{encode_basestring(key)}: {_write(value[key])}" for key in sorted(value)
        )
        return "{" + inside + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join([_write(item) for item in value]) + "]"
    raise TypeError(f"cannot write {kind.__name__} as JSON")
