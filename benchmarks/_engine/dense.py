"""A careful dense baseline: the same scores as one full matrix, then plain assignment.

The matrix is filled in place, block by block in two threads, and exactly: every value is a whole
number of millionths, the very one that the engine computes. It is filled in with its sign turned,
so that the assignment need not copy it once more to turn it round. No quotas, no floor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from _engine.inputs import whole_market
from _engine.measure import Report, Times, peak_mb, timed
from citymatch import MICRO, Market, Town
from citymatch.criteria import normalise
from citymatch.criteria.distance import EARTH_KM, FAR_KM
from citymatch.pool import Pool

type Doubles = NDArray[np.float64]
type Singles = NDArray[np.float32]

RUNS = 3
ROWS, COLUMNS, THREADS, HEIGHTS = 48, 2048, 2, 3

MIRROR = {"needs": "offers", "offers": "needs"}
"""What the left needs is to the right how well its own offers are wanted."""


def matrix_of(market: Market) -> Doubles:
    """Return minus the scores of all pairs in millionths, left × right.

    For towns with needs and offers of whole weights up to three, and with all other facts but
    languages, weighed by ``inputs.WEIGHTS``.
    """
    rates = _rates(market.left, market.right)
    given = market.policy.weights
    assert given is not None
    weights = [normalise(given[side]) for side in ("left", "right")]
    values = np.empty((len(market.left), len(market.right)))

    def fill(first: int) -> None:
        rows = slice(first, first + ROWS)
        height = min(ROWS, len(values) - first)
        scratch = np.empty((3, height, COLUMNS))
        single = np.empty((height, COLUMNS), dtype=np.float32)
        for start in range(0, values.shape[1], COLUMNS):
            columns = slice(start, min(start + COLUMNS, values.shape[1]))
            width = columns.stop - start
            one, other, part = scratch[:, :, :width]
            one[:], other[:] = 0, 0
            for name, rate in rates.items():
                rate(rows, columns, part, single[:, :width])
                first, second = weights[0].get(name, 0), weights[1].get(MIRROR.get(name, name), 0)
                # Sums of whole numbers below 2**53 are exact, in any order.
                if first:
                    part *= first
                    one += part
                if second:
                    part *= second / first if first else second
                    if first and second != first:
                        np.rint(part, out=part)
                    other += part
            for view in (one, other):
                view /= MICRO
                np.rint(view, out=view)
            one *= other
            one *= 4
            np.sqrt(one, out=one)
            np.floor(one, out=one)
            one += 1
            one *= 0.5
            np.floor(one, out=one)
            np.negative(one, out=values[rows, columns])

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(fill, range(0, len(values), ROWS)))
    return values


def assign(values: Doubles) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of the best assignment."""
    i, j = linear_sum_assignment(values)
    return i, j


type Rate = Callable[[slice, slice, Doubles, Singles], None]


def _rates(left: Sequence[Town], right: Sequence[Town]) -> dict[str, Rate]:
    """Return for each criterion what fills in the left values of a block, in millionths."""
    return {
        "needs": _coverage(left, right, "needs", "offers"),
        "offers": _coverage(left, right, "offers", "needs"),
        "languages": _languages(left, right),
        "size": _size(left, right),
        "distance": _distance(left, right),
    }


def _coverage(left: Sequence[Town], right: Sequence[Town], ours: str, theirs: str) -> Rate:
    """Needs of the left met by offers of the right, or the other way for ``offers``."""
    themes = sorted({t for town in (*left, *right) for t in (*town.needs, *town.offers)})
    place = {theme: k for k, theme in enumerate(themes)}
    row, column = _reached(left, ours, place), _reached(right, theirs, place)
    needing = left if ours == "needs" else right
    total = np.array([sum(town.needs.values()) for town in needing])
    column = np.ascontiguousarray(column.T)

    def rate(rows: slice, columns: slice, out: Doubles, single: Singles) -> None:
        # Counts of themes and heights: small whole numbers, exact in single precision.
        np.matmul(row[rows], column[:, columns], out=single)
        np.multiply(single, float(MICRO), out=out)
        out /= total[rows, None] if ours == "needs" else total[None, columns]
        np.rint(out, out=out)

    return rate


