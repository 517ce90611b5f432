"""The listed pairs as arrays, and which of them may be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    pairs: Sequence[Pair]
    i: Ints
    j: Ints
    left_view: Ints
    right_view: Ints
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
        return self.left[self.i[row]].id, self.right[self.j[row]].id

    def row(self, left: str, right: str) -> int:
        """Return the row of a pair, -1 when it is not listed."""
        i, j = self.left_place.get(left), self.right_place.get(right)
        if i is None or j is None:
            return -1
        start, stop = np.searchsorted(self.i, [i, i + 1])
        row = int(start + np.searchsorted(self.j[start:stop], j))
        return row if row < stop and self.j[row] == j else -1


def build_table(market: Market) -> Table:
    """Lay out a sound market (``citymatch.checks``) of listed pairs for computing."""
    left = tuple(sorted(market.left, key=lambda town: town.id))
    right = tuple(sorted(market.right, key=lambda town: town.id))
    pairs = tuple(sorted(market.pairs, key=attrgetter("left", "right")))
    left_place = {town.id: k for k, town in enumerate(left)}
    right_place = {town.id: k for k, town in enumerate(right)}
    views = np.array([(pair.left_view, pair.right_view) for pair in pairs], dtype=np.int64)
    left_view, right_view = views.reshape(-1, 2).T
    return lay_out(
        market,
        left,
        right,
        pairs,
        i=np.array([left_place[pair.left] for pair in pairs], dtype=np.int64),
        j=np.array([right_place[pair.right] for pair in pairs], dtype=np.int64),
        views=(left_view, right_view),
        bounds=build_bounds(left, right, market.quotas),
    )


def lay_out(
    market: Market,
    left: tuple[Town, ...],
    right: tuple[Town, ...],
    pairs: Sequence[Pair],
    *,
    i: Ints,
    j: Ints,
    views: tuple[Ints, Ints],
    bounds: Bounds,
) -> Table:
    """Lay out pairs by the places of their towns, in the order of left and right ids."""
    floor = np.minimum(*views)
    left_place = {town.id: k for k, town in enumerate(left)}
    right_place = {town.id: k for k, town in enumerate(right)}
    place = i * len(right) + j

    def among(keys: Sequence[PairKey]) -> Mask:
        known = [(left_place.get(one), right_place.get(other)) for one, other in keys]
        wanted = [a * len(right) + b for a, b in known if a is not None and b is not None]
        return np.asarray(np.isin(place, wanted), dtype=np.bool_)

    locked, vetoed = among(market.locked), among(market.vetoed)
    low = (floor < market.policy.absolute_floor) & ~locked
    return Table(
        market=market,
        left=left,
        right=right,
        left_place=left_place,
        right_place=right_place,
        pairs=pairs,
        i=i,
        j=j,
        left_view=views[0],
        right_view=views[1],
        score=mutual_scores(*views),
        floor=floor,
        locked=locked,
        vetoed=vetoed,
        low=low,
        free=~(locked | vetoed | low),
        bounds=bounds,
    )


def mutual_scores(left_view: Ints, right_view: Ints) -> Ints:
    """Return ``model.mutual_score`` of many views at once.

    4ab is below 2**53, and the square root of such a whole number rounds down to its exact root.
    """
    root = np.floor(np.sqrt((4 * left_view * right_view).astype(np.float64))).astype(np.int64)
    return np.asarray((root + 1) // 2, dtype=np.int64)
