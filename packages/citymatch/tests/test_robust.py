"""Robustness equals solving the market of each run from scratch."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import jsonschema
import numpy as np
import pytest
from command_line import run, write
from random_markets import random_market
from scored_towns import programme
from seeds import seeds

from citymatch import (
    MICRO,
    InputError,
    Market,
    Pair,
    Part,
    dumps,
    result_to_json,
    robust,
    robustness_to_json,
    solve,
)
from citymatch.criteria import normalise

SCHEMA = Path(__file__).parents[1] / "src/citymatch/schemas/robust.schema.json"
NAMES = ("distance", "languages", "needs")


def market_with_parts(seed: int, **options: float) -> Market:
    """Return a small random market whose views come from three criteria."""
    rnd, market = Random(seed), random_market(seed, most_towns=6, most_pairs=24, minima=0.05)
    weights = {
        side: normalise({name: rnd.choice((0, 1, 2, 5)) + (name == "needs") for name in NAMES})
        for side in ("left", "right")
    }
    step = rnd.choice((1, 1, 4))

    def scored(pair: Pair) -> Pair:
        parts = {
            name: Part(*(own[name] * rnd.randint(0, step) // step for own in weights.values()))
            for name in NAMES
        }
        left, right = (sum(getattr(p, s) for p in parts.values()) for s in ("left", "right"))
        return Pair(pair.left, pair.right, left, right, parts)

    policy = replace(
        market.policy,
        weights={s: {n: w / MICRO for n, w in own.items()} for s, own in weights.items()},
        **options,
    )
    return replace(market, pairs=tuple(map(scored, market.pairs)), policy=policy)


def run_by_run(market: Market, runs: int, sigma: float, seed: int) -> list[Market]:
    """Return the market of each run, worked out pair by pair in whole numbers."""
    given = market.policy.weights
    assert given is not None
    sides = [{n: w for n, w in normalise(given[s]).items() if w} for s in ("left", "right")]
    drawn = np.random.Generator(np.random.PCG64(seed)).standard_normal((runs, sum(map(len, sides))))
    markets = []
    for numbers in drawn:
        left = iter(np.exp(sigma * numbers).tolist())
        factors = []
        for weights in sides:
            raw = {name: next(left) for name in sorted(weights)}
            total = sum(raw[name] * weights[name] for name in raw)
            factors.append({n: round(f * MICRO * MICRO / total) for n, f in raw.items()})

        def view(pair: Pair, side: int, factors: list[dict[str, int]] = factors) -> int:
            assert pair.parts is not None
            whole = sum(
                getattr(part, ("left", "right")[side]) * factors[side].get(name, MICRO)
                for name, part in pair.parts.items()
            )
            quotient, rest = divmod(whole, MICRO)
            up = 2 * rest > MICRO or (2 * rest == MICRO and quotient % 2 == 1)
            return min(MICRO, quotient + up)

        pairs = tuple(Pair(p.left, p.right, view(p, 0), view(p, 1)) for p in market.pairs)
        markets.append(replace(market, pairs=pairs))
    return markets


def check(market: Market, *, runs: int = 12, sigma: float = 0.5, seed: int = 3) -> int:
    """Compare with run by run; return in how many runs there was no match."""
    published = solve(market)
    if published.status == "infeasible":
        return 0
    found = robust(market, published, runs=runs, sigma=sigma, seed=seed)
    results = [solve(each) for each in run_by_run(market, runs, sigma, seed)]
    good = [result for result in results if result.status == "optimal"]
    count = Counter(pair.key for result in good for pair in result.pairs)
    keys = {pair.key for pair in published.pairs}
    assert found.infeasible == runs - len(good)
    assert {(p.left, p.right): p.runs for p in found.pairs} == {key: count[key] for key in keys}
    others = sorted(((-n, key) for key, n in count.items() if key not in keys))[:20]
    assert [(-p.runs, (p.left, p.right)) for p in found.rivals] == others
    for spread, values in (
        (found.size, [result.size for result in good]),
        (found.floor, [result.floor for result in good if result.floor is not None]),
        (found.score, [result.score for result in good]),
    ):
        ordered = sorted(value for value in values if value is not None)
        if not ordered:
            assert spread is None
            continue
        assert spread is not None
        assert (spread.least, spread.most) == (ordered[0], ordered[-1])
        assert spread.median == ordered[(len(ordered) - 1) // 2]
        assert spread.low == next(
            v for k, v in enumerate(ordered, 1) if 100 * k >= 5 * len(ordered)
        )
        assert spread.high == next(
            v for k, v in enumerate(ordered, 1) if 100 * k >= 95 * len(ordered)
        )
    return found.infeasible


def test_robust_equals_run_by_run() -> None:
    for seed in seeds(60):
        check(market_with_parts(seed))


def test_robust_under_an_absolute_floor_equals_run_by_run() -> None:
    lost = [check(market_with_parts(seed, absolute_floor=400_000)) for seed in seeds(60)]
    assert max(lost) > 0


@pytest.mark.parametrize("stages", [("size", "score"), ("floor", "score"), ("score",), ("size",)])
def test_robust_respects_the_stages(stages: tuple[str, ...]) -> None:
    for seed in seeds(15):
        market = market_with_parts(seed)
        check(replace(market, policy=replace(market.policy, stages=stages)))


def test_robust_of_a_programme_equals_run_by_run() -> None:
    check(programme(2, 16, 14), runs=40, sigma=0.25, seed=1)


def test_robust_of_many_pairs_equals_run_by_run() -> None:
    """So many pairs that the searches look at a part of them only."""
    check(programme(3, 52, 50), runs=6, sigma=0.25, seed=1)


def test_robust_without_spread_is_the_published_match() -> None:
    market = programme()
    result = solve(market)
    found = robust(market, result, runs=7, sigma=0)
    assert {pair.share for pair in found.pairs} == {MICRO}
    assert found.rivals == ()
    assert (found.size.least, found.floor.most, found.score.median) == (
        result.size,
        result.floor,
        result.score,
    )


def test_robust_same_seed_same_answer_other_seed_another() -> None:
    market = programme()
    result = solve(market)
    one, same, other = (robust(market, result, runs=50, seed=seed) for seed in (1, 1, 2))
    assert dumps(robustness_to_json(one)) == dumps(robustness_to_json(same))
    assert one.score != other.score


def test_robust_does_not_depend_on_the_order_of_rows() -> None:
    market = programme()
    turned = replace(
        market, left=market.left[::-1], right=market.right[::-1], pairs=market.pairs[::-1]
    )
    one, other = (robust(m, solve(m), runs=30) for m in (market, turned))
    assert one == other


def test_robust_tells_its_progress() -> None:
    market, told = programme(), []
    robust(market, solve(market), runs=4, progress=lambda stage, done: told.append((stage, done)))
    assert told == [("runs", k / 4) for k in range(4)] + [("done", 1.0)]


def test_robust_bad_input_is_refused() -> None:
    market = programme()
    result = solve(market)
    for options, words in (
        ({"runs": 0}, "arguments, runs: 0 cannot be used"),
        ({"sigma": -0.1}, "arguments, sigma: -0.1 cannot be used"),
        ({"sigma": float("nan")}, "arguments, sigma: nan cannot be used"),
        ({"seed": -1}, "arguments, seed: -1 cannot be used"),
    ):
        with pytest.raises(InputError, match=words):
            robust(market, result, **options)
    bare = replace(market, policy=replace(market.policy, weights=None, scoring="given"))
    with pytest.raises(InputError, match=r"policy\.weights: the market holds no weights"):
        robust(bare, solve(bare))
    pairs = (replace(market.pairs[0], parts=None), *market.pairs[1:])
    bare = replace(market, pairs=pairs)
    with pytest.raises(InputError, match=r"row 1, pairs\.parts: the pair u00 – e00 has no parts"):
        robust(bare, result)
    weights = {"left": {"needs": 1.0}, "right": {"needs": 1.0}}
    other = replace(market, policy=replace(market.policy, weights=weights, scoring="given"))
    with pytest.raises(InputError, match=r"is above the weight 0\.000000"):
        robust(other, result)
    fewer = replace(result, pairs=result.pairs[1:])
    with pytest.raises(InputError, match="the result cannot be used with this market"):
        robust(market, fewer)


def test_cli_robust_writes_what_the_function_returns(tmp_path: Path) -> None:
    market = programme()
    result = solve(market)
    paths = write(tmp_path / "m.json", market), write(tmp_path / "r.json", result_to_json(result))
    out = tmp_path / "robust.json"
    done = run("robust", *paths, "--runs", 20, "--sigma", 0.3, "--seed", 7, "-o", out, "--progress")
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == "progress 1.00 done"
    answer = robustness_to_json(robust(market, result, runs=20, sigma=0.3, seed=7))
    assert out.read_text() == dumps(answer)
    jsonschema.validate(json.loads(out.read_text()), json.loads(SCHEMA.read_text()))


def test_cli_robust_without_parts_exits_2(tmp_path: Path) -> None:
    market = random_market(1)
    result = solve(market)
    paths = write(tmp_path / "m.json", market), write(tmp_path / "r.json", result_to_json(result))
    done = run("robust", *paths)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "citymatch: market, policy.weights: the market holds no weights; score the market with "
        "parts and weights: without them there is nothing to vary\n"
    )
