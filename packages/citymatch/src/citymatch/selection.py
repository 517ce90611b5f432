"""Choosing k of n candidates under quotas whose groups may overlap: exact, with reasons.

The highest sum of values; among equals the smallest sum of tie numbers (the first 40 bits of
SHA-256(tie key ␀ id)), so that the order of a list decides nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from citymatch.conflict import irreducible
from citymatch.model import Bound, Conflict, InputError, Problem, Quota, Reason, Relaxation
from citymatch.program import Ints, Mask, Rows, choose, nearest
from citymatch.stages import Progress, tell_nobody

MOST_CANDIDATES = 2_000
LARGEST_VALUE = 10**9

ORDER = ("veto", "lock", "group_max", "group_min", "take")
"""Which bounds are tried first to be left out of a conflict."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be chosen; ``value`` in whole units of any kind, also below zero."""

    id: str
    value: int
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reserve:
    """A candidate who would come in, and the chosen ones in whose place the quotas let them."""

    id: str
    value: int
    instead_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Who is chosen, who follows, and why; or why no choice is possible.

    ``chosen`` and ``reserve`` stand best value first, equals by their tie numbers. When one of the
    chosen leaves, the first of the reserve that may stand in their place keeps the highest sum of
    all who stay. ``reasons`` hold codes for every candidate (docs/codes.md), by id. Without any
    choice ``status`` is ``infeasible``: then ``conflict`` says which bounds contradict each other
    and ``witness`` is a choice within the relaxed ones.
    """

    status: Literal["optimal", "infeasible"]
    take: int
    total: int | None = None
    chosen: tuple[str, ...] = ()
    reserve: tuple[Reserve, ...] = ()
    reasons: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    conflict: Conflict | None = None
    witness: tuple[str, ...] = ()


def select(
    candidates: Sequence[Candidate],
    quotas: Sequence[Quota],
    k: int,
    *,
    locked: Iterable[str] = (),
    vetoed: Iterable[str] = (),
    tie_key: str = "round-1",
    explain: Iterable[str] | None = None,
    progress: Progress | None = None,
) -> Selection:
    """Choose exactly ``k`` candidates, within the quotas of their groups, of the highest sum.

    ``locked`` are in, ``vetoed`` are out. Each reason takes a choice or two of its own: with
    ``explain`` only these candidates get theirs, without it all do. InputError when ids, quotas
    or overrides contradict themselves; quotas that cannot be met together are answered with a
    conflict.
    """
    locks, vetoes = set(locked), set(vetoed)
    problems = list(_problems(candidates, quotas, k, locks, vetoes))
    if problems:
        raise InputError(problems)
    case = _Case(candidates, quotas, k, locks, vetoes, tie_key)
    return case.answer(progress or tell_nobody, None if explain is None else {*explain})


class _Case:
    """One choice, laid out: candidates by id, a bound per quota and a last one for ``k``."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        quotas: Sequence[Quota],
        k: int,
        locked: set[str],
        vetoed: set[str],
        tie_key: str,
    ) -> None:
        self.candidates = sorted(candidates, key=lambda candidate: candidate.id)
        self.quotas = sorted(quotas, key=lambda quota: quota.group)
        self.k = k
        n = len(self.candidates)
        self.place = {candidate.id: at for at, candidate in enumerate(self.candidates)}
        self.value = np.array([own.value for own in self.candidates], dtype=np.int64)
        self.locked = np.array([own.id in locked for own in self.candidates], dtype=np.bool_)
        self.vetoed = np.array([own.id in vetoed for own in self.candidates], dtype=np.bool_)
        self.ties = np.array([_tie(tie_key, own.id) for own in self.candidates], dtype=np.int64)
        row = {quota.group: at for at, quota in enumerate(self.quotas)}
        entries = [
            (at, column)
            for column, own in enumerate(self.candidates)
            for at in [*(row[group] for group in {*own.groups} if group in row), len(row)]
        ]
        rows, columns = np.array(entries, dtype=np.int64).reshape(-1, 2).T
        low = [quota.min for quota in self.quotas]
        high = [n if quota.max is None else quota.max for quota in self.quotas]
        self.rows = Rows(rows, columns, n, np.array([*low, k]), np.array([*high, k]))

    def answer(self, tell: Progress, explain: set[str] | None = None) -> Selection:
        tell("score", 0.0)
        chosen = self.best(self.locked, self.vetoed)
        if chosen is None:
            tell("conflict", 0.5)
            return self._infeasible()
        total = int(self.value[chosen].sum())
        reasons = {}
        for at, candidate in enumerate(self.candidates):
            if explain is not None and candidate.id not in explain:
                continue
            tell("reasons", at / len(self.candidates))
            reasons[candidate.id] = tuple(self._reasons(at, chosen, total))
        tell("done", 1.0)
        return Selection(
            status="optimal",
            take=self.k,
            total=total,
            chosen=tuple(self.candidates[at].id for at in self._ranked(chosen)),
            reserve=tuple(self._reserve(chosen)),
            reasons=reasons,
        )

    def best(self, forced: Mask, barred: Mask) -> Mask | None:
        """Return the best choice with some in and some out; None when there is none."""
        free = np.flatnonzero(~(forced | barred))
        rows = self.rows.given(forced).among(free)
        own = choose(self.value[free], rows)
        if own is None:
            return None
        least = self.value[free], int(self.value[free][own].sum())
        own = choose(-self.ties[free], rows, least=least)
        if own is None:
            raise RuntimeError("a choice was lost between values and ties")
        chosen = forced.copy()
        chosen[free[own]] = True
        return chosen

    def _ranked(self, among: Mask) -> list[int]:
        places = np.flatnonzero(among).tolist()
        return sorted(places, key=lambda at: (-self.value[at], self.ties[at]))

    def _reserve(self, chosen: Mask) -> Iterator[Reserve]:
        """Yield who could stand in for somebody, best value first."""
        inside = [at for at in self._ranked(chosen) if not self.locked[at]]
        member = np.zeros((len(self.rows.low), len(self.candidates)), dtype=np.int64)
        member[self.rows.row, self.rows.column] = 1
        sums = self.rows.sums(chosen)
        for at in self._ranked(~(chosen | self.vetoed)):
            after = sums[:, None] + member[:, [at]] - member[:, inside]
            fits = (after >= self.rows.low[:, None]) & (after <= self.rows.high[:, None])
            places = [other for other, fit in zip(inside, fits.all(axis=0), strict=True) if fit]
            if places:
                names = tuple(self.candidates[other].id for other in places)
                yield Reserve(self.candidates[at].id, int(self.value[at]), names)

    def _reasons(self, at: int, chosen: Mask, total: int) -> Iterator[Reason]:
        this = np.arange(len(self.candidates)) == at
        if self.vetoed[at]:
            yield Reason("vetoed")
            return
        if self.locked[at]:
            yield Reason("locked")
            return
        if chosen[at]:
            without = self.best(self.locked, self.vetoed | this)
            margin = None if without is None else total - int(self.value[without].sum())
            yield Reason("chosen", {"margin": margin})
            return
        sums = self.rows.sums(chosen)
        for row, quota in enumerate(self.quotas):
            if quota.group in self.candidates[at].groups and sums[row] == quota.max:
                yield Reason("quota_full", {"group": quota.group, "max": quota.max})
        within = self.best(self.locked | this, self.vetoed)
        if within is None:
            bounds = [
                {"code": bound.code, "id": bound.id, "value": bound.value}
                for bound in self._contradiction(self.locked | this)
                if bound.id != self.candidates[at].id
            ]
            yield Reason("bounds_forbid", {"bounds": bounds})
            return
        short = total - int(self.value[within].sum())
        # With as much more both choices are equal, and the tie numbers decide.
        loses = int(self.ties[within].sum()) >= int(self.ties[chosen].sum())
        yield Reason("value_too_low", {"by": short + loses})

    def _infeasible(self) -> Selection:
        free = np.flatnonzero(~(self.locked | self.vetoed))
        last = len(self.quotas)
        kinds = np.arange(last + 1) == last
        rows = self.rows.given(self.locked).among(free)
        found = nearest(rows, raisable=~kinds, rank=kinds.astype(np.int64))
        witness = self.locked.copy()
        witness[free[found]] = True
        relaxation = tuple(self._steps(self.rows.sums(witness)))
        cost = sum(abs(step.end - step.start) for step in relaxation)
        return Selection(
            status="infeasible",
            take=self.k,
            conflict=Conflict(tuple(self._contradiction(self.locked)), relaxation, cost),
            witness=tuple(self.candidates[at].id for at in np.flatnonzero(witness).tolist()),
        )

    def _steps(self, sums: Ints) -> Iterator[Relaxation]:
        for row, quota in enumerate(self.quotas):
            count = int(sums[row])
            if count < quota.min:
                yield Relaxation("group_min", quota.group, quota.min, count)
            if quota.max is not None and count > quota.max:
                yield Relaxation("group_max", quota.group, quota.max, count)
        if sums[-1] < self.k:
            yield Relaxation("take", "", self.k, int(sums[-1]))

    def _contradiction(self, locked: Mask) -> list[Bound]:
        """Return bounds that cannot be met together, none of them needlessly."""
        every = [Bound("veto", self.candidates[at].id, 0) for at in np.flatnonzero(self.vetoed)]
        every += [Bound("lock", self.candidates[at].id, 1) for at in np.flatnonzero(locked)]
        for quota in self.quotas:
            if quota.max is not None:
                every.append(Bound("group_max", quota.group, quota.max))
            if quota.min > 0:
                every.append(Bound("group_min", quota.group, quota.min))
        every.append(Bound("take", "", self.k))
        every.sort(key=lambda bound: ORDER.index(bound.code))
        found = irreducible(every, self._fails)
        return sorted(found, key=lambda bound: (-ORDER.index(bound.code), str(bound.id)))

    def _fails(self, bounds: Iterable[Bound]) -> bool:
        named = {(bound.code, bound.id) for bound in bounds}
        low, high = self.rows.low.copy(), self.rows.high.copy()
        for row, quota in enumerate(self.quotas):
            if ("group_min", quota.group) not in named:
                low[row] = 0
            if ("group_max", quota.group) not in named:
                high[row] = len(self.candidates)
        if ("take", "") not in named:
            low[-1], high[-1] = 0, len(self.candidates)
        forced, barred = (
            np.array([(code, own.id) in named for own in self.candidates], dtype=np.bool_)
            for code in ("lock", "veto")
        )
        free = np.flatnonzero(~(forced | barred))
        rows = self.rows.bounded(low, high).given(forced).among(free)
        return choose(np.zeros(len(free), dtype=np.int64), rows) is None


