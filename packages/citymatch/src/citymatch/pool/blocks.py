"""Going through rows × columns block by block, in threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property, partial

import numpy as np
from threadpoolctl import ThreadpoolController

from citymatch.criteria.rating import Mask
from citymatch.pool.bounds import Bounds, Singles
from citymatch.quotas import Ints
from citymatch.sets import first_of_each

ROWS, COLUMNS = 96, 2048
"""The shape of a block: small enough for the processor's cache."""

WIDEST = 8
"""A block of few rows is at most so many times as wide."""

THREADS = 2

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
    lower bounds; it may be given for rows alone. With ``some`` only the best of a crowd are taken;
    ``is_crowded`` says whether any was left out.
    """

    fits: Callable[[Ints, Ints, Singles, Singles], Mask]
    least: Callable[[Ints, Ints], Singles]
    some: bool = False
    is_crowded: bool = False


def find(bounds: Bounds, rows: Ints, parts: Sequence[Ints], search: Search) -> list[Hits]:
    """Return what fits of rows × columns; the columns are given in parts."""

    def split(part: Ints) -> list[Ints]:
        step = max(1, ROWS * COLUMNS // max(len(part), COLUMNS))
        return [rows[k : k + step] for k in range(0, len(rows), step)]

    def whole(part: Ints) -> list[Hits]:
        return _run(bounds, search, part, split(part))

    with _threads() as threads:
        if len(parts) >= THREADS:
            found = list(threads.map(whole, parts))
        else:
            found = []
            for part in parts:
                own = split(part)
                run = partial(_run, bounds, search, part)
                found += threads.map(run, [own[k::THREADS] for k in range(THREADS)])
    return [hit for hits in found for hit in hits]


def best_by_mean(bounds: Bounds, rows: Ints, part: Ints, most: int) -> list[Hits]:
    """Return about so many pairs of each row among some columns, the best by their mean's bound.

    Single pairs that a rule leaves out may be among them.
    """
    features = bounds.mean_features(part)

    def best_of(own: Ints) -> Hits:
        mean, scratch = np.empty((2, len(own), len(part)), dtype=np.float32)
        bounds.begin_mean(own, features, mean)
        for step in range(bounds.steps):
            bounds.deduct_mean(step, own, part, mean, scratch)
        bounds.bar_mean(own, part, mean, scratch)
        places = np.flatnonzero(_best_of(mean > 0, mean, most))
        if len(places) > 2 * most * len(own):
            # Where very many are equal, any of them will do.
            best = np.argpartition(mean, len(part) - most, axis=1)[:, len(part) - most :]
            return np.repeat(own, most), part[best].reshape(-1)
        i, j = np.divmod(places, max(len(part), 1))
        return own[i], part[j]

    with _threads() as threads:
        return list(threads.map(best_of, [rows[k : k + ROWS] for k in range(0, len(rows), ROWS)]))


def stretches(columns: Ints, rows: int) -> list[Ints]:
    """Return columns in stretches as wide as a block; wider where the rows do not fill one."""
    width = COLUMNS * max(1, min(ROWS // max(rows, 1), WIDEST))
    return [columns[k : k + width] for k in range(0, len(columns), width)]


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    """Threads whose work are blocks: a product with threads of its own would only wait for them."""
    with _blas().limit(limits=1, user_api="blas"), ThreadPoolExecutor(THREADS) as threads:
        yield threads


@cache
def _blas() -> ThreadpoolController:
    """The libraries that multiply, found once."""
    return ThreadpoolController()


class _Part:
    """A part of the columns, and the blocks of it one after the other.

    The bounds of a block become lower step by step: first that of the mean of both views, then
    those of the views. As soon as few pairs may still fit, these are kept for later and done by
    themselves, all blocks of the part together. A step before which too many fit is not tried
    again: blocks of the same columns are alike.
    """

    def __init__(self, bounds: Bounds, search: Search, part: Ints, height: int) -> None:
        self.bounds, self.search, self.part = bounds, search, part
        self.scratch = np.empty((4, height, len(part)), dtype=np.float32)
        self.mean_steps, self.steps = set(range(bounds.steps + 1)), set(range(bounds.steps))
        self.count = 0
        self.of_mean: dict[int, list[_Few]] = {}
        self.of_views: dict[int, list[_Few]] = {}

    @cached_property
    def features(self) -> list[Singles]:
        return self.bounds.features(self.part)

    @cached_property
    def mean_features(self) -> Singles:
        return self.bounds.mean_features(self.part)

    def block(self, rows: Ints) -> Hits:
        """Return what fits of a block, or nothing where its few are kept for later."""
        self.count += len(rows)
        if self._by_mean(rows):
            return rows[:0], rows[:0]
        bounds, part = self.bounds, self.part
        one, other, product, lowest = self.scratch[:, : len(rows)]
        bounds.begin(rows, self.features, one, other, product)
        for step in range(bounds.steps):
            if step in self.steps:
                np.multiply(one, other, out=product)
                least = self.search.least(rows[:, None], part[None, :])
                few = self._few(rows, product >= least, one, other)
                if few is not None:
                    self.of_views.setdefault(step, []).append(few)
                    return rows[:0], rows[:0]
                self.steps.discard(step)
            bounds.deduct(step, rows, part, one, other, product)
        is_barred = bounds.bar(rows, part, one, other, product)
        np.minimum(one, other, out=lowest)
        np.multiply(one, other, out=product)
        if is_barred:
            # Two views below zero would have a product above: barred pairs have none.
            np.maximum(lowest, -1, out=lowest)
            product[lowest <= 0] = -1
        search = self.search
        fits = search.fits(rows[:, None], part[None, :], product, lowest)
        if search.some and np.count_nonzero(fits) > CROWD * len(rows):
            search.is_crowded = True
            fits = _best_of(fits, product, CROWD)
        i, j = np.divmod(np.flatnonzero(fits), len(part))
        return rows[i], part[j]

    def rest(self) -> list[Hits]:
        """Return what fits of the pairs that were kept for later."""
        bounds = self.bounds
        found = []
        for step, kept in self.of_mean.items():
            few = self._narrow_mean(step, _Few.joined(kept))
            views = bounds.begin_of(few.i, self.part, few.places)
            found.append(self._finish(0, _Few(few.i, few.places, *views)))
        for step, kept in self.of_views.items():
            found.append(self._finish(step, _Few.joined(kept)))
        return found

    def _by_mean(self, rows: Ints) -> bool:
        """Whether few may fit by the mean of their views; these are kept."""
        if not self.mean_steps:
            return False
        mean, scratch = self.scratch[:2, : len(rows)]
        self.bounds.begin_mean(rows, self.mean_features, mean)
        least = _root(self.search.least(rows[:, None], self.part[None, :]))
        for step in range(max(self.mean_steps) + 1):
            if step:
                self.bounds.deduct_mean(step - 1, rows, self.part, mean, scratch)
            if step in self.mean_steps:
                few = self._few(rows, mean >= least, mean)
                if few is not None:
                    self.of_mean.setdefault(step, []).append(few)
                    return True
                self.mean_steps.discard(step)
        return False

    def _few(self, rows: Ints, fits: Mask, *values: Singles) -> _Few | None:
        """Return what fits with its values, if that is little."""
        flat = np.flatnonzero(fits)
        if len(flat) * FEW > fits.size:
            return None
        i, places = np.divmod(flat, len(self.part))
        return _Few(rows[i], places, *(value.reshape(-1)[flat] for value in values))

    def _narrow_mean(self, step: int, few: _Few) -> _Few:
        """Deduct this step and all later ones from the mean; only what may still fit stays."""
        (mean,) = few.values
        for own in range(step, self.bounds.steps):
            j = self.part[few.places]
            self.bounds.deduct_mean_of(own, few.i, j, mean)
            few = few.only(np.flatnonzero(mean >= _root(self.search.least(few.i, j))))
            (mean,) = few.values
        return few

    def _finish(self, step: int, few: _Few) -> Hits:
        """Return what fits of some pairs, from whose views this step and later ones are due."""
        bounds, search = self.bounds, self.search
        one, other = few.values
        for own in range(step, bounds.steps):
            j = self.part[few.places]
            bounds.deduct_of(own, few.i, j, one, other)
            few = few.only(np.flatnonzero(one * other >= search.least(few.i, j)))
            one, other = few.values
        i, j = few.i, self.part[few.places]
        lowest = np.where(bounds.bars(i, j), np.float32(-1), np.minimum(one, other))
        product = np.where(lowest >= 0, one * other, np.float32(-1))
        keep = np.flatnonzero(search.fits(i, j, product, lowest))
        if search.some and len(keep) > CROWD * self.count:
            search.is_crowded = True
            keep = keep[first_of_each(i[keep], -product[keep], CROWD)]
        return i[keep], j[keep]


def _run(bounds: Bounds, search: Search, part: Ints, blocks: list[Ints]) -> list[Hits]:
    own = _Part(bounds, search, part, max((len(rows) for rows in blocks), default=0))
    found = [own.block(rows) for rows in blocks]
    return [*found, *own.rest()]


class _Few:
    """The few pairs of a block that may still fit: rows, places in the part, bounds so far."""

    def __init__(self, i: Ints, places: Ints, *values: Singles) -> None:
        self.i, self.places, self.values = i, places, values

    @classmethod
    def joined(cls, all_of: Sequence[_Few]) -> _Few:
        i = np.concatenate([few.i for few in all_of])
        places = np.concatenate([few.places for few in all_of])
        return cls(
            i, places, *map(np.concatenate, zip(*(few.values for few in all_of), strict=True))
        )

    def only(self, keep: Ints) -> _Few:
        return _Few(self.i[keep], self.places[keep], *(value[keep] for value in self.values))


def _root(least: Singles) -> Singles:
    """Return below which mean no pair fits whose product must be so high; −1 where all do."""
    return np.where(least > 0, np.sqrt(np.maximum(least, 0)), np.float32(-1))


def _best_of(fits: Mask, value: Singles, most: int) -> Mask:
    """Return about so many of what fits in each row, the highest; spoils ``value``."""
    if fits.shape[1] <= most:
        return fits
    value[~fits] = -1
    place = fits.shape[1] - most
    return np.asarray(fits & (value >= np.partition(value, place, axis=1)[:, place, None]))
