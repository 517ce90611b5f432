"""Sets of whole numbers as sorted arrays, and the first few of each group.

numpy finds distinct numbers by hashing, which takes many times as long for keys of pairs, whose
lower bits are alike, as to sort them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

type Ints = NDArray[np.int64]
type Mask = NDArray[np.bool_]


def distinct(values: Ints) -> Ints:
    """Return the different ones among some numbers, in rising order."""
    ordered = np.sort(values)
    is_first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return np.asarray(ordered[is_first])


def among(values: Ints, ordered: Ints) -> Mask:
    """Return which numbers are among some in rising order."""
    if not len(ordered):
        return np.zeros(len(values), dtype=np.bool_)
    place = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return np.asarray(ordered[place] == values)


def first_of_each(groups: Ints, order: NDArray[np.generic], most: int) -> Ints:
    """Return the places of the ``most`` lowest by ``order`` in each group, group by group.

    Of equals the earlier ones come first.
    """
    places = np.lexsort((order, groups))
    own = groups[places]
    return np.asarray(places[np.arange(len(own)) - np.searchsorted(own, own) < most])