def _tie(tie_key: str, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{tie_key}\0{name}".encode()).digest()[:5])


def _problems(
    candidates: Sequence[Candidate],
    quotas: Sequence[Quota],
    k: int,
    locked: set[str],
    vetoed: set[str],
) -> Iterator[Problem]:
    known = {candidate.id for candidate in candidates}
    groups = {group for candidate in candidates for group in candidate.groups}
    if len(candidates) > MOST_CANDIDATES:
        yield _problem(
            "too_many_candidates",
            None,
            "candidates",
            f"there are {len(candidates)} candidates",
            f"choose among {MOST_CANDIDATES} at most",
            most=MOST_CANDIDATES,
        )
    if k < 0:
        remedy = "give a whole number of 0 or more"
        yield _problem("out_of_range", None, "take", f"{k} cannot be taken", remedy, value=k)
    seen: set[str] = set()
    for row, candidate in enumerate(candidates, 1):
        name = candidate.id
        if not name or "\0" in name:
            remedy = "give every candidate a unique id"
            yield _problem("empty_id", row, "candidates.id", "a candidate has no id", remedy)
        if name in seen:
            message, remedy = f"the id {name} is used twice", "keep one line per candidate"
            yield _problem("duplicate_id", row, "candidates.id", message, remedy, id=name)
        seen.add(name)
        if abs(candidate.value) > LARGEST_VALUE:
            message = f"the value of {name} cannot be used"
            remedy = f"give a number of at most {LARGEST_VALUE} units"
            yield _problem("out_of_range", row, "candidates.value", message, remedy, id=name)
    seen = set()
    for row, quota in enumerate(quotas, 1):
        group = quota.group
        if group in seen:
            message, remedy = f"the group {group} has two quotas", "keep one line per group"
            yield _problem("duplicate_quota", row, "quotas.group", message, remedy, group=group)
        seen.add(group)
        if group not in groups:
            message = f"no candidate is in the group {group}"
            remedy = "correct its name, add its candidates or take the quota out"
            yield _problem("unknown_group", row, "quotas.group", message, remedy, group=group)
        if quota.min < 0 or (quota.max is not None and quota.max < 0):
            message = f"the quota of {group} cannot be used"
            remedy = "give whole numbers of 0 or more"
            yield _problem("out_of_range", row, "quotas.min", message, remedy, group=group)
        elif quota.max is not None and quota.min > quota.max:
            message = f"min {quota.min} is above max {quota.max} for {group}"
            params = {"id": group, "min": quota.min, "max": quota.max}
            remedy = "lower min or raise max"
            yield _problem("min_above_max", row, "quotas.min", message, remedy, **params)
    for name in sorted(locked | vetoed):
        field = "locked" if name in locked else "vetoed"
        if name not in known:
            message, remedy = f"there is no candidate {name}", "correct the id or take it out"
            yield _problem("unknown_candidate", None, field, message, remedy, id=name)
        elif name in locked and name in vetoed:
            message, remedy = f"{name} is both locked and vetoed", "take the lock or the veto off"
            yield _problem("locked_and_vetoed", None, field, message, remedy, id=name)
    if 0 <= k < len(locked):
        message = f"{len(locked)} candidates are locked, {k} are to be taken"
        yield _problem(
            "locked_over_take", None, "locked", message, "take more or lift locks", take=k
        )


def _problem(
    code: str, row: int | None, field: str, message: str, remedy: str, **params: Any
) -> Problem:
    return Problem("selection", row, field, message, remedy, code, params)
