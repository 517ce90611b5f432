"""The listed pairs as arrays, and which of them may be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from citymatch.model import Market, Pair, PairKey, Town
from citymatch.quotas import Bounds, Ints, build_bounds

type Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Table:
    """All listed pairs, sorted by left and right id: the order of rows in a file plays no part.

    ``i`` and ``j`` are places in ``left`` and ``right``. A pair is ``free`` when the engine may
    choose it: not locked (then it is in), not vetoed, not below the absolute floor (``low``).
    """

    market: Market
    left: tuple[Town, ...]
    right: tuple[Town, ...]
    left_place: Mapping[str, int]
    right_place: Mapping[str, int]
    pairs: tuple[Pair, ...]
    i: Ints
    j: Ints
    score: Ints
    floor: Ints
    locked: Mask
    vetoed: Mask
    low: Mask
    free: Mask
    bounds: Bounds

    @property
    def tail(self) -> Ints:
        return self.i + self.bounds.left_node

    @property
    def head(self) -> Ints:
        return self.j + self.bounds.right_node

    def key(self, row: int) -> PairKey:
        return self.pairs[row].key

    def row(self, left: str, right: str) -> int:
        """Return the row of a pair, -1 when it is not listed."""
        i, j = self.left_place.get(left), self.right_place.get(right)
        if i is None or j is None:
            return -1
        start, stop = np.searchsorted(self.i, [i, i + 1])
        row = int(start + np.searchsorted(self.j[start:stop], j))
        return row if row < stop and self.j[row] == j else -1


def build_table(market: Market) -> Table:
    """Lay out a sound market (``citymatch.checks``) for computing."""
    left = tuple(sorted(market.left, key=lambda town: town.id))
    right = tuple(sorted(market.right, key=lambda town: town.id))
    pairs = tuple(sorted(market.pairs, key=attrgetter("left", "right")))
    left_place = {town.id: k for k, town in enumerate(left)}
    right_place = {town.id: k for k, town in enumerate(right)}
    views = np.array([(pair.left_view, pair.right_view) for pair in pairs], dtype=np.int64)
    left_view, right_view = views.reshape(-1, 2).T
    floor = np.minimum(left_view, right_view)
    locked, vetoed = _among(pairs, market.locked), _among(pairs, market.vetoed)
    low = (floor < market.policy.absolute_floor) & ~locked
    return Table(
        market=market,
        left=left,
        right=right,
        left_place=left_place,
        right_place=right_place,
        pairs=pairs,
        i=np.array([left_place[pair.left] for pair in pairs], dtype=np.int64),
        j=np.array([right_place[pair.right] for pair in pairs], dtype=np.int64),
        score=mutual_scores(left_view, right_view),
        floor=floor,
        locked=locked,
        vetoed=vetoed,
        low=low,
        free=~(locked | vetoed | low),
        bounds=build_bounds(left, right, market.quotas),
    )


def mutual_scores(left_view: Ints, right_view: Ints) -> Ints:
    """Return ``model.mutual_score`` of many views at once.

    4ab is below 2**53, and the square root of such a whole number rounds down to its exact root.
    """
    root = np.floor(np.sqrt((4 * left_view * right_view).astype(np.float64))).astype(np.int64)
    return np.asarray((root + 1) // 2, dtype=np.int64)


def _among(pairs: tuple[Pair, ...], keys: tuple[PairKey, ...]) -> Mask:
    if not keys:
        return np.zeros(len(pairs), dtype=np.bool_)
    wanted = set(keys)
    return np.array([pair.key in wanted for pair in pairs], dtype=np.bool_)
