"""Some pairs of an open market, laid out as a table like that of a listed one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from citymatch.eligible import Table, lay_out
from citymatch.groups import Groups
from citymatch.model import Market, Pair, PairKey
from citymatch.pool import Found, Pool
from citymatch.quotas import Ints, build_bounds
from citymatch.sets import distinct


class _Pairs(Sequence[Pair]):
    """The pairs of a table, put together only when asked for, with their parts."""

    def __init__(self, pool: Pool, i: Ints, j: Ints) -> None:
        self._pool, self._i, self._j = pool, i, j

    def __len__(self) -> int:
        return len(self._i)

    def __getitem__(self, row: Any) -> Any:
        if isinstance(row, slice):
            return [self[k] for k in range(*row.indices(len(self)))]
        return self._pool.pair(int(self._i[row]), int(self._j[row]))


def lay_out_found(market: Market, pool: Pool, groups: Groups, found: Found) -> tuple[Table, Ints]:
    """Lay out some pairs of an open market; also tell which of the pool's columns take part."""
    columns = distinct(np.concatenate([found.j, groups.kept()]))
    place = np.full(len(pool.columns), -1, dtype=np.int64)
    place[columns] = np.arange(len(columns))
    left, right = tuple(pool.rows), tuple(pool.columns[k] for k in columns.tolist())
    i, j, views = found.i, found.j, (found.row_view, found.column_view)
    if pool.flipped:
        order = np.lexsort((i, j))
        i, j, views = i[order], j[order], (views[1][order], views[0][order])
        left, right = right, left
    first, second = (place[j], i) if pool.flipped else (i, place[j])
    table = lay_out(
        market,
        left,
        right,
        _Pairs(pool, i, j),
        i=first,
        j=second,
        views=views,
        bounds=build_bounds(left, right, market.quotas, whole=groups.sizes),
    )
    return table, columns


def table_around(market: Market, keys: Sequence[PairKey], towns: PairKey) -> Table:
    """Lay out all eligible pairs of two towns of an open market, and some pairs besides."""
    pool = Pool(market)
    groups = Groups(market, pool)
    row = {town.id: k for k, town in enumerate(pool.rows)}
    column = {town.id: k for k, town in enumerate(pool.columns)}
    some = [key[::-1] if pool.flipped else key for key in (*keys, towns)]
    i = np.array([row[one] for one, _ in some], dtype=np.int64)
    j = np.array([column[other] for _, other in some], dtype=np.int64)
    across, down = np.arange(len(pool.columns)), np.arange(len(pool.rows))
    found = pool.score(
        np.concatenate([i, np.full(len(across), i[-1]), down]),
        np.concatenate([j, across, np.full(len(down), j[-1])]),
    )
    return lay_out_found(market, pool, groups, found)[0]
