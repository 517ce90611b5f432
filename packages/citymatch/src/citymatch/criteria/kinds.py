"""Ratings that depend on two small sets only, such as languages: towns with equal sets are a kind.

There are few kinds, so that a table of kinds × kinds holds all values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from citymatch.criteria.rating import (
    PRIOR,
    Context,
    Ints,
    Limit,
    Limits,
    Rate,
    Rating,
    Singles,
)
from citymatch.model import MICRO, Town

type Tags = tuple[str, ...]

type Kinds = tuple[np.ndarray[tuple[int], np.dtype[np.int32]], list[frozenset[str]]]
"""The kind of each town, and the set of each kind."""

MOST = 64
"""With more kinds than this on the side that has fewer, bounds are those of the best value."""

TABLE = 4_000_000
"""The largest table that is laid out; beyond it, pairs are rated kind by kind as they come."""


def over_kinds(
    tags: Callable[[Town], Tags], value: Callable[[frozenset[str], frozenset[str]], int]
) -> Callable[[Sequence[Town], Sequence[Town], Context], Rate]:
    """Return a criterion's ``over`` for the value of two sets; an empty set is unknown."""

    def over(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rate:
        (one, ones), (other, others) = _kinds_of_both(left, right, context, tags)
        blank, blanks = _blank(ones), _blank(others)
        if len(ones) * len(others) <= TABLE:
            table = _table(ones, others, value)

            def values(i: Ints, j: Ints) -> Ints:
                return table[one[i], other[j]]

        else:

            def values(i: Ints, j: Ints) -> Ints:
                first, second = np.broadcast_arrays(one[i], other[j])
                pairs = first.astype(np.int64).ravel() * len(others) + second.ravel()
                distinct, inverse = np.unique(pairs, return_inverse=True)
                found = [value(ones[k // len(others)], others[k % len(others)]) for k in distinct]
                return np.array(found, dtype=np.int64)[inverse].reshape(first.shape)

        def rate(i: Ints, j: Ints) -> Rating:
            return Rating.mutual(values(i, j), blank[one[i]] | blanks[other[j]])

        return rate

    return over


def limits_of_kinds(
    tags: Callable[[Town], Tags], value: Callable[[frozenset[str], frozenset[str]], int]
) -> Callable[[Sequence[Town], Sequence[Town], Context], Limits]:
    """Return a criterion's ``limits``: exact through the side that has fewer kinds."""

    def limits(left: Sequence[Town], right: Sequence[Town], context: Context) -> Limits:
        (one, ones), (other, others) = _kinds_of_both(left, right, context, tags)
        if min(len(ones), len(others)) > MOST or len(ones) * len(others) > TABLE:
            limit = Limit.constant(1.0, len(left))
            return Limits(limit, limit, is_mutual=True)
        unknown = _blank(ones)[:, None] | _blank(others)[None, :]
        known = np.where(unknown, PRIOR, _table(ones, others, value))
        table = (known / MICRO).astype(np.float32)
        if len(ones) <= len(others):
            row = np.eye(len(ones), dtype=np.float32)[one]

            def columns(part: Ints) -> Singles:
                return np.asarray(table.T[other[part]], dtype=np.float32)

        else:
            row = table[one]

            def columns(part: Ints) -> Singles:
                return np.asarray(np.eye(len(others), dtype=np.float32)[other[part]])

        limit = Limit(row, columns)
        return Limits(limit, limit, is_mutual=True)

    return limits


def kinds_of(towns: Sequence[Town], tags: Callable[[Town], Tags]) -> Kinds:
    """Return the kind of each town and the set of each kind."""
    said = list(map(tags, towns))
    place = {own: k for k, own in enumerate(dict.fromkeys(said))}
    kind = np.fromiter(map(place.__getitem__, said), np.int32, len(said))
    return kind, [frozenset(own) for own in place]


def _kinds_of_both(
    left: Sequence[Town],
    right: Sequence[Town],
    context: Context,
    tags: Callable[[Town], Tags],
) -> tuple[Kinds, Kinds]:
    # Each criterion has a module of its own, with its tags.
    name = f"kinds of {tags.__module__}"
    return context.once(
        name, left, right, lambda one, other: (kinds_of(one, tags), kinds_of(other, tags))
    )


def _blank(kinds: Sequence[frozenset[str]]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array([not kind for kind in kinds], dtype=np.bool_)


def _table(
    ones: Sequence[frozenset[str]],
    others: Sequence[frozenset[str]],
    value: Callable[[frozenset[str], frozenset[str]], int],
) -> Ints:
    values = [[value(one, other) for other in others] for one in ones]
    return np.array(values, dtype=np.int64).reshape(len(ones), len(others))
