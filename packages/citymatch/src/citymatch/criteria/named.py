"""Ratings of single pairs, for criteria that know only a few: contacts, wishes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from citymatch.criteria.rating import Ints
from citymatch.model import Town


@dataclass(frozen=True, slots=True)
class Named:
    """Values of some pairs by place; all others have none."""

    width: int
    keys: Ints
    values: Ints

    @classmethod
    def of(cls, width: int, cells: Iterable[tuple[int, int, int]]) -> Named:
        """Lay out (left place, right place, value); of a pair named twice the larger counts."""
        best: dict[int, int] = {}
        for i, j, value in cells:
            key = i * width + j
            best[key] = max(value, best.get(key, 0))
        keys = np.array(sorted(best), dtype=np.int64)
        return cls(width, keys, np.array([best[key] for key in keys.tolist()], dtype=np.int64))

    def at(self, i: Ints, j: Ints, otherwise: Ints) -> Ints:
        """Return the values of pairs, and ``otherwise`` where there is none."""
        if not len(self.keys):
            return np.broadcast_to(otherwise, np.broadcast_shapes(i.shape, j.shape)).copy()
        key = i * self.width + j
        place = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        return np.where(self.keys[place] == key, self.values[place], otherwise)

    def places(self) -> tuple[Ints, Ints]:
        """Return the pairs that are named."""
        return self.keys // max(self.width, 1), self.keys % max(self.width, 1)


def places_of(towns: Sequence[Town]) -> dict[str, int]:
    """Return the place of each town by id."""
    return {town.id: place for place, town in enumerate(towns)}
