"""Deferred acceptance, many to many: the reference that the report shows beside the match."""

from __future__ import annotations

from heapq import heappush, heappushpop

import numpy as np

from citymatch.blocking import views_of
from citymatch.eligible import Mask, Table
from citymatch.quotas import Ints
from citymatch.stages import tie_numbers


def deferred_acceptance(table: Table) -> Mask:
    """Return the rows that left-proposing deferred acceptance chooses, locks included.

    Minima and quotas are not imposed; among equal views the smaller tie number is preferred.
    """
    left_view, right_view = views_of(table)
    rows = np.flatnonzero(table.free)
    ties = tie_numbers(table, rows)
    order = rows[np.lexsort((ties, -left_view[rows], table.i[rows]))]
    starts = np.searchsorted(table.i[order], np.arange(len(table.left) + 1)).tolist()
    rank = np.zeros(len(table.pairs), dtype=np.int64)
    rank[rows[np.lexsort((-ties, right_view[rows]))]] = np.arange(len(rows))
    room = [
        np.array([town.max for town in towns], dtype=np.int64)
        - np.bincount(ends[table.locked], minlength=len(towns))
        for towns, ends in ((table.left, table.i), (table.right, table.j))
    ]
    chosen = table.locked.copy()
    chosen[_propose(table, order.tolist(), starts, rank, room[0].tolist(), room[1].tolist())] = True
    return chosen


def _propose(
    table: Table,
    order: list[int],
    starts: list[int],
    rank: Ints,
    room_left: list[int],
    room_right: list[int],
) -> list[int]:
    """Let towns with room propose down their lists until none is left; the worst give way.

    ``order`` holds the lists of the left towns one after the other, from ``starts`` on.
    """
    held: list[list[tuple[int, int]]] = [[] for _ in table.right]
    place, end = starts[:-1], starts[1:]
    waiting = [i for i, room in enumerate(room_left) for _ in range(min(room, end[i] - place[i]))]
    while waiting:
        i = waiting.pop()
        if place[i] == end[i]:
            continue
        row = order[place[i]]
        place[i] += 1
        j, offer = int(table.j[row]), (int(rank[row]), row)
        if room_right[j] <= 0:
            waiting.append(i)
        elif len(held[j]) < room_right[j]:
            heappush(held[j], offer)
        else:
            _, gone = heappushpop(held[j], offer)
            waiting.append(int(table.i[gone]))
    return [row for own in held for _, row in own]
