"""Going through rows × columns block by block, in threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from threadpoolctl import ThreadpoolController

from citymatch.criteria.rating import Mask
from citymatch.pool.bounds import Bounds, Features, Singles
from citymatch.quotas import Ints

ROWS, COLUMNS = 48, 2048
"""The shape of a block: small enough for the processor's cache."""

THREADS = 2

ROUGH = -1
"""The step before all others, with rough bounds."""

FEW = 16
"""Where at most one pair in so many may still fit, the rest of its bound is found by itself."""

CROWD = 16
"""Of a block in which on average more than so many pairs of a row fit, the best are taken."""

type Hits = tuple[Ints, Ints]


@dataclass(slots=True)
class Search:
    """What is looked for: pairs whose bounds fit.

    ``fits(i, j, product, lowest)`` tells it by the product of both views and the smaller of them,
    for places that broadcast. ``least(i, j)`` is a product below which no pair fits, nor would with
    lower bounds; it may be given for rows alone. ``learn(rows, product, lowest)`` sees a block
    before. With ``some`` only the best of a crowd are taken; ``is_crowded`` says whether any was
    left out.
    """

    fits: Callable[[Ints, Ints, Singles, Singles], Mask]
    least: Callable[[Ints, Ints], Singles]
    learn: Callable[[Ints, Singles, Singles], None] | None = None
    some: bool = False
    is_crowded: bool = False


