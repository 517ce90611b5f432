"""How a match holds when the weights are not quite what they are said to be.

Each run multiplies every weight of each side by a factor of its own, exp(sigma · N(0, 1)), and
solves again. The factors come from one seed, the views are computed in integers: equal input, seed
and versions give equal answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from citymatch.answers import Robustness, Spread, Survival
from citymatch.criteria import normalise
from citymatch.eligible import Table, mutual_scores
from citymatch.match import published_match
from citymatch.model import MICRO, InputError, Market, Problem, Result
from citymatch.quotas import Ints
from citymatch.regret import table_of
from citymatch.stages import Past, Progress, can_be_met, run_stages, tell_nobody
from citymatch.variants import figures_of

MOST_RUNS = 100_000
MOST_SIGMA = 3.0
MOST_SEED = 2**63 - 1

RIVALS = 20
"""How many of the pairs that were not published are named, the most frequent first."""

BLOCK = 500_000
"""How many views are computed at once."""

type Floats = NDArray[np.float64]


def robust(
    market: Market,
    result: Result,
    *,
    runs: int = 500,
    sigma: float = 0.25,
    seed: int = 1,
    progress: Progress | None = None,
) -> Robustness:
    """Solve a market again under weights that differ by chance; count which pairs stay.

    The views of a run are Σ part · factor, divided by Σ weight · factor, so that each criterion
    keeps its rating of the pair. Locks, vetoes, bounds and the absolute floor stay, the stages are
    those of the policy. InputError when the market holds no parts or no weights, when the result
    is none of it, or when ``runs``, ``sigma`` or ``seed`` is out of range.
    """
    _require_range(runs, sigma, seed)
    table = table_of(market)
    match = published_match(table, result)
    weights, parts = _weights_and_parts(table)
    past = Past(table)
    past.of(match.network).keep(np.flatnonzero(match.used))
    tell = progress or tell_nobody
    count = np.zeros(len(table.pairs), dtype=np.int64)
    figures: list[tuple[int, int | None, int]] = []
    for done, run in enumerate(_tables(table, weights, parts, runs, sigma, seed)):
        if done * 100 // runs != (done - 1) * 100 // runs:
            tell("runs", done / runs)
        if not past.knows_match(run) and not can_be_met(run):
            continue
        solved = run_stages(run, past=past)
        count[solved.chosen] += 1
        figures.append(figures_of(solved))
    tell("done", 1.0)
    published = match.used | table.locked
    return Robustness(
        input_sha256=result.input_sha256,
        runs=runs,
        sigma=sigma,
        seed=seed,
        infeasible=runs - len(figures),
        pairs=tuple(_survivals(table, np.flatnonzero(published), count, runs)),
        rivals=tuple(_survivals(table, _rivals(count, published), count, runs)),
        size=_spread([size for size, _, _ in figures]),
        floor=_spread([floor for _, floor, _ in figures if floor is not None]),
        score=_spread([score for _, _, score in figures]),
    )


def draw_factors(weights: Sequence[Ints], runs: int, sigma: float, seed: int) -> list[Ints]:
    """Return for each side what multiplies the parts of each criterion: runs × criteria.

    In millionths and after renormalising, so that Σ weight · factor is one. A criterion without
    weight draws no number and keeps the factor one.
    """
    positive = [np.flatnonzero(weight) for weight in weights]
    generator = np.random.Generator(np.random.PCG64(seed))
    drawn = np.exp(sigma * generator.standard_normal((runs, sum(map(len, positive)))))
    factors, first = [], 0
    for weight, places in zip(weights, positive, strict=True):
        own = drawn[:, first : first + len(places)]
        first += len(places)
        total = (own * weight[places]).sum(axis=1, keepdims=True)
        side = np.full((runs, len(weight)), MICRO, dtype=np.int64)
        side[:, places] = np.rint(own / total * float(MICRO) ** 2).astype(np.int64)
        factors.append(side)
    return factors


def _tables(
    table: Table,
    weights: Sequence[Ints],
    parts: Sequence[Floats],
    runs: int,
    sigma: float,
    seed: int,
) -> Iterator[Table]:
    """Yield the market of each run."""
    factors = draw_factors(weights, runs, sigma, seed)
    at_once = max(1, BLOCK // max(1, len(table.pairs)))
    barred = table.locked | table.vetoed
    for first in range(0, runs, at_once):
        left, right = (
            _views(own[first : first + at_once], part)
            for own, part in zip(factors, parts, strict=True)
        )
        scores, floors = mutual_scores(left, right), np.minimum(left, right)
        for score, floor in zip(scores, floors, strict=True):
            low = (floor < table.market.policy.absolute_floor) & ~table.locked
            yield replace(table, score=score, floor=floor, low=low, free=~(barred | low))


def _views(factors: Ints, parts: Floats) -> Ints:
    """Return views, runs × pairs, from factors and the parts of each criterion."""
    # All sums are whole numbers below 2**53, so that the product is exact in any order; divided by
    # a million, halves are exact too, and rounded to even.
    views = factors.astype(np.float64) @ parts
    views /= MICRO
    np.rint(views, out=views)
    return np.minimum(views, MICRO, out=views).astype(np.int64)


def _weights_and_parts(table: Table) -> tuple[list[Ints], list[Floats]]:
    """Return for each side the weights per criterion and the parts, criteria × pairs."""
    given = table.market.policy.weights
    if given is None:
        raise _missing(None, "policy.weights", "the market holds no weights")
    for row, pair in enumerate(table.market.pairs, 1):
        if pair.parts is None:
            message = f"the pair {pair.left} – {pair.right} has no parts"
            raise _missing(row, "pairs.parts", message)
    normal = {side: normalise(given[side]) for side in ("left", "right")}
    used = {name for pair in table.pairs for name in pair.parts or ()}
    names = sorted({*normal["left"], *normal["right"], *used})
    weights = [
        np.array([normal[side].get(name, 0) for name in names], dtype=np.int64)
        for side in ("left", "right")
    ]
    both = np.zeros((2, len(names), len(table.pairs)))
    for place, name in enumerate(names):
        own = [(pair.parts or {}).get(name) for pair in table.pairs]
        both[0, place] = [0 if part is None else part.left for part in own]
        both[1, place] = [0 if part is None else part.right for part in own]
    for side, weight, part in zip(("left", "right"), weights, both, strict=True):
        # Parts are rounded: they may reach one unit above.
        above = np.argwhere(part > weight[:, None] + 1)
        if len(above):
            place, row = above[0].tolist()
            raise _above_weight(table, row, side, names[place], int(weight[place]))
    return weights, [both[0], both[1]]


def _rivals(count: Ints, published: NDArray[np.bool_]) -> Ints:
    rows = np.flatnonzero((count > 0) & ~published)
    return rows[np.argsort(-count[rows], kind="stable")][:RIVALS]


def _survivals(table: Table, rows: Ints, count: Ints, runs: int) -> Iterator[Survival]:
    for row in rows.tolist():
        yield Survival(
            *table.key(row), int(count[row]), (2 * MICRO * int(count[row]) + runs) // (2 * runs)
        )


def _spread(values: list[int]) -> Spread | None:
    """Return five values of a list by nearest rank; None for an empty one."""
    if not values:
        return None
    ordered, n = sorted(values), len(values)
    return Spread(
        ordered[0],
        ordered[-(-5 * n // 100) - 1],
        ordered[-(-n // 2) - 1],
        ordered[-(-95 * n // 100) - 1],
        ordered[-1],
    )


def _require_range(runs: int, sigma: float, seed: int) -> None:
    for name, value, least, most in (
        ("runs", runs, 1, MOST_RUNS),
        ("sigma", sigma, 0, MOST_SIGMA),
        ("seed", seed, 0, MOST_SEED),
    ):
        if not least <= value <= most:
            raise InputError(
                [
                    Problem(
                        "arguments",
                        None,
                        name,
                        f"{value} cannot be used",
                        f"give a number from {least} to {most:g}",
                        "out_of_range",
                        {"name": name, "value": value},
                    )
                ]
            )


def _missing(row: int | None, field: str, message: str) -> InputError:
    remedy = "score the market with parts and weights: without them there is nothing to vary"
    return InputError([Problem("market", row, field, message, remedy, "missing")])


def _above_weight(table: Table, row: int, side: str, name: str, weight: int) -> InputError:
    pair = table.pairs[row]
    place = 1 + table.market.pairs.index(pair)
    return InputError(
        [
            Problem(
                "market",
                place,
                f"pairs.parts.{name}.{side}",
                f"the part of {pair.left} – {pair.right} is above the weight {weight / MICRO:.6f}",
                "give the weights that made the parts",
                "part_above_weight",
                {"pair": pair.key, "criterion": name, "weight": weight},
            )
        ]
    )
