"""The same problems for other solvers: assignment, general programs, flows, deferred acceptance."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence

import networkx
import numpy as np
from matching.games import HospitalResident
from ortools.sat.python import cp_model
from scipy.optimize import LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import coo_array

from citymatch import Market, Pair
from citymatch.deferred import deferred_acceptance
from citymatch.eligible import Table
from citymatch.stages import tie_numbers

type Keys = set[tuple[str, str]]
type Bounds = dict[str, tuple[int, float]]


def programme(market: Market, floor: int, size: int) -> tuple[list[Pair], Bounds, list[list[int]]]:
    """Return the stage score as a program: pairs, bounds by name, and the pairs of each bound."""
    pairs = [pair for pair in market.pairs if pair.floor >= floor]
    bounds: Bounds = {town.id: (town.min, town.max) for town in (*market.left, *market.right)}
    bounds |= {q.group: (q.min, math.inf if q.max is None else q.max) for q in market.quotas}
    bounds["size"] = size, size
    place = {name: k for k, name in enumerate(bounds)}
    groups = {town.id: (town.id, *town.groups) for town in (*market.left, *market.right)}
    members: list[list[int]] = [[] for _ in bounds]
    for column, pair in enumerate(pairs):
        for name in (*groups[pair.left], *groups[pair.right], "size"):
            if name in place:
                members[place[name]].append(column)
    return pairs, bounds, members


def score_by_milp(market: Market, floor: int, size: int) -> int:
    """Solve the stage score with HiGHS, as a general solver would be given it."""
    pairs, bounds, members = programme(market, floor, size)
    rows = np.repeat(np.arange(len(members)), [len(own) for own in members])
    columns = np.concatenate([np.array(own, dtype=int) for own in members])
    matrix = coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(bounds), len(pairs)))
    low, high = np.array(list(bounds.values()), dtype=float).T
    answer = milp(
        -np.array([pair.score for pair in pairs], dtype=float),
        constraints=LinearConstraint(matrix.tocsr(), low, high),
        integrality=np.ones(len(pairs)),
        bounds=(0, 1),
        options={"mip_rel_gap": 0},
    )
    return round(-answer.fun)


SECONDS = 60
"""How long CP-SAT may try."""


def score_by_cp_sat(market: Market, floor: int, size: int) -> tuple[int, int]:
    """Solve the stage score with CP-SAT on one core; gives the best found and its bound."""
    pairs, bounds, members = programme(market, floor, size)
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in pairs]
    for (low, high), own in zip(bounds.values(), members, strict=True):
        most = len(own) if math.isinf(high) else int(high)
        model.add_linear_constraint(cp_model.LinearExpr.sum([taken[k] for k in own]), low, most)
    model.maximize(cp_model.LinearExpr.weighted_sum(taken, [pair.score for pair in pairs]))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = SECONDS
    status = solver.solve(model)
    found = solver.objective_value if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else 0
    return round(found), round(solver.best_objective_bound)


def score_by_networkx(market: Market, size: int) -> int:
    """Solve size and score with networkx, without quotas and floor: which it could not hold."""
    graph = networkx.DiGraph()
    graph.add_node("source", demand=-size)
    graph.add_node("sink", demand=size)
    for town in market.left:
        graph.add_edge("source", town.id, capacity=town.max, weight=0)
    for town in market.right:
        graph.add_edge(town.id, "sink", capacity=town.max, weight=0)
    for pair in market.pairs:
        graph.add_edge(pair.left, pair.right, capacity=1, weight=-pair.score)
    cost, _ = networkx.network_simplex(graph)
    return -int(cost)


def assignment(scores: np.ndarray) -> int:
    """Return the best sum of scores of an assignment without quotas."""
    return int(scores[linear_sum_assignment(scores, maximize=True)].sum())


def preferences(table: Table) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return who each town ranks in which order: by its own view, equals by their tie numbers."""
    left: dict[str, list[str]] = {town.id: [] for town in table.left}
    right: dict[str, list[str]] = {town.id: [] for town in table.right}
    ties = tie_numbers(table, np.arange(len(table.pairs)))
    for own, view, turned in ((left, table.left_view, False), (right, table.right_view, True)):
        for row in np.lexsort((ties, -view)).tolist():
            one, other = table.key(row)[:: -1 if turned else 1]
            own[one].append(other)
    return left, right


def pairs_by_matching(orders: tuple[dict[str, list[str]], dict[str, list[str]]]) -> Keys:
    """Run deferred acceptance of the package ``matching``, left towns proposing."""
    left, right = orders
    before = sys.getrecursionlimit()
    # It copies its players deeply, and each of them knows all others.
    sys.setrecursionlimit(100_000)
    try:
        game = HospitalResident.create_from_dictionaries(left, right, dict.fromkeys(right, 1))
        found = game.solve(optimal="resident")
    finally:
        sys.setrecursionlimit(before)
    return {(str(one), str(town)) for town, own in found.items() for one in own}


def pairs_by_reference(table: Table) -> Keys:
    """Run the engine's own deferred acceptance."""
    return {table.key(row) for row in np.flatnonzero(deferred_acceptance(table)).tolist()}


def matrix(pairs: Sequence[Pair], left: int, right: int) -> np.ndarray:
    return np.array([pair.score for pair in pairs]).reshape(left, right)