def find(bounds: Bounds, rows: Ints, parts: Sequence[Ints], search: Search) -> list[Hits]:
    """Return what fits of rows × columns; the columns are given in parts."""

    def split(part: Ints) -> list[Ints]:
        step = max(1, ROWS * COLUMNS // max(len(part), COLUMNS))
        return [rows[k : k + step] for k in range(0, len(rows), step)]

    def whole(part: Ints) -> list[Hits]:
        return _run(bounds, search, part, bounds.features(part), split(part))

    # The blocks are the threads' work: a product that spread over threads of its own would only
    # wait for them.
    with _blas().limit(limits=1, user_api="blas"), ThreadPoolExecutor(THREADS) as threads:
        if len(parts) >= THREADS:
            found = list(threads.map(whole, parts))
        else:
            found = []
            for part in parts:
                own = split(part)
                run = partial(_run, bounds, search, part, bounds.features(part))
                found += threads.map(run, [own[k::THREADS] for k in range(THREADS)])
    return [hit for hits in found for hit in hits]


def stretches(columns: Ints) -> list[Ints]:
    """Return columns in stretches of the width of a block."""
    return [columns[k : k + COLUMNS] for k in range(0, len(columns), COLUMNS)]


@cache
def _blas() -> ThreadpoolController:
    """The libraries that multiply, found once."""
    return ThreadpoolController()


def _run(
    bounds: Bounds, search: Search, part: Ints, features: Features, blocks: list[Ints]
) -> list[Hits]:
    most = max((len(rows) for rows in blocks), default=0)
    scratch = np.empty((4, most, len(part)), dtype=np.float32)
    # A step before which too many fit is not tried again: blocks of the same columns are alike.
    steps = (
        set() if search.learn else {*range(bounds.steps), *([ROUGH] if bounds.has_rough else [])}
    )
    found: list[Hits] = []
    later: dict[int, list[_Few]] = {}
    for rows in blocks:
        hits = _block(bounds, search, rows, part, features, scratch[:, : len(rows)], steps, later)
        if len(hits[0]):
            found.append(hits)
    count = sum(len(rows) for rows in blocks)
    for step, few in later.items():
        found.append(_finish(bounds, search, step, part, features, _Few.joined(few), count))
    return found


@dataclass(frozen=True, slots=True)
class _Few:
    """The few pairs of a block that may still fit: rows, places in the part, bounds so far."""

    i: Ints
    places: Ints
    one: Singles
    other: Singles

    @classmethod
    def joined(cls, all_of: Sequence[_Few]) -> _Few:
        return cls(
            np.concatenate([few.i for few in all_of]),
            np.concatenate([few.places for few in all_of]),
            np.concatenate([few.one for few in all_of]),
            np.concatenate([few.other for few in all_of]),
        )

    def only(self, keep: Ints) -> _Few:
        return _Few(self.i[keep], self.places[keep], self.one[keep], self.other[keep])


def _block(
    bounds: Bounds,
    search: Search,
    rows: Ints,
    part: Ints,
    features: Features,
    scratch: Singles,
    steps: set[int],
    later: dict[int, list[_Few]],
) -> Hits:
    """Return what fits of a block; where few may, these are kept for later, by the step to do."""
    one, other, product, lowest = scratch
    across, down = rows[:, None], part[None, :]

    def are_few(step: int) -> bool:
        if step not in steps:
            return False
        np.multiply(one, other, out=product)
        flat = np.flatnonzero(product >= search.least(across, down))
        if len(flat) * FEW > product.size:
            steps.discard(step)
            return False
        i, places = np.divmod(flat, len(part))
        few = _Few(rows[i], places, one.reshape(-1)[flat], other.reshape(-1)[flat])
        later.setdefault(step, []).append(few)
        return True

    if ROUGH in steps:
        bounds.begin_rough(rows, features, one, other, product)
        if are_few(ROUGH):
            return rows[:0], rows[:0]
    bounds.begin(rows, features, one, other, product)
    for step in range(bounds.steps):
        if are_few(step):
            return rows[:0], rows[:0]
        bounds.deduct(step, rows, part, one, other, product)
    is_barred = bounds.bar(rows, part, one, other, product)
    np.minimum(one, other, out=lowest)
    np.multiply(one, other, out=product)
    if is_barred:
        # Two views below zero would have a product above: barred pairs have none.
        np.maximum(lowest, -1, out=lowest)
        product[lowest <= 0] = -1
    if search.learn:
        search.learn(rows, product, lowest)
    fits = search.fits(across, down, product, lowest)
    if search.some and np.count_nonzero(fits) > CROWD * len(rows):
        search.is_crowded = True
        fits = _best_of(fits, product, CROWD)
    i, j = np.divmod(np.flatnonzero(fits), len(part))
    return rows[i], part[j]


def _finish(
    bounds: Bounds,
    search: Search,
    step: int,
    part: Ints,
    features: Features,
    few: _Few,
    count: int,
) -> Hits:
    """Return what fits of the few pairs of ``count`` rows that may, each looked at by itself."""
    few = _narrow(bounds, search, max(step, 0), part, few)
    if step == ROUGH:
        few = _Few(few.i, few.places, *bounds.begin_of(few.i, few.places, features))
        few = _narrow(bounds, search, 0, part, few)
    i, j = few.i, part[few.places]
    lowest = np.where(bounds.bars(i, j), np.float32(-1), np.minimum(few.one, few.other))
    product = np.where(lowest >= 0, few.one * few.other, np.float32(-1))
    keep = np.flatnonzero(search.fits(i, j, product, lowest))
    if search.some and len(keep) > CROWD * count:
        search.is_crowded = True
        keep = keep[np.lexsort((-product[keep], i[keep]))]
        own = i[keep]
        keep = keep[np.arange(len(own)) - np.searchsorted(own, own) < CROWD]
    return i[keep], j[keep]


def _narrow(bounds: Bounds, search: Search, step: int, part: Ints, few: _Few) -> _Few:
    """Take off this step and all later ones; after each only those that may still fit stay."""
    for own in range(step, bounds.steps):
        j = part[few.places]
        bounds.deduct_of(own, few.i, j, few.one, few.other)
        few = few.only(np.flatnonzero(few.one * few.other >= search.least(few.i, j)))
    return few


def _best_of(fits: Mask, value: Singles, most: int) -> Mask:
    """Return about so many of what fits in each row, the highest; spoils ``value``."""
    if fits.shape[1] <= most:
        return fits
    value[~fits] = -1
    place = fits.shape[1] - most
    return np.asarray(fits & (value >= np.partition(value, place, axis=1)[:, place, None]))
