"""Groups that cross: whole-number programs give what trying every subset gives."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from random import Random

import jsonschema
import pytest
from brute_force import best_match, least_violation, matches
from command_line import run, write
from example import EXAMPLE
from random_markets import dense_market, random_market
from scored_towns import programme
from seeds import seeds
from test_regret import check_all

from citymatch import (
    Bound,
    InputError,
    Market,
    Quota,
    explain,
    next_best,
    result_from_json,
    result_to_json,
    robust,
    solve,
    verify,
    what_would_change,
)
from citymatch.eligible import build_table
from citymatch.overlap import run_program
from citymatch.quotas import find_overlaps
from citymatch.stages import can_be_met, run_stages

SCHEMA = Path(__file__).parents[1] / "src/citymatch/schemas/result.schema.json"


def crossed_market(seed: int, *, minima: float = 0.12) -> Market:
    """Return a small random market some of whose groups share towns without nesting."""
    rnd, market = Random(seed), random_market(seed, minima=minima)
    sides = []
    for name, towns in (("l", market.left), ("r", market.right)):
        mixed = [
            replace(town, groups=(*town.groups, *(f"{name}-mix:{k}" for k in kinds)))
            for town in towns
            for kinds in [[k for k in range(2) if rnd.random() < 0.6]]
        ]
        sides.append(tuple(mixed))
    known = {group for side in sides for town in side for group in town.groups}
    mixes = sorted(group for group in known if "-mix" in group)
    quotas = [Quota(group, rnd.random() < minima, rnd.choice((1, 1, 2, 3))) for group in mixes]
    return replace(
        market,
        left=sides[0],
        right=sides[1],
        quotas=(*market.quotas, *quotas),
        policy=replace(market.policy, overlap="milp"),
    )


def crossed_markets(count: int, **options: float) -> Iterator[Market]:
    seed = 0
    while count:
        market = crossed_market(seed, **options)
        if any(find_overlaps(market, "market")):
            count -= 1
            yield market
        seed += 1


def crossed_programme() -> Market:
    """Return a scored programme with a quota for large towns of two countries."""
    market = programme()
    right = tuple(
        replace(town, groups=(*town.groups, "large")) if k in (0, 1, 4, 5) else town
        for k, town in enumerate(market.right)
    )
    quotas = (*market.quotas, Quota("large", 1, 2))
    policy = replace(market.policy, overlap="milp")
    return replace(market, right=right, quotas=quotas, policy=policy)


def test_overlap_equals_brute_force() -> None:
    statuses = []
    for market in crossed_markets(120):
        best, result = best_match(market), solve(market)
        statuses.append(result.status)
        if best is None:
            assert result.status == "infeasible"
            continue
        assert (result.size, result.floor, result.score) == (best.size, best.floor, best.score)
        assert tuple(sorted(pair.key for pair in result.pairs)) == best.pairs
        verdict = verify(market, result)
        assert (verdict.ok, verdict.problems, verdict.overlap) == (True, (), True)
        assert not any(verdict.proven.values())
    assert {*statuses} == {"optimal", "infeasible"}


@pytest.mark.parametrize("stages", [("size", "score"), ("floor", "score"), ("score",), ("size",)])
def test_overlap_respects_the_stages(stages: tuple[str, ...]) -> None:
    for market in crossed_markets(25):
        other = replace(market, policy=replace(market.policy, stages=stages))
        best, result = best_match(other), solve(other)
        found = tuple(sorted(pair.key for pair in result.pairs))
        assert found == (() if best is None else best.pairs)


def test_overlap_conflict_is_irreducible_and_its_relaxation_the_cheapest() -> None:
    seen = 0
    for market in crossed_markets(150, minima=0.35):
        result = solve(market)
        if result.status == "optimal":
            continue
        seen += 1
        assert result.conflict is not None
        bounds = result.conflict.bounds
        assert not can_meet(market, bounds)
        for fewer in combinations(bounds, len(bounds) - 1):
            assert can_meet(market, fewer)
        assert result.conflict.cost == least_violation(market)
        verdict = verify(market, result)
        assert (verdict.ok, verdict.overlap) == (True, True)
        assert verdict.proven == {"infeasible": False, "relaxation": True}
    assert seen > 20


def can_meet(market: Market, bounds: tuple[Bound, ...]) -> bool:
    """Whether some set of pairs meets these bounds, all others left out."""
    named = {(bound.code, bound.id) for bound in bounds}
    most = len(market.pairs)

    def bounded(kind: str, name: str, low: int, high: int | None) -> dict[str, int | None]:
        return {
            "min": low if (f"{kind}_min", name) in named else 0,
            "max": high if (f"{kind}_max", name) in named else most,
        }

    def side(towns: tuple) -> tuple:
        return tuple(replace(t, **bounded("town", t.id, t.min, t.max)) for t in towns)

    floor = ("absolute_floor", None) in named
    other = replace(
        market,
        left=side(market.left),
        right=side(market.right),
        quotas=tuple(replace(q, **bounded("group", q.group, q.min, q.max)) for q in market.quotas),
        locked=tuple(key for key in market.locked if ("lock", key) in named),
        vetoed=tuple(key for key in market.vetoed if ("veto", key) in named),
        policy=replace(market.policy, absolute_floor=market.policy.absolute_floor if floor else 0),
    )
    # A lock that is left out may be in or out, whatever its views.
    dropped = [pair.key for pair in market.pairs if pair.key in set(market.locked)]
    pairs = tuple(
        replace(p, left_view=10**6, right_view=10**6) if p.key in dropped else p
        for p in other.pairs
    )
    return any(True for _ in matches(replace(other, pairs=pairs)))


def test_overlap_programs_equal_flows_where_groups_nest() -> None:
    for seed in seeds(40):
        table = build_table(random_market(seed, most_towns=6, most_pairs=22))
        found = run_program(table)
        if not can_be_met(table):
            assert found is None
            continue
        flow = run_stages(table)
        assert found is not None
        assert found.chosen.tolist() == flow.chosen.tolist()
        assert (found.size, found.floor) == (flow.size, flow.floor)
        if found.size is not None:
            assert found.carried.tolist()[:-1] == flow.carried.tolist()[:-1]


def test_overlap_by_milp_of_nested_groups_is_proven() -> None:
    market = dense_market(9, 8, seed=1)
    crossing = replace(market, policy=replace(market.policy, overlap="milp"))
    one, other = solve(market), solve(crossing)
    assert (one.pairs, one.certificate) == (other.pairs, other.certificate)
    verdict = verify(crossing, other)
    assert (verdict.ok, verdict.overlap) == (True, False)
    assert all(verdict.proven.values())


def test_overlap_regrets_equal_solving_again() -> None:
    for market in crossed_markets(12, minima=0.05):
        result = solve(market)
        if result.status == "optimal":
            check_all(market, result)


def test_overlap_is_explained_like_any_market() -> None:
    market = crossed_programme()
    result = solve(market)
    chosen = {pair.key for pair in result.pairs}
    pair = max((p for p in market.pairs if p.key not in chosen), key=lambda p: p.score)
    found = explain(market, result, *pair.key)
    assert found.state in ("not_chosen", "vetoed")
    assert found.reasons
    alternatives = next_best(market, result, pair.left, 2)
    assert all(pair.left in (a.left, a.right) for a in alternatives)
    for change in what_would_change(market, result, *pair.key):
        assert (change.left, change.right) == pair.key
    shaken = robust(market, result, runs=5, sigma=0.0)
    assert {pair.runs for pair in shaken.pairs} == {5}


def test_overlap_refused_by_default_names_both_groups() -> None:
    market = crossed_programme()
    market = replace(market, policy=replace(market.policy, overlap="refuse"))
    with pytest.raises(InputError, match=r"the groups country:DE and large overlap.*\"milp\""):
        solve(market)


def test_overlap_of_too_many_pairs_is_refused() -> None:
    market = dense_market(142, 142, seed=1)
    right = tuple(
        replace(town, groups=(*town.groups, "odd")) if k % 3 else town
        for k, town in enumerate(market.right)
    )
    crossed = replace(
        market,
        right=right,
        quotas=(*market.quotas, Quota("odd", 0, 40)),
        policy=replace(market.policy, overlap="milp"),
    )
    with pytest.raises(InputError, match="overlap, and the market has more than 20000 pairs") as e:
        solve(crossed)
    assert {problem.code for problem in e.value.problems} == {"too_many_pairs"}


def test_overlap_order_of_rows_plays_no_part() -> None:
    market = crossed_programme()
    turned = replace(
        market,
        left=market.left[::-1],
        right=market.right[::-1],
        pairs=market.pairs[::-1],
        quotas=market.quotas[::-1],
    )
    assert solve(market) == solve(turned)


def test_cli_overlap_is_solved_and_checked(tmp_path: Path) -> None:
    market = crossed_programme()
    path, out = write(tmp_path / "market.json", market), tmp_path / "result.json"
    done = run("solve", path, "-o", out)
    assert (done.returncode, done.stderr) == (0, "")
    data = json.loads(out.read_text())
    jsonschema.validate(data, json.loads(SCHEMA.read_text()))
    result = result_from_json(data)
    assert result == solve(market)
    done = run("verify", path, out)
    assert done.returncode == 0
    assert done.stdout == (
        f"checked: feasible, optimality not proven (groups overlap): size {result.size}, "
        f"floor {result.floor / 1e6:.6f}, score {result.score / 1e6:.6f}; proven: none\n"
    )
    data["pairs"][0]["score"] += 0.01
    done = run("verify", path, write(tmp_path / "spoiled.json", data))
    assert done.returncode == 1


def test_cli_overlap_infeasible_exits_3(tmp_path: Path) -> None:
    groups = [["a", "b"], ["a"], ["b"]]
    market = write(
        tmp_path / "market.json",
        EXAMPLE
        | {
            "right": [{"id": f"e{k}", "groups": own} for k, own in enumerate(groups, 1)],
            "quotas": [{"group": "a", "min": 2, "max": 2}, {"group": "b", "max": 1}],
            "excluded": [],
            "vetoed": [],
            "policy": {"overlap": "milp"},
        },
    )
    out = tmp_path / "result.json"
    done = run("solve", market, "-o", out)
    assert (done.returncode, done.stderr) == (
        3,
        "citymatch: no match meets the minimum of group a 2; "
        "move the minimum of group a from 2 to 1\n",
    )
    data = json.loads(out.read_text())
    jsonschema.validate(data, json.loads(SCHEMA.read_text()))
    assert data["conflict"]["cost"] == 1
    assert data["conflict"]["bounds"] == [{"code": "group_min", "id": "a", "value": 2}]
    done = run("verify", market, out)
    assert (done.returncode, done.stdout) == (
        0,
        "checked: infeasibility not proven (groups overlap); proven: relaxation\n",
    )


def test_cli_overlap_stops_in_time_within_a_program(tmp_path: Path) -> None:
    market = dense_market(100, 100, seed=3)
    rnd = Random(1)
    right = tuple(
        replace(t, groups=(*t.groups, *(f"mix:{k}" for k in range(30) if rnd.random() < 0.5)))
        for t in market.right
    )
    crossed = replace(
        market,
        right=right,
        quotas=(*market.quotas, *(Quota(f"mix:{k}", 0, 15) for k in range(30))),
        policy=replace(market.policy, overlap="milp"),
    )
    out = tmp_path / "result.json"
    path = write(tmp_path / "market.json", crossed)
    done = run("solve", path, "-o", out, "--max-seconds", 1.5)
    assert (done.returncode, done.stderr) == (4, "citymatch: out of time; nothing was written\n")
    assert not out.exists()
    assert result_to_json(solve(crossed_programme()))["status"] == "optimal"
