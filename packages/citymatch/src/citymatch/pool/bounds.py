"""Upper bounds of the views of many pairs in single precision: products less what is deducted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from citymatch.criteria.rating import Deduct, Limit, Limits, Mask
from citymatch.criteria.rules import Eligibility
from citymatch.quotas import Ints

type Singles = NDArray[np.float32]

WIDE = 16
"""A product of more features than this is computed once for both views."""

ERROR = 3e-6
"""What rounding in single precision may take off a weighted sum of bounds."""


@dataclass(frozen=True, slots=True)
class _Product:
    """A sum of bounds as one matrix product: features of rows, and what makes those of columns."""

    row: Singles
    columns: tuple[Callable[[Ints], Singles], ...]

    @classmethod
    def of(cls, parts: Sequence[tuple[Limit, float]]) -> _Product:
        """Return the sum of some bounds times their shares."""
        row = np.concatenate([limit.row * np.float32(share) for limit, share in parts], axis=1)
        return cls(np.ascontiguousarray(row), tuple(limit.columns for limit, _ in parts))

    def features(self, part: Ints) -> Singles:
        """Return the features of some columns, turned round for the product."""
        return np.concatenate([make(part).T for make in self.columns])


class _Products:
    """The products of both views, and wide ones that both share, with their ratio."""

    def __init__(
        self,
        limits: Mapping[str, Limits],
        ours: Mapping[str, float],
        theirs: Mapping[str, float],
        rows: int,
    ) -> None:
        used: dict[int, tuple[Limit, float, float]] = {}
        errors = [ERROR, ERROR]
        for name, both in limits.items():
            for side, limit, share in (
                (0, both.left, ours.get(name, 0.0)),
                (1, both.right, theirs.get(name, 0.0)),
            ):
                _, first, second = used.get(id(limit), (limit, 0.0, 0.0))
                more = (share, 0.0) if side == 0 else (0.0, share)
                used[id(limit)] = limit, first + more[0], second + more[1]
                errors[side] += share * limit.error
        self._errors = np.array(errors, dtype=np.float32)
        self._used = [(limit, np.float32(a), np.float32(b)) for limit, a, b in used.values()]
        ones = Limit.constant(1.0, rows)
        parts: list[list[tuple[Limit, float]]] = [[(ones, errors[0])], [(ones, errors[1])]]
        self._shared: list[tuple[_Product, np.float32]] = []
        for limit, first, second in used.values():
            if first and second and limit.row.shape[1] > WIDE:
                alone = _Product(limit.row * np.float32(first), (limit.columns,))
                self._shared.append((alone, np.float32(second / first)))
                continue
            for part, share in zip(parts, (first, second), strict=True):
                if share:
                    part.append((limit, share))
        self._own = [_Product.of(part) for part in parts]

    def features(self, part: Ints) -> list[Singles]:
        """Return the features of some columns."""
        products = (*self._own, *(product for product, _ in self._shared))
        return [product.features(part) for product in products]

    def fill(
        self,
        rows: Ints,
        features: Sequence[Singles],
        one: Singles,
        other: Singles,
        scratch: Singles,
    ) -> None:
        """Fill in the products of rows × columns."""
        np.matmul(self._own[0].row[rows], features[0], out=one)
        np.matmul(self._own[1].row[rows], features[1], out=other)
        for (product, ratio), columns in zip(self._shared, features[2:], strict=True):
            np.matmul(product.row[rows], columns, out=scratch)
            one += scratch
            scratch *= ratio
            other += scratch

    def of(self, rows: Ints, part: Ints, places: Ints) -> tuple[Singles, Singles]:
        """Return the products of single pairs, by row and by place among some columns."""
        one, other = (np.full(len(rows), error, dtype=np.float32) for error in self._errors)
        for limit, first, second in self._used:
            if limit.of is not None:
                value = limit.of(rows, part[places])
            else:
                value = np.einsum("pk,pk->p", limit.row[rows], limit.columns(part)[places])
            if first:
                one += value * first
            if second:
                other += value * second
        return one, other


def _mean(
    limits: Mapping[str, Limits], ours: Mapping[str, float], theirs: Mapping[str, float], rows: int
) -> _Product:
    """Return a product that bounds the mean of both views, roughly where there is a rough bound.

    A limit that serves both sides is in it once, so that it is narrower than those of the views.
    """
    used: dict[int, tuple[Limit, float]] = {}
    error = ERROR
    for name, both in limits.items():
        for limit, share in (
            (both.left.rough or both.left, ours.get(name, 0.0)),
            (both.right.rough or both.right, theirs.get(name, 0.0)),
        ):
            if share:
                used[id(limit)] = limit, used.get(id(limit), (limit, 0.0))[1] + share / 2
                error += share / 2 * limit.error
    parts = [(Limit.constant(1.0, rows), error), *used.values()]
    return _Product.of(parts)


class Bounds:
    """The bounds of both views of a pool's pairs, under weights and rules, and of their mean.

    What is deducted comes one ``step`` after the other, the weightiest first; a bound with some of
    them still to come is a bound too, only a higher one. The mean is never below the score, which
    is the geometric mean of the views, and takes one product instead of two or three.
    """

    def __init__(
        self,
        limits: Mapping[str, Limits],
        ours: Mapping[str, float],
        theirs: Mapping[str, float],
        eligibility: Eligibility,
    ) -> None:
        self._eligibility = eligibility
        rows = len(eligibility.left)
        self._exact = _Products(limits, ours, theirs, rows)
        self._mean = _mean(limits, ours, theirs, rows)
        self._deducts = _deducts(limits, ours, theirs)
        self._barred = eligibility.fills()
        self.steps = len(self._deducts)

    def features(self, part: Ints) -> list[Singles]:
        """Return the features of some columns for the bounds of both views."""
        return self._exact.features(part)

    def mean_features(self, part: Ints) -> Singles:
        """Return the features of some columns for the bound of their mean."""
        return self._mean.features(part)

    def begin(
        self,
        rows: Ints,
        features: Sequence[Singles],
        one: Singles,
        other: Singles,
        scratch: Singles,
    ) -> None:
        """Fill in the bounds of rows × columns from which nothing is deducted yet."""
        self._exact.fill(rows, features, one, other, scratch)

    def begin_mean(self, rows: Ints, features: Singles, mean: Singles) -> None:
        """Fill in bounds of the mean of both views, roughly; nothing is deducted yet."""
        np.matmul(self._mean.row[rows], features, out=mean)

    def begin_of(self, rows: Ints, part: Ints, places: Ints) -> tuple[Singles, Singles]:
        """Return the bounds of single pairs, by place in a part of the columns."""
        return self._exact.of(rows, part, places)

    def deduct(
        self, step: int, rows: Ints, part: Ints, one: Singles, other: Singles, scratch: Singles
    ) -> None:
        """Take off a step from the bounds of rows × columns."""
        deduct, first, second = self._deducts[step]
        deduct.fill(rows, part, first or second, scratch)
        if first:
            one -= scratch
        if first and second and first != second:
            scratch *= np.float32(second / first)
        if second:
            other -= scratch

    def bar(self, rows: Ints, part: Ints, one: Singles, other: Singles, scratch: Singles) -> bool:
        """Put the bounds of pairs that a rule leaves out below zero; whether any may be."""
        for fill in self._barred:
            fill(rows, part, 1.0, scratch)
            one -= scratch
            other -= scratch
        return bool(self._barred)

    def bar_mean(self, rows: Ints, part: Ints, mean: Singles, scratch: Singles) -> None:
        """Put the mean of pairs that a rule leaves out below zero, single pairs excepted."""
        for fill in self._barred:
            fill(rows, part, 1.0, scratch)
            mean -= scratch

    def deduct_of(self, step: int, i: Ints, j: Ints, one: Singles, other: Singles) -> None:
        """Take off a step from the bounds of single pairs."""
        deduct, first, second = self._deducts[step]
        value = deduct.of(i, j)
        one -= value * np.float32(first)
        other -= value * np.float32(second)

    def deduct_mean(
        self, step: int, rows: Ints, part: Ints, mean: Singles, scratch: Singles
    ) -> None:
        """Take off a step from the mean of the views of rows × columns."""
        deduct, first, second = self._deducts[step]
        deduct.fill(rows, part, (first + second) / 2, scratch)
        mean -= scratch

    def deduct_mean_of(self, step: int, i: Ints, j: Ints, mean: Singles) -> None:
        """Take off a step from the mean of the views of single pairs."""
        deduct, first, second = self._deducts[step]
        mean -= deduct.of(i, j) * np.float32((first + second) / 2)

    def bars(self, i: Ints, j: Ints) -> Mask:
        """Return which single pairs a rule leaves out."""
        return self._eligibility.bars(i, j)


def _deducts(
    limits: Mapping[str, Limits], ours: Mapping[str, float], theirs: Mapping[str, float]
) -> list[tuple[Deduct, float, float]]:
    """Return what is deducted from either view, computed once where both sides' are the same.

    The weightiest comes first.
    """
    found: list[tuple[Deduct, float, float]] = []
    for name, both in limits.items():
        first, second = ours.get(name, 0.0), theirs.get(name, 0.0)
        if both.is_mutual and both.left.deduct is not None:
            found.append((both.left.deduct, first, second))
            continue
        if both.left.deduct is not None and first:
            found.append((both.left.deduct, first, 0.0))
        if both.right.deduct is not None and second:
            found.append((both.right.deduct, 0.0, second))
    return sorted(found, key=lambda one: -(one[1] + one[2]))
