"""The verbs of a round after its result, from outside, and their formats against the schemas."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from command_line import run, write
from example import EXAMPLE
from jsonschema import Draft202012Validator
from random_markets import dense_market, random_market
from referencing import Registry, Resource
from scored_towns import programme

from citymatch import (
    Market,
    conflict,
    dumps,
    fewer,
    market_after,
    market_to_json,
    rematch,
    rematch_to_json,
    result_to_json,
    solve,
    stability,
)
from citymatch.files import conflict_to_json, fewer_to_json, stability_to_json

SCHEMAS = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in files("citymatch").joinpath("schemas").iterdir()
}
REGISTRY: Registry[Any] = Registry().with_resources(
    [(data["$id"], Resource.from_contents(data)) for data in SCHEMAS.values()]
)


def schema(name: str) -> Draft202012Validator:
    Draft202012Validator.check_schema(SCHEMAS[name])
    return Draft202012Validator(SCHEMAS[name], registry=REGISTRY)


@pytest.fixture(name="folder", scope="module")
def folder_of_a_round(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("round")
    market = programme()
    result = solve(market)
    write(folder / "market.json", market)
    write(folder / "result.json", result_to_json(result))
    keys = [pair.key for pair in result.pairs]
    (folder / "no.csv").write_text("left,right\n" + ",".join(keys[0]) + "\n")
    (folder / "yes.csv").write_text("right;left\n" + ";".join(keys[1][::-1]) + "\n")
    (folder / "both.csv").write_text("left,right\n\n" + ",".join(keys[0]) + "\n")
    (folder / "stray.csv").write_text("left,right\n" + ",".join(keys[0]) + "\nu77,e77\n")
    (folder / "turned.csv").write_text("left,right\n" + ",".join(keys[0][::-1]) + "\n")
    (folder / "columns.csv").write_text("left,rigth\n")
    return folder


@pytest.mark.parametrize("keep", ["before-floor", "after-floor"])
def test_cli_rematch_writes_what_the_function_returns(folder: Path, keep: str) -> None:
    market = programme()
    result = solve(market)
    keys = [pair.key for pair in result.pairs]
    answers = {"accepted": [keys[1]], "declined": [keys[0]]}
    names = ["--declined", "no.csv", "--accepted", "yes.csv", "--keep", keep, "-o", f"{keep}.json"]
    done = run("rematch", "market.json", "result.json", *names, "--market", "then.json", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    found = rematch(market, result, **answers, keep=keep)
    assert (folder / f"{keep}.json").read_text() == dumps(rematch_to_json(found))
    after = market_after(market, result, **answers, keep=keep)
    assert (folder / "then.json").read_text() == dumps(market_to_json(after))
    done = run("verify", "market.json", "result.json", "--rematch", f"{keep}.json", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    told = found.chosen.result
    assert told.floor is not None
    assert told.score is not None
    assert done.stdout.startswith(
        f"verified: size {told.size}, floor {told.floor / 1e6:.6f}, score {told.score / 1e6:.6f}; "
        f"proven: {keep} size, "
    )
    done = run("solve", "then.json", cwd=folder)
    assert done.stdout == dumps(result_to_json(told))


def test_cli_verify_refuses_a_spoiled_rematch(folder: Path) -> None:
    market = programme()
    result = solve(market)
    found = rematch(market, result, accepted=[], declined=[result.pairs[0].key])
    data = rematch_to_json(found)
    data["chosen"]["result"]["kept"] += 1
    write(folder / "spoiled.json", data)
    done = run("verify", "market.json", "result.json", "--rematch", "spoiled.json", cwd=folder)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == "refused: wrong_kept: the kept does not fit the pairs\n"


def test_cli_rematch_without_a_match_exits_3(tmp_path: Path) -> None:
    write(tmp_path / "market.json", EXAMPLE)
    assert run("solve", "market.json", "-o", "result.json", cwd=tmp_path).returncode == 0
    (tmp_path / "no.csv").write_text("left,right\nu1,e1\n")
    names = ["market.json", "result.json", "--declined", "no.csv", "-o", "again.json"]
    done = run("rematch", *names, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        3,
        "citymatch: no match meets the minimum of group association:LPS 1; "
        "move the minimum of group association:LPS from 1 to 0\n",
    )
    data = json.loads((tmp_path / "again.json").read_text())
    assert [data[way]["result"]["status"] for way in ("chosen", "other")] == ["infeasible"] * 2
    assert data["chosen"]["result"]["conflict"]["bounds"] == [
        {"code": "group_min", "id": "association:LPS", "value": 1}
    ]
    schema("rematch").validate(data)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--declined", "stray.csv"], "stray.csv, row 3, pair: the pair u77 – e77 is not in the"),
        (["--declined", "turned.csv"], "turned.csv, row 2, pair: the pair "),
        (
            ["--declined", "both.csv", "--accepted", "no.csv"],
            "both.csv, row 3, pair: the pair u00 – e02 is both accepted and declined",
        ),
        (["--declined", "columns.csv"], "columns.csv, row 1, rigth: the column 'rigth' is not"),
        (["--accepted", "nowhere.csv"], "nowhere.csv: cannot be read"),
        (["--keep", "sometimes"], "argument --keep: invalid choice: 'sometimes'"),
    ],
)
def test_cli_rematch_bad_answers_exit_2_with_one_line(
    folder: Path, arguments: list[str], words: str
) -> None:
    done = run("rematch", "market.json", "result.json", *arguments, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr


def test_cli_stability_fewer_and_conflict_write_what_the_functions_return(folder: Path) -> None:
    market = programme()
    result = solve(market)
    done = run("stability", "market.json", "result.json", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == dumps(stability_to_json(stability(market, result)))
    options = ["--fewest", "--budget", "0.05", "-o", "stable.json"]
    done = run("stability", "market.json", "result.json", *options, cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    told = stability(market, result, fewest=True, budget=50_000)
    assert (folder / "stable.json").read_text() == dumps(stability_to_json(told))
    done = run("fewer", "market.json", "result.json", "--by", "2", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == dumps(fewer_to_json(fewer(market, result, 2)))
    done = run("conflict", "market.json", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "the bounds can be met\n", "")


def test_cli_conflict_of_an_infeasible_market_exits_3(tmp_path: Path) -> None:
    quotas = [{"group": "association:LPS", "min": 3, "max": 3}]
    market = write(tmp_path / "market.json", EXAMPLE | {"quotas": quotas})
    assert run("solve", market, "-o", tmp_path / "result.json").returncode == 3
    done = run("conflict", market)
    assert (done.returncode, done.stderr) == (3, "")
    told = json.loads(done.stdout)
    assert told == json.loads((tmp_path / "result.json").read_text())["conflict"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["stability", "--budget", "1.5"], "argument --budget: invalid"),
        (["stability", "--budget", "nan"], "argument --budget: invalid"),
        (["fewer", "--by", "0"], "arguments, by: a match of 7 pairs cannot have 0 fewer"),
        (["fewer", "--by", "8"], "give a whole number from 1 to 7"),
        (["fewer", "--by", "x"], "argument --by: invalid int value"),
    ],
)
def test_cli_bad_options_exit_2_with_one_line(
    folder: Path, arguments: list[str], words: str
) -> None:
    verb, *options = arguments
    done = run(verb, "market.json", "result.json", *options, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr


def rounds() -> list[Market]:
    return [random_market(seed, minima=0.04) for seed in range(25)] + [
        dense_market(5, 5, seed=1),
        programme(),
    ]


def test_formats_of_a_round_fit_their_schemas() -> None:
    conflicts = 0
    for number, market in enumerate(rounds()):
        result = solve(market)
        if result.status == "infeasible":
            found = conflict(market)
            assert found is not None
            part = Draft202012Validator(
                {"$ref": "https://citymatch/schemas/result/1#/$defs/conflict"}, registry=REGISTRY
            )
            part.validate(json.loads(dumps(conflict_to_json(found))))
            conflicts += 1
            continue
        told = stability(market, result, fewest=number % 2 == 0)
        schema("stability").validate(json.loads(dumps(stability_to_json(told))))
        if not result.pairs:
            continue
        schema("fewer").validate(json.loads(dumps(fewer_to_json(fewer(market, result)))))
        again = rematch(market, result, accepted=[], declined=[result.pairs[0].key])
        schema("rematch").validate(json.loads(dumps(rematch_to_json(again))))
        after = market_after(market, result, accepted=[], declined=[result.pairs[0].key])
        schema("market").validate(json.loads(dumps(market_to_json(after))))
    assert conflicts >= 1


def test_schemas_of_a_round_refuse_what_is_spoiled() -> None:
    market = dense_market(4, 4, seed=1)
    result = solve(market)
    again = rematch_to_json(rematch(market, result, accepted=[], declined=[]))
    assert schema("rematch").is_valid(again)
    for name in ("chosen", "other", "declined"):
        assert not schema("rematch").is_valid({k: v for k, v in again.items() if k != name})
    spoiled = again | {"chosen": again["chosen"] | {"keep": "sometimes"}}
    assert not schema("rematch").is_valid(spoiled)
    told = stability_to_json(stability(market, result))
    assert not schema("stability").is_valid(told | {"fewest": told["deferred_acceptance"]})
