"""Upper bounds of the views of many pairs in single precision: products less what is deducted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

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
        self._own = [
            _Product(
                np.concatenate([limit.row * np.float32(share) for limit, share in part], axis=1),
                tuple(limit.columns for limit, _ in part),
            )
            for part in parts
        ]

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

    def of(self, rows: Ints, places: Ints, features: Sequence[Singles]) -> tuple[Singles, Singles]:
        """Return the products of single pairs, by row and by place among the columns."""
        one, other = (
            np.einsum("pk,kp->p", product.row[rows], columns[:, places])
            for product, columns in zip(self._own, features[:2], strict=True)
        )
        for (product, ratio), columns in zip(self._shared, features[2:], strict=True):
            more = np.einsum("pk,kp->p", product.row[rows], columns[:, places])
            one += more
            other += more * ratio
        return one, other


@dataclass(frozen=True, slots=True)
class Features:
    """The features of some columns; of the rough bounds too, if there are any."""

    exact: list[Singles]
    rough: list[Singles]


class Bounds:
    """The bounds of both views of a pool's pairs, under weights and rules.

    What is deducted comes one ``step`` after the other, the weightiest first; a bound with some of
    them still to come is a bound too, only a higher one. So is a rough one.
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
        self._rough: _Products | None = None
        if any(both.left.rough or both.right.rough for both in limits.values()):
            self._rough = _Products(_roughly(limits), ours, theirs, rows)
        self._deducts = _deducts(limits, ours, theirs)
        self._barred = eligibility.fills()
        self.steps = len(self._deducts)

    @property
    def has_rough(self) -> bool:
        return self._rough is not None

    def features(self, part: Ints) -> Features:
        """Return the features of some columns."""
        rough = [] if self._rough is None else self._rough.features(part)
        return Features(self._exact.features(part), rough)

    def begin(
        self, rows: Ints, features: Features, one: Singles, other: Singles, scratch: Singles
    ) -> None:
        """Fill in the bounds of rows × columns from which nothing is deducted yet."""
        self._exact.fill(rows, features.exact, one, other, scratch)

    def begin_rough(
        self, rows: Ints, features: Features, one: Singles, other: Singles, scratch: Singles
    ) -> None:
        """Fill in rough bounds from which nothing is deducted yet; only with ``has_rough``."""
        assert self._rough is not None
        self._rough.fill(rows, features.rough, one, other, scratch)

    def begin_of(self, rows: Ints, places: Ints, features: Features) -> tuple[Singles, Singles]:
        """Return the bounds of single pairs from which nothing is deducted yet."""
        return self._exact.of(rows, places, features.exact)

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

    def deduct_of(self, step: int, i: Ints, j: Ints, one: Singles, other: Singles) -> None:
        """Take off a step from the bounds of single pairs."""
        deduct, first, second = self._deducts[step]
        value = deduct.of(i, j)
        one -= value * np.float32(first)
        other -= value * np.float32(second)

    def bars(self, i: Ints, j: Ints) -> Mask:
        """Return which single pairs a rule leaves out."""
        return self._eligibility.bars(i, j)


def _roughly(limits: Mapping[str, Limits]) -> dict[str, Limits]:
    """Return the rough bounds where there are any; the same object for the same bound."""
    return {
        name: replace(both, left=both.left.rough or both.left, right=both.right.rough or both.right)
        for name, both in limits.items()
    }


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
