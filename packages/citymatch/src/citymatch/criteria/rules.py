"""Eligibility: which pairs a programme's rules, a town's *no* or a decision leave out, and why.

Only what is known leaves a pair out. Codes: docs/codes.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from citymatch.criteria.distance import Places, chord_of
from citymatch.criteria.kinds import kinds_of
from citymatch.criteria.named import Named, places_of
from citymatch.criteria.rating import Fill, Ints, Mask, Singles
from citymatch.model import Excluded, PairKey, Rules, Town, Wish

OUT = 10.0
"""What is taken off the bound of a pair that is left out: more than any view."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule: which pairs it bars, its numbers for one pair, and where quick bounds may fall.

    ``fill`` puts in ``OUT`` (times its factor) where a pair is surely barred, else 0; without it
    nothing is deducted.
    """

    code: str
    bars: Callable[[Ints, Ints], Mask]
    params: Callable[[int, int], dict[str, Any]]
    fill: Fill | None = None


class Eligibility:
    """Which pairs of two sides may be matched."""

    def __init__(
        self,
        left: Sequence[Town],
        right: Sequence[Town],
        *,
        rules: Rules,
        wishes: Sequence[Wish] = (),
        ties: Sequence[PairKey] = (),
        excluded: Sequence[Excluded] = (),
    ) -> None:
        self.left, self.right = left, right
        self._excluded = {(item.left, item.right): item for item in excluded}
        self._rules: list[_Rule] = []
        self._add_decided()
        self._add_refusals([wish for wish in wishes if wish.rank is None])
        if rules.new_partners:
            self._add_partners(ties)
        if rules.common_language:
            self._add_languages()
        if rules.max_size_ratio is not None:
            self._add_size(rules.max_size_ratio)
        if rules.max_km is not None:
            self._add_distance(rules.max_km)

    def bars(self, i: Ints, j: Ints) -> Mask:
        """Return which pairs (places that broadcast) are left out."""
        barred = np.zeros(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
        for rule in self._rules:
            barred |= rule.bars(i, j)
        return barred

    def why(self, i: int, j: int) -> Excluded | None:
        """Return the first reason for which a pair is left out."""
        left, right = self.left[i].id, self.right[j].id
        if (left, right) in self._excluded:
            return self._excluded[left, right]
        one, other = np.array([i]), np.array([j])
        for rule in self._rules:
            if rule.bars(one, other)[0]:
                return Excluded(left, right, rule.code, rule.params(i, j))
        return None

    def fills(self) -> list[Fill]:
        """Return what bounds may deduct, rule by rule."""
        return [rule.fill for rule in self._rules if rule.fill is not None]

    def _add_decided(self) -> None:
        self._add_pairs("decided", [(i.left, i.right) for i in self._excluded.values()], {})

    def _add_refusals(self, refusals: Sequence[Wish]) -> None:
        ours = {town.id for town in self.left}
        by: dict[PairKey, list[str]] = {}
        for wish in refusals:
            ends = (wish.town, wish.partner)
            by.setdefault(ends if wish.town in ours else ends[::-1], []).append(wish.town)
        self._add_pairs("said_no", list(by), {key: {"by": sorted(who)} for key, who in by.items()})

    def _add_partners(self, ties: Sequence[PairKey]) -> None:
        ours = {town.id for town in self.left}
        keys = [tie if tie[0] in ours else tie[::-1] for tie in ties]
        self._add_pairs("existing_partners", keys, {})

    def _add_pairs(
        self, code: str, keys: Sequence[PairKey], params: dict[PairKey, dict[str, Any]]
    ) -> None:
        if not keys:
            return
        one, other = places_of(self.left), places_of(self.right)
        cells = [(one[a], other[b], 1) for a, b in keys if a in one and b in other]
        if not cells:
            return
        named = Named.of(len(self.right), cells)

        def bars(i: Ints, j: Ints) -> Mask:
            return np.asarray(named.at(i, j, np.zeros(1, dtype=np.int64)) > 0)

        def numbers(i: int, j: int) -> dict[str, Any]:
            return params.get((self.left[i].id, self.right[j].id), {})

        self._rules.append(_Rule(code, bars, numbers))

    def _add_languages(self) -> None:
        (one, ones), (other, others) = (
            kinds_of(self.left, lambda town: town.languages),
            kinds_of(self.right, lambda town: town.languages),
        )
        table = np.array(
            [[bool(a and b and a.isdisjoint(b)) for b in others] for a in ones], dtype=np.bool_
        ).reshape(len(ones), len(others))
        costs = (table * OUT).astype(np.float32)

        def bars(i: Ints, j: Ints) -> Mask:
            return np.asarray(table[one[i], other[j]])

        def params(i: int, j: int) -> dict[str, Any]:
            return {"left": list(self.left[i].languages), "right": list(self.right[j].languages)}

        def fill(rows: Ints, columns: Ints, factor: float, out: Singles) -> None:
            np.take(costs[one[rows]] * np.float32(factor), other[columns], axis=1, out=out)

        self._rules.append(_Rule("no_common_language", bars, params, fill))

    def _add_size(self, most: float) -> None:
        one = np.array([town.population or np.nan for town in self.left], dtype=np.float64)
        other = np.array([town.population or np.nan for town in self.right], dtype=np.float64)

        def bars(i: Ints, j: Ints) -> Mask:
            # Unknown is not a number, and no comparison with it is true.
            return np.asarray((one[i] > most * other[j]) | (other[j] > most * one[i]))

        def params(i: int, j: int) -> dict[str, Any]:
            left, right = self.left[i].population, self.right[j].population
            return {"left": left, "right": right, "max": most}

        def fill(rows: Ints, columns: Ints, factor: float, out: Singles) -> None:
            out[:] = bars(rows[:, None], columns[None, :])
            out *= OUT * factor

        self._rules.append(_Rule("too_unlike_in_size", bars, params, fill))

    def _add_distance(self, most: float) -> None:
        places = Places.of(self.left, self.right)

        def bars(i: Ints, j: Ints) -> Mask:
            return np.asarray(~places.unknown(i, j) & (places.kilometres(i, j) > most))

        def params(i: int, j: int) -> dict[str, Any]:
            return {
                "km": round(float(places.kilometres(np.array([i]), np.array([j]))[0])),
                "max": most,
            }

        def fill(rows: Ints, columns: Ints, factor: float, out: Singles) -> None:
            places.chords(rows, columns, 1.0, 2.0, out)
            out[:] = out > chord_of(most)
            out *= OUT * factor
            places.forget(rows, columns, out, 0.0)

        self._rules.append(_Rule("too_far", bars, params, fill))