def _reached(towns: Sequence[Town], kind: str, place: dict[str, int]) -> Singles:
    table = np.zeros((len(towns), HEIGHTS * len(place)), dtype=np.float32)
    for k, town in enumerate(towns):
        for theme, weight in getattr(town, kind).items():
            first = HEIGHTS * place[theme]
            table[k, first : first + int(weight)] = 1
    return table


def _languages(left: Sequence[Town], right: Sequence[Town]) -> Rate:
    kinds = sorted({town.languages for town in left})
    row = np.zeros((len(left), len(kinds)), dtype=np.float32)
    row[np.arange(len(left)), [kinds.index(town.languages) for town in left]] = 1
    known: dict[tuple[str, ...], list[int]] = {}
    for town in right:
        if town.languages not in known:
            common = [len({*kind} & {*town.languages}) for kind in kinds]
            known[town.languages] = [
                (0, 750_000, 1_000_000)[min(count, 2)] if town.languages and kind else 500_000
                for count, kind in zip(common, kinds, strict=True)
            ]
    column = np.array([known[town.languages] for town in right], dtype=np.float32).T.copy()

    def rate(rows: slice, columns: slice, out: Doubles, single: Singles) -> None:
        np.matmul(row[rows], column[:, columns], out=single)
        out[:] = single

    return rate


def _size(left: Sequence[Town], right: Sequence[Town]) -> Rate:
    one, other = (
        np.log10([float(town.population or 0) for town in side]) for side in (left, right)
    )

    def rate(rows: slice, columns: slice, out: Doubles, single: Singles) -> None:
        np.subtract(one[rows, None], other[None, columns], out=out)
        np.abs(out, out=out)
        np.subtract(1, out, out=out)
        np.clip(out, 0, 1, out=out)
        out *= MICRO
        np.rint(out, out=out)

    return rate


def _distance(left: Sequence[Town], right: Sequence[Town]) -> Rate:
    one, other = _points(left), _points(right)

    def rate(rows: slice, columns: slice, out: Doubles, single: Singles) -> None:
        # The sum of squares in the engine's order: the same digits.
        out[:] = 0
        for axis in range(3):
            step = one[axis][rows, None] - other[axis][None, columns]
            step *= step
            out += step
        np.sqrt(out, out=out)
        out /= 2
        np.clip(out, 0, 1, out=out)
        np.arcsin(out, out=out)
        out *= 2 * EARTH_KM
        out /= FAR_KM
        np.subtract(1, out, out=out)
        np.clip(out, 0, 1, out=out)
        out *= MICRO
        np.rint(out, out=out)

    return rate


def _points(towns: Sequence[Town]) -> Doubles:
    lat, lon = (
        np.radians([float(value or 0) for value in own])
        for own in ([town.lat for town in towns], [town.lon for town in towns])
    )
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def measure(left: int, right: int) -> Report:
    """Measure the dense baseline; its pairs are scored again by the engine, in integers."""
    report, market = Report(), whole_market(left, right, bare=True)
    before = peak_mb()
    fills, assigns = [], []
    for _ in range(RUNS):
        values, fill = timed(lambda: matrix_of(market))
        (i, j), took = timed(lambda values=values: assign(values))  # type: ignore[misc]
        fills.append(fill)
        assigns.append(took)
        total = int(-values[i, j].sum())
        del values
    report.peak("matrix and assignment, with the towns", peak_mb())
    report.peak("before: imports and towns", before)
    both = sorted(
        (
            Times(a.clock + b.clock, a.processor + b.processor)
            for a, b in zip(fills, assigns, strict=True)
        ),
        key=lambda one: one.processor,
    )[RUNS // 2]
    report.time("dense: matrix and assignment", both)
    report.time("dense: matrix alone", sorted(fills, key=lambda one: one.processor)[RUNS // 2])
    report.time(
        "dense: assignment alone", sorted(assigns, key=lambda one: one.processor)[RUNS // 2]
    )
    by_id = [np.argsort([town.id for town in side]) for side in (market.left, market.right)]
    assert all((order == np.arange(len(order))).all() for order in by_id)
    again = Pool(market).score(i, j)
    assert int(again.score.sum()) == total
    report.facts |= {"score": total, "size": len(i)}
    return report
